//! What runs have found, one line of JSON each, in `target/bench/results.jsonl`: a run that is cut short loses
//! nothing, a slice of a run adds to the slices before it, and the report is written from whatever is there.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::server::System;
use crate::Outcome;
use crate::load::Measured;

/// Figures of a case that is not a load, by name.
pub type Figures = BTreeMap<String, f64>;

/// Raised when the reference loops, the load generator or a case's meaning change: lines of before are left alone.
pub const METHOD: u32 = 2;

/// What must agree before runs may stand in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    pub method: u32,
    pub machine: String,
    /// Where the sockets live, and their congestion control.
    pub network: String,
    pub quick: bool,
}

/// One run of one system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    pub case: String,
    pub system: System,
    /// Which build of Thalweg was measured, or ran beside the system that was.
    pub build: String,
    /// Seconds since 1970.
    pub at: u64,
    pub setting: Setting,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
}

/// The file, and all its lines that can be read.
#[derive(Debug)]
pub struct Store {
    file: File,
    lines: Vec<Line>,
    pub setting: Setting,
    pub build: String,
}

impl Store {
    pub fn open(path: &Path, setting: Setting, build: String) -> Outcome<Self> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines = Vec::new();
        for (number, line) in text.lines().enumerate() {
            match serde_json::from_str(line) {
                Ok(line) => lines.push(line),
                Err(error) => eprintln!("{}:{}: left out: {error}", path.display(), number + 1),
            }
        }
        let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        if !text.is_empty() && !text.ends_with('\n') {
            // Cut off in the middle of a line.
            file.write_all(b"\n").map_err(failed)?;
        }
        Ok(Self { file, lines, setting, build })
    }

    /// Keeps one run.
    pub fn add(
        &mut self,
        case: &str,
        system: System,
        measured: Option<Measured>,
        figures: Option<Figures>,
    ) -> Outcome {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (build, setting) = (self.build.clone(), self.setting.clone());
        let line = Line { case: case.to_owned(), system, build, at, setting, measured, figures };
        let mut text = serde_json::to_string(&line).map_err(|error| error.to_string())?;
        text.push('\n');
        self.file.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
        self.lines.push(line);
        Ok(())
    }

    /// How many runs of a system count for this build: its own, and the reference loop's beside it. Kafka does not
    /// change with our builds.
    pub fn count(&self, case: &str, system: System) -> usize {
        self.of(case, system, &self.build).len()
    }

    /// The runs to show: of this build where there are any, else of the newest one that has some.
    pub fn runs(&self, case: &str, system: System) -> Vec<&Line> {
        let build = self.shown_build(case);
        self.of(case, system, &build)
    }

    /// The build whose runs of a case are shown.
    pub fn shown_build(&self, case: &str) -> String {
        let known = |line: &&Line| {
            line.case == case && line.setting == self.setting && line.system == System::Thalweg
        };
        if self.lines.iter().filter(known).any(|line| line.build == self.build) {
            return self.build.clone();
        }
        let newest = self.lines.iter().rfind(known);
        newest.map_or_else(|| self.build.clone(), |line| line.build.clone())
    }

    fn of(&self, case: &str, system: System, build: &str) -> Vec<&Line> {
        let counts = |line: &&Line| {
            line.case == case
                && line.system == system
                && line.setting == self.setting
                && (system == System::Kafka || line.build == build)
        };
        self.lines.iter().filter(counts).collect()
    }
}

/// Names a program by what is in it.
pub fn fingerprint(program: &Path) -> Outcome<String> {
    let bytes = std::fs::read(program).map_err(|error| format!("{}: {error}", program.display()))?;
    Ok(format!("{:08x}", crc_fast::crc32_iscsi(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting() -> Setting {
        Setting { method: METHOD, machine: "m".into(), network: "n".into(), quick: true }
    }

    #[test]
    fn runs_are_found_again_and_a_line_cut_short_costs_only_itself() {
        let path = std::env::temp_dir().join(format!("thalweg-bench-store-{}", std::process::id()));
        let open = |build: &str| Store::open(&path, setting(), build.to_owned()).unwrap();
        let mut store = open("a");
        store.add("c", System::Thalweg, Some(Measured::default()), None).unwrap();
        store.add("c", System::Kafka, Some(Measured::default()), None).unwrap();
        store.file.write_all(b"{\"case\":\"c\",\"sys").unwrap();
        let mut store = open("b");
        assert_eq!((store.count("c", System::Thalweg), store.count("c", System::Kafka)), (0, 1));
        assert_eq!(store.runs("c", System::Thalweg).len(), 1, "those of the build before are shown");
        store.add("c", System::Thalweg, Some(Measured::default()), None).unwrap();
        let store = open("b");
        assert_eq!((store.count("c", System::Thalweg), store.shown_build("c").as_str()), (1, "b"));
        std::fs::remove_file(&path).unwrap();
    }
}
