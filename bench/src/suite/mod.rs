//! The suite: Thalweg, the reference loop and Apache Kafka, one after the other within every repetition, each
//! server on one core and the load on another; then `bench/RESULTS.md` with every absolute figure beside its
//! ratio to the reference loop. Ratios travel between machines, absolute figures do not.

mod cases;
mod report;
mod server;
mod special;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::flags::Flags;
use crate::load::{self, Measured, Plan, Topic, Work};
use cases::Case;
use server::{Readable, Server, System};

/// What holds for the whole run.
#[derive(Debug)]
pub struct Settings {
    pub thalweg: PathBuf,
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
}

impl Settings {
    fn read(flags: &Flags) -> Outcome<Self> {
        let path =
            |name: &str| flags.text(name).map(PathBuf::from).ok_or_else(|| format!("--{name} is missing"));
        let quick = flags.has("quick");
        let systems: Vec<System> = flags.all("system").map(System::named).collect::<Outcome<_>>()?;
        Ok(Self {
            thalweg: path("thalweg")?,
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
        })
    }

    fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == name)
    }
}

/// `suite --thalweg FILE --xtask FILE --scratch DIR --report FILE [--case NAME]… [--system NAME]… [--reps N] [--quick]`
pub fn run(flags: &Flags) -> Outcome {
    let settings = Settings::read(flags)?;
    let mut report = report::Report::new(&settings);
    for case in cases::all() {
        if settings.wants(case.name) {
            eprintln!("{}: {}", case.name, case.title);
            let results = run_case(&settings, &case)?;
            report.case(&case, &results);
            report.write(&settings.report)?;
        }
    }
    for (name, special) in special::ALL {
        if settings.wants(name) {
            eprintln!("{name}");
            report.text(&special(&settings)?);
            report.write(&settings.report)?;
        }
    }
    Ok(())
}

/// One system's runs of one case.
pub type Results = Vec<(System, Vec<Measured>)>;

fn run_case(settings: &Settings, case: &Case) -> Outcome<Results> {
    let readable = Readable { bytes: case.readable_bytes, batch: load::stored_batch_bytes(&case.work) };
    let servers: Vec<Server> = settings
        .systems
        .iter()
        .filter(|system| !(case.brokers_only && **system == System::Reference))
        .map(|system| {
            let server = Server::start(settings, *system, readable)?;
            prepare(&server, case)?;
            Ok(server)
        })
        .collect::<Outcome<_>>()?;
    let mut results: Results = servers.iter().map(|server| (server.system, Vec::new())).collect();
    for repetition in 0..settings.repetitions {
        for step in 0..servers.len() {
            // Another one goes first each time, so that a drift of the machine does not favour one of them.
            let at = (repetition + step) % servers.len();
            let plan = plan(settings, case, &servers[at], repetition == 0);
            match load(settings, &plan) {
                Ok(measured) => {
                    eprintln!("  {repetition} {}", report::line(servers[at].system, &measured));
                    results[at].1.push(measured);
                }
                Err(error) => eprintln!("  {repetition} {}: {error}", servers[at].system.name()),
            }
        }
    }
    Ok(results)
}

/// Same segments, same retention, same bytes in the log for every broker.
fn prepare(server: &Server, case: &Case) -> Outcome {
    if server.system == System::Reference {
        return Ok(());
    }
    let kept = if case.readable_bytes > 0 { "-1" } else { "100663296" };
    let configs =
        [("segment.bytes", "33554432"), ("retention.bytes", kept), ("file.delete.delay.ms", "1000")];
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
        readable_bytes: case.readable_bytes,
        server_pid: server.pid,
        warm_up_least_s: least,
        warm_up_most_s: least + if settings.quick { 3.0 } else { 15.0 },
        window_s: if settings.quick { 2.0 } else { 4.0 },
    }
}

/// The load is a process of its own, so that its threads and memory are not the suite's.
fn load(settings: &Settings, plan: &Plan) -> Outcome<Measured> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let plan = serde_json::to_string(plan).map_err(|error| error.to_string())?;
    let output = Command::new("taskset")
        .args(["-c", &settings.load_core])
        .arg(program)
        .args(["load", "--plan", &plan])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run taskset: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("the load's answer: {error}"))
}
