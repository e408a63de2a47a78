//! `cargo xtask test` and `cargo xtask compat`: all our tests, and real clients against a running broker. Decides
//! what runs and in which order, and adds up one closing line; how a suite is fetched, run and read lies in its own
//! folder under `compat/`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

pub mod broker;
pub mod inside;
mod judge;
mod suite;

use self::judge::Tally;
use self::suite::Suite;
use crate::{Outcome, faults, shell};

/// What was asked for on the command line.
#[derive(Clone, Default)]
pub struct Options {
    /// Only these parts: one of [`PARTS`], or names of folders under `compat/`.
    only: Vec<String>,
    /// A suite that cannot run because a program is missing is an error instead of a remark.
    require_all: bool,
    /// Judge real Kafka instead of Thalweg (shows that the lists and runners are right).
    kafka: bool,
    /// Every listed test, also those whose capability is not served yet.
    all_tests: bool,
    /// The real-input suite with 1 GiB instead of 64 MiB.
    full: bool,
    /// Only the client suites, not `cargo test` and schema-check.
    clients_only: bool,
}

/// Runs the parts that were asked for; the last line is the count of tests.
pub fn command(arguments: &[String], clients_only: bool) -> Outcome {
    let options = parse(arguments, clients_only)?;
    let (suites, mut left_out) = chosen_suites(&options)?;
    let start = Instant::now();
    let mut tally = Tally::default();

    // Building is one job beside fetching: each alone leaves a core idle much of the time.
    let broken = std::thread::scope(|scope| {
        let builds = scope.spawn(|| build(&options, !suites.is_empty()));
        let broken = fetch(&suites, &options);
        builds.join().unwrap_or_else(|_| Err("the build thread panicked".to_owned())).map(|()| broken)
    })?;
    println!("built and fetched after {:.0} s", start.elapsed().as_secs_f64());

    if wants(&options, "cargo") {
        tally.add(cargo_tests()?);
    }
    if wants(&options, "schema-check") {
        let red = crate::schema_check().err();
        println!("schema-check: {}", red.as_deref().unwrap_or("every message equals Kafka's schema"));
        tally.one(red.is_none());
    }
    if wants(&options, "simulator") {
        let red = shell::cargo(&SIMULATOR).err();
        println!("simulator: {}", red.as_deref().unwrap_or("no seed broke a rule"));
        tally.one(red.is_none());
    }
    for (name, words) in wanted_faults(&options) {
        println!("{}:", words.join(" "));
        match faults::run(words) {
            Ok(faults::Ended::Green) => tally.one(true),
            Ok(faults::Ended::LeftOut) => left_out.push(format!("{name} ({})", words.join(" "))),
            Err(red) => {
                println!("{red}");
                tally.one(false);
            }
        }
    }
    for suite in &suites {
        match broken.get(&suite.name) {
            Some(reason) if options.require_all => return Err(format!("{}: {reason}", suite.name)),
            Some(reason) => left_out.push(format!("{} ({reason})", suite.name)),
            None => tally.add(judge::run(suite, &options)?),
        }
    }
    for name in &left_out {
        println!("left out: {name}");
    }
    println!("{:.0} s", start.elapsed().as_secs_f64());
    println!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped + left_out.len());
    if tally.failed == 0 { Ok(()) } else { Err(format!("{} tests are red", tally.failed)) }
}

fn parse(arguments: &[String], clients_only: bool) -> Result<Options, String> {
    let mut options = Options { clients_only, ..Options::default() };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => options.only.push(words.next().ok_or("--only wants the name of a suite")?.clone()),
            "--require-all" => options.require_all = true,
            "--all-tests" => options.all_tests = true,
            "--full" => options.full = true,
            "--broker" => match words.next().map(String::as_str) {
                Some("kafka") => options.kafka = true,
                Some("thalweg") => options.kafka = false,
                _ => return Err("--broker wants kafka or thalweg".to_owned()),
            },
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    Ok(options)
}

