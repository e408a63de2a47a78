//! Table rows: a client metrics subscription's own keys.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::ANY_LIST;

rows! { ClientMetrics,
    "interval.ms": Int = "300000", Any, Medium, ClusterWide, Yes;
        "How often matching clients push their metrics (KIP-714).";
    "match": List = "", ANY_LIST, Medium, ClusterWide, Yes;
        "Which clients are asked: selector=pattern pairs; all of them must match.";
    "metrics": List = "", ANY_LIST, Medium, ClusterWide, Yes;
        "Prefixes of the metrics asked for; `*` for all, empty for none.";
}
