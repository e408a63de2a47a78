//! Table rows: who this node is and how it registers with its controller.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, at_least};

rows! { Broker,
    "node.id": Int = required, at_least(0), High, ReadOnly, Yes;
        "This node's number in the cluster. Needed in KRaft mode; Thalweg takes 1 when it is not set.";
    "broker.id": Int = "-1", Any, High, ReadOnly, Yes, deprecated "node.id";
        "The old name of node.id. If both are set they must be equal.";
    "broker.rack": Str = null, Any, Medium, ReadOnly, Yes;
        "The rack this broker stands in, told to clients and used to spread replicas.";
    "process.roles": List = required,
        List { empty: false, of: &["broker", "controller"] }, High, ReadOnly, Yes;
        "Which roles this process has: broker, controller or both. Thalweg is always both on a single \
         node.";
    "cordoned.log.dirs": List = "", ANY_LIST, Medium, PerBroker, Yes;
        "Log directories that get no new partitions; `*` stands for all (KIP-1066).";
    "server.max.startup.time.ms": Long = "9223372036854775807",
        at_least(0), Medium, ReadOnly, Recorded internal;
        "Longest time Kafka's start may take.";
    "controlled.shutdown.enable": Boolean = "true", Any, Medium, ReadOnly, Recorded;
        "Whether leadership is moved away before a stop. Thalweg always does.";
    "config.providers": List = "", ANY_LIST, Low, ClusterWide, No;
        "Names of Java classes that fetch configuration values from elsewhere.";
    "metadata.log.dir": Str = null, Any, High, ReadOnly, Yes;
        "Directory of the cluster metadata log; without it the first of log.dirs is used.";
    "broker.heartbeat.interval.ms": Int = "2000", Any, Medium, ReadOnly, Yes;
        "Time between two heartbeats from the broker to the controller.";
    "broker.session.timeout.ms": Int = "9000", Any, Medium, ReadOnly, Yes;
        "A broker that sends no heartbeat for this long is fenced by the controller.";
    "initial.broker.registration.timeout.ms": Int = "60000", Any, Medium, ReadOnly, Yes;
        "How long a starting broker tries to register with the controller before it gives up.";
    "unstable.api.versions.enable": Boolean = "false", Any, High, ReadOnly, No internal;
        "Serve API versions that are still being worked on. For tests.";
    "unstable.feature.versions.enable": Boolean = "false", Any, High, ReadOnly, No internal;
        "Allow feature levels that are still being worked on. For tests.";
}