/// The seeds that every run tries; others are for whoever has the time.
const SIMULATOR: [&str; 14] = [
    "run",
    "--quiet",
    "--release",
    "-p",
    "thalweg-sim",
    "--",
    "--seeds",
    "600",
    "--seconds",
    "60",
    "--threads",
    "2",
    "--fault-pace-ms",
    "4000",
];

/// The parts that are no client suites.
const PARTS: [&str; 6] = ["cargo", "schema-check", "simulator", "power-cuts", "kills", "group-kills"];

/// The runs with real faults that were asked for. Real Kafka is not judged by them.
fn wanted_faults(options: &Options) -> Vec<(&'static str, &'static [&'static str])> {
    faults::SHORT.into_iter().filter(|(name, _)| !options.kafka && wants(options, name)).collect()
}

/// Whether a part that is no client suite runs.
fn wants(options: &Options, part: &str) -> bool {
    if options.only.is_empty() { !options.clients_only } else { options.only.iter().any(|name| name == part) }
}

/// The suites asked for whose programs are there, and the names of those left out with the reason.
fn chosen_suites(options: &Options) -> Result<(Vec<Suite>, Vec<String>), String> {
    let mut suites = suite::all()?;
    for name in &options.only {
        let known = PARTS.contains(&name.as_str()) || suites.iter().any(|suite| suite.name == *name);
        if !known {
            let names: Vec<_> = suites.iter().map(|suite| suite.name.as_str()).collect();
            return Err(format!(
                "there is no suite `{name}`; there are {}, {}",
                PARTS.join(", "),
                names.join(", ")
            ));
        }
    }
    if !options.only.is_empty() {
        suites.retain(|suite| options.only.contains(&suite.name));
    }
    let mut left_out = Vec::new();
    suites.retain(|suite| {
        let missing = suite.missing_programs();
        if missing.is_empty() {
            return true;
        }
        left_out.push(format!("{} (needs {})", suite.name, missing.join(", ")));
        false
    });
    if options.require_all && !left_out.is_empty() {
        return Err(format!("--require-all, but left out would be: {}", left_out.join("; ")));
    }
    Ok((suites, left_out))
}

fn build(options: &Options, any_suite: bool) -> Outcome {
    let any_fault = !wanted_faults(options).is_empty();
    // One of the runs with faults uses Kafka's own clients.
    if any_suite || wants(options, "group-kills") {
        crate::kafka::install::install()?;
    }
    if any_suite || any_fault {
        // Whoever names a binary means that one.
        if !options.kafka && std::env::var_os("THALWEG").is_none() {
            shell::cargo(&["build", "--quiet", "--release", "--package", "thalweg"])?;
        }
    }
    if any_fault {
        faults::build()?;
    }
    if wants(options, "cargo") {
        shell::cargo(&["test", "--quiet", "--workspace", "--no-run"])?;
    }
    Ok(())
}

/// Fetches and builds each suite; hands back those that failed, with the reason.
fn fetch(suites: &[Suite], options: &Options) -> BTreeMap<String, String> {
    let mut broken = BTreeMap::new();
    for suite in suites {
        for needed in suite.uses.iter().chain([&suite.name]) {
            if let Err(reason) = suite::fetch(needed, options.full) {
                broken.insert(suite.name.clone(), reason);
            }
        }
    }
    broken
}

/// `cargo test` over the workspace, its lines shown as they come and its results added up.
fn cargo_tests() -> Result<Tally, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(shell::root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run cargo test: {error}"))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(result) = line.strip_prefix("test result: ") {
                tally.add(judge::cargo_result(result));
            } else if !line.is_empty() && !line.ends_with("... ok") && !line.starts_with("running 0 tests") {
                println!("{line}");
            }
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if !status.success() && tally.failed == 0 {
        return Err("cargo test failed before it ran a test (its message is above)".to_owned());
    }
    println!("cargo test: {} passed, {} failed, {} ignored", tally.passed, tally.failed, tally.skipped);
    Ok(tally)
}
