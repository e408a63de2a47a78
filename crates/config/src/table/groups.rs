//! Table rows: consumer and streams groups, broker side.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, FILLED_LIST, at_least};

rows! { Broker,
    "group.min.session.timeout.ms": Int = "6000", Any, Medium, ReadOnly, Yes;
        "Shortest session timeout a classic consumer may ask for.";
    "group.max.session.timeout.ms": Int = "1800000", Any, Medium, ReadOnly, Yes;
        "Longest session timeout a classic consumer may ask for.";
    "group.initial.rebalance.delay.ms": Int = "3000", Any, Medium, ReadOnly, Yes;
        "How long a new classic group waits for more members before its first rebalance.";
    "group.max.size": Int = "2147483647", at_least(1), Medium, ReadOnly, Yes;
        "Most members of a classic group.";
    "group.coordinator.threads": Int = "4", at_least(1), High, ReadOnly, Recorded;
        "Threads that answer group requests.";
    "group.coordinator.background.threads": Int = "2", at_least(1), High, ReadOnly, Recorded;
        "Threads for the group coordinator's slower work, such as regular expressions.";
    "group.coordinator.append.linger.ms": Int = "-1", at_least(-1), Medium, ReadOnly, No;
        "How long the group coordinator gathers records before it writes them; -1 adapts to the load.";
    "group.coordinator.cached.buffer.max.bytes": Int = "1048588",
        at_least(524_288), Medium, ClusterWide, Recorded;
        "Largest write buffer the group coordinator keeps for reuse.";
    "group.coordinator.rebalance.protocols": List = "classic,consumer,streams",
        List { empty: false, of: &["consumer", "classic", "share", "streams"] }, Medium, ReadOnly, Yes,
        deprecated "the features group.version, share.version and streams.version";
        "Which rebalance protocols are on: classic, consumer, share, streams.";
    "offset.metadata.max.bytes": Int = "4096", Any, High, ReadOnly, Yes;
        "Longest text a client may store beside a committed offset.";
    "offsets.commit.timeout.ms": Int = "5000", at_least(1), High, ReadOnly, No;
        "How long a commit may take to be written before the client is answered with an error.";
    "offsets.load.buffer.size": Int = "5242880", at_least(1), High, ReadOnly, No;
        "Bytes read at once while committed offsets are loaded.";
    "offsets.retention.minutes": Int = "10080", at_least(1), High, ReadOnly, Yes;
        "How long offsets of a group without members, or of no group, are kept.";
    "offsets.retention.check.interval.ms": Long = "600000", at_least(1), High, ReadOnly, Yes;
        "Time between two looks for offsets to drop.";
    "offsets.topic.compression.codec": Int = "0", Any, High, ReadOnly, No;
        "Codec number for the records of __consumer_offsets: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.";
    "offsets.topic.num.partitions": Int = "50", at_least(1), High, ReadOnly, No;
        "Partitions of __consumer_offsets. Not to be changed once it exists.";
    "offsets.topic.replication.factor": Short = "3", at_least(1), High, ReadOnly, No;
        "Replicas of __consumer_offsets.";
    "offsets.topic.segment.bytes": Int = "104857600", at_least(1), High, ReadOnly, No;
        "Segment size of __consumer_offsets; small, so that it is compacted and loaded quickly.";
    "group.consumer.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, Yes;
        "Silence after which a member of a consumer group (KIP-848) is removed.";
    "group.consumer.min.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, Yes;
        "Lower bound for a group's own consumer.session.timeout.ms.";
    "group.consumer.max.session.timeout.ms": Int = "60000", at_least(1), Medium, ReadOnly, Yes;
        "Upper bound for a group's own consumer.session.timeout.ms.";
    "group.consumer.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, Yes;
        "Heartbeat interval given to members of consumer groups.";
    "group.consumer.min.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, Yes;
        "Lower bound for a group's own consumer.heartbeat.interval.ms.";
    "group.consumer.max.heartbeat.interval.ms": Int = "15000", at_least(1), Medium, ReadOnly, Yes;
        "Upper bound for a group's own consumer.heartbeat.interval.ms.";
    "group.consumer.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, Yes;
        "Shortest time between two assignments of a consumer group.";
    "group.consumer.min.assignment.interval.ms": Int = "0", at_least(0), Medium, ReadOnly, Yes;
        "Lower bound for a group's own consumer.assignment.interval.ms.";
    "group.consumer.max.assignment.interval.ms": Int = "15000", at_least(0), Medium, ReadOnly, Yes;
        "Upper bound for a group's own consumer.assignment.interval.ms.";
    "group.consumer.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether consumer groups are assigned on a background thread.";
    "group.consumer.assignors": List = "uniform,range", FILLED_LIST, Medium, ReadOnly, Yes;
        "The server's assignors, the first being the default: uniform, range.";
    "group.consumer.max.size": Int = "2147483647", at_least(1), Medium, ReadOnly, Yes;
        "Most members of a consumer group.";
    "group.consumer.migration.policy": Str = "bidirectional",
        OneOfIgnoringCase(&["DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"]), Medium, ReadOnly, Yes;
        "Whether classic groups may become consumer groups and back while they have members.";
    "group.consumer.regex.refresh.interval.ms": Int = "600000",
        at_least(10_000), Medium, ReadOnly, Yes internal;
        "How often a group's regular expression is matched against new topics.";
    "group.streams.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, No;
        "Silence after which a member of a streams group (KIP-1071) is removed.";
    "group.streams.min.session.timeout.ms": Int = "45000", at_least(1), Medium, ReadOnly, No;
        "Lower bound for a group's own streams.session.timeout.ms.";
    "group.streams.max.session.timeout.ms": Int = "60000", at_least(1), Medium, ReadOnly, No;
        "Upper bound for a group's own streams.session.timeout.ms.";
    "group.streams.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, No;
        "Heartbeat interval given to members of streams groups.";
    "group.streams.min.heartbeat.interval.ms": Int = "5000", at_least(1), Medium, ReadOnly, No;
        "Lower bound for a group's own streams.heartbeat.interval.ms.";
    "group.streams.max.heartbeat.interval.ms": Int = "15000", at_least(1), Medium, ReadOnly, No;
        "Upper bound for a group's own streams.heartbeat.interval.ms.";
    "group.streams.assignment.interval.ms": Int = "1000", at_least(0), Medium, ClusterWide, No;
        "Shortest time between two assignments of a streams group.";
    "group.streams.min.assignment.interval.ms": Int = "0", at_least(0), Medium, ReadOnly, No;
        "Lower bound for a group's own streams.assignment.interval.ms.";
    "group.streams.max.assignment.interval.ms": Int = "15000", at_least(0), Medium, ReadOnly, No;
        "Upper bound for a group's own streams.assignment.interval.ms.";
    "group.streams.assignor.offload.enable": Boolean = "true", Any, Medium, ClusterWide, Recorded internal;
        "Whether streams groups are assigned on a background thread.";
    "group.streams.assignors": List = "sticky", FILLED_LIST, Medium, ReadOnly, No;
        "The server's task assignors, the first being the default: sticky.";
    "group.streams.initial.rebalance.delay.ms": Int = "3000", at_least(0), Medium, ReadOnly, No;
        "How long a new streams group waits for more members before its first assignment.";
    "group.streams.max.size": Int = "2147483647", at_least(1), Medium, ReadOnly, No;
        "Most members of a streams group.";
    "group.streams.num.standby.replicas": Int = "0", at_least(0), Medium, ReadOnly, No;
        "Standby copies of each task.";
    "group.streams.max.standby.replicas": Int = "2", at_least(0), Medium, ReadOnly, No;
        "Upper bound for a group's own streams.num.standby.replicas.";
    "group.streams.num.warmup.replicas": Int = "2", at_least(0), Medium, ReadOnly, No internal;
        "Most warm-up copies of tasks at once.";
    "group.streams.max.warmup.replicas": Int = "20", at_least(0), Medium, ReadOnly, No internal;
        "Upper bound for a group's own streams.num.warmup.replicas.";
    "group.streams.rack.aware.assignment.tags": List = "", ANY_LIST, Low, ReadOnly, No;
        "Client tags over which standby copies are spread.";
    "group.streams.acceptable.recovery.lag": Long = "10000", at_least(0), Medium, ReadOnly, No internal;
        "Records a client may be behind and still get the active task.";
    "group.streams.task.offset.interval.ms": Int = "60000", at_least(1), Medium, ReadOnly, No internal;
        "How often clients report how far their warm-up tasks are.";
    "group.streams.min.task.offset.interval.ms": Int = "15000", at_least(1), Medium, ReadOnly, No internal;
        "Lower bound for a group's own streams.task.offset.interval.ms.";
    "group.streams.topology.description.plugin.class": Class = null, Any, Medium, ReadOnly, No;
        "A Java class that stores descriptions of topologies.";
}
