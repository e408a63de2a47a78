//! Groups, committed offsets and transactions: what they cost the server, beside what the disk takes for a sync.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::{OffsetCommitRequest, OffsetFetchRequest};

use super::Bound::{AtLeast, AtLeastWhere, AtMost, KafkaOverOurs, OursOverKafka};
use super::{DISK, RESIDENT, SERVED_AGAIN, Special, disk_sync_us, figures, job};
use crate::herd::{self, Job, Protocol, Tally};
use crate::load::{self, Link, Topic};
use crate::suite::Settings;
use crate::suite::server::{Server, Setup, System};
use crate::suite::store::Figures;
use crate::{Outcome, measure};

const COMMITS_SYNCED: &str = "commits/s, each synced";
const COMMITS: &str = "commits/s, synced in the background";
const COMMITS_P99_SYNCED: &str = "p99 µs of a commit, each synced";
const COMMIT_CPU: &str = "µs of broker CPU per commit in the background";
const CORE: &str = "% of a core";
const CLASSIC: &str = "s from the first join to stable, classic";
const CONSUMER: &str = "s from the first join to stable, consumer";
const TRANSACTIONS_SYNCED: &str = "transactions/s, each synced";
const TRANSACTIONS: &str = "transactions/s, synced in the background";
const SYNCS: &str = "syncs per transaction";
const COMMITTED: &str = "CPU s/GiB read_committed";
const UNCOMMITTED: &str = "CPU s/GiB read_uncommitted";
const COMMITTED_COST: &str = "CPU of read_committed ÷ read_uncommitted";
const COMMITTED_RATE: &str = "rate of read_committed ÷ read_uncommitted";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
    Special {
        name: "offset-commits",
        title: "1,000 members in 10 classic groups, each with one commit of one partition in flight. Kafka never \
                syncs them.",
        run: offset_commits,
        bounds: &[
            AtLeastWhere(COMMITS_SYNCED, 20_000.0, DISK, 50.0),
            AtLeastWhere(COMMITS, 100_000.0, DISK, 50.0),
        ],
        kafka_repetitions: 1,
    },
    Special {
        name: "heartbeats",
        title: "10,000 members in 100 classic groups, a connection each, a heartbeat every 3 s.",
        run: heartbeats,
        bounds: &[AtMost(CORE, 5.0)],
        kafka_repetitions: 0,
    },
    Special {
        name: "rebalance",
        title: "100 members join a group for 1,000 partitions at once, no initial delay, heartbeats and the next \
                generation's news every 100 ms; the median of the last three of five groups.",
        run: rebalance,
        bounds: &[KafkaOverOurs(CLASSIC, 1.0), KafkaOverOurs(CONSUMER, 1.0)],
        kafka_repetitions: 3,
    },
    Special {
        name: "transactions",
        title: "One producer, transactions of one 1 KiB record, one after the other. Kafka never syncs them.",
        run: transactions,
        bounds: &[OursOverKafka(TRANSACTIONS, 2.0), AtMost(SYNCS, 3.0)],
        kafka_repetitions: 3,
    },
    Special {
        name: "read-committed",
        title: "Fetches of 1 MiB from a log of transactions of 1 MiB, every tenth one aborted, 8 connections.",
        run: read_committed,
        bounds: &[AtMost(COMMITTED_COST, 1.05), AtLeast(COMMITTED_RATE, 0.95)],
        kafka_repetitions: 0,
    },
    Special {
        name: "restart-offsets",
        title: "1,000,000 committed offsets (1,000 groups of 1,000 partitions), a clean stop, and a start until every \
                group's offsets are given out.",
        run: restart_with_offsets,
        bounds: &[AtMost(SERVED_AGAIN, 2.0), AtMost(RESIDENT, 400.0)],
        kafka_repetitions: 1,
    },
];

const ALWAYS: &str = "thalweg.coordinator.flush=always";
const BACKGROUND: &str = "thalweg.coordinator.flush=background";

fn delayed(ms: u32) -> [String; 1] {
    [format!("group.initial.rebalance.delay.ms={ms}")]
}

fn offset_commits(settings: &Settings, system: System) -> Outcome<Figures> {
    let (groups, members) = if settings.quick { (4, 25) } else { (10, 100) };
    let run = |own: &[&str]| {
        let both = delayed(1000);
        let server = Server::start_as(settings, system, Setup { both: &both, own, ..Setup::default() })?;
        let topic = Topic { name: "committed", partitions: members as i32, configs: &[] };
        load::create_topic(server.address, &topic)?;
        job(settings, &server, Job::Commits { topic: "committed".to_owned(), groups, members })
    };
    let background = run(&[BACKGROUND])?;
    let mut found = figures([
        (COMMITS, background.per_second()),
        (COMMIT_CPU, background.us_each()),
        (RESIDENT, background.server_rss_mib),
        (DISK, disk_sync_us(settings)?),
    ]);
    if system == System::Thalweg {
        let always = run(&[ALWAYS])?;
        found.extend(figures([(COMMITS_SYNCED, always.per_second()), (COMMITS_P99_SYNCED, always.p99_us)]));
    }
    Ok(found)
}

