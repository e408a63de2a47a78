//! Table rows: what topics get that say nothing themselves, and the requests that wait on them.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{at_least, between};

rows! { Broker,
    "num.partitions": Int = "1", at_least(1), Medium, ReadOnly, Yes;
        "Partitions of a topic whose creator names no number.";
    "default.replication.factor": Int = "1", Any, Medium, ReadOnly, Yes;
        "Replicas of a topic whose creator names no number. On one node more than 1 cannot be met.";
    "auto.create.topics.enable": Boolean = "true", Any, High, ReadOnly, Yes;
        "Whether a topic that a client asks for by name and that does not exist is created.";
    "delete.topic.enable": Boolean = "true", Any, High, ReadOnly, Yes;
        "Whether topics may be deleted; if not, DeleteTopics is refused.";
    "create.topic.policy.class.name": Class = null, Any, Low, ReadOnly, No;
        "A Java class that may refuse the creation of topics.";
    "alter.config.policy.class.name": Class = null, Any, Low, ReadOnly, No;
        "A Java class that may refuse changes of configuration.";
    "auto.leader.rebalance.enable": Boolean = "true", Any, High, ReadOnly, Recorded;
        "Whether leadership returns to preferred replicas by itself. One node has nothing to balance.";
    "leader.imbalance.check.interval.seconds": Long = "300", at_least(1), High, ReadOnly, Recorded;
        "Time between two looks at the balance of leaders.";
    "min.insync.replicas": Int = "1", at_least(1), High, ClusterWide, Yes;
        "Replicas that must hold a record before an acks=all producer is answered. Default of the topic \
         key min.insync.replicas.";
    "unclean.leader.election.enable": Boolean = "false", Any, High, ClusterWide, Yes;
        "Whether a replica that is not in sync may become leader, at the price of records. Default of the \
         topic key unclean.leader.election.enable.";
    "unclean.leader.election.interval.ms": Long = "300000", at_least(1), Medium, ReadOnly, Recorded internal;
        "Time between two looks for partitions that need an unclean election.";
    "compression.type": Str = "producer",
        OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), High, ClusterWide, Yes;
        "Codec batches are stored with: producer keeps what the producer chose, uncompressed stores them \
         plain. Default of the topic key compression.type.";
    "compression.gzip.level": Int = "-1", GzipLevel, Medium, ClusterWide, Yes;
        "Level used when the broker compresses with gzip; -1 is the codec's own default.";
    "compression.lz4.level": Int = "9", between(1, 17), Medium, ClusterWide, Yes;
        "Level used when the broker compresses with lz4.";
    "compression.zstd.level": Int = "3", between(-131_072, 22), Medium, ClusterWide, Yes;
        "Level used when the broker compresses with zstd.";
    "message.max.bytes": Int = "1048588", at_least(0), High, ClusterWide, Yes;
        "Largest batch accepted, after compression. Default of the topic key max.message.bytes.";
    "max.decompressed.message.bytes": Int = "2147483639", between(1, 2_147_483_639), Medium, ClusterWide, Yes;
        "Largest size one record may have once its batch is decompressed. Default of the topic key \
         max.decompressed.message.bytes.";
    "delete.records.purgatory.purge.interval.requests": Int = "1", Any, Medium, ReadOnly, Recorded;
        "How often Kafka clears finished requests from the queue of waiting DeleteRecords.";
    "fetch.max.bytes": Int = "57671680", at_least(1024), Medium, ReadOnly, Yes;
        "Most bytes of records in one fetch answer, whatever the client asks for.";
    "fetch.purgatory.purge.interval.requests": Int = "1000", Any, Medium, ReadOnly, Recorded;
        "How often Kafka clears finished requests from the queue of waiting fetches.";
    "producer.purgatory.purge.interval.requests": Int = "1000", Any, Medium, ReadOnly, Recorded;
        "How often Kafka clears finished requests from the queue of waiting produces.";
    "share.fetch.purgatory.purge.interval.requests": Int = "1000", Any, Medium, ReadOnly, Recorded;
        "How often Kafka clears finished requests from the queue of waiting share fetches.";
    "max.incremental.fetch.session.cache.slots": Int = "1000", at_least(0), Medium, ReadOnly, Yes;
        "Most fetch sessions remembered (KIP-227).";
    "telemetry.max.bytes": Int = "1048576", at_least(1), Low, ReadOnly, Yes;
        "Largest client metrics push accepted (KIP-714).";
    "client.quota.callback.class": Class = null, Any, Low, ReadOnly, No;
        "A Java class that decides client quotas.";
}
