//! The node in numbers: cluster, replicas, log directories, connections, requests, memory.

use thalweg_broker::node::Node;

use super::text::{Kind, Page};

pub(super) fn write(page: &mut Page, node: &Node) {
    cluster(page, node);
    directories(page, node);
    connections(page, node);
    requests(page, node);
    workers(page, node);
    certificates(page, node);
    audit(page, node);
}

fn certificates(page: &mut Page, node: &Node) {
    let of = |listener: usize| node.logins.of(listener)?.tls.as_ref()?.expires_at_s();
    let ends: Vec<(&str, i64)> = node
        .advertised
        .iter()
        .enumerate()
        .filter_map(|(listener, told)| Some((told.listener.as_str(), of(listener)?)))
        .collect();
    if ends.is_empty() {
        return;
    }
    page.family(
        "thalweg_tls_certificate_expiry_timestamp_seconds",
        Kind::Gauge,
        "When the first of the certificates that a listener shows ends, in seconds since 1970.",
    );
    for (listener, end) in ends {
        page.sample(&[("listener", listener)], end);
    }
}

/// Sums over the partitions of the cluster and of this node.
#[derive(Debug, Default)]
struct Replicas {
    all: usize,
    without_leader: usize,
    here: usize,
    led: usize,
    under_replicated: usize,
    under_min_isr: usize,
    unavailable: usize,
}

fn cluster(page: &mut Page, node: &Node) {
    let image = node.image();
    let own = node.config.node_id;
    let fenced = image.cluster.brokers.values().filter(|broker| broker.fenced).count();
    let active = image.cluster.brokers.len() - fenced;
    let replicas = replicas(node);
    let mut gauge = |name, help, value: usize| page.number(name, Kind::Gauge, help, value);
    gauge("kafka_brokers", "Brokers that serve.", active);
    gauge("kafka_controller_kafkacontroller_activebrokercount", "Brokers that serve.", active);
    gauge("kafka_controller_kafkacontroller_fencedbrokercount", "Brokers that are fenced.", fenced);
    gauge(
        "kafka_controller_kafkacontroller_activecontrollercount",
        "1 on the node whose controller decides.",
        usize::from(image.quorum.leader_id == own),
    );
    gauge(
        "kafka_controller_kafkacontroller_globaltopiccount",
        "Topics in the cluster.",
        image.topics.by_name.len(),
    );
    gauge(
        "kafka_controller_kafkacontroller_globalpartitioncount",
        "Partitions in the cluster.",
        replicas.all,
    );
    gauge(
        "kafka_controller_kafkacontroller_offlinepartitionscount",
        "Partitions without a leader.",
        replicas.without_leader,
    );
    gauge("kafka_server_replicamanager_partitioncount", "Partitions with a replica here.", replicas.here);
    gauge("kafka_server_replicamanager_leadercount", "Partitions led from here.", replicas.led);
    gauge(
        "kafka_server_replicamanager_underreplicatedpartitions",
        "Partitions led from here with a replica that is not in sync.",
        replicas.under_replicated,
    );
    gauge(
        "kafka_server_replicamanager_underminisrpartitioncount",
        "Partitions led from here with fewer replicas in sync than min.insync.replicas.",
        replicas.under_min_isr,
    );
    gauge(
        "kafka_server_replicamanager_offlinereplicacount",
        "Partitions with a replica here that cannot be served.",
        replicas.unavailable,
    );
}

fn replicas(node: &Node) -> Replicas {
    let (image, table) = (node.image(), node.topics.table());
    let own = node.config.node_id;
    let mut sums = Replicas::default();
    for topic in image.topics.by_name.values() {
        let served = table.by_id.get(&topic.id);
        let least = served.map_or(1, |topic| topic.config().min_insync_replicas);
        for (index, registration) in topic.partitions.iter().enumerate() {
            sums.all += 1;
            sums.without_leader += usize::from(registration.leader < 0);
            if !registration.replicas.contains(&own) {
                continue;
            }
            sums.here += 1;
            let partition = served.and_then(|topic| topic.partitions.get(index)).and_then(Option::as_ref);
            sums.unavailable +=
                usize::from(partition.is_none_or(|partition| partition.directory.is_offline()));
            if registration.leader == own {
                // KIP-966: what is asked for is never more than there are replicas.
                let needed = usize::try_from(least).unwrap_or(0).min(registration.replicas.len());
                sums.led += 1;
                sums.under_replicated += usize::from(registration.isr.len() < registration.replicas.len());
                sums.under_min_isr += usize::from(registration.isr.len() < needed);
            }
        }
    }
    sums
}

fn directories(page: &mut Page, node: &Node) {
    let directories = node.directories.all();
    page.number(
        "kafka_log_logmanager_offlinelogdirectorycount",
        Kind::Gauge,
        "Log directories out of service until the next start.",
        directories.iter().filter(|directory| directory.state.is_offline()).count(),
    );
    let mut each = |name, help, of: &dyn Fn(usize) -> bool| {
        page.family(name, Kind::Gauge, help);
        for (place, directory) in directories.iter().enumerate() {
            let path = directory.state.path().to_string_lossy();
            page.sample(&[("directory", &*path)], u8::from(of(place)));
        }
    };
    each("thalweg_log_directory_offline", "1: out of service until the next start.", &|place| {
        directories[place].state.is_offline()
    });
    each("thalweg_log_directory_slow", "1: writes are stuck, appends take the detour.", &|place| {
        directories[place].state.is_slow()
    });
    room(page, node);
}

