//! Table rows: reporting of metrics.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, at_least};

rows! { Broker,
    "metric.reporters": List = "org.apache.kafka.common.metrics.JmxReporter",
        ANY_LIST, Low, ClusterWide, Recorded;
        "Java classes that report metrics. Thalweg's are on the admin listener, in Prometheus text.";
    "metrics.num.samples": Int = "2", at_least(1), Low, ReadOnly, Recorded;
        "Windows over which Kafka averages its metrics.";
    "metrics.recording.level": Str = "INFO", Any, Low, ReadOnly, Recorded;
        "How many metrics Kafka records: INFO, DEBUG or TRACE.";
    "metrics.sample.window.ms": Long = "30000", at_least(1), Low, ReadOnly, Recorded;
        "Length of a window of Kafka's metrics.";
    "kafka.metrics.polling.interval.secs": Int = "10", at_least(1), Low, ReadOnly, Recorded;
        "How often Kafka's older metrics reporters are called.";
    "kafka.metrics.reporters": List = "", ANY_LIST, Low, ReadOnly, Recorded;
        "Java classes that report Kafka's older metrics.";
}
