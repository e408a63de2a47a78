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
    let is_named = |name: &str| args.windows(2).any(|words| words[0] == "--case" && words[1] == name);
    let only_reports = args.windows(2).any(|words| words[0] == "--reps" && words[1] == "0");
    if is_named("metrics-cost") || !only_reports && !args.iter().any(|word| word == "--case") {
        suite.arg("--uncounted").arg(uncounted()?);
    }
    suite.arg("--scratch").arg(shell::fetched().join("bench"));
    suite.arg("--report").arg(shell::root().join("bench/RESULTS.md"));
    shell::run(suite.args(args).current_dir(shell::root()))
}

/// A broker that counts nothing, in a target directory of its own: a build of minutes for the one case that asks what
/// counting costs.
fn uncounted() -> Result<std::path::PathBuf, String> {
    let target = shell::fetched().join("uncounted");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--package", "thalweg", "--target-dir"]).arg(&target);
    cargo.env("THALWEG_UNCOUNTED", "1");
    shell::run(cargo.current_dir(shell::root()))?;
    Ok(target.join("release/thalweg"))
}
