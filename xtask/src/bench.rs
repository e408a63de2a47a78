//! `cargo xtask bench`: builds the broker and the benchmark's programs with optimisation and lets the suite run.
//! What is measured, and how, is the suite's business (`bench/`).

use std::process::Command;

use crate::shell;

/// Builds, then runs the suite with these arguments: `[--case NAME]… [--system NAME]… [--reps N] [--minutes N]
/// [--quick]`.
pub fn run(args: &[String]) -> Result<(), String> {
    shell::cargo(&["build", "--release", "--package", "thalweg", "--package", "thalweg-bench"])?;
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(shell::fetched, std::path::PathBuf::from);
    let release = built.join("release");
    let own = shell::own_program()?;
    shell::run(Command::new(own.clone()).args(["kafka", "install"]).current_dir(shell::root()))?;
    let mut suite = Command::new(release.join("thalweg-bench"));
    suite.arg("suite").arg("--thalweg").arg(release.join("thalweg")).arg("--xtask").arg(own);
    suite.arg("--scratch").arg(shell::fetched().join("bench"));
    suite.arg("--report").arg(shell::root().join("bench/RESULTS.md"));
    shell::run(suite.args(args).current_dir(shell::root()))
}
