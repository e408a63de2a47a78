//! Clients that say different things: members of groups, transactional producers, readers that look into what they
//! read, logins. Where the load generator (`load/`) sends bytes that are ready, these follow a protocol; so what is
//! measured with them is the server's side alone, never their own rate.
//!
//! One job a process, pinned by whoever starts it; prints one line of JSON.

mod classic;
mod codes;
mod consumer;
mod engine;
mod login;
mod records;
mod socket;
mod transactions;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::flags::Flags;
use crate::{Outcome, measure};
pub use classic::{find_coordinators, names as group_names};
use engine::{Board, Herd, Member};
pub use records::{Keys, PRODUCE, check_produced, produce_frame};
use socket::Target;
pub use transactions::fill as fill_with_transactions;

/// Everything that says what a herd does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub address: SocketAddr,
    /// Where questions are asked in plaintext before the members begin.
    pub plain: SocketAddr,
    /// The authority's certificate where TLS is spoken.
    pub authority: Option<PathBuf>,
    pub server_pid: u32,
    pub job: Job,
    pub warm_up_s: f64,
    pub window_s: f64,
}

/// What the members do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Append one batch over and over, one at a time each.
    Produce { topic: String, partitions: u32, connections: usize, records: u32, record_bytes: usize },
    /// Read a log from its start to its end and over again.
    Fetch { topic: String, partitions: u32, connections: usize, bytes: i32, committed: bool },
    /// Append batches of records of so many keys, at a rate of batches a second.
    Feed { topic: String, partitions: u32, keys: u64, records: u32, record_bytes: usize, rate: f64 },
    /// Connections that have asked for the versions once.
    Hold { connections: usize },
    /// Members of classic groups that commit, one commit at a time each.
    Commits { topic: String, groups: usize, members: usize },
    /// Members of classic groups that only say they live.
    Heartbeats { topic: String, groups: usize, members: usize, interval_ms: u64 },
    /// All join at once; until all have their partitions.
    Rebalance {
        group: String,
        topic: String,
        partitions: usize,
        members: usize,
        protocol: Protocol,
        heartbeat_ms: u64,
    },
    /// One producer, one record a transaction.
    Transactions { topic: String, record_bytes: usize },
    /// Connect, log in by SCRAM-SHA-256, leave.
    Logins { user: String, password: String, connections: usize },
}

/// Which of Kafka's two protocols for groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    Classic,
    Consumer,
}

/// What a job found.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Done in the window, and its length.
    pub count: u64,
    pub bytes: u64,
    pub seconds: f64,
    /// Done from the first word on.
    pub total: u64,
    pub server_cpu_s: f64,
    pub server_rss_mib: f64,
    pub p50_us: f64,
    pub p99_us: f64,
}

impl Tally {
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// Server CPU in µs for each thing done.
    pub fn us_each(&self) -> f64 {
        self.server_cpu_s * 1e6 / self.count.max(1) as f64
    }

    pub fn cpu_per_gib(&self) -> f64 {
        self.server_cpu_s / (self.bytes.max(1) as f64 / f64::from(1 << 30))
    }
}

/// `herd --plan JSON`
pub fn command(flags: &Flags) -> Outcome {
    let plan: Plan = serde_json::from_str(flags.text("plan").ok_or("--plan is missing")?)
        .map_err(|error| format!("--plan: {error}"))?;
    raise_descriptor_limit();
    let tally = run(&plan)?;
    println!("{}", serde_json::to_string(&tally).map_err(|error| error.to_string())?);
    Ok(())
}

fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, opening the connections says so.
    _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// Until every group is whole: joins of thousands take their time on one core.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

