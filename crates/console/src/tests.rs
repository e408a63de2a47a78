//! The console over HTTP beside a broker in memory: what probes are told, and what a scrape holds.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use thalweg_broker::boot::{Broker, Environment};
use thalweg_broker::opening::OpeningProgress;
use thalweg_broker::stepping;
use thalweg_config::{Origin, Settings};
use thalweg_platform::memory::{ManualClock, MemoryDisk, MemoryNet, SeededRandom};
use thalweg_platform::{Clock, Net, Stream};
use thalweg_records::{BatchBuilder, Compression};

use crate::{Console, ProcessReadings};

const READINGS: ProcessReadings = ProcessReadings {
    cpu_time: || Duration::from_millis(1_500),
    resident_bytes: || Some(4096),
    open_descriptors: || Some(17),
    page_cache: || Some([3000, 200, 10]),
    version: "9.8.7",
};

/// Names at each level, those of the levels before included. Dashboards and alerts hold them: a name is added here,
/// never changed.
const ALWAYS: [&str; 6] = [
    "kafka_server_kafkaserver_brokerstate",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_resident_memory_bytes",
    "thalweg_build_info",
    "thalweg_page_cache_bytes",
];
const CLUSTER: [&str; 40] = [
    "kafka_brokers",
    "kafka_controller_kafkacontroller_activebrokercount",
    "kafka_controller_kafkacontroller_activecontrollercount",
    "kafka_controller_kafkacontroller_fencedbrokercount",
    "kafka_controller_kafkacontroller_globalpartitioncount",
    "kafka_controller_kafkacontroller_globaltopiccount",
    "kafka_controller_kafkacontroller_offlinepartitionscount",
    "kafka_log_logmanager_offlinelogdirectorycount",
    "kafka_network_requestmetrics_requests_total",
    "kafka_network_requestmetrics_totaltimems",
    "kafka_server_brokertopicmetrics_bytesin_total",
    "kafka_server_brokertopicmetrics_bytesout_total",
    "kafka_server_brokertopicmetrics_bytesrejected_total",
    "kafka_server_brokertopicmetrics_failedfetchrequests_total",
    "kafka_server_brokertopicmetrics_failedproducerequests_total",
    "kafka_server_brokertopicmetrics_messagesin_total",
    "kafka_server_brokertopicmetrics_totalfetchrequests_total",
    "kafka_server_brokertopicmetrics_totalproducerequests_total",
    "kafka_server_fetchsessioncache_numincrementalfetchpartitionscached",
    "kafka_server_fetchsessioncache_numincrementalfetchsessions",
    "kafka_server_replicamanager_leadercount",
    "kafka_server_replicamanager_offlinereplicacount",
    "kafka_server_replicamanager_partitioncount",
    "kafka_server_replicamanager_underminisrpartitioncount",
    "kafka_server_replicamanager_underreplicatedpartitions",
    "kafka_server_socket_server_metrics_connection_count",
    "kafka_server_socket_server_metrics_connection_creation_total",
    "thalweg_client_instances",
    "thalweg_client_metrics_held_bytes",
    "thalweg_connections",
    "thalweg_connections_logging_in",
    "thalweg_connections_refused_total",
    "thalweg_log_directory_free_bytes",
    "thalweg_log_directory_offline",
    "thalweg_log_directory_slow",
    "thalweg_log_directory_total_bytes",
    "thalweg_request_duration_seconds",
    "thalweg_request_memory_held_bytes",
    "thalweg_request_memory_limit_bytes",
    "thalweg_worker_turn_seconds",
];
const TOPIC: [&str; 8] = [
    "kafka_consumergroup_current_offset_sum",
    "kafka_consumergroup_group_max_lag",
    "kafka_consumergroup_group_max_lag_seconds",
    "kafka_consumergroup_group_sum_lag",
    "kafka_consumergroup_lag_sum",
    "kafka_consumergroup_members",
    "kafka_topic_partitions",
    "thalweg_consumergroups_left_out",
];
const PARTITION: [&str; 18] = [
    "kafka_consumergroup_current_offset",
    "kafka_consumergroup_group_lag",
    "kafka_consumergroup_group_lag_seconds",
    "kafka_consumergroup_group_offset",
    "kafka_consumergroup_lag",
    "kafka_log_log_logendoffset",
    "kafka_log_log_logstartoffset",
    "kafka_log_log_numlogsegments",
    "kafka_log_log_size",
    "kafka_topic_partition_current_offset",
    "kafka_topic_partition_in_sync_replica",
    "kafka_topic_partition_leader",
    "kafka_topic_partition_oldest_offset",
    "kafka_topic_partition_replicas",
    "kafka_topic_partition_under_replicated_partition",
    "thalweg_partition_bytes_in_total",
    "thalweg_partition_bytes_out_total",
    "thalweg_partition_messages_in_total",
];

