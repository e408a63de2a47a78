//! Cases that no load plan describes: starting, idling, ten thousand partitions, Java's own producer.

use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use super::Settings;
use super::server::{Readable, Server, System};
use super::store::Figures;
use crate::load::{self, Topic};
use crate::{Outcome, measure};

/// One row of the table that is not a load.
#[derive(Debug)]
pub struct Special {
    pub name: &'static str,
    pub title: &'static str,
    /// One run of one broker.
    pub run: fn(&Settings, System) -> Outcome<Figures>,
    pub bounds: &'static [Bound],
    /// Runs of Kafka that are enough; they take minutes.
    kafka_repetitions: usize,
}

/// A bound on a figure of ours.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// By itself.
    AtMost(&'static str, f64),
    /// Kafka's is at least so many times ours.
    KafkaOverOurs(&'static str, f64),
    /// Ours is at least so many times Kafka's.
    OursOverKafka(&'static str, f64),
}

use Bound::{AtMost, KafkaOverOurs, OursOverKafka};

impl Special {
    /// Runs of a system that are enough.
    pub fn repetitions(&self, system: System) -> usize {
        if system == System::Kafka { self.kafka_repetitions } else { usize::MAX }
    }
}

const ANSWERED: &str = "ms to the first answer";
const CORE: &str = "% of a core";
const RESIDENT: &str = "MiB resident";
const SERVED: &str = "s until all are served";
const SERVED_AGAIN: &str = "s from the restart until all are served";
const STOPPED: &str = "s for the clean stop";
const RESIDENT_AGAIN: &str = "MiB resident after the restart";
const CPU_PER_RECORD: &str = "µs of broker CPU per record";
const RECORDS: &str = "records/s";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
    Special {
        name: "start",
        title: "Empty data directory to the first answered request (ApiVersions).",
        run: start,
        bounds: &[AtMost(ANSWERED, 50.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "idle",
        title: "1,000 connections, 1,000 partitions, no requests.",
        run: idle,
        bounds: &[AtMost(CORE, 1.0), AtMost(RESIDENT, 64.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "partitions-10000",
        title: "10,000 partitions in 10 topics, made one topic after the other.",
        run: ten_thousand_partitions,
        bounds: &[AtMost(SERVED, 4.0), AtMost(RESIDENT, 150.0), AtMost(SERVED_AGAIN, 2.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "java-producer",
        title: "Java's ProducerPerformance with its defaults, records of 100 bytes, 8 partitions, a JVM and a broker \
                warmed by one run before.",
        run: java_producer,
        bounds: &[OursOverKafka(RECORDS, 1.0), KafkaOverOurs(CPU_PER_RECORD, 4.0)],
        kafka_repetitions: 3,
    },
    Special {
        name: "java-1000-partitions",
        title: "ProducerPerformance, 1 million records of 100 bytes over 1,000 partitions in turn, a broker warmed by \
                one run before.",
        run: java_thousand_partitions,
        bounds: &[KafkaOverOurs(CPU_PER_RECORD, 8.0), OursOverKafka(RECORDS, 3.0)],
        kafka_repetitions: 3,
    },
];

fn figures<const N: usize>(named: [(&str, f64); N]) -> Figures {
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn start(settings: &Settings, system: System) -> Outcome<Figures> {
    let server = Server::start(settings, system, Readable::default(), &[])?;
    Ok(figures([(ANSWERED, server.started_in.as_secs_f64() * 1e3)]))
}

fn idle(settings: &Settings, system: System) -> Outcome<Figures> {
    let server = Server::start(settings, system, Readable::default(), &[])?;
    load::create_topic(server.address, &Topic { name: "idle", partitions: 1000, configs: &[] })?;
    let connections: Vec<TcpStream> =
        (0..1000).filter_map(|_| TcpStream::connect(server.address).ok()).collect();
    if connections.len() < 1000 {
        return Err(format!("only {} of 1,000 connections", connections.len()));
    }
    std::thread::sleep(Duration::from_secs(3));
    let (before, begun) = (measure::cpu_seconds(server.pid), Instant::now());
    std::thread::sleep(Duration::from_secs(10));
    let share = (measure::cpu_seconds(server.pid) - before) / begun.elapsed().as_secs_f64();
    Ok(figures([(CORE, share * 100.0), (RESIDENT, measure::resident_mib(server.pid))]))
}

fn ten_thousand_partitions(settings: &Settings, system: System) -> Outcome<Figures> {
    let names: Vec<String> = (0..10).map(|number| format!("many-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut server = Server::start(settings, system, Readable::default(), &[])?;
    let begun = Instant::now();
    for name in &names {
        load::create_topic(server.address, &Topic { name, partitions: 1000, configs: &[] })?;
    }
    wait_until_all_serve(&server, &names)?;
    let served = begun.elapsed().as_secs_f64();
    let resident = measure::resident_mib(server.pid);
    let begun = Instant::now();
    server.stop();
    let stopped = begun.elapsed().as_secs_f64();
    let data = std::mem::take(&mut server.data);
    let begun = Instant::now();
    let again = Server::start_on(settings, system, Readable::default(), &[], data)?;
    wait_until_all_serve(&again, &names)?;
    Ok(figures([
        (SERVED, served),
        (RESIDENT, resident),
        (STOPPED, stopped),
        (SERVED_AGAIN, begun.elapsed().as_secs_f64()),
        (RESIDENT_AGAIN, measure::resident_mib(again.pid)),
    ]))
}

fn wait_until_all_serve(server: &Server, names: &[&str]) -> Outcome {
    let deadline = Instant::now() + Duration::from_secs(180);
    while !load::metadata_serves(server.address, names, 1000).unwrap_or(false) {
        if Instant::now() > deadline {
            return Err("10,000 partitions are not served after three minutes".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn java_producer(settings: &Settings, system: System) -> Outcome<Figures> {
    let records = if settings.quick { 2_000_000 } else { 10_000_000 };
    java(settings, system, "java-producer", 8, records, &[])
}

fn java_thousand_partitions(settings: &Settings, system: System) -> Outcome<Figures> {
    // The default partitioner fills a batch before it moves on, and would spread nothing.
    let spread = ["partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner"];
    java(settings, system, "java-1000-partitions", 1000, 1_000_000, &spread)
}

/// Java's ProducerPerformance with its defaults, but for `producer`, on the load's core, the same for both brokers.
fn java(
    settings: &Settings,
    system: System,
    name: &str,
    partitions: i32,
    records: u64,
    producer: &[&str],
) -> Outcome<Figures> {
    let server = Server::start(settings, system, Readable::default(), &[])?;
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", "100663296")];
    load::create_topic(server.address, &Topic { name, partitions, configs: &configs })?;
    let (mut rate, mut cost) = (0.0, 0.0);
    for _ in 0..2 {
        let before = measure::cpu_seconds(server.pid);
        rate = producer_performance(settings, &server, name, records, producer)?;
        cost = (measure::cpu_seconds(server.pid) - before) * 1e6 / records as f64;
    }
    Ok(figures([(CPU_PER_RECORD, cost), (RECORDS, rate), (RESIDENT, measure::resident_mib(server.pid))]))
}

fn producer_performance(
    settings: &Settings,
    server: &Server,
    topic: &str,
    records: u64,
    producer: &[&str],
) -> Outcome<f64> {
    let mut command = Command::new("taskset");
    command.args(["-c", &settings.load_core]).arg(&settings.xtask);
    command.args(["kafka", "run", "org.apache.kafka.tools.ProducerPerformance", "--topic", topic]);
    command.args(["--num-records", &records.to_string(), "--record-size", "100", "--throughput", "-1"]);
    command.args(["--producer-props", &format!("bootstrap.servers={}", server.address)]);
    command.args(producer);
    let output = command.output().map_err(|error| error.to_string())?;
    let shown = String::from_utf8_lossy(&output.stdout);
    let last = shown.lines().rfind(|line| line.contains("records/sec"));
    last.and_then(records_per_second)
        .ok_or_else(|| format!("ProducerPerformance: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Out of `10000000 records sent, 123456.7 records/sec (11.77 MB/sec), …`.
fn records_per_second(line: &str) -> Option<f64> {
    line.split(", ").find_map(|part| part.split_once(" records/sec")?.0.trim().parse().ok())
}
