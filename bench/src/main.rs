//! The benchmark's programs in one binary: the reference loops, the load generator, the herd of small clients, and
//! the suite that runs them beside Thalweg and Apache Kafka and writes `bench/RESULTS.md`.
//!
//! `cargo xtask bench` builds and starts it. Nothing here is part of the broker. What is used of the broker's are the
//! record builder, the message codec and SCRAM's arithmetic; by the load generator only before the clock starts.
#![allow(clippy::print_stdout)]

mod flags;
mod herd;
mod load;
mod measure;
mod mini;
mod reference;
mod suite;

use std::process::ExitCode;

/// One line for a person.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let program = words.next().unwrap_or_default();
    let outcome = flags::Flags::parse(words).and_then(|flags| match program.as_str() {
        "reference" => reference::serve(&flags),
        "load" => load::command(&flags),
        "herd" => herd::command(&flags),
        "suite" => suite::run(&flags),
        other => Err(format!("there is no program `{other}`: reference, load, herd, suite")),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench {program}: {message}");
            ExitCode::FAILURE
        }
    }
}
