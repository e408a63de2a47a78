//! `cargo xtask ci`: everything that must hold before a change is merged, short of the client suites. Runs other
//! programs one after the other and stops at the first that is red; never edits a file.

use std::process::Command;
use std::time::Instant;

use crate::{Outcome, shell, tidy};

/// Runs all checks. `tests` is off where the tests follow at once by `cargo xtask test`.
pub fn run(tests: bool) -> Outcome {
    step("fmt", || shell::cargo(&["fmt", "--all", "--check"]))?;
    step("tidy", tidy::run)?;
    step("clippy", || {
        shell::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    if tests {
        step("test", || shell::cargo(&["test", "--workspace", "--quiet"]))?;
    }
    step("doc", || {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        shell::run(
            Command::new(cargo)
                .args(["doc", "--workspace", "--no-deps", "--quiet"])
                .env("RUSTDOCFLAGS", "-D warnings")
                .current_dir(shell::root()),
        )
    })?;
    step("deny", deny)
}

/// Licences, duplicate and banned crates, and where crates come from. Known vulnerabilities need the advisory
/// database, a git repository that not every machine reaches: `cargo deny check advisories` where it does.
fn deny() -> Outcome {
    let tools = shell::fetched().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        println!("installing cargo-deny {DENY_VERSION} into {}", tools.display());
        // A debug build: it runs for a second, and takes minutes less to make.
        let root = tools.display().to_string();
        let build = tools.join("build").display().to_string();
        shell::cargo(&[
            "install",
            "--quiet",
            "--locked",
            "--debug",
            "--version",
            DENY_VERSION,
            "--root",
            &root,
            "--target-dir",
            &build,
            "--no-default-features",
            "cargo-deny",
        ])?;
        let _ = std::fs::remove_dir_all(&build);
    }
    println!(
        "not checked here: advisories (`cargo deny check advisories` where its database can be fetched)"
    );
    shell::run(
        Command::new(program)
            .args(["--all-features", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
            .current_dir(shell::root()),
    )
}

fn step(name: &str, check: impl FnOnce() -> Outcome) -> Outcome {
    println!("== {name}");
    let start = Instant::now();
    check().map_err(|error| format!("{name}: {error}"))?;
    println!("== {name} ok, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

const DENY_VERSION: &str = "0.20.2";
