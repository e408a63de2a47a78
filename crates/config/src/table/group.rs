//! Table rows: a group's own keys.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, at_least};

rows! { Group,
    "consumer.session.timeout.ms": Int = "45000", at_least(1), Medium, ClusterWide, Yes;
        "Silence after which a member of this consumer group is removed.";
    "consumer.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ClusterWide, Yes;
        "Heartbeat interval given to members of this consumer group.";
    "consumer.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, Yes;
        "Shortest time between two assignments of this consumer group.";
    "consumer.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether this consumer group is assigned on a background thread.";
    "share.session.timeout.ms": Int = "45000", at_least(1), Medium, ClusterWide, No;
        "Silence after which a member of this share group is removed.";
    "share.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ClusterWide, No;
        "Heartbeat interval given to members of this share group.";
    "share.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, No;
        "Shortest time between two assignments of this share group.";
    "share.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether this share group is assigned on a background thread.";
    "share.record.lock.duration.ms": Int = "30000", at_least(1000), Medium, ClusterWide, No;
        "How long a record stays with the consumer that took it.";
    "share.delivery.count.limit": Int = "5", at_least(2), Medium, ClusterWide, No;
        "How often a record is delivered before it is given up.";
    "share.partition.max.record.locks": Int = "2000", at_least(100), Medium, ClusterWide, No;
        "Most records of one partition that may be out at once.";
    "share.auto.offset.reset": Str = "latest", OffsetReset, Medium, ClusterWide, No;
        "Where the group begins in a partition it has not read: earliest, latest, or by_duration and an \
         ISO 8601 duration.";
    "share.isolation.level": Str = "read_uncommitted",
        OneOf(&["read_committed", "read_uncommitted"]), Medium, ClusterWide, No;
        "Whether records of open or aborted transactions are delivered: read_uncommitted or \
         read_committed.";
    "share.renew.acknowledge.enable": Boolean = "true", Any, Medium, ClusterWide, No;
        "Whether a consumer may extend its hold on a record.";
    "streams.session.timeout.ms": Int = "45000", at_least(1), Medium, ClusterWide, No;
        "Silence after which a member of this streams group is removed.";
    "streams.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ClusterWide, No;
        "Heartbeat interval given to members of this streams group.";
    "streams.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, No;
        "Shortest time between two assignments of this streams group.";
    "streams.assignor.name": Str = null, Any, Medium, ClusterWide, No;
        "The task assignor of this streams group; without it the first of group.streams.assignors.";
    "streams.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether this streams group is assigned on a background thread.";
    "streams.initial.rebalance.delay.ms": Int = "3000", at_least(0), Medium, ClusterWide, No;
        "How long this streams group waits for more members before its first assignment.";
    "streams.num.standby.replicas": Int = "0", at_least(0), Medium, ClusterWide, No;
        "Standby copies of each task of this streams group.";
    "streams.num.warmup.replicas": Int = "2", at_least(0), Medium, ClusterWide, No internal;
        "Most warm-up copies of tasks of this streams group at once.";
    "streams.acceptable.recovery.lag": Long = "10000", at_least(0), Medium, ClusterWide, No internal;
        "Records a client may be behind and still get the active task.";
    "streams.rack.aware.assignment.tags": List = "", ANY_LIST, Low, ClusterWide, No;
        "Client tags over which standby copies are spread.";
    "streams.task.offset.interval.ms": Int = "60000", at_least(1), Medium, ClusterWide, No internal;
        "How often clients report how far their warm-up tasks are.";
    "errors.deadletterqueue.topic.name": Str = "", Any, Medium, ClusterWide, No;
        "Topic that receives the records this share group gives up; empty for none (KIP-1191).";
    "errors.deadletterqueue.copy.record.enable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether the whole record goes to the dead letter topic, not only where it was.";
}
