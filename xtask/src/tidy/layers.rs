//! The rings: reads layers.toml and holds the dependencies of `cargo metadata` against it.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;

use super::sources::Place;
use crate::shell;

/// layers.toml as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    crates: BTreeMap<String, Room>,
    outside: Outside,
}

/// One crate of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    ring: u8,
    may_use: Vec<String>,
    #[serde(default)]
    tests_may_use: Vec<String>,
    #[serde(default)]
    unsafe_code: bool,
    /// Paths below the crate's folder that the ban on calls spares.
    #[serde(default)]
    outside: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outside {
    only_from_ring: u8,
    crates: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Null for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

impl Layers {
    /// Reads the file at the repository's root.
    pub fn read() -> Result<Layers, String> {
        let path = shell::root().join("layers.toml");
        let text =
            std::fs::read_to_string(&path).map_err(|error| format!("cannot read layers.toml: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("layers.toml: {error}"))
    }

    /// How many crates it lists.
    pub fn crates(&self) -> usize {
        self.crates.len()
    }

    /// Every arrow that is not allowed, and every crate that one side does not know.
    pub fn check_arrows(&self) -> Result<Vec<String>, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let text = shell::output(
            Command::new(cargo)
                .args(["metadata", "--format-version=1", "--no-deps"])
                .current_dir(shell::root()),
        )?;
        let metadata: Metadata =
            serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
        Ok(self.check(&metadata))
    }

    fn check(&self, metadata: &Metadata) -> Vec<String> {
        let mut findings = Vec::new();
        for name in self.crates.keys() {
            if !metadata.packages.iter().any(|package| package.name == *name) {
                findings.push(format!("layers.toml: there is no crate `{name}`"));
            }
        }
        for package in &metadata.packages {
            let Some(room) = self.crates.get(&package.name) else {
                findings.push(format!("layers.toml: crate `{}` is in no ring", package.name));
                continue;
            };
            for dependency in &package.dependencies {
                findings.extend(self.check_one(&package.name, room, dependency));
            }
        }
        findings
    }

    fn check_one(&self, name: &str, room: &Room, dependency: &Dependency) -> Option<String> {
        let to = dependency.name.as_str();
        let for_tests = dependency.kind.as_deref() == Some("dev");
        let Some(target) = self.crates.get(to) else {
            let banned = !for_tests
                && room.ring < self.outside.only_from_ring
                && self.outside.crates.iter().any(|known| known == to)
                && room.outside.is_empty();
            return banned.then(|| format!("{name} -> {to}: crates of ring {} may not use it", room.ring));
        };
        if target.ring > room.ring {
            return Some(format!(
                "{name} (ring {}) -> {to} (ring {}): arrows never point up",
                room.ring, target.ring
            ));
        }
        let listed = room.may_use.iter().any(|known| known == to)
            || (for_tests && (target.ring < room.ring || room.tests_may_use.iter().any(|known| known == to)));
        (!listed).then(|| format!("{name} -> {to}: not among its arrows in layers.toml"))
    }

    /// What rules hold for the file at this path (relative to the root).
    pub fn place_of(&self, path: &str) -> Place {
        let mut parts = path.splitn(3, '/');
        let (folder, rest) = match parts.next() {
            Some("crates") => {
                let folder = parts.next().unwrap_or_default();
                let name = if folder == "cli" { "thalweg".to_owned() } else { format!("thalweg-{folder}") };
                (name, parts.next().unwrap_or_default())
            }
            Some("bench") => ("thalweg-bench".to_owned(), ""),
            other => (other.unwrap_or_default().to_owned(), ""),
        };
        let room = self.crates.get(&folder);
        let is_source = rest.starts_with("src/") && !rest.ends_with("tests.rs") && !rest.contains("/tests/");
        Place {
            pure: is_source
                && room.is_some_and(|room| {
                    room.ring < self.outside.only_from_ring
                        && !room.outside.iter().any(|spared| rest.starts_with(spared))
                }),
            unsafe_code: !is_source || room.is_some_and(|room| room.unsafe_code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> Layers {
        toml::from_str(
            "[crates.thalweg-low]\nring = 0\nmay_use = []\n[crates.thalweg-high]\nring = 3\nmay_use = []\n\
             [outside]\nonly_from_ring = 2\ncrates = [\"tokio\"]\n",
        )
        .expect("the sample is well formed")
    }

    fn findings(dependencies: &str) -> Vec<String> {
        let metadata: Metadata = serde_json::from_str(&format!(
            r#"{{"packages":[{{"name":"thalweg-low","dependencies":{dependencies}}},
                             {{"name":"thalweg-high","dependencies":[]}}]}}"#
        ))
        .expect("the sample is well formed");
        layers().check(&metadata)
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let found = findings(r#"[{"name":"thalweg-high","kind":null}]"#);
        assert_eq!(found, ["thalweg-low (ring 0) -> thalweg-high (ring 3): arrows never point up"]);
    }

    #[test]
    fn an_outside_crate_with_threads_is_found_in_a_low_ring_but_not_in_its_tests() {
        assert_eq!(findings(r#"[{"name":"tokio","kind":null}]"#).len(), 1);
        assert_eq!(findings(r#"[{"name":"tokio","kind":"dev"}]"#), Vec::<String>::new());
    }

    #[test]
    fn a_crate_in_no_ring_is_found() {
        let metadata =
            Metadata { packages: vec![Package { name: "stray".to_owned(), dependencies: Vec::new() }] };
        assert!(layers().check(&metadata).contains(&"layers.toml: crate `stray` is in no ring".to_owned()));
    }

    #[test]
    fn tests_and_higher_rings_may_call_what_low_sources_may_not() {
        let layers = layers();
        assert!(layers.place_of("crates/low/src/lib.rs").pure);
        assert!(!layers.place_of("crates/low/src/part/tests.rs").pure);
        assert!(!layers.place_of("crates/low/tests/it/main.rs").pure);
        assert!(!layers.place_of("crates/high/src/lib.rs").pure);
    }
}
