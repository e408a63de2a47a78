//! The load generator: one thread, N connections, requests built before the clock starts, a fixed number in
//! flight per connection. Closed loop (as fast as answers come) or open loop (`--rate`), where latency counts
//! from the moment a request was *due*, so that a server that stalls cannot hide it.
//!
//! It speaks Kafka's protocol to Thalweg and Apache Kafka and the mini protocol to the reference loops: the
//! same engine, the same batch bytes; only the bytes around them differ.

mod connection;
mod engine;
mod kafka;
mod shape;
mod watch;

use std::os::fd::AsFd;

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::flags::Flags;
pub use engine::Plan;
pub use kafka::{
    Link, Topic, answers_api_versions, call, create_topic, end_offset, fill, frame, metadata_serves, now_ms,
    read, until_ready,
};
pub use shape::{Codec, OFFSET_MARK, Shape, Work, find};

/// What one run found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Requests answered in the window, and its length.
    pub requests: u64,
    pub seconds: f64,
    /// Batch bytes and records those requests carried.
    pub bytes: u64,
    pub records: u64,
    /// CPU of the server, all threads, and of this program.
    pub server_cpu_s: f64,
    pub load_cpu_s: f64,
    /// Resident memory of the server right after the window.
    pub server_rss_mib: f64,
    /// Seconds of warm-up before the window, and whether its last three windows agreed within 5 %.
    pub warm_up_s: f64,
    pub settled: bool,
    /// Latencies in nanoseconds, as the serialised histogram's percentiles.
    pub p50_ns: u64,
    pub p99_ns: u64,
    pub p999_ns: u64,
    pub max_ns: u64,
    /// Counts per latency bucket, so that runs can be pooled.
    pub buckets: Vec<(u64, u64)>,
}

/// Runs a load as its own process, pinned by whoever starts it; prints one line of JSON.
pub fn command(flags: &Flags) -> Outcome {
    let plan: Plan = serde_json::from_str(flags.text("plan").ok_or("--plan is missing")?)
        .map_err(|error| format!("--plan: {error}"))?;
    let measured = engine::run(&plan)?;
    println!("{}", serde_json::to_string(&measured).map_err(|error| error.to_string())?);
    Ok(())
}

/// What one batch of this work takes in the log.
pub fn stored_batch_bytes(work: &Work) -> usize {
    match *work {
        Work::Produce { records, record_bytes, codec } => shape::batch(records, record_bytes, codec).len(),
        Work::Fetch { records, record_bytes, .. } => shape::batch(records, record_bytes, Codec::None).len(),
    }
}

/// Loopback runs differ by the congestion control in force (BBR, which paces with timers, doubles the cost of
/// sending), so it is the same on every socket: ours here, the brokers' by the network namespace the suite runs in.
pub fn pin_congestion_control(socket: &impl AsFd) {
    // The one that every kernel has and lets everybody choose.
    _ = rustix::net::sockopt::set_tcp_congestion(socket, CONGESTION_CONTROL);
}

/// What every socket of a run uses.
pub const CONGESTION_CONTROL: &str = "reno";
