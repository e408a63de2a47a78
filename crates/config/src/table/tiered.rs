//! Table rows: tiered storage.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::at_least;

rows! { Broker,
    "remote.log.storage.system.enable": Boolean = "false", Any, Medium, ReadOnly, No;
        "Whether the broker has a remote tier at all (KIP-405).";
    "remote.log.storage.manager.class.name": Str = null, NonEmpty, Medium, ReadOnly, No;
        "A Java class that stores segments remotely.";
    "remote.log.storage.manager.class.path": Str = null, Any, Medium, ReadOnly, No;
        "Class path of the remote storage class.";
    "remote.log.storage.manager.impl.prefix": Str = "rsm.config.", NonEmpty, Medium, ReadOnly, No;
        "What keys for the remote storage class begin with.";
    "remote.log.metadata.manager.class.name": Str = "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
        NonEmpty, Medium, ReadOnly, No;
        "A Java class that stores where remote segments are.";
    "remote.log.metadata.manager.class.path": Str = null, Any, Medium, ReadOnly, No;
        "Class path of the remote metadata class.";
    "remote.log.metadata.manager.impl.prefix": Str = "rlmm.config.", NonEmpty, Medium, ReadOnly, No;
        "What keys for the remote metadata class begin with.";
    "remote.log.metadata.manager.listener.name": Str = null, NonEmpty, Medium, ReadOnly, No;
        "Listener over which the remote metadata class reaches this broker.";
    "remote.log.metadata.custom.metadata.max.bytes": Int = "128", at_least(0), Low, ReadOnly, No;
        "Most bytes the remote storage class may add to a segment's metadata.";
    "remote.log.index.file.cache.total.size.bytes": Long = "1073741824", at_least(1), Low, ClusterWide, No;
        "Local space for indexes of remote segments.";
    "remote.log.index.file.cache.ttl.ms": Long = "900000", at_least(-1), Low, ReadOnly, No internal;
        "Time after which an unused index of a remote segment leaves the cache.";
    "remote.log.manager.copier.thread.pool.size": Int = "10", at_least(1), Medium, ClusterWide, No;
        "Threads that copy segments to the remote tier.";
    "remote.log.manager.expiration.thread.pool.size": Int = "10", at_least(1), Medium, ClusterWide, No;
        "Threads that delete expired remote segments.";
    "remote.log.manager.follower.thread.pool.size": Int = "2", at_least(1), Medium, ClusterWide, No;
        "Threads that follow remote offsets for followers.";
    "remote.log.manager.thread.pool.size": Int = "2",
        at_least(1), Medium, ReadOnly, No, deprecated "remote.log.manager.follower.thread.pool.size";
        "The older name of remote.log.manager.follower.thread.pool.size.";
    "remote.log.manager.task.interval.ms": Long = "30000", at_least(1), Low, ReadOnly, No;
        "Time between two rounds of copying and expiring.";
    "remote.log.manager.task.retry.backoff.ms": Long = "500", at_least(1), Low, ReadOnly, No internal;
        "First pause before a failed round is tried again.";
    "remote.log.manager.task.retry.backoff.max.ms": Long = "30000", at_least(1), Low, ReadOnly, No internal;
        "Longest pause before a failed round is tried again.";
    "remote.log.manager.task.retry.jitter": Double = "0.2", DoubleRange(0.0, 0.5), Low, ReadOnly, No internal;
        "Random share of the pause before a failed round is tried again.";
    "remote.log.manager.copy.max.bytes.per.second": Long = "9223372036854775807",
        at_least(1), Medium, ClusterWide, No;
        "Most bytes a second copied to the remote tier.";
    "remote.log.manager.copy.quota.window.num": Int = "11", at_least(1), Medium, ReadOnly, No;
        "Windows over which the copy limit is averaged.";
    "remote.log.manager.copy.quota.window.size.seconds": Int = "1", at_least(1), Medium, ReadOnly, No;
        "Length of a window of the copy limit.";
    "remote.log.manager.fetch.max.bytes.per.second": Long = "9223372036854775807",
        at_least(1), Medium, ClusterWide, No;
        "Most bytes a second read from the remote tier.";
    "remote.log.manager.fetch.quota.window.num": Int = "11", at_least(1), Medium, ReadOnly, No;
        "Windows over which the read limit is averaged.";
    "remote.log.manager.fetch.quota.window.size.seconds": Int = "1", at_least(1), Medium, ReadOnly, No;
        "Length of a window of the read limit.";
    "remote.log.reader.threads": Int = "10", at_least(1), Medium, ClusterWide, No;
        "Threads that read from the remote tier for fetches.";
    "remote.log.reader.max.pending.tasks": Int = "100", at_least(1), Medium, ReadOnly, No;
        "Reads from the remote tier that may wait; beyond that fetches fail.";
    "remote.fetch.max.wait.ms": Int = "500", at_least(1), Medium, ClusterWide, No;
        "Longest time a fetch waits for the remote tier.";
    "remote.list.offsets.request.timeout.ms": Long = "30000", at_least(1), Medium, ClusterWide, No;
        "Longest time a ListOffsets waits for the remote tier.";
    "log.local.retention.bytes": Long = "-2", at_least(-2), Medium, ClusterWide, No;
        "Bytes per partition that stay on the local disk of tiered topics; -2 means as \
         log.retention.bytes. Default of the topic key local.retention.bytes.";
    "log.local.retention.ms": Long = "-2", at_least(-2), Medium, ClusterWide, No;
        "How long records stay on the local disk of tiered topics; -2 means as log.retention.ms. Default \
         of the topic key local.retention.ms.";
    "log.remote.copy.lag.bytes": Long = "-1", at_least(-1), Medium, ClusterWide, No;
        "Newer bytes after which a closed segment is copied to the remote tier. Default of the topic key \
         remote.copy.lag.bytes.";
    "log.remote.copy.lag.ms": Long = "0", at_least(-1), Medium, ClusterWide, No;
        "Age at which a closed segment is copied to the remote tier. Default of the topic key \
         remote.copy.lag.ms.";
}
