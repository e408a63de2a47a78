//! The cases that no load plan describes, by family: what a broker costs by itself, Java's own clients, groups and
//! transactions, the life of a log, security. A run gives figures by name; bounds are data.

mod groups;
mod java;
mod log_life;
mod machine;
mod restarts;
mod security;

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use super::server::{Server, System};
use super::store::Figures;
use super::{Settings, herd};
use crate::Outcome;
use crate::herd::{Job, Plan, Tally};

/// One row of the table that is not a load.
#[derive(Debug)]
pub struct Special {
    pub name: &'static str,
    pub title: &'static str,
    /// One run of one broker.
    pub run: fn(&Settings, System) -> Outcome<Figures>,
    pub bounds: &'static [Bound],
    /// Runs of Kafka that are enough; they take minutes. Zero: it does not take part.
    kafka_repetitions: usize,
}

/// A bound on a figure of ours.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// By itself.
    AtMost(&'static str, f64),
    /// By itself.
    AtLeast(&'static str, f64),
    /// By itself, on a machine where another figure is at most so much.
    AtLeastWhere(&'static str, f64, &'static str, f64),
    /// Kafka's is at least so many times ours.
    KafkaOverOurs(&'static str, f64),
    /// Ours is at least so many times Kafka's.
    OursOverKafka(&'static str, f64),
}

impl Special {
    /// Runs of a system that are enough.
    pub fn repetitions(&self, system: System) -> usize {
        if system == System::Kafka { self.kafka_repetitions } else { usize::MAX }
    }
}

/// All of them under the headings of the report.
pub const FAMILIES: &[(&str, &[Special])] = &[
    ("By itself", machine::ALL),
    ("Java's clients", java::ALL),
    ("Groups and transactions", groups::ALL),
    ("The log's life", log_life::ALL),
    ("Restarts", restarts::ALL),
    ("Security", security::ALL),
];

/// All of them in the order of the report.
pub fn all() -> impl Iterator<Item = &'static Special> {
    FAMILIES.iter().flat_map(|(_, cases)| *cases)
}

const RESIDENT: &str = "MiB resident";
const SERVED_AGAIN: &str = "s from the restart until all are served";
const DISK: &str = "µs for one fdatasync of this disk";

fn figures<const N: usize>(named: [(&str, f64); N]) -> Figures {
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A herd at a server's own listener.
fn job(settings: &Settings, server: &Server, job: Job) -> Outcome<Tally> {
    herd(settings, &plan(settings, server, job))
}

fn plan(settings: &Settings, server: &Server, job: Job) -> Plan {
    // A JVM compiles under load; a few seconds take most of it.
    let warm_up_s = match (server.system == System::Kafka, settings.quick) {
        (true, false) => 15.0,
        (true, true) => 3.0,
        (false, false) => 2.0,
        (false, true) => 0.5,
    };
    Plan {
        address: server.address,
        plain: server.address,
        authority: None,
        server_pid: server.pid,
        job,
        warm_up_s,
        window_s: if settings.quick { 1.0 } else { 5.0 },
    }
}

/// Median time of an append of 4 KiB and its fdatasync beside the brokers' data.
fn disk_sync_us(settings: &Settings) -> Outcome<f64> {
    let path = settings.scratch.join("sync-probe");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::create_dir_all(&settings.scratch).map_err(failed)?;
    let mut file = File::create(&path).map_err(failed)?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let begun = Instant::now();
        file.write_all(&[1; 4096]).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    std::fs::remove_file(&path).map_err(failed)?;
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Refuses to fill the disk: a case wants so many bytes, and as many as a tenth of them beside.
fn needs_room(settings: &Settings, bytes: u64) -> Outcome {
    std::fs::create_dir_all(&settings.scratch).map_err(|error| error.to_string())?;
    let disk = rustix::fs::statvfs(&settings.scratch).map_err(|error| error.to_string())?;
    let free = disk.f_bavail * disk.f_frsize;
    if free < bytes / 10 * 11 {
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        return Err(format!("{:.1} GiB are free here, {:.1} are needed", gib(free), gib(bytes / 10 * 11)));
    }
    Ok(())
}