#[test]
fn names_are_the_ones_that_dashboards_know_at_every_level() {
    let (mut world, console) = serving();
    let mut client = world.connect();
    world.create(&mut *client, "t", 2);
    let mut expected: BTreeSet<&str> = ALWAYS.into_iter().chain(CLUSTER).collect();
    for (level, more) in [("cluster", &[][..]), ("topic", &TOPIC), ("partition", &PARTITION)] {
        expected.extend(more);
        let scrape = scrape(console.address(), &format!("/metrics?level={level}"));
        let names: BTreeSet<&str> = scrape.kinds.keys().map(String::as_str).collect();
        assert_eq!(names, expected, "at level {level}");
    }
    let default = scrape(console.address(), "/metrics");
    assert!(default.kinds.contains_key("kafka_topic_partitions"), "topics unless told otherwise");
    assert!(!default.kinds.contains_key("kafka_topic_partition_current_offset"));
    let (status, _, body) = ask(console.address(), "/metrics?level=all");
    assert_eq!((status, body.as_str()), (400, "level is cluster, topic or partition\n"));
}

#[test]
fn groups_are_shown_with_what_they_have_not_consumed_and_for_how_long() {
    let (mut world, console) = serving();
    let mut client = world.connect();
    world.create(&mut *client, "t", 2);
    let produce = produce_body("t", 1, 1, &batch(5));
    world.ask(&mut *client, 0, 3, &produce);
    let mut find = Vec::new();
    string(&mut find, "readers");
    // The first makes the topic of the offsets.
    world.ask(&mut *client, 10, 0, &find);
    world.ask(&mut *client, 10, 0, &find);
    let answer = world.ask(&mut *client, 8, 2, &commit_body("readers", "t", 1, 3));
    assert_eq!(answer[answer.len() - 2..], [0, 0], "it is committed");

    let partition = "/metrics?level=partition";
    // Its question is answered when the coordinators have their turn, which is not while it waits.
    scrape(console.address(), partition);
    world.run();
    world.clock.advance(Duration::from_millis(500));
    let first = scrape(console.address(), partition);
    let labels = "consumergroup=\"readers\",topic=\"t\",partition=\"1\"";
    assert_eq!(first.value("kafka_consumergroup_current_offset", labels), 3.0);
    assert_eq!(first.value("kafka_consumergroup_lag", labels), 2.0);
    assert_eq!(first.value("kafka_consumergroup_members", "consumergroup=\"readers\""), 0.0);
    world.clock.advance(Duration::from_secs(10));
    world.ask(&mut *client, 0, 3, &produce);
    let second = scrape(console.address(), partition);
    let group = "group=\"readers\",topic=\"t\",partition=\"1\"";
    assert_eq!(second.value("kafka_consumergroup_group_lag", group), 7.0);
    assert_eq!(second.value("kafka_consumergroup_group_lag_seconds", group), 10.0);
    assert_eq!(second.value("kafka_consumergroup_group_max_lag_seconds", "group=\"readers\""), 10.0);
    world.ask(&mut *client, 8, 2, &commit_body("readers", "t", 1, 10));
    world.run();
    world.clock.advance(Duration::from_secs(2));
    scrape(console.address(), "/metrics");
    world.run();
    let caught_up = scrape(console.address(), "/metrics");
    assert_eq!(caught_up.value("kafka_consumergroup_lag_sum", "consumergroup=\"readers\",topic=\"t\""), 0.0);
    assert_eq!(caught_up.value("kafka_consumergroup_group_max_lag_seconds", "group=\"readers\""), 0.0);
    assert!(!caught_up.kinds.contains_key("kafka_consumergroup_lag"), "partitions when asked for");
}

