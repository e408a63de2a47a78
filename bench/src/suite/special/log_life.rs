//! What goes on behind a log while it is used: deletion and compaction beside producers, compaction by itself, and
//! syncs before every acknowledgement.

use std::path::Path;
use std::time::{Duration, Instant};

use thalweg_wire::messages::IncrementalAlterConfigsRequest;
use thalweg_wire::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};

use super::Bound::{AtLeast, AtMost, KafkaOverOurs, OursOverKafka};
use super::{DISK, RESIDENT, Special, disk_sync_us, figures, needs_room, plan};
use crate::herd::{self, Job};
use crate::load::{self, Codec, Link, Measured, Plan, Topic, Work};
use crate::suite::Settings;
use crate::suite::server::{Server, Setup, System};
use crate::suite::store::Figures;
use crate::{Outcome, measure};

const WITH: &str = "p99 µs with deletion and compaction";
const WITHOUT: &str = "p99 µs without";
const TIMES: &str = "p99 with ÷ without";
const COMPACTED: &str = "MiB/s compacted";
const COMPACTION_CPU: &str = "CPU s of the compaction";
const MANY: &str = "acknowledged/s, 64 producers";
const ONE: &str = "acknowledged/s, one producer";
const MANY_OVER_ONE: &str = "64 producers ÷ one";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
    Special {
        name: "churn",
        title: "4,000/s of 16 KiB while 10 MiB/s of keyed records come in beside: with deletion and compaction running \
                over both topics, and without.",
        run: churn,
        bounds: &[AtMost(TIMES, 1.3)],
        kafka_repetitions: 0,
    },
    Special {
        name: "compaction",
        title: "4 GiB of 1 KiB records of a million keys in one partition, 128 MiB segments, compacted at once.",
        run: compaction,
        bounds: &[OursOverKafka(COMPACTED, 2.0), KafkaOverOurs(COMPACTION_CPU, 1.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "sync-each",
        title: "flush.messages=1, one partition, one 1 KiB record in flight each: 64 producers beside one.",
        run: sync_each,
        bounds: &[AtLeast(MANY_OVER_ONE, 10.0)],
        kafka_repetitions: 0,
    },
];

/// A load of small batches on a topic that is there.
struct Writers<'w> {
    topic: &'w str,
    partitions: u32,
    work: Work,
    connections: usize,
    in_flight: usize,
    rate: Option<f64>,
    window_s: f64,
}

impl Writers<'_> {
    fn run(&self, settings: &Settings, server: &Server) -> Outcome<Measured> {
        let plan = Plan {
            address: server.address,
            topic: Some(self.topic.to_owned()),
            partitions: self.partitions,
            work: self.work.clone(),
            connections: self.connections,
            in_flight: self.in_flight,
            rate: self.rate,
            watched: false,
            readable_bytes: 0,
            server_pid: server.pid,
            warm_up_least_s: 1.5,
            warm_up_most_s: 5.0,
            window_s: self.window_s,
        };
        crate::suite::load(settings, &plan)
    }
}

fn churn(settings: &Settings, system: System) -> Outcome<Figures> {
    let (with, without) = (churned(settings, system, true)?, churned(settings, system, false)?);
    let p99 = |measured: &Measured| measured.p99_ns as f64 / 1e3;
    Ok(figures([(WITH, p99(&with)), (WITHOUT, p99(&without)), (TIMES, p99(&with) / p99(&without))]))
}

/// The same load and the same feed of keyed records, on a fresh server.
fn churned(settings: &Settings, system: System, with: bool) -> Outcome<Measured> {
    needs_room(settings, 3 << 30)?;
    let both = ["log.cleaner.backoff.ms=100".to_owned()];
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    let kept = if with { "67108864" } else { "-1" };
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", kept), ("file.delete.delay.ms", "0")];
    let load = Topic { name: "churned", partitions: 8, configs: &configs };
    let keyed = if with { "compact" } else { "delete" };
    let configs = [
        ("cleanup.policy", keyed),
        ("retention.bytes", "-1"),
        ("segment.bytes", "8388608"),
        ("min.cleanable.dirty.ratio", "0.01"),
        ("file.delete.delay.ms", "0"),
    ];
    let fed = Topic { name: "fed", partitions: 1, configs: &configs };
    load::create_topic(server.address, &load)?;
    load::create_topic(server.address, &fed)?;
    let window_s = if settings.quick { 2.0 } else { 15.0 };
    let feed = Job::Feed {
        topic: fed.name.to_owned(),
        partitions: 1,
        keys: 50_000,
        records: 64,
        record_bytes: 1024,
        rate: 160.0,
    };
    // Fed from before the load begins until after it has ended.
    let mut feed = plan(settings, &server, feed);
    feed.window_s = window_s + 10.0;
    let mut feeder = crate::suite::begin(settings, "herd", &feed)?;
    let writers = Writers {
        topic: load.name,
        partitions: 8,
        work: Work::Produce { records: 148, record_bytes: 100, codec: Codec::None },
        connections: 16,
        in_flight: 1000,
        rate: Some(if settings.quick { 1000.0 } else { 4000.0 }),
        window_s,
    };
    let measured = writers.run(settings, &server);
    let has_fed = matches!(feeder.try_wait(), Ok(None));
    _ = feeder.kill();
    _ = feeder.wait();
    let measured = measured?;
    if !has_fed {
        return Err("the feed of keyed records ended before the load".to_owned());
    }
    if with && compacted_up_to(&server.data, fed.name) == 0 {
        return Err("nothing was compacted meanwhile".to_owned());
    }
    if with && bytes_on_disk(&server.data, load.name, 0) > 256 << 20 {
        return Err("nothing was deleted meanwhile".to_owned());
    }
    Ok(measured)
}

