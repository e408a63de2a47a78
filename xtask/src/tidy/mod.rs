//! `cargo xtask tidy`: what the compiler and clippy do not check. The arrows between crates, calls that the lower
//! rings must not make, and the head of every file. Reads sources; never changes one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Outcome, shell};

mod layers;
mod sources;

/// Runs every check and reports all findings at once.
pub fn run() -> Outcome {
    let layers = layers::Layers::read()?;
    let mut findings = layers.check_arrows()?;
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "bench", "fuzz"] {
        rust_files(&shell::root().join(folder), &mut files)?;
    }
    files.sort();
    for file in &files {
        let shown = file.strip_prefix(shell::root()).unwrap_or(file).display().to_string();
        let text = fs::read_to_string(file).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let place = layers.place_of(&shown);
        findings.extend(
            sources::check(&text, &place).into_iter().map(|(line, what)| format!("{shown}:{line}: {what}")),
        );
        let lines = text.lines().count();
        if lines > LONG_FILE {
            println!(
                "hint: {shown} has {lines} lines; a file that holds one thing is rarely over {LONG_FILE}"
            );
        }
    }
    println!("tidy: {} files, {} crates, {} findings", files.len(), layers.crates(), findings.len());
    if findings.is_empty() { Ok(()) } else { Err(format!("\n  {}", findings.join("\n  "))) }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                rust_files(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// A hint, not a rule: past this a file usually holds two things.
const LONG_FILE: usize = 700;
