//! Table rows: a topic's own keys.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{at_least, between};

rows! { Topic,
    "cleanup.policy": List = "delete",
        List { empty: true, of: &["compact", "delete"] }, Medium, ClusterWide, Yes;
        "What happens to old segments: delete removes them by time and size, compact keeps the newest \
         record of each key, both may stand together, an empty list keeps everything.";
    "compression.gzip.level": Int = "-1", GzipLevel, Medium, ClusterWide, Yes;
        "Level used when compression.type is gzip; -1 is the codec's own default.";
    "compression.lz4.level": Int = "9", between(1, 17), Medium, ClusterWide, Yes;
        "Level used when compression.type is lz4.";
    "compression.type": Str = "producer",
        OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), Medium, ClusterWide, Yes;
        "Codec batches are stored with: producer keeps what the producer chose, uncompressed stores them \
         plain, a codec's name stores them in it.";
    "compression.zstd.level": Int = "3", between(-131_072, 22), Medium, ClusterWide, Yes;
        "Level used when compression.type is zstd.";
    "delete.retention.ms": Long = "86400000", at_least(0), Medium, ClusterWide, Yes;
        "How long a tombstone survives in a compacted topic, and so how long a reader from the start may \
         take to see every deletion.";
    "errors.deadletterqueue.group.enable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether share groups may use this topic for their dead letters (KIP-1191).";
    "file.delete.delay.ms": Long = "60000", at_least(0), Medium, ClusterWide, Yes;
        "Time between a segment leaving the log and its files being removed.";
    "flush.messages": Long = "9223372036854775807", at_least(1), Medium, ClusterWide, Yes;
        "Records written between two forced flushes; 1 means that an acknowledged record is on disk.";
    "flush.ms": Long = "9223372036854775807", at_least(0), Medium, ClusterWide, Yes;
        "Longest time a record waits for a forced flush.";
    "follower.replication.throttled.replicas": List = "", ThrottledReplicas, Medium, ClusterWide, Recorded;
        "Replicas whose catching up is throttled: partition:broker pairs or `*`.";
    "index.interval.bytes": Int = "4096", at_least(0), Medium, ClusterWide, Yes;
        "Bytes of log between two index entries: smaller is a finer index and a larger file.";
    "internal.segment.bytes": Int = null, Any, Medium, ClusterWide, Recorded internal;
        "Segment size without a lower bound. For tests.";
    "leader.replication.throttled.replicas": List = "", ThrottledReplicas, Medium, ClusterWide, Recorded;
        "Replicas whose serving of followers is throttled: partition:broker pairs or `*`.";
    "local.retention.bytes": Long = "-2", at_least(-2), Medium, ClusterWide, No;
        "Bytes per partition that stay on the local disk of a tiered topic; -2 means as retention.bytes.";
    "local.retention.ms": Long = "-2", at_least(-2), Medium, ClusterWide, No;
        "How long records stay on the local disk of a tiered topic; -2 means as retention.ms.";
    "max.compaction.lag.ms": Long = "9223372036854775807", at_least(1), Medium, ClusterWide, Yes;
        "Longest time a record may stay uncompacted in a compacted topic.";
    "max.decompressed.message.bytes": Int = "2147483639", between(1, 2_147_483_639), Medium, ClusterWide, Yes;
        "Largest size one record may have once its batch is decompressed; larger ones are refused.";
    "max.message.bytes": Int = "1048588", at_least(0), Medium, ClusterWide, Yes;
        "Largest batch accepted, after compression.";
    "message.timestamp.after.max.ms": Long = "3600000", at_least(0), Medium, ClusterWide, Yes;
        "How far a record's time may lie after the broker's when the producer stamps; beyond that it is \
         refused.";
    "message.timestamp.before.max.ms": Long = "9223372036854775807", at_least(0), Medium, ClusterWide, Yes;
        "How far a record's time may lie before the broker's when the producer stamps; beyond that it is \
         refused.";
    "message.timestamp.type": Str = "CreateTime",
        OneOf(&["CreateTime", "LogAppendTime"]), Medium, ClusterWide, Yes;
        "Whose clock stamps records: CreateTime the producer's, LogAppendTime the broker's.";
    "min.cleanable.dirty.ratio": Double = "0.5", DoubleRange(0.0, 1.0), Medium, ClusterWide, Yes;
        "Share of a compacted log that must be uncompacted before it is compacted again.";
    "min.compaction.lag.ms": Long = "0", at_least(0), Medium, ClusterWide, Yes;
        "Shortest time a record stays uncompacted in a compacted topic.";
    "min.insync.replicas": Int = "1", at_least(1), Medium, ClusterWide, Yes;
        "Replicas that must hold a record before an acks=all producer is answered; with fewer in sync it \
         is refused.";
    "preallocate": Boolean = "false", Any, Medium, ClusterWide, Yes;
        "Whether a new segment's file gets its full size at once.";
    "remote.copy.lag.bytes": Long = "-1", at_least(-1), Medium, ClusterWide, No;
        "A closed segment is copied to the remote tier once this many newer bytes follow; 0 at once, -1 \
         at the local limit.";
    "remote.copy.lag.ms": Long = "0", at_least(-1), Medium, ClusterWide, No;
        "A closed segment is copied to the remote tier once it is this old; 0 at once, -1 at the local \
         limit.";
    "remote.log.copy.disable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Stop copying to the remote tier and go on reading from it.";
    "remote.log.delete.on.disable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether switching the remote tier off deletes what is there.";
    "remote.storage.enable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether the topic has a remote tier.";
    "retention.bytes": Long = "-1", Any, Medium, ClusterWide, Yes;
        "Bytes kept per partition before the oldest segments are deleted; -1 has no limit.";
    "retention.ms": Long = "604800000", at_least(-1), Medium, ClusterWide, Yes;
        "How long records are kept before their segment is deleted; -1 for ever.";
    "segment.bytes": Int = "1073741824", at_least(1_048_576), Medium, ClusterWide, Yes;
        "Size at which a segment file is closed and a new one begins. Deletion and compaction work on \
         closed segments.";
    "segment.index.bytes": Int = "10485760", at_least(4), Medium, ClusterWide, Yes;
        "Largest size of an index file; when it is full the segment is closed.";
    "segment.jitter.ms": Long = "0", at_least(0), Medium, ClusterWide, Yes;
        "Largest random time taken off segment.ms, so that segments do not all close at once.";
    "segment.ms": Long = "604800000", at_least(1), Medium, ClusterWide, Yes;
        "Age at which a segment is closed even if it is not full.";
    "unclean.leader.election.enable": Boolean = "false", Any, Medium, ClusterWide, Yes;
        "Whether a replica that is not in sync may become leader, at the price of records.";
}
