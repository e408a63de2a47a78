//! Starts on data that are there: after a clean stop, and after the process was killed with everything unflushed.

use std::time::{Duration, Instant};

use thalweg_wire::messages::DeleteTopicsRequest;
use thalweg_wire::messages::ListOffsetsRequest;
use thalweg_wire::messages::delete_topics_request::DeleteTopicState;
use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};

use super::Bound::{AtMost, KafkaOverOurs};
use super::{RESIDENT, SERVED_AGAIN, Special, figures, needs_room};
use crate::load::{self, Link, Topic};
use crate::suite::Settings;
use crate::suite::server::{Server, Setup, System};
use crate::suite::store::Figures;
use crate::{Outcome, herd, measure};

const AFTER_KILL: &str = "s from the start after kill -9 until all are served";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
    Special {
        name: "killed-6-gib",
        title: "kill -9 with 6 GiB in one partition that no checkpoint covers, segments of 1 GiB.",
        run: killed_with_much_unflushed,
        bounds: &[KafkaOverOurs(AFTER_KILL, 3.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "restarts-10000",
        title: "10,000 partitions with a record each: a clean stop and a start, then kill -9 and a start.",
        run: ten_thousand_partitions,
        bounds: &[AtMost(SERVED_AGAIN, 2.0), KafkaOverOurs(AFTER_KILL, 20.0)],
        kafka_repetitions: 1,
    },
    Special {
        name: "restart-10-gib",
        title: "8 GiB in 8 partitions, 2 GiB of a topic that was just deleted, 32 MiB segments: a clean stop and a \
                start.",
        run: ten_gib,
        bounds: &[AtMost(SERVED_AGAIN, 1.0)],
        kafka_repetitions: 0,
    },
];

/// No checkpoint while a case runs.
const NO_CHECKPOINT: &str = "log.flush.offset.checkpoint.interval.ms=3600000";
/// 1 MiB, of 1 KiB records.
const BATCH: (u32, usize) = (1009, 1024);

fn killed_with_much_unflushed(settings: &Settings, system: System) -> Outcome<Figures> {
    let bytes: u64 = if settings.quick { 256 << 20 } else { 6 << 30 };
    needs_room(settings, bytes)?;
    let both = [NO_CHECKPOINT.to_owned()];
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    let configs = [("segment.bytes", "1073741824"), ("retention.bytes", "-1")];
    let topic = Topic { name: "unflushed", partitions: 1, configs: &configs };
    load::create_topic(server.address, &topic)?;
    load::fill(server.address, &topic, BATCH.0, BATCH.1, bytes)?;
    let end = load::end_offset(server.address, topic.name, 0)?;
    let data = server.leave(false);
    let begun = Instant::now();
    let again =
        Server::start_as(settings, system, Setup { both: &both, data: Some(data), ..Setup::default() })?;
    wait_for_ends(&again, &[topic.name], 1, end as i64)?;
    Ok(figures([
        (AFTER_KILL, begun.elapsed().as_secs_f64()),
        ("MiB recovered", bytes as f64 / f64::from(1 << 20)),
        (RESIDENT, measure::resident_mib(again.pid)),
    ]))
}

fn ten_thousand_partitions(settings: &Settings, system: System) -> Outcome<Figures> {
    let (topics, partitions) = if settings.quick { (4, 100) } else { (10, 1000) };
    let names: Vec<String> = (0..topics).map(|number| format!("many-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let both = [NO_CHECKPOINT.to_owned()];
    let mut server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    for name in &names {
        load::create_topic(server.address, &Topic { name, partitions, configs: &[] })?;
    }
    let mut times = Vec::new();
    for (round, is_clean) in [true, false].into_iter().enumerate() {
        append_to_each(&server, &names, partitions)?;
        let data = server.leave(is_clean);
        let begun = Instant::now();
        server =
            Server::start_as(settings, system, Setup { both: &both, data: Some(data), ..Setup::default() })?;
        wait_for_ends(&server, &names, partitions, round as i64 + 1)?;
        times.push(begun.elapsed().as_secs_f64());
    }
    Ok(figures([
        (SERVED_AGAIN, times[0]),
        (AFTER_KILL, times[1]),
        (RESIDENT, measure::resident_mib(server.pid)),
    ]))
}

/// One record for every partition.
fn append_to_each(server: &Server, names: &[&str], partitions: i32) -> Outcome {
    let mut link = Link::open(server.address)?;
    let mut keys = herd::Keys::new(1, 100);
    for name in names {
        for partition in 0..partitions as u32 {
            let frame = herd::produce_frame(name, partition, &keys.batch(1))?;
            load::until_ready(|| herd::check_produced(herd::PRODUCE, &link.exchange(&frame)?))
                .map_err(|error| format!("a record for {name}-{partition}: {error}"))?;
        }
    }
    Ok(())
}

fn ten_gib(settings: &Settings, system: System) -> Outcome<Figures> {
    let each: u64 = if settings.quick { 32 << 20 } else { 1 << 30 };
    needs_room(settings, each * 10)?;
    let server = Server::start_as(settings, system, Setup::default())?;
    let configs =
        [("segment.bytes", "33554432"), ("retention.bytes", "-1"), ("file.delete.delay.ms", "600000")];
    let kept = Topic { name: "kept", partitions: 8, configs: &configs };
    let gone = Topic { name: "gone", partitions: 2, configs: &configs };
    for topic in [&kept, &gone] {
        load::create_topic(server.address, topic)?;
        load::fill(server.address, topic, BATCH.0, BATCH.1, each)?;
    }
    let end = load::end_offset(server.address, kept.name, 0)?;
    let request = DeleteTopicsRequest {
        topics: vec![DeleteTopicState { name: Some(gone.name), ..Default::default() }],
        timeout_ms: 60_000,
        ..Default::default()
    };
    load::call(server.address, 6, &request, |answer| {
        match answer.responses.iter().find(|answer| answer.error_code != 0) {
            Some(answer) => Err(format!("deleting {}: error {}", gone.name, answer.error_code)),
            None => Ok(()),
        }
    })?;
    let begun = Instant::now();
    let data = server.leave(true);
    let stopped = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let again = Server::start_as(settings, system, Setup { data: Some(data), ..Setup::default() })?;
    wait_for_ends(&again, &[kept.name], kept.partitions, end as i64)?;
    Ok(figures([
        (SERVED_AGAIN, begun.elapsed().as_secs_f64()),
        ("s for the clean stop", stopped),
        (RESIDENT, measure::resident_mib(again.pid)),
    ]))
}

/// Until every partition of these topics says that it ends at `end`; one that ends before has lost something.
fn wait_for_ends(server: &Server, names: &[&str], partitions: i32, end: i64) -> Outcome {
    let deadline = Instant::now() + Duration::from_secs(300);
    let mut link = Link::open(server.address)?;
    for name in names {
        let partition =
            |index| ListOffsetsPartition { partition_index: index, current_leader_epoch: -1, timestamp: -1 };
        let request = ListOffsetsRequest {
            replica_id: -1,
            topics: vec![ListOffsetsTopic { name, partitions: (0..partitions).map(partition).collect() }],
            ..Default::default()
        };
        while !link.call(7, &request, |answer| {
            let found: Vec<_> = answer.topics.iter().flat_map(|topic| &topic.partitions).collect();
            if found.len() != partitions as usize || found.iter().any(|partition| partition.error_code != 0) {
                return Ok(false);
            }
            match found.iter().find(|partition| partition.offset != end) {
                Some(other) => {
                    let index = other.partition_index;
                    Err(format!("{name}-{index} ends at {}, not at {end}, after the restart", other.offset))
                }
                None => Ok(true),
            }
        })? {
            if Instant::now() > deadline {
                return Err(format!("{name} is not served five minutes after the restart"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(())
}
