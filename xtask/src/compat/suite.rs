//! What a folder under `compat/` says about its suite: the broker it wants, the programs it needs, and which of its
//! tests need which capability. Knows nothing about how tests are run.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::{Outcome, shell};

/// One suite of client tests.
pub struct Suite {
    /// Its folder's name under `compat/`.
    pub name: String,
    /// Programs that must be on the path.
    needs: Vec<String>,
    /// Other suites whose fetched files it uses.
    pub uses: Vec<String>,
    /// Host name that the broker advertises.
    pub advertise: String,
    /// Port of a second listener, where clients log in by SASL without TLS.
    pub sasl_port: Option<u16>,
    /// Broker settings beyond the common profile.
    pub broker: BTreeMap<String, String>,
    /// After this the run is ended; what has no result by then is red.
    pub limit: Duration,
    /// Tests in the order of the list, each with the capability it needs.
    tests: Vec<(String, String)>,
    /// Capability → whether Thalweg serves it.
    served: BTreeMap<String, bool>,
}

/// suite.toml as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    needs: Vec<String>,
    #[serde(default)]
    uses: Vec<String>,
    #[serde(default = "loopback")]
    advertise: String,
    sasl_port: Option<u16>,
    #[serde(default)]
    broker: BTreeMap<String, String>,
    limit_s: u64,
}

fn loopback() -> String {
    "127.0.0.1".to_owned()
}

/// capabilities.toml: what is served, and why the rest is not yet.
#[derive(Deserialize)]
struct Capabilities {
    served: BTreeMap<String, bool>,
}

/// Every suite, in the order in which they run.
pub fn all() -> Result<Vec<Suite>, String> {
    let root = shell::root().join("compat");
    let capabilities: Capabilities = read_toml(&root.join("capabilities.toml"))?;
    let mut suites = Vec::new();
    let entries = fs::read_dir(&root).map_err(|error| format!("cannot read {}: {error}", root.display()))?;
    for entry in entries.flatten() {
        let folder = entry.path();
        if !folder.join("suite.toml").exists() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let description: Description = read_toml(&folder.join("suite.toml"))?;
        let list = fs::read_to_string(folder.join("tests.txt"))
            .map_err(|error| format!("{name}/tests.txt: {error}"))?;
        let tests =
            read_tests(&list, &capabilities.served).map_err(|error| format!("{name}/tests.txt: {error}"))?;
        suites.push(Suite {
            name,
            needs: description.needs,
            uses: description.uses,
            advertise: description.advertise,
            sasl_port: description.sasl_port,
            broker: description.broker,
            limit: Duration::from_secs(description.limit_s),
            tests,
            served: capabilities.served.clone(),
        });
    }
    suites.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(suites)
}

/// Lines `CAPABILITY name of the test`; `#` starts a remark, and the name may hold anything.
fn read_tests(list: &str, served: &BTreeMap<String, bool>) -> Result<Vec<(String, String)>, String> {
    let mut tests = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (capability, name) = line.split_once(' ').ok_or_else(|| format!("`{line}` names no test"))?;
        if !served.contains_key(capability) {
            return Err(format!("`{line}`: capabilities.toml knows no `{capability}`"));
        }
        tests.push((name.to_owned(), capability.to_owned()));
    }
    Ok(tests)
}

fn read_toml<T: for<'a> Deserialize<'a>>(path: &PathBuf) -> Result<T, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Suite {
    /// The suite of this name.
    pub fn named(name: &str) -> Result<Suite, String> {
        all()?
            .into_iter()
            .find(|suite| suite.name == name)
            .ok_or_else(|| format!("there is no suite `{name}`"))
    }

    /// Tests that must pass now (or every listed one), in order.
    pub fn wanted(&self, all: bool) -> Vec<&str> {
        let is_served = |capability: &String| self.served.get(capability).copied().unwrap_or(false);
        self.tests
            .iter()
            .filter(|(_, capability)| all || is_served(capability))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// How many listed tests wait for a capability.
    pub fn waiting(&self) -> BTreeMap<&str, usize> {
        let mut waiting = BTreeMap::new();
        for (_, capability) in &self.tests {
            if !self.served.get(capability).copied().unwrap_or(false) {
                *waiting.entry(capability.as_str()).or_insert(0) += 1;
            }
        }
        waiting
    }

    /// Programs it needs that are not there.
    pub fn missing_programs(&self) -> Vec<&str> {
        self.needs.iter().map(String::as_str).filter(|name| !on_path(name)).collect()
    }

    /// Its scripts.
    pub fn folder(&self) -> PathBuf {
        shell::root().join("compat").join(&self.name)
    }

    /// What it fetched, and what its runs leave behind.
    pub fn work(&self) -> PathBuf {
        work(&self.name)
    }
}

fn work(name: &str) -> PathBuf {
    shell::fetched().join("compat").join(name)
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// Runs the suite's fetch.sh in an empty folder unless that very script has already filled it.
pub fn fetch(name: &str, full: bool) -> Outcome {
    let script = shell::root().join("compat").join(name).join("fetch.sh");
    let Ok(text) = fs::read_to_string(&script) else {
        return fs::create_dir_all(work(name)).map_err(|error| error.to_string());
    };
    let mut hasher = DefaultHasher::new();
    (text, full && name == REAL_INPUT).hash(&mut hasher);
    let stamp = format!("{:016x}\n", hasher.finish());
    let work = work(name);
    let marker = work.join(".fetched");
    if fs::read_to_string(&marker).is_ok_and(|known| known == stamp) {
        return Ok(());
    }
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|error| format!("cannot empty {}: {error}", work.display()))?;
    }
    fs::create_dir_all(&work).map_err(|error| format!("cannot make {}: {error}", work.display()))?;
    let start = Instant::now();
    let log = work.join("fetch.log");
    let output = fs::File::create(&log).map_err(|error| error.to_string())?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    shell::run(
        Command::new("bash")
            .arg(&script)
            .env("WORK", &work)
            .env("SUITE", shell::root().join("compat").join(name))
            .env("FULL", if full { "1" } else { "" })
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .current_dir(&work),
    )
    .map_err(|error| format!("{error}; see {}", log.display()))?;
    println!("{name}: fetched in {:.0} s", start.elapsed().as_secs_f64());
    shell::write(&marker, &stamp)
}

/// The one suite whose files depend on `--full`.
const REAL_INPUT: &str = "real-input";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_whose_capability_is_unknown_is_refused() {
        let served = BTreeMap::from([("core".to_owned(), true)]);
        assert_eq!(
            read_tests("# remark\ncore a b\n", &served),
            Ok(vec![("a b".to_owned(), "core".to_owned())])
        );
        assert!(read_tests("cores a\n", &served).is_err());
    }

    #[test]
    fn every_suite_in_the_repository_reads_and_has_tests_that_must_pass() {
        let suites = all().expect("the lists are well formed");
        assert!(!suites.is_empty());
        for suite in suites {
            assert!(!suite.wanted(false).is_empty(), "{} wants no test", suite.name);
            assert!(suite.folder().join("run.sh").exists(), "{} has no run.sh", suite.name);
        }
    }
}
