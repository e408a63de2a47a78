//! Table rows: share groups, broker side.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{FILLED_LIST, at_least, between};

rows! { Broker,
    "group.share.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, No;
        "Silence after which a member of a share group (KIP-932) is removed.";
    "group.share.min.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, No;
        "Lower bound for a group's own share.session.timeout.ms.";
    "group.share.max.session.timeout.ms": Int = "60000", at_least(1), Medium, ReadOnly, No;
        "Upper bound for a group's own share.session.timeout.ms.";
    "group.share.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, No;
        "Heartbeat interval given to members of share groups.";
    "group.share.min.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, No;
        "Lower bound for a group's own share.heartbeat.interval.ms.";
    "group.share.max.heartbeat.interval.ms": Int = "15000", at_least(1), Medium, ReadOnly, No;
        "Upper bound for a group's own share.heartbeat.interval.ms.";
    "group.share.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, No;
        "Shortest time between two assignments of a share group.";
    "group.share.min.assignment.interval.ms": Int = "0", at_least(0), Medium, ReadOnly, No;
        "Lower bound for a group's own share.assignment.interval.ms.";
    "group.share.max.assignment.interval.ms": Int = "15000", at_least(0), Medium, ReadOnly, No;
        "Upper bound for a group's own share.assignment.interval.ms.";
    "group.share.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether share groups are assigned on a background thread.";
    "group.share.assignors": List = "simple", FILLED_LIST, Medium, ReadOnly, No;
        "The server's assignor for share groups; one entry, for all groups.";
    "group.share.record.lock.duration.ms": Int = "30000", between(1000, 3_600_000), Medium, ReadOnly, No;
        "How long a record stays with the share consumer that took it.";
    "group.share.min.record.lock.duration.ms": Int = "15000", between(1000, 30_000), Medium, ReadOnly, No;
        "Lower bound for a group's own share.record.lock.duration.ms.";
    "group.share.max.record.lock.duration.ms": Int = "60000",
        between(30_000, 3_600_000), Medium, ReadOnly, No;
        "Upper bound for a group's own share.record.lock.duration.ms.";
    "group.share.delivery.count.limit": Int = "5", between(2, 10), Medium, ReadOnly, No;
        "How often a record is delivered to a share group before it is given up.";
    "group.share.min.delivery.count.limit": Int = "2", between(2, 5), Medium, ReadOnly, No;
        "Lower bound for a group's own share.delivery.count.limit.";
    "group.share.max.delivery.count.limit": Int = "10", between(5, 25), Medium, ReadOnly, No;
        "Upper bound for a group's own share.delivery.count.limit.";
    "group.share.partition.max.record.locks": Int = "2000", between(100, 10_000), Medium, ReadOnly, No;
        "Most records of one partition that may be out to a share group at once.";
    "group.share.min.partition.max.record.locks": Int = "100", between(100, 2000), Medium, ReadOnly, No;
        "Lower bound for a group's own share.partition.max.record.locks.";
    "group.share.max.partition.max.record.locks": Int = "4000", between(2000, 10_000), Medium, ReadOnly, No;
        "Upper bound for a group's own share.partition.max.record.locks.";
    "group.share.max.share.sessions": Int = "2000", at_least(1), Medium, ReadOnly, No;
        "Most share sessions a broker keeps.";
    "group.share.max.size": Int = "200", between(1, 1000), Medium, ReadOnly, No;
        "Most members of a share group.";
    "group.share.initialize.retry.interval.ms": Int = "30000", at_least(1), Low, ReadOnly, No internal;
        "Pause before the setting up of a share group's state is tried again.";
    "group.share.persister.class.name": Str = "org.apache.kafka.server.share.persister.DefaultStatePersister",
        Any, Medium, ReadOnly, Recorded internal;
        "The Java class that stores the state of share groups.";
    "group.share.dlq.manager.class.name": Str = "org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager",
        Any, Medium, ReadOnly, Recorded internal;
        "The Java class that writes dead letters.";
    "errors.deadletterqueue.auto.create.topics.enable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether a share group's missing dead letter topic is created.";
    "errors.deadletterqueue.topic.name.prefix": Str = "dlq.", Any, Medium, ClusterWide, No;
        "What the names of dead letter topics must begin with; empty for anything.";
    "share.coordinator.append.linger.ms": Int = "-1", at_least(-1), Medium, ReadOnly, No;
        "How long the share coordinator gathers records before it writes them; -1 adapts to the load.";
    "share.coordinator.cached.buffer.max.bytes": Int = "1048588",
        at_least(524_288), Medium, ClusterWide, Recorded;
        "Largest write buffer the share coordinator keeps for reuse.";
    "share.coordinator.cold.partition.snapshot.interval.ms": Int = "300000",
        at_least(1), Low, ReadOnly, No internal;
        "How often the state of quiet share partitions is written whole.";
    "share.coordinator.load.buffer.size": Int = "5242880", at_least(1), High, ReadOnly, No;
        "Bytes read at once while share state is loaded.";
    "share.coordinator.snapshot.update.records.per.snapshot": Int = "500",
        between(0, 500), Medium, ReadOnly, No;
        "Changes written between two whole states of a share partition.";
    "share.coordinator.state.topic.compression.codec": Int = "0", Any, High, ReadOnly, No;
        "Codec number for the records of __share_group_state.";
    "share.coordinator.state.topic.min.isr": Short = "2", at_least(1), High, ReadOnly, No;
        "min.insync.replicas of __share_group_state.";
    "share.coordinator.state.topic.num.partitions": Int = "50", at_least(1), High, ReadOnly, No;
        "Partitions of __share_group_state. Not to be changed once it exists.";
    "share.coordinator.state.topic.prune.interval.ms": Int = "300000",
        at_least(1), Low, ReadOnly, No internal;
        "How often records of __share_group_state that are no longer needed are removed.";
    "share.coordinator.state.topic.replication.factor": Short = "3", at_least(1), High, ReadOnly, No;
        "Replicas of __share_group_state.";
    "share.coordinator.state.topic.segment.bytes": Int = "104857600", at_least(1), High, ReadOnly, No;
        "Segment size of __share_group_state.";
    "share.coordinator.threads": Int = "1", at_least(1), Medium, ReadOnly, Recorded;
        "Threads that answer share coordinator requests.";
    "share.coordinator.write.timeout.ms": Int = "5000", at_least(1), High, ReadOnly, No;
        "How long a change of share state may take to be written.";
}