fn room(page: &mut Page, node: &Node) {
    let mut rooms = Vec::new();
    for directory in node.directories.all() {
        let path = directory.state.path();
        if let Ok(space) = node.disk.space(path) {
            rooms.push((path.to_string_lossy(), space.free, space.total));
        }
    }
    page.family("thalweg_log_directory_free_bytes", Kind::Gauge, "Room that is left on its file system.");
    rooms.iter().for_each(|(path, free, _)| page.sample(&[("directory", path)], *free));
    page.family("thalweg_log_directory_total_bytes", Kind::Gauge, "Room of its file system in all.");
    rooms.iter().for_each(|(path, _, total)| page.sample(&[("directory", path)], *total));
}

fn connections(page: &mut Page, node: &Node) {
    let workers = &node.metrics.workers;
    page.family(
        "kafka_server_socket_server_metrics_connection_count",
        Kind::Gauge,
        "Connections open, by worker.",
    );
    for (place, worker) in workers.iter().enumerate() {
        page.sample(&[("networkProcessor", &place.to_string())], worker.connections.value());
    }
    page.family(
        "kafka_server_socket_server_metrics_connection_creation_total",
        Kind::Counter,
        "Connections taken, by worker.",
    );
    for (place, worker) in workers.iter().enumerate() {
        page.sample(&[("networkProcessor", &place.to_string())], worker.connections_adopted.value());
    }
    page.number(
        "thalweg_connections_refused_total",
        Kind::Counter,
        "Connections refused at max.connections or max.connections.per.ip.",
        workers.iter().map(|worker| worker.connections_refused.value()).sum::<u64>(),
    );
    page.number(
        "thalweg_connections",
        Kind::Gauge,
        "Connections counted against max.connections, those that log in among them.",
        node.admission.total(),
    );
    page.number(
        "thalweg_connections_logging_in",
        Kind::Gauge,
        "Connections that have not shown yet who they are.",
        node.metrics.guests.value(),
    );
    page.number(
        "kafka_server_fetchsessioncache_numincrementalfetchsessions",
        Kind::Gauge,
        "Fetch sessions open.",
        node.sessions.len(),
    );
    page.number(
        "kafka_server_fetchsessioncache_numincrementalfetchpartitionscached",
        Kind::Gauge,
        "Partitions in the fetch sessions that wait for their next request.",
        node.sessions.partition_count(),
    );
    page.number(
        "thalweg_request_memory_held_bytes",
        Kind::Gauge,
        "Memory held by requests on their way in.",
        node.memory.held(),
    );
    page.number(
        "thalweg_request_memory_limit_bytes",
        Kind::Gauge,
        "Where clients have to wait (queued.max.request.bytes).",
        node.memory.limit(),
    );
    page.number(
        "thalweg_client_metrics_held_bytes",
        Kind::Gauge,
        "Memory held by what clients have pushed of their own metrics.",
        node.telemetry.held_bytes(),
    );
}

fn requests(page: &mut Page, node: &Node) {
    let answered = node.metrics.answered();
    let unanswered: u64 = node.metrics.workers.iter().map(|worker| worker.unanswered.value()).sum();
    page.family("kafka_network_requestmetrics_requests_total", Kind::Counter, "Requests served.");
    for (name, reading) in &answered {
        let count = reading.count + if *name == PRODUCE { unanswered } else { 0 };
        names_of(name).for_each(|name| page.sample(&[("request", name)], count));
    }
    if unanswered > 0 && !answered.iter().any(|(name, _)| *name == PRODUCE) {
        page.sample(&[("request", PRODUCE)], unanswered);
    }
    page.family(
        "kafka_network_requestmetrics_totaltimems",
        Kind::Summary,
        "Milliseconds from a request's turn to its answer's; a waiting fetch has its wait in it.",
    );
    for (name, reading) in &answered {
        names_of(name).for_each(|name| page.summary(&[("request", name)], reading));
    }
    page.family(
        "thalweg_request_duration_seconds",
        Kind::Histogram,
        "Seconds from a request's turn to its answer's; a waiting fetch has its wait in it.",
    );
    for (name, reading) in &answered {
        page.histogram(&[("request", name)], reading);
    }
}

const PRODUCE: &str = "Produce";

/// Kafka shows fetches twice, by name and by who asked; here only consumers may.
fn names_of(name: &'static str) -> impl Iterator<Item = &'static str> {
    let again = if name == "Fetch" { Some("FetchConsumer") } else { None };
    std::iter::once(name).chain(again)
}

fn workers(page: &mut Page, node: &Node) {
    page.family("thalweg_worker_turn_seconds", Kind::Histogram, "How long turns of a worker take.");
    for (place, worker) in node.metrics.workers.iter().enumerate() {
        page.histogram(&[("worker", &place.to_string())], &worker.turn_ns.read());
    }
}

fn audit(page: &mut Page, node: &Node) {
    let Some(audit) = &node.audit else { return };
    page.number("thalweg_audit_lines_total", Kind::Counter, "Lines of the audit log.", audit.lines.value());
    page.number(
        "thalweg_audit_lost_total",
        Kind::Counter,
        "Entries of the audit log that could not be kept; the log counts them too.",
        audit.lost.value(),
    );
}
