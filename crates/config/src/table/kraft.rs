//! Table rows: the controller and the cluster metadata log.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{FILLED_LIST, at_least};

rows! { Broker,
    "controller.listener.names": List = required, FILLED_LIST, High, ReadOnly, Recorded;
        "Names of the listeners that belong to the controller. They are not opened: the controller is \
         inside this process.";
    "controller.quorum.bootstrap.servers": List = "", Any, High, ReadOnly, Recorded;
        "host:port pairs at which the controllers are first looked for.";
    "controller.quorum.voters": List = "", Any, High, ReadOnly, Recorded;
        "The fixed set of controllers, id@host:port; the older way beside \
         controller.quorum.bootstrap.servers.";
    "controller.quorum.auto.join.enable": Boolean = "false", Any, Low, ReadOnly, Recorded;
        "Whether a controller adds itself to the voters.";
    "controller.quorum.append.linger.ms": Int = "25", at_least(0), Medium, ReadOnly, Recorded;
        "How long the controller gathers records before it writes them.";
    "controller.quorum.election.timeout.ms": Int = "1000", at_least(0), High, ReadOnly, Recorded;
        "Silence of the leader after which a voter begins an election.";
    "controller.quorum.election.backoff.max.ms": Int = "1000", at_least(0), High, ReadOnly, Recorded;
        "Longest pause between two elections that nobody wins.";
    "controller.quorum.fetch.timeout.ms": Int = "2000", at_least(0), High, ReadOnly, Recorded;
        "Time without a fetch after which voters stop believing in their leader, and a leader in itself.";
    "controller.quorum.fetch.max.bytes": Int = "1048576", at_least(1), Low, ReadOnly, Recorded;
        "Bytes a voter asks for in one fetch of the metadata log.";
    "controller.quorum.fetch.snapshot.max.bytes": Int = "1048576", at_least(1), Low, ReadOnly, Recorded;
        "Bytes a voter asks for in one fetch of a metadata snapshot.";
    "controller.quorum.request.timeout.ms": Int = "2000", at_least(0), Medium, ReadOnly, Recorded;
        "How long a voter waits for an answer from another.";
    "controller.quorum.retry.backoff.ms": Int = "20", at_least(0), Low, ReadOnly, Recorded;
        "Pause before a voter's failed request is tried again.";
    "controller.socket.timeout.ms": Int = "30000", Any, Medium, ReadOnly, Recorded;
        "How long the controller waits for a broker's answer.";
    "controller.performance.sample.period.ms": Long = "60000",
        at_least(100), Medium, ReadOnly, Recorded internal;
        "Time between two of Kafka's log lines about the controller's speed.";
    "controller.performance.always.log.threshold.ms": Long = "2000",
        at_least(0), Medium, ReadOnly, Recorded internal;
        "Controller events slower than this are logged by Kafka.";
    "sasl.mechanism.controller.protocol": Str = "GSSAPI", Any, High, ReadOnly, Recorded;
        "SASL mechanism towards the controllers.";
    "metadata.log.segment.bytes": Int = "1073741824", at_least(8_388_608), High, ReadOnly, Yes;
        "Size at which a segment of the metadata log is closed.";
    "metadata.log.segment.ms": Long = "604800000", Any, High, ReadOnly, Yes;
        "Age at which a segment of the metadata log is closed.";
    "metadata.max.retention.bytes": Long = "104857600", Any, High, ReadOnly, Yes;
        "Bytes of metadata log and snapshots kept; older ones go once a snapshot covers them.";
    "metadata.max.retention.ms": Long = "604800000", Any, High, ReadOnly, Yes;
        "How long metadata log and snapshots are kept; older ones go once a snapshot covers them.";
    "metadata.log.max.record.bytes.between.snapshots": Long = "20971520", at_least(1), High, ReadOnly, Yes;
        "Bytes of new metadata records after which a snapshot is written.";
    "metadata.log.max.snapshot.interval.ms": Long = "3600000", at_least(0), High, ReadOnly, Yes;
        "Longest time without a snapshot while there are new records; 0 ignores time.";
    "metadata.max.idle.interval.ms": Int = "500", at_least(0), Low, ReadOnly, Yes;
        "An idle controller writes an empty record this often, so that brokers see it live; 0 writes \
         none.";
    "internal.metadata.log.segment.bytes": Int = null, Any, Low, ReadOnly, Recorded internal;
        "Segment size of the metadata log without a lower bound. For tests.";
    "internal.metadata.max.batch.size.in.bytes": Int = "8388608", Any, Low, ReadOnly, Recorded internal;
        "Largest batch of metadata records. For tests.";
    "internal.metadata.delete.delay.millis": Long = "60000", Any, Low, ReadOnly, Recorded internal;
        "Delay before files of the metadata log are removed. For tests.";
}
