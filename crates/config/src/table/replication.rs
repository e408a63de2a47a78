//! Table rows: how followers keep up.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::at_least;

rows! { Broker,
    "replica.lag.time.max.ms": Long = "30000", Any, High, ReadOnly, Yes;
        "A follower that has not caught up for this long leaves the in-sync set.";
    "replica.high.watermark.checkpoint.interval.ms": Long = "5000", Any, High, ReadOnly, Yes;
        "Time between two writes of the high watermarks.";
    "replica.fetch.max.bytes": Int = "1048576", at_least(0), Medium, ReadOnly, Recorded;
        "Bytes a follower asks for per partition; a larger first batch still comes whole.";
    "replica.fetch.response.max.bytes": Int = "10485760", at_least(0), Medium, ReadOnly, Recorded;
        "Bytes a follower asks for in one answer; a larger first batch still comes whole.";
    "replica.fetch.min.bytes": Int = "1", Any, High, ReadOnly, Recorded;
        "Bytes a leader gathers before it answers a follower.";
    "replica.fetch.wait.max.ms": Int = "500", Any, High, ReadOnly, Recorded;
        "Longest time a leader holds a follower's fetch; less than replica.lag.time.max.ms.";
    "replica.fetch.backoff.ms": Int = "1000", at_least(0), Medium, ReadOnly, Recorded;
        "How long a follower waits after a failed fetch.";
    "replica.socket.receive.buffer.bytes": Int = "65536", Any, High, ReadOnly, Recorded;
        "Receive buffer of a follower's connection to its leader.";
    "replica.socket.timeout.ms": Int = "30000", Any, High, ReadOnly, Recorded;
        "How long a follower waits for its leader; at least replica.fetch.wait.max.ms.";
    "replica.selector.class": Str = null, Any, Medium, ReadOnly, No;
        "A Java class that names the replica a consumer should read from (KIP-392).";
    "num.replica.fetchers": Int = "1", at_least(1), High, ClusterWide, Recorded;
        "Threads per leader that fetch for followers.";
    "num.replica.alter.log.dirs.threads": Int = null, Any, High, ReadOnly, No;
        "Threads that move replicas between log directories; without it one per directory.";
    "follower.fetch.last.tiered.offset.enable": Boolean = "false", Any, Medium, ClusterWide, No;
        "Whether an empty follower starts after what is already in the remote tier (KIP-1023).";
}
