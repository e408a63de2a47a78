//! Table rows: quotas and throttles.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::at_least;

rows! { Broker,
    "quota.window.num": Int = "11", at_least(1), Low, ReadOnly, Yes;
        "Windows over which client quotas are averaged.";
    "quota.window.size.seconds": Int = "1", at_least(1), Low, ReadOnly, Yes;
        "Length of a window of the client quotas.";
    "controller.quota.window.num": Int = "11", at_least(1), Low, ReadOnly, Yes;
        "Windows over which quotas of controller mutations are averaged.";
    "controller.quota.window.size.seconds": Int = "1", at_least(1), Low, ReadOnly, Yes;
        "Length of a window of the quotas of controller mutations.";
    "replication.quota.window.num": Int = "11", at_least(1), Low, ReadOnly, Recorded;
        "Windows over which replication throttles are averaged.";
    "replication.quota.window.size.seconds": Int = "1", at_least(1), Low, ReadOnly, Recorded;
        "Length of a window of the replication throttles.";
    "alter.log.dirs.replication.quota.window.num": Int = "11", at_least(1), Low, ReadOnly, No;
        "Windows over which the throttle of moves between log directories is averaged.";
    "alter.log.dirs.replication.quota.window.size.seconds": Int = "1", at_least(1), Low, ReadOnly, No;
        "Length of a window of the throttle of moves between log directories.";
    "leader.replication.throttled.rate": Long = "9223372036854775807",
        at_least(0), Medium, ClusterWide, Recorded;
        "Most bytes a second a leader sends to the throttled replicas of its topics. Only dynamic.";
    "follower.replication.throttled.rate": Long = "9223372036854775807",
        at_least(0), Medium, ClusterWide, Recorded;
        "Most bytes a second a follower takes for the throttled replicas of its topics. Only dynamic.";
    "replica.alter.log.dirs.io.max.bytes.per.second": Long = "9223372036854775807",
        at_least(0), Medium, ClusterWide, Yes;
        "Most bytes a second used to move replicas between log directories. Only dynamic.";
}