#[test]
fn a_scrape_tells_what_was_produced_and_fetched() {
    let (mut world, console) = serving();
    let mut client = world.connect();
    world.create(&mut *client, "t", 2);
    let batch = batch(3);
    world.ask(&mut *client, 0, 3, &produce_body("t", 1, 1, &batch));
    world.ask(&mut *client, 0, 3, &produce_body("t", 1, 1, &batch));
    // A client's damage is counted as a request only.
    let mut damaged = batch.clone();
    damaged[30] ^= 1;
    world.ask(&mut *client, 0, 3, &produce_body("t", 0, 1, &damaged));
    world.ask(&mut *client, 1, 4, &fetch_body("t", 1));
    world.send(&mut *client, &frame(0, 3, &produce_body("t", 0, 0, &batch)));

    let scrape = scrape(console.address(), "/metrics?level=partition");
    let bytes = batch.len() as f64;
    let traffic = |name: &str| {
        let name = format!("kafka_server_brokertopicmetrics_{name}_total");
        let (sum, topic) = (scrape.value(&name, ""), scrape.value(&name, "topic=\"t\""));
        assert_eq!(sum, topic, "{name}: one topic is all there is");
        sum
    };
    assert_eq!(traffic("messagesin"), 9.0);
    assert_eq!(traffic("bytesin"), 3.0 * bytes);
    assert_eq!(traffic("bytesout"), 2.0 * bytes);
    assert_eq!(traffic("totalproducerequests"), 4.0);
    assert_eq!(traffic("failedproducerequests"), 0.0);
    assert_eq!(traffic("totalfetchrequests"), 1.0);
    let at =
        |name: &str, partition: u8| scrape.value(name, &format!("topic=\"t\",partition=\"{partition}\""));
    assert_eq!(at("kafka_topic_partition_current_offset", 1), 6.0);
    assert_eq!(at("kafka_topic_partition_current_offset", 0), 3.0);
    assert_eq!(at("kafka_topic_partition_oldest_offset", 1), 0.0);
    assert_eq!(at("kafka_log_log_size", 1), 2.0 * bytes);
    assert_eq!(at("kafka_topic_partition_leader", 1), 1.0);
    assert_eq!(at("thalweg_partition_messages_in_total", 1), 6.0);
    let requests = |name: &str| {
        scrape.value("kafka_network_requestmetrics_requests_total", &format!("request=\"{name}\""))
    };
    assert_eq!(requests("Produce"), 4.0, "the one without an answer too");
    assert_eq!((requests("Fetch"), requests("FetchConsumer"), requests("CreateTopics")), (1.0, 1.0, 1.0));
    let timed = scrape.value("thalweg_request_duration_seconds_count", "request=\"Produce\"");
    assert_eq!(timed, 3.0);
    assert_eq!(scrape.value("kafka_topic_partitions", "topic=\"t\""), 2.0);
    assert_eq!(scrape.value("kafka_server_replicamanager_leadercount", ""), 2.0);
    assert_eq!(scrape.value("kafka_server_replicamanager_offlinereplicacount", ""), 0.0);
    assert_eq!(scrape.value("kafka_controller_kafkacontroller_activecontrollercount", ""), 1.0);
    assert_eq!(scrape.value("process_resident_memory_bytes", ""), 4096.0);
    assert_eq!(scrape.value("process_cpu_seconds_total", ""), 1.5);
    assert_eq!(scrape.value("thalweg_build_info", "version=\"9.8.7\""), 1.0);
    let open: f64 = scrape.samples["kafka_server_socket_server_metrics_connection_count"].values().sum();
    assert_eq!(open, 1.0);
}

#[test]
fn sums_do_not_shrink_when_a_topic_is_deleted() {
    let (mut world, console) = serving();
    let mut client = world.connect();
    world.create(&mut *client, "t", 1);
    world.ask(&mut *client, 0, 3, &produce_body("t", 0, 1, &batch(4)));
    let mut body = 1_i32.to_be_bytes().to_vec();
    string(&mut body, "t");
    body.extend_from_slice(&1_000_i32.to_be_bytes());
    world.ask(&mut *client, 20, 1, &body);
    let scrape = scrape(console.address(), "/metrics");
    let samples = &scrape.samples["kafka_server_brokertopicmetrics_messagesin_total"];
    assert_eq!(samples.iter().collect::<Vec<_>>(), [(&String::new(), &4.0)]);
    assert_eq!(scrape.value("kafka_controller_kafkacontroller_globaltopiccount", ""), 0.0);
}

