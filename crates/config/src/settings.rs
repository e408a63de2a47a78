//! What was configured where, before anyone asks what it means.
//!
//! Four layers stand over each other: flag > environment > file > what Thalweg assumes by itself; Kafka's
//! defaults are in the table and not here. Every layer of a key is kept, so that an explanation can say
//! which value won over which. Never checks a value.

use std::collections::BTreeMap;
use std::fmt;

/// The configured keys of this process. Fixed once it has started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Per key its settings, the winning one first; never an empty list.
    keys: BTreeMap<String, Vec<Setting>>,
}

/// One value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The text as it was written.
    pub value: String,
    /// Where that was.
    pub origin: Origin,
}

/// Where a setting was written, in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In this environment variable.
    Environment {
        /// Its name.
        variable: String,
    },
    /// In a file.
    File {
        /// The file's name as it was given.
        name: String,
        /// The line, from 1.
        line: usize,
    },
    /// Nowhere: what Thalweg does where Kafka's default would surprise.
    Assumed,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag => f.write_str("command line"),
            Origin::Environment { variable } => f.write_str(variable),
            Origin::File { name, line } => write!(f, "{name} line {line}"),
            Origin::Assumed => f.write_str("assumed"),
        }
    }
}

impl Settings {
    /// Adds a setting. Over settings of a lower layer it wins; in the same layer the later one wins, as in
    /// a properties file.
    pub fn add(&mut self, key: &str, value: &str, origin: Origin) {
        let layers = self.keys.entry(key.to_owned()).or_default();
        let layer = |origin: &Origin| match origin {
            Origin::Flag => 0,
            Origin::Environment { .. } => 1,
            Origin::File { .. } => 2,
            Origin::Assumed => 3,
        };
        let at =
            layers.iter().position(|other| layer(&other.origin) >= layer(&origin)).unwrap_or(layers.len());
        layers.insert(at, Setting { value: value.to_owned(), origin });
    }

    /// The winning text of a key, if it was set anywhere.
    pub fn get(&self, key: &str) -> Option<&str> {
        Some(self.setting(key)?.value.as_str())
    }

    /// The winning setting of a key.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.keys.get(key)?.first()
    }

    /// All settings of a key, the winning one first.
    pub fn all(&self, key: &str) -> &[Setting] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every configured key with its winning setting, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.keys.iter().filter_map(|(key, layers)| Some((key.as_str(), layers.first()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_wins_over_environment_over_file_over_assumption_in_whatever_order_they_come() {
        let mut settings = Settings::default();
        let file = |line| Origin::File { name: "f".to_owned(), line };
        let variable = || Origin::Environment { variable: "KAFKA_A".to_owned() };
        settings.add("a", "assumed", Origin::Assumed);
        settings.add("a", "flag 1", Origin::Flag);
        settings.add("a", "file 1", file(1));
        settings.add("a", "environment", variable());
        settings.add("a", "file 2", file(2));
        settings.add("a", "flag 2", Origin::Flag);
        let values: Vec<_> = settings.all("a").iter().map(|setting| setting.value.as_str()).collect();
        assert_eq!(values, ["flag 2", "flag 1", "environment", "file 2", "file 1", "assumed"]);
        assert_eq!(settings.get("a"), Some("flag 2"));
        assert_eq!(settings.get("b"), None);
        assert_eq!(settings.all("a")[3].origin.to_string(), "f line 2");
    }
}
