//! The suite: Thalweg, the reference loop and Apache Kafka, one after the other within every repetition, each
//! server on one core and the load on another; then `bench/RESULTS.md` with every absolute figure beside its
//! ratio to the reference loop. Ratios travel between machines, absolute figures do not.
//!
//! What a run finds is kept at once (`store.rs`), and a run that is there already is not made again: the suite can
//! be run in slices, whenever the machine is quiet.

mod cases;
mod namespace;
mod report;
mod server;
mod special;
mod store;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::flags::Flags;
use crate::herd;
use crate::load::{self, Measured, Plan, Topic, Work};
use cases::{Case, Demand};
use server::{Readable, Server, System};
use special::Special;
use store::{METHOD, Setting, Store};

/// What holds for the whole run.
#[derive(Debug)]
pub struct Settings {
    pub thalweg: PathBuf,
    /// A build that counts nothing.
    pub uncounted: Option<PathBuf>,
    pub xtask: PathBuf,
    pub scratch: PathBuf,
    pub report: PathBuf,
    pub port: u16,
    pub server_core: String,
    pub load_core: String,
    pub repetitions: usize,
    pub quick: bool,
    pub systems: Vec<System>,
    pub wanted: Vec<String>,
    /// No run is begun after this.
    pub until: Option<Instant>,
}

