//! What a broker costs by itself: starting, idling, ten thousand partitions.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Bound::AtMost;
use super::{RESIDENT, SERVED_AGAIN, Special, figures};
use crate::load::{self, Topic};
use crate::suite::Settings;
use crate::suite::server::{Readable, Server, Setup, System};
use crate::suite::store::Figures;
use crate::{Outcome, measure};

const ANSWERED: &str = "ms to the first answer";
const CORE: &str = "% of a core";
const SERVED: &str = "s until all are served";
const STOPPED: &str = "s for the clean stop";
const RESIDENT_AGAIN: &str = "MiB resident after the restart";

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
        name: "metrics-cost",
        title: "One 100-byte record a request, 32 connections, 5 in flight, and 16 KiB batches: a build that counts \
                beside one that does not (`THALWEG_UNCOUNTED`).",
        run: metrics_cost,
        bounds: &[AtMost(SMALL_TIMES, 1.02), AtMost(LARGE_TIMES, 1.02)],
        kafka_repetitions: 0,
    },
];

const SMALL_TIMES: &str = "CPU of a small request ÷ uncounted";
const LARGE_TIMES: &str = "CPU of a 16 KiB request ÷ uncounted";

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
    let again = Server::start_as(settings, system, Setup { data: Some(data), ..Setup::default() })?;
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

/// Both builds up at once and measured in turn, so that the machine's moods meet both.
fn metrics_cost(settings: &Settings, system: System) -> Outcome<Figures> {
    let uncounted = settings.uncounted.as_deref().ok_or("there is no build without metrics (--uncounted)")?;
    let counted = Server::start_as(settings, system, Setup::default())?;
    let setup = Setup { program: Some(uncounted), shift: 10, ..Setup::default() };
    let uncounted = Server::start_as(settings, system, setup)?;
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", "100663296")];
    for server in [&counted, &uncounted] {
        load::create_topic(server.address, &Topic { name: "counted", partitions: 8, configs: &configs })?;
    }
    let run = |server: &Server, records: u32, connections: usize| -> Outcome<f64> {
        let plan = load::Plan {
            address: server.address,
            topic: Some("counted".to_owned()),
            partitions: 8,
            work: load::Work::Produce { records, record_bytes: 100, codec: load::Codec::None },
            connections,
            in_flight: 5,
            rate: None,
            watched: false,
            readable_bytes: 0,
            server_pid: server.pid,
            warm_up_least_s: 1.0,
            warm_up_most_s: 4.0,
            window_s: if settings.quick { 1.0 } else { 4.0 },
        };
        let measured = crate::suite::load(settings, &plan)?;
        Ok(measured.server_cpu_s * 1e6 / measured.requests.max(1) as f64)
    };
    let times = |records, connections| -> Outcome<f64> {
        let mut times = Vec::new();
        for round in 0..5 {
            // Another one goes first each time.
            let (with, without) = if round % 2 == 0 {
                let with = run(&counted, records, connections)?;
                (with, run(&uncounted, records, connections)?)
            } else {
                let without = run(&uncounted, records, connections)?;
                (run(&counted, records, connections)?, without)
            };
            times.push(with / without);
        }
        times.sort_by(f64::total_cmp);
        Ok(times[2])
    };
    Ok(figures([(SMALL_TIMES, times(1, 32)?), (LARGE_TIMES, times(148, 16)?)]))
}
