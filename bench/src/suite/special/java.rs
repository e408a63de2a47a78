//! Java's own clients, the same for both brokers: what the broker's CPU and the client's rate come to.

use std::process::Command;

use super::Bound::{KafkaOverOurs, OursOverKafka};
use super::{RESIDENT, Special, figures};
use crate::load::{self, Topic};
use crate::suite::Settings;
use crate::suite::server::{Readable, Server, System};
use crate::suite::store::Figures;
use crate::{Outcome, measure};

const CPU_PER_RECORD: &str = "µs of broker CPU per record";
const RECORDS: &str = "records/s";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
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
    Special {
        name: "java-consumer",
        title: "Java's ConsumerPerformance with its defaults over 100-byte records in 16 KiB batches, 8 partitions; \
                the second of two runs.",
        run: java_consumer,
        bounds: &[OursOverKafka(RECORDS, 1.0), KafkaOverOurs(CPU_PER_RECORD, 4.0)],
        kafka_repetitions: 3,
    },
];

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

/// Java's ConsumerPerformance, twice over the same log, each time as a group of its own.
fn java_consumer(settings: &Settings, system: System) -> Outcome<Figures> {
    const PARTITIONS: i32 = 8;
    const BATCH: (u32, usize) = (148, 100);
    let bytes: u64 = if settings.quick { 16 << 20 } else { 128 << 20 };
    let server = Server::start(settings, system, Readable::default(), &[])?;
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", "-1")];
    let topic = Topic { name: "java-consumer", partitions: PARTITIONS, configs: &configs };
    load::create_topic(server.address, &topic)?;
    load::fill(server.address, &topic, BATCH.0, BATCH.1, bytes)?;
    let mut records = 0;
    for partition in 0..PARTITIONS as u32 {
        records += load::end_offset(server.address, topic.name, partition)?;
    }
    let (mut rate, mut cost) = (0.0, 0.0);
    for _ in 0..2 {
        let before = measure::cpu_seconds(server.pid);
        rate = consumer_performance(settings, &server, topic.name, records)?;
        cost = (measure::cpu_seconds(server.pid) - before) * 1e6 / records as f64;
    }
    Ok(figures([(CPU_PER_RECORD, cost), (RECORDS, rate), (RESIDENT, measure::resident_mib(server.pid))]))
}

fn consumer_performance(settings: &Settings, server: &Server, topic: &str, records: u64) -> Outcome<f64> {
    let mut command = Command::new("taskset");
    command.args(["-c", &settings.load_core]).arg(&settings.xtask);
    command.args(["kafka", "run", "org.apache.kafka.tools.ConsumerPerformance", "--topic", topic]);
    command.args(["--num-records", &records.to_string(), "--hide-header", "--timeout", "60000"]);
    command.args(["--bootstrap-server", &server.address.to_string()]);
    let output = command.output().map_err(|error| error.to_string())?;
    let shown = String::from_utf8_lossy(&output.stdout);
    let failed =
        || format!("ConsumerPerformance: {shown} {}", String::from_utf8_lossy(&output.stderr).trim());
    let (consumed, rate) = shown.lines().rev().find_map(consumed_and_rate).ok_or_else(failed)?;
    // The last poll may bring more than was asked for, never less.
    if consumed < records { Err(failed()) } else { Ok(rate) }
}

/// Out of `start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, fetch MB/s, fetch records/s`: how many,
/// and the rate while fetching.
fn consumed_and_rate(line: &str) -> Option<(u64, f64)> {
    let columns: Vec<&str> = line.split(", ").map(str::trim).collect();
    if columns.len() != 10 {
        return None;
    }
    Some((columns[4].parse().ok()?, columns[9].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_lines_are_understood() {
        let produced = "10000000 records sent, 123456.7 records/sec (11.77 MB/sec), 3 ms avg";
        assert_eq!(records_per_second(produced), Some(123_456.7));
        let consumed = "2026-01-01 00:00:00:000, 2026-01-01 00:00:02:000, 95.4, 47.7, 1000010, 500005.0, 350, 1650, \
                        57.8, 606066.6";
        assert_eq!(consumed_and_rate(consumed), Some((1_000_010, 606_066.6)));
        assert_eq!(consumed_and_rate("WARN: Exiting before consuming"), None);
    }
}
