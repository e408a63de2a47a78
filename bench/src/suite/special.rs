//! Cases that no load plan describes: starting, idling, ten thousand partitions, Java's own producer.

use std::fmt::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use super::Settings;
use super::server::{Readable, Server, System};
use crate::load::{self, Topic};
use crate::{Outcome, measure};

type Special = fn(&Settings) -> Outcome<String>;

/// By name, in the order of the report.
pub const ALL: [(&str, Special); 5] = [
    ("start", start),
    ("idle", idle),
    ("partitions-10000", ten_thousand_partitions),
    ("java-producer", java_producer),
    ("java-1000-partitions", java_thousand_partitions),
];

fn brokers(settings: &Settings) -> impl Iterator<Item = System> {
    settings.systems.iter().copied().filter(|system| *system != System::Reference)
}

fn start(settings: &Settings) -> Outcome<String> {
    let mut text =
        "## start\n\nEmpty data directory to the first answered request (ApiVersions); demanded < 50 ms.\n\n"
            .to_owned();
    for system in brokers(settings) {
        let repetitions = if system == System::Kafka { 1 } else { settings.repetitions };
        let mut times = Vec::new();
        for _ in 0..repetitions {
            times.push(Server::start(settings, system, Readable::default())?.started_in.as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        _ = writeln!(text, "- {}: {:.1} ms (median of {repetitions})", system.name(), times[times.len() / 2]);
    }
    Ok(text)
}

fn idle(settings: &Settings) -> Outcome<String> {
    let mut text =
        "## idle\n\n1,000 connections, 1,000 partitions, no requests; demanded < 1 % of a core, < 64 MiB.\n\n".to_owned();
    for system in brokers(settings) {
        let server = Server::start(settings, system, Readable::default())?;
        load::create_topic(server.address, &Topic { name: "idle", partitions: 1000, configs: &[] })?;
        let connections: Vec<TcpStream> =
            (0..1000).filter_map(|_| TcpStream::connect(server.address).ok()).collect();
        std::thread::sleep(Duration::from_secs(3));
        let (before, begun) = (measure::cpu_seconds(server.pid), Instant::now());
        std::thread::sleep(Duration::from_secs(10));
        let share = (measure::cpu_seconds(server.pid) - before) / begun.elapsed().as_secs_f64();
        _ = writeln!(
            text,
            "- {}: {:.2} % of a core, {:.0} MiB resident, {} connections",
            system.name(),
            share * 100.0,
            measure::resident_mib(server.pid),
            connections.len(),
        );
    }
    Ok(text)
}

fn ten_thousand_partitions(settings: &Settings) -> Outcome<String> {
    let mut text = "## partitions-10000\n\n10,000 partitions in 10 topics, made one topic after the other; \
                    demanded ≤ 4 s until all are served, ≤ 150 MiB, ≤ 2 s for a clean restart.\n\n"
        .to_owned();
    let names: Vec<String> = (0..10).map(|number| format!("many-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for system in brokers(settings) {
        let mut server = Server::start(settings, system, Readable::default())?;
        let begun = Instant::now();
        for name in &names {
            load::create_topic(server.address, &Topic { name, partitions: 1000, configs: &[] })?;
        }
        wait_until_all_serve(&server, &names)?;
        let made_in = begun.elapsed().as_secs_f64();
        let memory = measure::resident_mib(server.pid);
        let begun = Instant::now();
        server.stop();
        let stopped_in = begun.elapsed().as_secs_f64();
        let data = std::mem::take(&mut server.data);
        let begun = Instant::now();
        let again = Server::start_on(settings, system, Readable::default(), data)?;
        wait_until_all_serve(&again, &names)?;
        _ = writeln!(
            text,
            "- {}: served after {made_in:.2} s, {memory:.0} MiB; clean stop {stopped_in:.2} s; all served again after {:.2} s, {:.0} MiB",
            system.name(),
            begun.elapsed().as_secs_f64(),
            measure::resident_mib(again.pid),
        );
    }
    Ok(text)
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

fn java_producer(settings: &Settings) -> Outcome<String> {
    let records = if settings.quick { 2_000_000 } else { 10_000_000 };
    java(settings, "java-producer", 8, records, &[], "never slower than Kafka, ≤ 1/4 of its broker CPU")
}

fn java_thousand_partitions(settings: &Settings) -> Outcome<String> {
    java(
        settings,
        "java-1000-partitions",
        1000,
        1_000_000,
        // The default partitioner fills a batch before it moves on, and would spread nothing.
        &["partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner"],
        "≥ 8 × less broker CPU per record, ≥ 3 × Kafka's throughput",
    )
}

/// Java's ProducerPerformance with its defaults, but for `producer`, on the load's core, the same for both brokers.
fn java(
    settings: &Settings,
    name: &str,
    partitions: i32,
    records: u64,
    producer: &[&str],
    demand: &str,
) -> Outcome<String> {
    let mut text = format!(
        "## {name}\n\nProducerPerformance, {records} records of 100 bytes, {partitions} partitions, a JVM warmed by one run \
         before; demanded: {demand}.\n\n"
    );
    for system in brokers(settings) {
        let server = Server::start(settings, system, Readable::default())?;
        let configs = [("segment.bytes", "33554432"), ("retention.bytes", "100663296")];
        load::create_topic(server.address, &Topic { name, partitions, configs: &configs })?;
        let mut last = String::new();
        let mut cost = 0.0;
        for _ in 0..2 {
            let before = measure::cpu_seconds(server.pid);
            last = producer_performance(settings, &server, name, records, producer)?;
            cost = (measure::cpu_seconds(server.pid) - before) * 1e6 / records as f64;
        }
        _ = writeln!(text, "- {}: {cost:.2} µs of broker CPU per record; {last}", system.name());
    }
    Ok(text)
}

fn producer_performance(
    settings: &Settings,
    server: &Server,
    topic: &str,
    records: u64,
    producer: &[&str],
) -> Outcome<String> {
    let mut command = Command::new("taskset");
    command.args(["-c", &settings.load_core]).arg(&settings.xtask);
    command.args(["kafka", "run", "org.apache.kafka.tools.ProducerPerformance", "--topic", topic]);
    command.args(["--num-records", &records.to_string(), "--record-size", "100", "--throughput", "-1"]);
    command.args(["--producer-props", &format!("bootstrap.servers={}", server.address)]);
    command.args(producer);
    let output = command.output().map_err(|error| error.to_string())?;
    let shown = String::from_utf8_lossy(&output.stdout);
    let last = shown.lines().rfind(|line| line.contains("records/sec"));
    last.map(str::to_owned)
        .ok_or_else(|| format!("ProducerPerformance: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