fn compaction(settings: &Settings, system: System) -> Outcome<Figures> {
    const TOPIC: &str = "keyed";
    const RECORDS: u32 = 256;
    let (bytes, keys): (u64, u64) = if settings.quick { (192 << 20, 50_000) } else { (4 << 30, 1_000_000) };
    // Beside the log, what replaces it.
    needs_room(settings, bytes / 2 * 3)?;
    let both = ["log.cleaner.backoff.ms=100".to_owned()];
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    let segment = if settings.quick { "33554432" } else { "134217728" };
    // Nothing may be compacted before a day has passed, until that is taken back.
    let configs = [
        ("cleanup.policy", "compact"),
        ("segment.bytes", segment),
        ("min.compaction.lag.ms", "86400000"),
        ("min.cleanable.dirty.ratio", "0.01"),
    ];
    load::create_topic(server.address, &Topic { name: TOPIC, partitions: 1, configs: &configs })?;
    let mut link = Link::open(server.address)?;
    let mut source = herd::Keys::new(keys, 1024);
    let mut written = 0;
    while written < bytes {
        let batch = source.batch(RECORDS);
        let frame = herd::produce_frame(TOPIC, 0, &batch)?;
        load::until_ready(|| herd::check_produced(herd::PRODUCE, &link.exchange(&frame)?))
            .map_err(|error| format!("a keyed batch: {error}"))?;
        written += batch.len() as u64;
    }
    let (end, before) = (active_segment(&server.data, TOPIC), bytes_on_disk(&server.data, TOPIC, 0));
    let (cpu, begun) = (measure::cpu_seconds(server.pid), Instant::now());
    alter_topic(server.address, TOPIC, "min.compaction.lag.ms", "0")?;
    while compacted_up_to(&server.data, TOPIC) < end {
        if begun.elapsed() > Duration::from_secs(300) {
            return Err("the compaction has not reached the log's end after five minutes".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let used = measure::cpu_seconds(server.pid) - cpu;
    Ok(figures([
        (COMPACTED, before as f64 / f64::from(1 << 20) / seconds),
        (COMPACTION_CPU, used),
        ("MiB before", before as f64 / f64::from(1 << 20)),
        (RESIDENT, measure::resident_mib(server.pid)),
    ]))
}

fn alter_topic(address: std::net::SocketAddr, topic: &str, key: &str, value: &str) -> Outcome {
    const TOPIC: i8 = 2;
    const SET: i8 = 0;
    let config = AlterableConfig { name: key, config_operation: SET, value: Some(value) };
    let resource = AlterConfigsResource { resource_type: TOPIC, resource_name: topic, configs: vec![config] };
    let request = IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
    load::call(address, 1, &request, |answer| {
        match answer.responses.iter().find(|answer| answer.error_code != 0) {
            Some(answer) => Err(format!("{key}={value}: error {}", answer.error_code)),
            None => Ok(()),
        }
    })
}

/// What the checkpoint of either broker says about partition 0: lines of `topic partition offset`.
fn compacted_up_to(data: &Path, topic: &str) -> u64 {
    let text = std::fs::read_to_string(data.join("cleaner-offset-checkpoint")).unwrap_or_default();
    let start = format!("{topic} 0 ");
    text.lines().find_map(|line| line.strip_prefix(&start)?.trim().parse().ok()).unwrap_or(0)
}

fn log_files(data: &Path, topic: &str, partition: u32) -> Vec<(u64, u64)> {
    let Ok(entries) = std::fs::read_dir(data.join(format!("{topic}-{partition}"))) else { return Vec::new() };
    let file = |entry: std::fs::DirEntry| {
        let base = entry.file_name().to_str()?.strip_suffix(".log")?.parse().ok()?;
        Some((base, entry.metadata().ok()?.len()))
    };
    entries.flatten().filter_map(file).collect()
}

/// Where the segment begins that is written to: nothing from there on is compacted.
fn active_segment(data: &Path, topic: &str) -> u64 {
    log_files(data, topic, 0).into_iter().map(|(base, _)| base).max().unwrap_or(0)
}

fn bytes_on_disk(data: &Path, topic: &str, partition: u32) -> u64 {
    log_files(data, topic, partition).into_iter().map(|(_, length)| length).sum()
}

fn sync_each(settings: &Settings, system: System) -> Outcome<Figures> {
    let server = Server::start_as(settings, system, Setup::default())?;
    let configs = [("flush.messages", "1"), ("segment.bytes", "33554432"), ("retention.bytes", "100663296")];
    load::create_topic(server.address, &Topic { name: "synced", partitions: 1, configs: &configs })?;
    let run = |connections| {
        let writers = Writers {
            topic: "synced",
            partitions: 1,
            work: Work::Produce { records: 1, record_bytes: 1024, codec: Codec::None },
            connections,
            in_flight: 1,
            rate: None,
            window_s: if settings.quick { 1.0 } else { 5.0 },
        };
        writers.run(settings, &server)
    };
    let (one, many) = (run(1)?, run(64)?);
    let rate = |measured: &Measured| measured.requests as f64 / measured.seconds;
    Ok(figures([
        (ONE, rate(&one)),
        (MANY, rate(&many)),
        (MANY_OVER_ONE, rate(&many) / rate(&one)),
        ("p99 µs, one producer", one.p99_ns as f64 / 1e3),
        ("p99 µs, 64 producers", many.p99_ns as f64 / 1e3),
        (DISK, disk_sync_us(settings)?),
    ]))
}