fn run(plan: &Plan) -> Outcome<Tally> {
    let target = Target::new(plan.address, plan.authority.as_deref())?;
    match &plan.job {
        Job::Produce { topic, partitions, connections, records, record_bytes } => {
            let members = records::Producer::herd(topic, *partitions, *connections, *records, *record_bytes)?;
            window(plan, Herd::open(&target, 0, members)?)
        }
        Job::Fetch { topic, partitions, connections, bytes, committed } => {
            let members =
                records::Reader::herd(plan.plain, topic, *partitions, *connections, *bytes, *committed)?;
            window(plan, Herd::open(&target, 0, members)?)
        }
        Job::Feed { topic, partitions, keys, records, record_bytes, rate } => {
            let members = records::Feeder::herd(topic, *partitions, *keys, *records, *record_bytes, *rate);
            window(plan, Herd::open(&target, 0, members)?)
        }
        Job::Hold { connections } => hold(plan, &target, *connections),
        Job::Commits { topic, groups, members } => {
            settled(plan, &target, topic, (*groups, *members), classic::Duty::Commit)
        }
        Job::Heartbeats { topic, groups, members, interval_ms } => {
            let duty = classic::Duty::Live { settling_ms: 500, interval_ms: *interval_ms };
            settled(plan, &target, topic, (*groups, *members), duty)
        }
        Job::Rebalance { group, topic, partitions, members, protocol, heartbeat_ms } => {
            let share = *partitions / (*members).max(1);
            match protocol {
                Protocol::Classic => {
                    let duty = classic::Duty::Live { settling_ms: *heartbeat_ms, interval_ms: *heartbeat_ms };
                    let members = classic::members(group, topic, 1, *members, share, duty);
                    rebalance(plan, &target, group, 1, members, classic::are_whole)
                }
                Protocol::Consumer => {
                    let members = consumer::members(group, topic, *members, *heartbeat_ms);
                    let is_stable = |board: &Board| consumer::is_stable(board, *partitions);
                    rebalance(plan, &target, group, 0, members, is_stable)
                }
            }
        }
        Job::Transactions { topic, record_bytes } => {
            let members = vec![transactions::Producer::begin(plan.plain, "bench", topic, *record_bytes)?];
            window(plan, Herd::open(&target, 0, members)?)
        }
        Job::Logins { user, password, connections } => {
            let members = (0..*connections).map(|number| login::Login::new(user, password, number)).collect();
            window(plan, Herd::open(&target, 0, members)?)
        }
    }
}

/// Warms up, then counts.
fn window<M: Member>(plan: &Plan, mut herd: Herd<M>) -> Outcome<Tally> {
    herd.run_for(Duration::from_secs_f64(plan.warm_up_s))?;
    herd.board.latencies.reset();
    let (count, bytes) = (herd.board.count, herd.board.bytes);
    let (cpu, begun) = (measure::cpu_seconds(plan.server_pid), Instant::now());
    herd.run_for(Duration::from_secs_f64(plan.window_s))?;
    let seconds = begun.elapsed().as_secs_f64();
    let latencies = &herd.board.latencies;
    Ok(Tally {
        count: herd.board.count - count,
        bytes: herd.board.bytes - bytes,
        seconds,
        total: herd.board.count,
        server_cpu_s: measure::cpu_seconds(plan.server_pid) - cpu,
        server_rss_mib: measure::resident_mib(plan.server_pid),
        p50_us: latencies.value_at_quantile(0.5) as f64 / 1e3,
        p99_us: latencies.value_at_quantile(0.99) as f64 / 1e3,
    })
}

/// Waits until the classic groups are whole, then warms up and counts.
fn settled(
    plan: &Plan,
    target: &Target,
    topic: &str,
    (groups, members): (usize, usize),
    duty: classic::Duty,
) -> Outcome<Tally> {
    find_coordinators(plan.plain, 0, &classic::names(GROUP, groups))?;
    let all = classic::members(GROUP, topic, groups, members, 1, duty);
    let mut herd = Herd::open(target, groups, all)?;
    if !herd.run_until(SETTLED_WITHIN, classic::are_whole)? {
        return Err(format!("the groups are not whole after {} s", SETTLED_WITHIN.as_secs()));
    }
    herd.board.is_settled = true;
    window(plan, herd)
}

const GROUP: &str = "bench";

fn hold(plan: &Plan, target: &Target, connections: usize) -> Outcome<Tally> {
    let before = measure::resident_mib(plan.server_pid);
    let members = (0..connections).map(|_| records::Idler).collect();
    let mut herd = Herd::open(target, 0, members)?;
    if !herd.run_until(SETTLED_WITHIN, |board| board.count == connections as u64)? || !herd.all_ready() {
        return Err(format!("only {} of {connections} connections were answered", herd.board.count));
    }
    let tally = window(plan, herd)?;
    // What the connections alone have added, as bytes.
    let added = ((tally.server_rss_mib - before).max(0.0) * f64::from(1 << 20)) as u64;
    Ok(Tally { count: connections as u64, bytes: added, ..tally })
}

/// From the first join until the group is stable.
fn rebalance<M: Member>(
    plan: &Plan,
    target: &Target,
    group: &str,
    groups: usize,
    members: Vec<M>,
    is_stable: impl Fn(&Board) -> bool,
) -> Outcome<Tally> {
    find_coordinators(plan.plain, 0, &classic::names(group, groups.max(1)))?;
    let (cpu, begun) = (measure::cpu_seconds(plan.server_pid), Instant::now());
    let mut herd = Herd::open(target, groups, members)?;
    if !herd.run_until(SETTLED_WITHIN, is_stable)? {
        return Err(format!("the group is not stable after {} s", SETTLED_WITHIN.as_secs()));
    }
    Ok(Tally {
        count: 1,
        seconds: begun.elapsed().as_secs_f64(),
        server_cpu_s: measure::cpu_seconds(plan.server_pid) - cpu,
        server_rss_mib: measure::resident_mib(plan.server_pid),
        ..Tally::default()
    })
}
