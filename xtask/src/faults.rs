//! `cargo xtask power-cuts`, `kills` and `group-kills`: real faults for the release binary. Builds it and the program in
//! `faults/`, which does the work, and starts that one; short runs of both are parts of `cargo xtask test`. Decides
//! nothing about what a fault may cost.

use std::process::Command;

use crate::compat::broker;
use crate::{Outcome, kafka, shell};

/// Everything of this file that a full test run does: the name shown, and the words for the program.
pub const SHORT: [(&str, &[&str]); 4] = [
    ("power-cuts", &["power-cuts", "--fs", "ext4", "--cuts", "20"]),
    ("power-cuts", &["power-cuts", "--fs", "xfs", "--cuts", "20"]),
    ("kills", &["kills", "--kills", "20"]),
    ("group-kills", &["group-kills", "--kills", "8"]),
];

/// How a run ended that broke no rule of the tool itself.
pub enum Ended {
    /// Every rule held.
    Green,
    /// This machine cannot do it (no root, no loop devices, no such file system).
    LeftOut,
}

/// A run for a person: `--report` lets it write its row into `docs/reliability.md`.
pub fn command(name: &str, arguments: &[String]) -> Outcome {
    let mut words = vec![name.to_owned()];
    for word in arguments {
        words.push(word.clone());
        if word == "--report" {
            words.push(shell::root().join("docs/reliability.md").display().to_string());
        }
    }
    if std::env::var_os("THALWEG").is_none() {
        shell::cargo(&["build", "--quiet", "--release", "--package", "thalweg"])?;
    }
    if name == "group-kills" {
        kafka::install::install()?;
    }
    build()?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&words).map(|_| ())
}

/// Builds the program that does the work.
pub fn build() -> Outcome {
    shell::cargo(&["build", "--quiet", "--package", "thalweg-faults"])
}

/// Runs it on our binary.
pub fn run(words: &[&str]) -> Result<Ended, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "thalweg-faults", "--"]).args(words);
    command.arg("--binary").arg(broker::binary()).arg("--folder").arg(shell::fetched().join("faults"));
    command.arg("--libraries").arg(kafka::folder().join("tools-libs"));
    let shown = shell::describe(&command);
    let status = command
        .current_dir(shell::root())
        .status()
        .map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    match status.code() {
        Some(0) => Ok(Ended::Green),
        Some(LEFT_OUT) => Ok(Ended::LeftOut),
        _ => Err(format!("{} ended with {status}", words.join(" "))),
    }
}

/// What the program ends with where the machine refuses.
const LEFT_OUT: i32 = 77;
