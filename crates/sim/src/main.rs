//! `thalweg-sim`: runs seeds and says which broke a rule. A seed that did is replayed by `--seed`.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::cell::Cell;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use thalweg_sim::ledger::Counts;
use thalweg_sim::{Outcome, Scenario, run};

/// The allocator that the broker ships with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs the whole broker in a simulated world and holds what it says against what it said.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Run this seed only.
    #[arg(long)]
    seed: Option<u64>,
    /// Run so many seeds, from `--from` on.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Virtual seconds of work and faults.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Mean virtual milliseconds between faults; 0 for none.
    #[arg(long, default_value_t = 5_000)]
    fault_pace_ms: u64,
    /// Run every seed twice and compare the traces.
    #[arg(long)]
    twice: bool,
    /// Print the broker's log lines.
    #[arg(long)]
    log: bool,
    /// Threads, each with seeds of its own.
    #[arg(long, default_value_t = 1)]
    threads: u64,
}

fn main() -> ExitCode {
    tell_seeds();
    let options = Arc::new(Options::parse());
    if options.log {
        tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::INFO).init();
    }
    let (from, count) = options.seed.map_or((options.from, options.seeds), |seed| (seed, 1));
    let begun = Instant::now();
    let next = Arc::new(AtomicU64::new(from));
    let threads: Vec<_> = (0..options.threads.max(1))
        .map(|_| {
            let (options, next) = (Arc::clone(&options), Arc::clone(&next));
            std::thread::spawn(move || sweep(&options, &next, from + count))
        })
        .collect();
    let mut sum = Sum::default();
    let mut is_whole = true;
    for thread in threads {
        match thread.join() {
            Ok(part) => sum.add(&part),
            // The panic has said which seed it was.
            Err(_) => is_whole = false,
        }
    }
    let took = begun.elapsed();
    let Counts { acked, failed, excused, read, commits, topics, requests, turns, faults, .. } = sum.counts;
    let Counts { transactions, assignments, retired, .. } = sum.counts;
    println!(
        "{} seeds, {:.0} virtual seconds in {:.1} s: {:.0} x real time; {} broken",
        sum.runs,
        sum.virtual_time.as_secs_f64(),
        took.as_secs_f64(),
        sum.virtual_time.as_secs_f64() / took.as_secs_f64().max(1e-9),
        sum.broken,
    );
    println!(
        "{acked} records acknowledged ({excused} taken by power cuts where they may), {failed} given up, {read} read, \
         {transactions} transactions, {retired} retired, {assignments} assignments, {commits} commits, {topics} topics made or deleted, {requests} requests, {turns} turns, {faults} faults"
    );
    if sum.broken == 0 && is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Sum {
    runs: u64,
    broken: u64,
    counts: Counts,
    virtual_time: Duration,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.broken += other.broken;
        self.counts.add(&other.counts);
        self.virtual_time += other.virtual_time;
    }
}

/// Runs seeds until there are none left.
fn sweep(options: &Options, next: &AtomicU64, end: u64) -> Sum {
    let mut sum = Sum::default();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return sum;
        }
        let scenario = Scenario {
            seed,
            length: Duration::from_secs(options.seconds),
            fault_pace: Duration::from_millis(options.fault_pace_ms),
        };
        SEED.set(seed);
        let outcome = run(scenario);
        let differs = options.twice && run(scenario).trace != outcome.trace;
        sum.runs += 1;
        let Outcome { violation, counts, virtual_time, trace } = outcome;
        if let Some(violation) = &violation {
            println!("seed {seed}: {violation}");
        }
        if differs {
            println!("seed {seed}: two runs of it differ");
        }
        if options.seed.is_some() {
            println!("seed {seed}: trace {trace:016x}");
        }
        sum.broken += u64::from(violation.is_some() || differs);
        sum.counts.add(&counts);
        sum.virtual_time += virtual_time;
    }
}

thread_local! {
    static SEED: Cell<u64> = const { Cell::new(0) };
}

/// A panic, which in a release build ends the process, says of which seed it is.
fn tell_seeds() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        println!("seed {}: a panic", SEED.get());
        usual(info);
    }));
}
