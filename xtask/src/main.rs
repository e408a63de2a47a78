//! The project's own commands: `cargo xtask test|compat|ci|tidy|kafka|power-cuts|kills|schema-check`.
//!
//! Decides nothing about Thalweg itself; it runs the checks and the foreign programs (real Kafka, client suites)
//! that judge it. Everything it fetches or builds lands under `<repo>/target/`. It never edits a source file.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

mod bench;
mod ci;
mod compat;
mod faults;
mod kafka;
mod probe;
#[cfg(feature = "schema-check")]
mod schema_check;
mod shell;
mod tidy;

/// What every command returns: the error is one line for a person, already saying what to do where that is known.
pub type Outcome = Result<(), String>;

fn main() -> ExitCode {
    // Asked for early, while the file is surely there.
    if let Err(message) = shell::own_program() {
        eprintln!("xtask: {message}");
        return ExitCode::FAILURE;
    }
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "bench" => bench::run(&rest),
        "kafka" => kafka::command(&rest),
        "ci" => ci::run(!rest.iter().any(|word| word == "--no-tests")),
        "tidy" => tidy::run(),
        "test" => compat::command(&rest, false),
        "compat" => compat::command(&rest, true),
        // Not for people: the part of a client suite that runs inside a network namespace.
        "suite" => compat::inside::command(&rest),
        "schema-check" => schema_check(),
        "power-cuts" | "kills" | "group-kills" => faults::command(&command, &rest),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {command}: {message}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "schema-check")]
fn schema_check() -> Outcome {
    schema_check::run()
}

/// Without the feature, build the half that knows the protocol crate and run that instead.
#[cfg(not(feature = "schema-check"))]
fn schema_check() -> Outcome {
    shell::cargo(&[
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "schema-check",
        "--",
        "schema-check",
    ])
}

const USAGE: &str = "\
cargo xtask COMMAND

  kafka install                 fetch Apache Kafka 4.4.0 and its tools into target/kafka
  kafka start [OPTIONS]         start one real Kafka broker (combined mode) and wait until it serves
      --port N                  client port on 127.0.0.1 (default 9092); the controller listens on N + 1
      --data DIR                data directory (default target/kafka/data-N), formatted when it is new
      --config KEY=VALUE        a broker setting, repeatable; wins over the defaults
      --format ARG              one more argument for the formatter, repeatable
      --cpu LIST                pin the broker to these cores
  kafka stop [--port N]         stop that broker cleanly (without --port: every one started here)
  kafka run CLASS [ARGS]        run a class of Kafka 4.4.0 or of its tools, e.g. org.apache.kafka.tools.DumpLogSegments
  test [OPTIONS]                every test: cargo test, schema-check, the simulator, then real clients (compat/) at a running broker
      --only NAME               only this part (cargo, schema-check, simulator, power-cuts, kills, group-kills,
                                or a folder of compat/), repeatable
      --require-all             a suite that cannot run here is an error, not a remark
      --broker kafka|thalweg    who is judged; kafka shows that lists and runners are right
      --all-tests               also tests that need what is not served yet
      --full                    the real-input suite with 1 GiB
  compat [OPTIONS]              the client suites alone; same options
  ci [--no-tests]               fmt, tidy, clippy, tests, docs, deny: what must hold before a merge; edits nothing
  tidy                          arrows between crates (layers.toml), banned calls, heads of files
  bench [OPTIONS]               Thalweg beside a bare loop and Apache Kafka; writes bench/RESULTS.md (see bench/README.md)
      --case NAME               only this case, repeatable
      --system NAME             only reference, thalweg or kafka, repeatable
      --reps N                  runs of each
      --quick                   shorter runs, a figure to work by
  power-cuts [OPTIONS]          cut the power of file systems on loop devices (needs root) under the running binary and
                                check every acknowledgement
      --fs ext4|xfs             only on this one
      --cuts N                  how many (default 20)
      --minutes M               begin no cut after so long
      --seed N                  of the dice
      --report                  write the figures into docs/reliability.md
  kills [OPTIONS]               the same with SIGKILL alone; --kills N, --minutes, --seed, --report
  group-kills [OPTIONS]         kills under Kafka's own clients in groups and transactions; the same options
  schema-check                  compare every message struct with Kafka's own schemas
";