fn heartbeats(settings: &Settings, system: System) -> Outcome<Figures> {
    let (groups, members) = if settings.quick { (10, 50) } else { (100, 100) };
    let both = delayed(3000);
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    load::create_topic(server.address, &Topic { name: "beaten", partitions: members as i32, configs: &[] })?;
    let what = Job::Heartbeats { topic: "beaten".to_owned(), groups, members, interval_ms: 3000 };
    let mut plan = super::plan(settings, &server, what);
    // A whole interval until all keep the long one, and whole intervals in the window.
    plan.warm_up_s = 4.0;
    plan.window_s = if settings.quick { 3.0 } else { 15.0 };
    let tally = crate::suite::herd(settings, &plan)?;
    let (wanted, seen) = ((groups * members) as f64 / 3.0, tally.per_second());
    if seen < wanted * 0.9 {
        return Err(format!("{seen:.0} heartbeats a second, {wanted:.0} were to be"));
    }
    let core = tally.server_cpu_s / tally.seconds * 100.0;
    Ok(figures([(CORE, core), ("heartbeats/s", seen), (RESIDENT, tally.server_rss_mib)]))
}

fn rebalance(settings: &Settings, system: System) -> Outcome<Figures> {
    let (members, partitions) = if settings.quick { (20, 200) } else { (100, 1000) };
    let both = [
        "group.initial.rebalance.delay.ms=0",
        "group.consumer.min.heartbeat.interval.ms=100",
        "group.consumer.heartbeat.interval.ms=100",
        "group.consumer.assignment.interval.ms=0",
    ]
    .map(str::to_owned);
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    let topic = "rebalanced".to_owned();
    load::create_topic(server.address, &Topic { name: &topic, partitions: partitions as i32, configs: &[] })?;
    let run = |protocol: Protocol| -> Outcome<f64> {
        let mut times = Vec::new();
        for round in 0..5 {
            let what = Job::Rebalance {
                group: format!("{protocol:?}-{round}"),
                topic: topic.clone(),
                partitions,
                members,
                protocol,
                heartbeat_ms: 100,
            };
            times.push(job(settings, &server, what)?.seconds);
        }
        let last = &mut times[2..];
        last.sort_by(f64::total_cmp);
        Ok(last[1])
    };
    Ok(figures([(CLASSIC, run(Protocol::Classic)?), (CONSUMER, run(Protocol::Consumer)?)]))
}

fn transactions(settings: &Settings, system: System) -> Outcome<Figures> {
    let start = |own: &[&str]| {
        let server = Server::start_as(settings, system, Setup { own, ..Setup::default() })?;
        load::create_topic(server.address, &Topic { name: "transacted", partitions: 1, configs: &[] })?;
        Ok::<_, String>(server)
    };
    let what = || Job::Transactions { topic: "transacted".to_owned(), record_bytes: 1024 };
    let background = {
        let server = start(&[BACKGROUND])?;
        job(settings, &server, what())?
    };
    let mut found = figures([
        (TRANSACTIONS, background.per_second()),
        ("p99 µs in the background", background.p99_us),
        (DISK, disk_sync_us(settings)?),
    ]);
    if system == System::Thalweg {
        let server = start(&[ALWAYS])?;
        let always = job(settings, &server, what())?;
        let times = 1e6 / always.per_second() / found[DISK];
        found.extend(figures([
            (TRANSACTIONS_SYNCED, always.per_second()),
            ("time of a synced one in fdatasyncs of this disk", times),
        ]));
        // Counted in a run of its own: being watched takes longer.
        if let Some(count) = SyncCount::begin(settings, &server)? {
            let watched = job(settings, &server, what())?;
            let transactions = watched.total.max(1) as f64;
            found.extend(figures([(SYNCS, count.end()? as f64 / transactions)]));
        }
    }
    Ok(found)
}

/// Counts a server's syncs with strace, where there is one and it may.
struct SyncCount {
    strace: Child,
    output: std::path::PathBuf,
}

impl SyncCount {
    fn begin(settings: &Settings, server: &Server) -> Outcome<Option<Self>> {
        let output = settings.scratch.join("syncs");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-c", "-U", "calls,name", "-e", "trace=fsync,fdatasync,sync_file_range"]);
        command.arg("-o").arg(&output).args(["-p", &server.pid.to_string()]);
        let strace = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(mut strace) = strace else { return Ok(None) };
        std::thread::sleep(Duration::from_millis(500));
        if !matches!(strace.try_wait(), Ok(None)) {
            return Ok(None);
        }
        Ok(Some(Self { strace, output }))
    }

