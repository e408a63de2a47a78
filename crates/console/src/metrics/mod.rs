//! The metrics page: which numbers are shown at which level, under the names that dashboards know.
//!
//! Names that begin with `kafka_server_`, `kafka_network_`, `kafka_log_` and `kafka_controller_` are those that the
//! usual rules of the JMX exporter give Kafka's metrics; `kafka_brokers` and `kafka_topic_…` are those of
//! kafka_exporter, `kafka_consumergroup_…` its and kafka-lag-exporter's; `process_…` are Prometheus' own; what only we have begins with `thalweg_`. They are an interface:
//! a name once shown stays. Quantiles are over all time since the start, where Kafka's fade; the histograms of the
//! same times are there for rates.

mod clients;
mod groups;
mod node;
mod text;
mod topics;

use crate::stage::{Stage, State};
use text::{Kind, Page};

/// How much is shown. A page costs what it shows: the counts of partitions are summed at every level, a line per
/// partition is written at the last only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The node and the cluster in sums.
    Cluster,
    /// And each topic that was used.
    Topic,
    /// And each partition.
    Partition,
}

impl Level {
    /// From `level=…` in a query; topics without one.
    pub(crate) fn of_query(query: Option<&str>) -> Result<Self, String> {
        let mut parts = query.unwrap_or("").split('&');
        match parts.find_map(|part| part.strip_prefix("level=")) {
            None | Some("topic") => Ok(Self::Topic),
            Some("cluster") => Ok(Self::Cluster),
            Some("partition") => Ok(Self::Partition),
            Some(_) => Err("level is cluster, topic or partition".into()),
        }
    }
}

/// Kafka's broker states, as its metric numbers them.
fn broker_state(stage: &Stage) -> u8 {
    match stage {
        Stage::Starting => 1,
        Stage::Serving(_) => 3,
        Stage::Stopping(_) => 6,
    }
}

/// The whole page.
pub(crate) fn page(state: &State, level: Level) -> String {
    let stage = state.stage();
    let mut page = Page::default();
    process(&mut page, state);
    page.number(
        "kafka_server_kafkaserver_brokerstate",
        Kind::Gauge,
        "1 starting, 3 serving, 6 stopping.",
        broker_state(&stage),
    );
    if let Some((done, all)) = state.opening.read() {
        page.number("thalweg_start_logs", Kind::Gauge, "Logs that this start opens.", all);
        page.number("thalweg_start_logs_opened", Kind::Gauge, "Of them, opened and checked.", done);
    }
    if let Some(node) = stage.node() {
        node::write(&mut page, node);
        topics::write(&mut page, node, level);
        groups::write(&mut page, node, &state.groups, level);
        clients::write(&mut page, node, level);
    }
    page.finish()
}

fn process(page: &mut Page, state: &State) {
    let process = &state.process;
    page.family("thalweg_build_info", Kind::Gauge, "Which version this is.")
        .sample(&[("version", process.version)], 1);
    page.number(
        "process_cpu_seconds_total",
        Kind::Counter,
        "CPU time of all threads, in user and system mode.",
        (process.cpu_time)().as_secs_f64(),
    );
    if let Some(bytes) = (process.resident_bytes)() {
        page.number("process_resident_memory_bytes", Kind::Gauge, "Resident memory.", bytes);
    }
    if let Some(count) = (process.open_descriptors)() {
        page.number("process_open_fds", Kind::Gauge, "Open file descriptors.", count);
    }
    if let Some([cached, dirty, writeback]) = (process.page_cache)() {
        page.family(
            "thalweg_page_cache_bytes",
            Kind::Gauge,
            "The machine's page cache: all of it, what no disk has been given yet, what is on its way to one.",
        );
        for (state, bytes) in [("cached", cached), ("dirty", dirty), ("writeback", writeback)] {
            page.sample(&[("state", state)], bytes);
        }
    }
}
