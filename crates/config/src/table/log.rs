//! Table rows: where partitions are kept, how long, and when they are flushed.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{FILLED_LIST, at_least};

rows! { Broker,
    "log.dir": List = "/tmp/kafka-logs", FILLED_LIST, High, ReadOnly, Yes;
        "Directories of the partitions' files; used when log.dirs is not set.";
    "log.dirs": List = null, FILLED_LIST, High, ReadOnly, Yes;
        "Directories of the partitions' files, separated by commas. Without it log.dir is used.";
    "log.segment.bytes": Int = "1073741824", at_least(1_048_576), High, ClusterWide, Yes;
        "Size at which a segment file is closed and a new one begins. Default of the topic key \
         segment.bytes.";
    "log.roll.ms": Long = null, Any, High, ClusterWide, Yes;
        "Age at which a segment is closed even if it is not full; without it log.roll.hours counts. \
         Default of the topic key segment.ms.";
    "log.roll.hours": Int = "168", at_least(1), High, ReadOnly, Yes;
        "Age in hours at which a segment is closed even if it is not full.";
    "log.roll.jitter.ms": Long = null, Any, High, ClusterWide, Yes;
        "Largest random time taken off the age at which segments are closed, so that they do not all \
         close at once; without it log.roll.jitter.hours counts. Default of the topic key \
         segment.jitter.ms.";
    "log.roll.jitter.hours": Int = "0", at_least(0), High, ReadOnly, Yes;
        "Largest random time in hours taken off the age at which segments are closed.";
    "log.retention.ms": Long = null, Any, High, ClusterWide, Yes;
        "How long records are kept; -1 for ever. Without it log.retention.minutes counts. Default of the \
         topic key retention.ms.";
    "log.retention.minutes": Int = null, Any, High, ReadOnly, Yes;
        "How long records are kept, in minutes; without it log.retention.hours counts.";
    "log.retention.hours": Int = "168", Any, High, ReadOnly, Yes;
        "How long records are kept, in hours; a negative value for ever.";
    "log.retention.bytes": Long = "-1", Any, High, ClusterWide, Yes;
        "Bytes kept per partition; -1 has no limit. Default of the topic key retention.bytes.";
    "log.retention.check.interval.ms": Long = "300000", at_least(1), Medium, ReadOnly, Yes;
        "Time between two looks for segments that may be deleted.";
    "log.segment.delete.delay.ms": Long = "60000", at_least(0), High, ClusterWide, Yes;
        "Time between a segment leaving its log and its files being removed. Default of the topic key \
         file.delete.delay.ms.";
    "log.index.interval.bytes": Int = "4096", at_least(0), Medium, ClusterWide, Yes;
        "Bytes of log between two index entries. Default of the topic key index.interval.bytes.";
    "log.index.size.max.bytes": Int = "10485760", at_least(4), Medium, ClusterWide, Yes;
        "Largest size of an index file; when it is full the segment is closed. Default of the topic key \
         segment.index.bytes.";
    "log.preallocate": Boolean = "false", Any, Medium, ClusterWide, Yes;
        "Whether a new segment's file gets its full size at once. Default of the topic key preallocate.";
    "log.flush.interval.messages": Long = "9223372036854775807", at_least(1), High, ClusterWide, Yes;
        "Records written to a partition between two forced flushes; 1 means acknowledged is on disk. \
         Default of the topic key flush.messages.";
    "log.flush.interval.ms": Long = null, Any, High, ClusterWide, Yes;
        "Longest time a record waits for a forced flush; without it log.flush.scheduler.interval.ms \
         counts. Default of the topic key flush.ms.";
    "log.flush.scheduler.interval.ms": Long = "9223372036854775807", Any, High, ReadOnly, Yes;
        "Time between two looks for partitions whose forced flush by time is due.";
    "log.flush.offset.checkpoint.interval.ms": Int = "60000", at_least(0), High, ReadOnly, Yes;
        "Time between two writes of the recovery points, from which the log is checked after an unclean \
         stop.";
    "log.flush.start.offset.checkpoint.interval.ms": Int = "60000", at_least(0), High, ReadOnly, Yes;
        "Time between two writes of the log start offsets.";
    "log.initial.task.delay.ms": Long = "30000", at_least(0), Low, ReadOnly, Yes internal;
        "Time after start before the first round of log housekeeping. For tests.";
    "log.dir.failure.timeout.ms": Long = "30000", at_least(1), Low, ReadOnly, Yes;
        "A broker that cannot tell the controller about a failed log directory for this long stops.";
    "log.message.timestamp.type": Str = "CreateTime",
        OneOf(&["CreateTime", "LogAppendTime"]), Medium, ClusterWide, Yes;
        "Whose clock stamps records: CreateTime the producer's, LogAppendTime the broker's. Default of \
         the topic key message.timestamp.type.";
    "log.message.timestamp.before.max.ms": Long = "9223372036854775807",
        at_least(0), Medium, ClusterWide, Yes;
        "How far a record's time may lie before the broker's. Default of the topic key \
         message.timestamp.before.max.ms.";
    "log.message.timestamp.after.max.ms": Long = "3600000", at_least(0), Medium, ClusterWide, Yes;
        "How far a record's time may lie after the broker's. Default of the topic key \
         message.timestamp.after.max.ms.";
    "log.cleanup.policy": List = "delete",
        List { empty: true, of: &["compact", "delete"] }, Medium, ClusterWide, Yes;
        "What happens to old segments: delete, compact, both, or an empty list to keep them. Default of \
         the topic key cleanup.policy.";
    "log.cleaner.enable": Boolean = "true",
        Any, Medium, ReadOnly, Yes, deprecated "nothing: compaction is always on";
        "Whether compacted topics are compacted at all.";
    "log.cleaner.threads": Int = "1", at_least(0), Medium, ClusterWide, Yes;
        "Threads that compact.";
    "log.cleaner.backoff.ms": Long = "15000", at_least(0), Medium, ClusterWide, Yes;
        "How long compaction sleeps when there is nothing to do.";
    "log.cleaner.dedupe.buffer.size": Long = "134217728", Any, Medium, ClusterWide, Yes;
        "Memory for the maps of keys, over all compaction threads.";
    "log.cleaner.io.buffer.size": Int = "524288", at_least(0), Medium, ClusterWide, Recorded;
        "Memory for reading and writing, over all compaction threads.";
    "log.cleaner.io.buffer.load.factor": Double = "0.9", Any, Medium, ClusterWide, Yes;
        "How full the map of keys may get, as a share of its memory.";
    "log.cleaner.io.max.bytes.per.second": Double = "1.7976931348623157E308", Any, Medium, ClusterWide, Yes;
        "Most bytes a second compaction may read and write.";
    "log.cleaner.delete.retention.ms": Long = "86400000", at_least(0), Medium, ClusterWide, Yes;
        "How long a tombstone survives compaction. Default of the topic key delete.retention.ms.";
    "log.cleaner.min.cleanable.ratio": Double = "0.5", DoubleRange(0.0, 1.0), Medium, ClusterWide, Yes;
        "Share of a log that must be uncompacted before it is compacted. Default of the topic key \
         min.cleanable.dirty.ratio.";
    "log.cleaner.min.compaction.lag.ms": Long = "0", at_least(0), Medium, ClusterWide, Yes;
        "Shortest time a record stays uncompacted. Default of the topic key min.compaction.lag.ms.";
    "log.cleaner.max.compaction.lag.ms": Long = "9223372036854775807", at_least(1), Medium, ClusterWide, Yes;
        "Longest time a record may stay uncompacted. Default of the topic key max.compaction.lag.ms.";
    "num.recovery.threads.per.data.dir": Int = "2", at_least(1), High, ClusterWide, Yes;
        "Threads per log directory that load and check logs at start.";
    "producer.id.expiration.ms": Int = "86400000", at_least(1), Low, ClusterWide, Yes;
        "A producer's state in a partition is dropped after this long without a batch.";
    "producer.id.expiration.check.interval.ms": Int = "600000", at_least(1), Low, ReadOnly, Yes internal;
        "Time between two looks for producer states to drop.";
}