impl Settings {
    fn read(flags: &Flags) -> Outcome<Self> {
        let path =
            |name: &str| flags.text(name).map(PathBuf::from).ok_or_else(|| format!("--{name} is missing"));
        let quick = flags.has("quick");
        let systems: Vec<System> = flags.all("system").map(System::named).collect::<Outcome<_>>()?;
        let minutes: f64 = flags.number("minutes", 0.0)?;
        let settings = Self {
            thalweg: path("thalweg")?,
            uncounted: flags.text("uncounted").map(PathBuf::from),
            xtask: path("xtask")?,
            scratch: path("scratch")?,
            report: path("report")?,
            port: flags.number("port", 23_000)?,
            server_core: flags.text("server-core").unwrap_or("0").to_owned(),
            load_core: flags.text("load-core").unwrap_or("1").to_owned(),
            repetitions: flags.number("reps", if quick { 3 } else { 7 })?,
            quick,
            systems: if systems.is_empty() { System::ALL.to_vec() } else { systems },
            wanted: flags.all("case").map(str::to_owned).collect(),
            until: (minutes > 0.0).then(|| Instant::now() + Duration::from_secs_f64(minutes * 60.0)),
        };
        let known: Vec<&str> =
            cases::all().iter().map(|case| case.name).chain(special::all().map(|case| case.name)).collect();
        match settings.wanted.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(format!("there is no case `{name}`: {}", known.join(", "))),
            None => Ok(settings),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == name)
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// `suite --thalweg FILE [--uncounted FILE] --xtask FILE --scratch DIR --report FILE [--case NAME]… [--system NAME]… [--reps N]
/// [--minutes N] [--quick] [--no-namespace]`
pub fn run(flags: &Flags) -> Outcome {
    let settings = Settings::read(flags)?;
    if !flags.has("no-namespace") && namespace::enter()?.is_some() {
        return Ok(());
    }
    let setting = Setting {
        method: METHOD,
        machine: report::machine(),
        network: namespace::describe(),
        quick: settings.quick,
    };
    let results = settings.scratch.join("results.jsonl");
    let mut store = Store::open(&results, setting, store::fingerprint(&settings.thalweg)?)?;
    let outcome = measure(&settings, &mut store);
    report::write(&settings, &store)?;
    outcome
}

fn measure(settings: &Settings, store: &mut Store) -> Outcome {
    for case in cases::all() {
        if settings.wants(case.name) {
            run_case(settings, store, &case)?;
            report::write(settings, store)?;
        }
    }
    for case in special::all() {
        if settings.wants(case.name) {
            run_special(settings, store, case)?;
            report::write(settings, store)?;
        }
    }
    Ok(())
}

/// The runs that are missing, the systems in turn.
fn run_case(settings: &Settings, store: &mut Store, case: &Case) -> Outcome {
    // A tail is only as sure as there are many samples of it.
    let is_about_latency =
        case.demands.iter().any(|demand| matches!(demand, Demand::P99OfReference(_) | Demand::P99OfKafka(_)));
    let wanted = settings.repetitions * if is_about_latency && !settings.quick { 3 } else { 1 };
    let missing = |store: &Store, system: System| wanted.saturating_sub(store.count(case.name, system));
    let systems: Vec<System> = settings
        .systems
        .iter()
        .copied()
        .filter(|&system| case.is_for(system) && missing(store, system) > 0)
        .collect();
    if systems.is_empty() || settings.is_over() {
        return Ok(());
    }
    eprintln!("{}: {}", case.name, case.title);
    let readable = Readable { bytes: case.readable_bytes, batch: load::stored_batch_bytes(&case.work) };
    let mut servers = Vec::new();
    for system in systems {
        let server = Server::start(settings, system, readable, case.settings)?;
        prepare(&server, case)?;
        servers.push((server, true));
    }
    for round in 0..wanted {
        for step in 0..servers.len() {
            // Another one goes first each time, so that a drift of the machine does not favour one of them.
            let at = (round + step) % servers.len();
            let (server, is_first) = &mut servers[at];
            let system = server.system;
            if missing(store, system) == 0 {
                continue;
            }
            if settings.is_over() {
                return Ok(());
            }
            let plan = plan(settings, case, server, std::mem::take(is_first));
            settle(settings)?;
            match load(settings, &plan) {
                Ok(measured) => {
                    eprintln!("  {round} {}", report::line(system, &measured));
                    store.add(case.name, system, Some(measured), None)?;
                }
                Err(error) => eprintln!("  {round} {}: {error}", system.name()),
            }
        }
    }
    Ok(())
}

fn run_special(settings: &Settings, store: &mut Store, case: &Special) -> Outcome {
    for round in 0..settings.repetitions {
        for &system in settings.systems.iter().filter(|&&system| system != System::Reference) {
            let wanted = settings.repetitions.min(case.repetitions(system));
            if store.count(case.name, system) >= wanted {
                continue;
            }
            if settings.is_over() {
                return Ok(());
            }
            settle(settings)?;
            match (case.run)(settings, system) {
                Ok(figures) => {
                    eprintln!("{} {round} {}: {figures:?}", case.name, system.name());
                    store.add(case.name, system, None, Some(figures))?;
                }
                Err(error) => eprintln!("{} {round} {}: {error}", case.name, system.name()),
            }
        }
    }
    Ok(())
}

/// What the server before has left in the page cache goes to the disk in its own time, not in the next one's.
fn settle(settings: &Settings) -> Outcome {
    let synced = Command::new("sync").arg("-f").arg(&settings.scratch).status();
    synced.map(drop).map_err(|error| format!("sync: {error}"))
}

/// Same segments, same retention, same bytes in the log for every broker.
fn prepare(server: &Server, case: &Case) -> Outcome {
    if server.system == System::Reference {
        return Ok(());
    }
    let kept = if case.readable_bytes > 0 { "-1" } else { "100663296" };
    let configs = [("segment.bytes", "33554432"), ("retention.bytes", kept), ("file.delete.delay.ms", "0")];
    let topic = Topic { name: case.name, partitions: case.partitions as i32, configs: &configs };
    load::create_topic(server.address, &topic)?;
    if let Work::Fetch { records, record_bytes, .. } = case.work {
        load::fill(server.address, &topic, records, record_bytes, case.readable_bytes)?;
    }
    Ok(())
}

fn plan(settings: &Settings, case: &Case, server: &Server, first: bool) -> Plan {
    // A JVM compiles for a minute under load; the others settle within a second.
    let jvm = server.system == System::Kafka;
    let least = match (jvm && first, settings.quick) {
        (true, false) => 60.0,
        (true, true) => 20.0,
        (false, _) => 1.5,
    };
    Plan {
        address: server.address,
        topic: (server.system != System::Reference).then(|| case.name.to_owned()),
        partitions: case.partitions,
        work: case.work.clone(),
        connections: case.connections,
        in_flight: case.in_flight,
        rate: case.rate,
        watched: case.watched,
        readable_bytes: case.readable_bytes,
        server_pid: server.pid,
        warm_up_least_s: least,
        warm_up_most_s: least + if settings.quick { 3.0 } else { 15.0 },
        window_s: if settings.quick { 2.0 } else { 4.0 },
    }
}

fn load(settings: &Settings, plan: &Plan) -> Outcome<Measured> {
    found(begin(settings, "load", plan)?)
}

fn herd(settings: &Settings, plan: &herd::Plan) -> Outcome<herd::Tally> {
    found(begin(settings, "herd", plan)?)
}

/// Loads are processes of their own, so that their threads and memory are not the suite's.
fn begin(settings: &Settings, program: &str, plan: &impl serde::Serialize) -> Outcome<Child> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let plan = serde_json::to_string(plan).map_err(|error| error.to_string())?;
    Command::new("taskset")
        .args(["-c", &settings.load_core])
        .arg(own)
        .args([program, "--plan", &plan])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run taskset: {error}"))
}

fn found<T: serde::de::DeserializeOwned>(child: Child) -> Outcome<T> {
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("the load's answer: {error}"))
}