#[test]
fn a_node_is_live_from_the_start_and_ready_only_while_it_serves() {
    let console = Console::start("127.0.0.1:0", READINGS, Arc::default()).expect("a free port");
    let told = |path: &str| {
        let (status, _, body) = ask(console.address(), path);
        (status, body)
    };
    let all = || [told("/health/live").0, told("/health/ready").0, told("/health/safe-to-stop").0];
    assert_eq!(all(), [200, 503, 503]);
    assert_eq!(told("/health/ready").1, "starting: the metadata is being read\n");
    assert_eq!(
        scrape(console.address(), "/metrics").kinds.keys().map(String::as_str).collect::<Vec<_>>(),
        ALWAYS
    );

    let mut world = World::new();
    let mut client = world.connect();
    world.create(&mut *client, "t", 3);
    console.serve(Arc::clone(&world.broker.node));
    assert_eq!(all(), [200, 200, 200]);
    assert_eq!(told("/health/ready").1, "ready\n");
    assert_eq!(
        told("/health/safe-to-stop").1,
        "safe to stop; 3 partitions have no other replica and are away meanwhile\n"
    );

    console.begin_stop();
    assert_eq!(all(), [200, 503, 503]);
    assert_eq!(told("/health/ready").1, "stopping\n");
    let address = console.address();
    drop(console);
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn a_probe_is_told_how_far_a_start_is() {
    let opening = Arc::new(OpeningProgress::default());
    let console = Console::start("127.0.0.1:0", READINGS, Arc::clone(&opening)).expect("a free port");
    opening.begin(3);
    opening.note_done();
    opening.note_done();
    let (status, _, body) = ask(console.address(), "/health/ready");
    assert_eq!((status, &*body), (503, "starting: 2 of 3 logs are open and checked (66 %)\n"));
    assert_eq!(ask(console.address(), "/health/live").0, 200, "however long it takes");
    let scrape = scrape(console.address(), "/metrics");
    assert_eq!(scrape.value("thalweg_start_logs", ""), 3.0);
    assert_eq!(scrape.value("thalweg_start_logs_opened", ""), 2.0);
}

#[test]
fn a_node_is_not_ready_before_its_partitions_are_open() {
    let mut world = World::new();
    let mut client = world.connect();
    world.create(&mut *client, "t", 2);
    let node = Arc::clone(&world.broker.node);
    let table = node.topics.table();
    let topic = Arc::clone(&table.by_name["t"]);
    let mut partitions = topic.partitions.clone();
    partitions[1] = None;
    node.topics.publish(|table| table.insert(Arc::new(topic.with_partitions(partitions))));

    let console = Console::start("127.0.0.1:0", READINGS, Arc::default()).expect("a free port");
    console.serve(Arc::clone(&node));
    let ready = || {
        let (status, _, body) = ask(console.address(), "/health/ready");
        (status, body)
    };
    assert_eq!(ready(), (503, "1 of 2 partitions are not open, t-1 among them\n".into()));
    assert_eq!(
        scrape(console.address(), "/metrics").value("kafka_server_replicamanager_offlinereplicacount", ""),
        1.0
    );
    node.topics.publish(|table| table.insert(Arc::clone(&topic)));
    assert_eq!(ready().0, 200);
    // Once it was ready, a partition on its way in or out does not make it flap.
    node.topics.publish(|table| drop(table.remove(topic.id)));
    assert_eq!(ready().0, 200);
}

#[test]
fn offline_directories_and_stuck_workers_show() {
    let (mut world, console) = serving();
    let mut client = world.connect();
    world.create(&mut *client, "t", 1);
    let told = |path: &str| {
        let (status, _, body) = ask(console.address(), path);
        (status, body)
    };
    world.clock.advance(Duration::from_secs(1));
    world.run();
    world.clock.advance(Duration::from_secs(29));
    assert_eq!(told("/health/live").0, 200);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(told("/health/live"), (503, "worker 0 has been stuck for 30 s\n".into()));
    world.run();
    assert_eq!(told("/health/live").0, 200);

    let directory = &world.broker.directories.all()[0];
    directory.state.take_offline(&std::io::Error::other("broken"), "testing", None);
    assert_eq!(told("/health/ready"), (503, "every log directory is offline\n".into()));
    let scrape = scrape(console.address(), "/metrics");
    assert_eq!(scrape.value("kafka_log_logmanager_offlinelogdirectorycount", ""), 1.0);
    assert_eq!(scrape.value("thalweg_log_directory_offline", "directory=\"/data\""), 1.0);
    assert_eq!(scrape.value("thalweg_log_directory_slow", "directory=\"/data\""), 0.0);
    assert_eq!(scrape.value("kafka_server_replicamanager_offlinereplicacount", ""), 1.0);
}

#[test]
fn a_busy_port_is_told_from_other_trouble() {
    let console = Console::start("127.0.0.1:0", READINGS, Arc::default()).expect("a free port");
    let address = console.address().to_string();
    let error = Console::start(&address, READINGS, Arc::default()).expect_err("it is taken");
    assert!(error.is_busy());
    assert_eq!(
        error.to_string(),
        format!(
            "the admin listener cannot use {address}: the address is in use, perhaps by another broker; choose another \
             (--admin HOST:PORT) or none (--admin off)"
        )
    );
    let error = Console::start("127.0.0.1", READINGS, Arc::default()).expect_err("there is no port");
    assert!(!error.is_busy() && error.to_string().starts_with("the admin listener cannot use 127.0.0.1: "));
}

#[test]
fn connections_that_say_nothing_leave_room_for_others() {
    let console = Console::start("127.0.0.1:0", READINGS, Arc::default()).expect("a free port");
    let quiet: Vec<_> =
        (0..15).map(|_| TcpStream::connect(console.address()).expect("there is a backlog")).collect();
    assert_eq!(ask(console.address(), "/health/live").0, 200);
    assert_eq!(ask(console.address(), "/nothing").0, 404);
    drop(quiet);
}

/// A page as a scraper reads it.
struct Scrape {
    /// Family to kind.
    kinds: BTreeMap<String, String>,
    /// Sample name to labels to value.
    samples: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Scrape {
    fn value(&self, name: &str, labels: &str) -> f64 {
        let found = self.samples.get(name).and_then(|samples| samples.get(labels));
        *found.unwrap_or_else(|| panic!("{name}{{{labels}}} is not there"))
    }
}

/// Reads a page by the rules of the format: a family is announced once, its samples follow, none comes twice.
fn scrape(address: SocketAddr, path: &str) -> Scrape {
    let (status, head, body) = ask(address, path);
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{head}");
    assert!(body.ends_with('\n'));
    let mut scrape = Scrape { kinds: BTreeMap::new(), samples: BTreeMap::new() };
    let (mut family, mut kind) = (String::new(), String::new());
    for line in body.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').expect("a name and a text");
            assert!(!text.is_empty());
            family = name.to_owned();
            continue;
        }
        if let Some(announced) = line.strip_prefix("# TYPE ") {
            let (name, of) = announced.split_once(' ').expect("a name and a kind");
            assert_eq!(name, family);
            kind = of.to_owned();
            assert!(["counter", "gauge", "histogram", "summary"].contains(&of), "{line}");
            assert_eq!(scrape.kinds.insert(family.clone(), kind.clone()), None, "{family} once");
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').expect("a sample and a value");
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("a number: {line}"));
        let (name, labels) = match sample.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').expect("labels end")),
            None => (sample, ""),
        };
        let suffixes: &[&str] = match &*kind {
            "histogram" => &["_bucket", "_sum", "_count"],
            "summary" => &["", "_sum", "_count"],
            _ => &[""],
        };
        let suffix = name.strip_prefix(&*family).unwrap_or_else(|| panic!("{line} in {family}"));
        assert!(suffixes.contains(&suffix), "{line}");
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
        assert!(name.chars().all(legal), "{name}");
        assert!(kind != "counter" || (value >= 0.0 && family.ends_with("_total")), "{line}");
        let samples = scrape.samples.entry(name.to_owned()).or_default();
        assert_eq!(samples.insert(labels.to_owned(), value), None, "{line} once");
    }
    scrape
}