    fn end(mut self) -> Outcome<u64> {
        if let Some(pid) = rustix::process::Pid::from_raw(self.strace.id() as i32) {
            _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
        _ = self.strace.wait();
        let text = std::fs::read_to_string(&self.output).map_err(|error| error.to_string())?;
        _ = std::fs::remove_file(&self.output);
        Ok(syncs(&text))
    }
}

/// Out of lines of `calls name`.
fn syncs(summary: &str) -> u64 {
    let calls = |line: &str| {
        let (calls, name) = line.trim().split_once(char::is_whitespace)?;
        matches!(name.trim(), "fsync" | "fdatasync").then(|| calls.parse::<u64>().ok())?
    };
    summary.lines().filter_map(calls).sum()
}

fn read_committed(settings: &Settings, system: System) -> Outcome<Figures> {
    const PARTITIONS: u32 = 8;
    let bytes: u64 = if settings.quick { 8 << 20 } else { 96 << 20 };
    let server = Server::start_as(settings, system, Setup { own: &[BACKGROUND], ..Setup::default() })?;
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", "-1")];
    let topic = Topic { name: "decided", partitions: PARTITIONS as i32, configs: &configs };
    load::create_topic(server.address, &topic)?;
    herd::fill_with_transactions(server.address, topic.name, PARTITIONS, bytes)?;
    let run = |committed: bool| {
        let what = Job::Fetch {
            topic: topic.name.to_owned(),
            partitions: PARTITIONS,
            connections: PARTITIONS as usize,
            bytes: 1 << 20,
            committed,
        };
        job(settings, &server, what)
    };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        without.push(run(false)?);
        with.push(run(true)?);
    }
    let cost = |runs: &[Tally]| median(runs.iter().map(Tally::cpu_per_gib).collect());
    let rate = |runs: &[Tally]| median(runs.iter().map(|run| run.bytes as f64 / run.seconds).collect());
    Ok(figures([
        (COMMITTED, cost(&with)),
        (UNCOMMITTED, cost(&without)),
        (COMMITTED_COST, cost(&with) / cost(&without)),
        (COMMITTED_RATE, rate(&with) / rate(&without)),
    ]))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn restart_with_offsets(settings: &Settings, system: System) -> Outcome<Figures> {
    const TOPIC: &str = "remembered";
    const PARTITIONS: i32 = 1000;
    let groups = herd::group_names("remembering", if settings.quick { 50 } else { 1000 });
    let server = Server::start_as(settings, system, Setup::default())?;
    load::create_topic(server.address, &Topic { name: TOPIC, partitions: PARTITIONS, configs: &[] })?;
    herd::find_coordinators(server.address, 0, &groups)?;
    let mut link = Link::open(server.address)?;
    for (number, group) in groups.iter().enumerate() {
        let partition = |index| OffsetCommitRequestPartition {
            partition_index: index,
            committed_offset: number as i64,
            committed_leader_epoch: -1,
            committed_metadata: Some(""),
        };
        let request = OffsetCommitRequest {
            group_id: group,
            topics: vec![OffsetCommitRequestTopic {
                name: TOPIC,
                partitions: (0..PARTITIONS).map(partition).collect(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let commit = || {
            link.call(9, &request, |answer| {
                let mut partitions = answer.topics.iter().flat_map(|topic| &topic.partitions);
                Ok(partitions.find(|of| of.error_code != 0).map_or(0, |of| of.error_code))
            })
        };
        load::until_ready(commit).map_err(|error| format!("a commit of {group}: {error}"))?;
    }
    let data = server.leave(true);
    let begun = Instant::now();
    let again = Server::start_as(settings, system, Setup { data: Some(data), ..Setup::default() })?;
    let mut link = Link::open(again.address)?;
    for (first, some) in groups.chunks(100).enumerate().map(|(number, some)| (number * 100, some)) {
        while !are_given_out(&mut link, TOPIC, some, first)? {
            if begun.elapsed() > Duration::from_secs(120) {
                return Err("the offsets are not given out two minutes after the restart".to_owned());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    Ok(figures([
        (SERVED_AGAIN, begun.elapsed().as_secs_f64()),
        (RESIDENT, measure::resident_mib(again.pid)),
        ("offsets", groups.len() as f64 * f64::from(PARTITIONS)),
    ]))
}

/// Whether each of these groups answers with what it has committed; `first` is the first one's number.
fn are_given_out(link: &mut Link, topic: &str, groups: &[String], first: usize) -> Outcome<bool> {
    let asked = |group_id| OffsetFetchRequestGroup {
        group_id,
        topics: Some(vec![OffsetFetchRequestTopics {
            name: topic,
            partition_indexes: vec![0, 999],
            ..Default::default()
        }]),
        ..Default::default()
    };
    let request = OffsetFetchRequest {
        groups: groups.iter().map(|group| asked(group.as_str())).collect(),
        ..Default::default()
    };
    link.call(8, &request, |answer| {
        if answer.groups.iter().any(|group| group.error_code != 0) {
            return Ok(false);
        }
        for group in &answer.groups {
            let number = groups.iter().position(|name| name == group.group_id);
            let wanted = number.map(|number| (first + number) as i64);
            let mut partitions = group.topics.iter().flat_map(|topic| &topic.partitions);
            if !partitions.all(|partition| Some(partition.committed_offset) == wanted) {
                return Err(format!("{} has lost what it had committed", group.group_id));
            }
        }
        Ok(answer.groups.len() == groups.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straces_summary_is_understood() {
        assert_eq!(
            syncs("    calls syscall\n--------- ---------\n     3000 fdatasync\n        2 fsync\n"),
            3002
        );
        assert_eq!(syncs(""), 0);
    }
}
