//! Judges one suite: runs it in a network of its own, holds what it printed against its list, and runs red tests
//! again, alone, before it calls them red. A test that did not run or was skipped counts as red: most suites leave a
//! test out when the broker does not advertise an API, so an incomplete broker would look green.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Options;
use super::suite::Suite;
use crate::shell;

/// Counts of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Green.
    pub passed: usize,
    /// Red.
    pub failed: usize,
    /// Ignored by their own mark, or left out.
    pub skipped: usize,
}

impl Tally {
    /// Adds the counts of another part.
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Adds one test.
    pub fn one(&mut self, passed: bool) {
        if passed { self.passed += 1 } else { self.failed += 1 }
    }
}

/// Reads `ok. 3 passed; 0 failed; 1 ignored; …` of cargo test.
pub fn cargo_result(result: &str) -> Tally {
    let count = |word: &str| {
        let before = result.split(word).next().unwrap_or_default().trim_end();
        before
            .rsplit(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    };
    Tally { passed: count("passed"), failed: count("failed"), skipped: count("ignored") }
}

/// Runs the suite and prints one line about it, and one for each red test.
pub fn run(suite: &Suite, options: &Options) -> Result<Tally, String> {
    let start = Instant::now();
    let wanted = suite.wanted(options.all_tests);
    let first = once(suite, options, &wanted)?;
    let mut red: Vec<&str> = wanted.iter().copied().filter(|name| !first.passed(name)).collect();
    let mut recovered = Vec::new();
    // Many red tests are no matter of timing.
    if red.len() <= RETRIED_MAX && first.broker_fault.is_none() {
        let mut still = Vec::new();
        for name in red {
            let mut passed = false;
            for _ in 0..2 {
                passed = passed || once(suite, options, &[name])?.passed(name);
            }
            if passed { recovered.push(name) } else { still.push(name) }
        }
        red = still;
    }
    let mut tally = Tally { passed: wanted.len() - red.len(), failed: red.len(), skipped: 0 };
    for name in &red {
        println!("{}: red: {name}: {}", suite.name, first.of(name));
    }
    if let Some(fault) = &first.broker_fault {
        println!("{}: red: the broker {fault}", suite.name);
        tally.failed += 1;
    }
    let mut line = format!(
        "{}: {} passed, {} failed, {:.0} s",
        suite.name,
        tally.passed,
        tally.failed,
        start.elapsed().as_secs_f64()
    );
    if !recovered.is_empty() {
        line += &format!("; green only when run again alone: {}", recovered.join(", "));
    }
    if !options.all_tests {
        let waiting: Vec<_> =
            suite.waiting().iter().map(|(name, count)| format!("{count} for {name}")).collect();
        if !waiting.is_empty() {
            line += &format!("; waiting: {}", waiting.join(", "));
        }
    }
    if tally.failed > 0 {
        line += &format!("; logs in {}", suite.work().display());
    }
    println!("{line}");
    Ok(tally)
}

/// What one run reported.
#[derive(Default)]
struct Results {
    tests: BTreeMap<String, String>,
    /// The broker died, panicked or did not stop.
    broker_fault: Option<String>,
}

impl Results {
    fn passed(&self, name: &str) -> bool {
        self.tests.get(name).is_some_and(|status| status == "PASS")
    }

    fn of(&self, name: &str) -> &str {
        self.tests.get(name).map_or("has no result", String::as_str)
    }
}

/// One run with a fresh broker in a network namespace of its own.
fn once(suite: &Suite, options: &Options, tests: &[&str]) -> Result<Results, String> {
    let work = suite.work();
    let list = work.join("wanted.txt");
    let results = work.join("results.txt");
    shell::write(&list, &tests.iter().map(|name| format!("{name}\n")).collect::<String>())?;
    shell::write(&results, "")?;
    let program = shell::own_program()?;
    let mut command = Command::new("unshare");
    command.arg("--net");
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command.arg(program).args(["suite", &suite.name, if options.kafka { "kafka" } else { "thalweg" }]);
    if options.full {
        command.arg("--full");
    }
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run unshare (Debian: util-linux): {error}"))?;
    let mut read = read_results(&results)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        read.broker_fault = Some(message.trim().trim_start_matches("xtask suite: ").to_owned());
    }
    Ok(read)
}

/// Lines `PASS name`, `FAIL name` and `SKIP name`. A name seen twice (a file run again) keeps its best result.
fn read_results(path: &Path) -> Result<Results, String> {
    let text = fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(parse_results(&String::from_utf8_lossy(&text)))
}

fn parse_results(text: &str) -> Results {
    let mut results = Results::default();
    for line in text.lines() {
        if let Some((status @ ("PASS" | "FAIL" | "SKIP"), name)) = line.split_once(' ') {
            // A red result may carry its reason behind a tab.
            let (name, reason) = name.split_once('\t').unwrap_or((name, ""));
            let text = if reason.is_empty() { status.to_owned() } else { format!("{status} {reason}") };
            let entry = results.tests.entry(name.to_owned()).or_insert_with(|| text.clone());
            if status == "PASS" {
                *entry = text;
            }
        }
    }
    results
}

/// More red tests than this are not run again.
const RETRIED_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_cargo_test_is_read() {
        let line = "FAILED. 13 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(cargo_result(line), Tally { passed: 13, failed: 2, skipped: 1 });
    }

    #[test]
    fn a_skipped_or_missing_test_has_not_passed_and_the_best_of_two_runs_counts() {
        let results = parse_results("FAIL a b\tboom\nPASS a b\nSKIP c\nFAIL d\twhy\nnoise\n");
        assert!(results.passed("a b"));
        assert!(!results.passed("c"));
        assert_eq!(results.of("d"), "FAIL why");
        assert_eq!(results.of("e"), "has no result");
    }
}