/// Status, head and body.
fn ask(address: SocketAddr, path: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").expect("there is room");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, format!("{head}\r\n"), body.to_owned())
}

fn serving() -> (World, Console) {
    let world = World::new();
    let console = Console::start("127.0.0.1:0", READINGS, Arc::default()).expect("a free port");
    console.serve(Arc::clone(&world.broker.node));
    (world, console)
}

/// A broker in memory whose roles get their turns from here.
struct World {
    broker: Broker,
    clock: Arc<ManualClock>,
    net: Arc<MemoryNet>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW_MS));
        let net = Arc::new(MemoryNet::new());
        let mut settings = Settings::default();
        for (key, value) in
            [("node.id", "1"), ("log.dirs", "/data"), ("listeners", "PLAINTEXT://127.0.0.1:9092")]
        {
            settings.add(key, value, Origin::Flag);
        }
        let environment = Environment {
            disk: Arc::new(MemoryDisk::with_clock(Arc::clone(&clock) as Arc<dyn Clock>)),
            net: Arc::clone(&net) as Arc<dyn Net>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::new(7)),
            cores: 2,
            memory_bytes: 1 << 30,
            opening: Arc::default(),
        };
        let broker = Broker::assemble(&environment, settings).expect("a fresh broker starts");
        Self { broker, clock, net }
    }

    fn run(&mut self) {
        for _ in 0..20 {
            for role in stepping::roles(&self.broker) {
                let now = self.clock.now();
                stepping::turn(&mut self.broker, role, now).expect("memory does not refuse to wait");
            }
        }
    }

    fn connect(&mut self) -> Box<dyn Stream> {
        let stream = self.net.connect(self.broker.bound[0].1).expect("the listener is bound");
        self.run();
        stream
    }

    fn send(&mut self, client: &mut dyn Stream, frame: &[u8]) {
        assert_eq!(client.write(&[IoSlice::new(frame)], false).expect("there is room"), frame.len());
        self.run();
    }

    /// The answer behind its correlation id.
    fn ask(&mut self, client: &mut dyn Stream, key: i16, version: i16, body: &[u8]) -> Vec<u8> {
        self.send(client, &frame(key, version, body));
        let (mut answer, mut some) = (Vec::new(), [0; 4096]);
        loop {
            match client.read(&mut some) {
                Ok(0) => panic!("the broker has closed the connection"),
                Ok(count) => answer.extend_from_slice(&some[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return answer[8..].to_vec(),
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn create(&mut self, client: &mut dyn Stream, topic: &str, partitions: i32) {
        let mut body = 1_i32.to_be_bytes().to_vec();
        string(&mut body, topic);
        body.extend_from_slice(&partitions.to_be_bytes());
        body.extend_from_slice(&1_i16.to_be_bytes());
        body.extend_from_slice(&[0; 8]);
        body.extend_from_slice(&1_000_i32.to_be_bytes());
        body.push(0);
        let answer = self.ask(client, 19, 2, &body);
        let error = 4 + 4 + 2 + topic.len();
        assert_eq!(answer[error..error + 2], [0, 0], "the topic is created");
    }
}

const NOW_MS: i64 = 1_700_000_000_000;

fn string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&i16::try_from(text.len()).unwrap().to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn frame(key: i16, version: i16, body: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend_from_slice(&key.to_be_bytes());
    head.extend_from_slice(&version.to_be_bytes());
    head.extend_from_slice(&7_i32.to_be_bytes());
    string(&mut head, "test");
    let length = i32::try_from(head.len() + body.len()).unwrap();
    [&length.to_be_bytes()[..], &head, body].concat()
}

fn batch(records: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None);
    (0..records).for_each(|_| builder.append(NOW_MS, Some(b"key"), Some(b"value"), &[]));
    builder.build().to_vec()
}

fn produce_body(topic: &str, partition: i32, acks: i16, records: &[u8]) -> Vec<u8> {
    let mut body = (-1_i16).to_be_bytes().to_vec();
    body.extend_from_slice(&acks.to_be_bytes());
    body.extend_from_slice(&1_000_i32.to_be_bytes());
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, topic);
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&partition.to_be_bytes());
    body.extend_from_slice(&i32::try_from(records.len()).unwrap().to_be_bytes());
    body.extend_from_slice(records);
    body
}

fn fetch_body(topic: &str, partition: i32) -> Vec<u8> {
    let mut body = (-1_i32).to_be_bytes().to_vec();
    [0_i32, 0, 1 << 20].iter().for_each(|word| body.extend_from_slice(&word.to_be_bytes()));
    body.push(0);
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, topic);
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&partition.to_be_bytes());
    body.extend_from_slice(&0_i64.to_be_bytes());
    body.extend_from_slice(&(1_i32 << 20).to_be_bytes());
    body
}

fn commit_body(group: &str, topic: &str, partition: i32, offset: i64) -> Vec<u8> {
    let mut body = Vec::new();
    string(&mut body, group);
    body.extend_from_slice(&(-1_i32).to_be_bytes());
    string(&mut body, "");
    body.extend_from_slice(&(-1_i64).to_be_bytes());
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, topic);
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&partition.to_be_bytes());
    body.extend_from_slice(&offset.to_be_bytes());
    string(&mut body, "");
    body
}
