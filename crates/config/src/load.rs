//! Puts the written forms of a configuration together, checks every value, and says in sentences what is
//! wrong, unknown or without effect.
//!
//! The first thing a process does with its configuration. Text comes in, [`Settings`] and notes go out; it
//! never reads a file, never prints and never stops the process.

use std::fmt;

use crate::check::{Problem, check_together};
use crate::environment::settings_from_environment;
use crate::key::{Key, Scope, Served};
use crate::nearest::nearest_broker_key;
use crate::properties::parse_properties;
use crate::settings::{Origin, Setting, Settings};
use crate::table;

/// The written forms. Absent ones are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The name and the text of a `server.properties`.
    pub file: Option<(&'a str, &'a str)>,
    /// The environment, as names and values.
    pub environment: &'a [(String, String)],
    /// What the command line sets, as `key=value`: `-X`, and options that stand for a key.
    pub flags: &'a [String],
}

/// A configuration that may be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What was set where.
    pub settings: Settings,
    /// What the operator should know, in the order of the keys.
    pub notes: Vec<Note>,
}

/// One line for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// The line.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// No such key.
    Unknown,
    /// A key older Kafka releases had.
    Removed,
    /// Kafka has deprecated it.
    Deprecated,
    /// What it asks for is not implemented here.
    NotImplemented,
    /// Accepted, and nothing here depends on it.
    Recorded,
    /// The controller's listeners and quorum, which are inside this process.
    Controller,
    /// Something was not set and Thalweg does otherwise than Kafka would.
    Assumed,
}

impl NoteKind {
    /// Whether a human should look, rather than may.
    pub fn is_warning(self) -> bool {
        matches!(self, NoteKind::Unknown | NoteKind::Removed | NoteKind::NotImplemented)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Reads and checks everything; all problems at once, so that they can be mended at once.
pub fn load(sources: Sources<'_>) -> Result<Loaded, Vec<Problem>> {
    let mut settings = Settings::default();
    let mut problems = Vec::new();
    read_file(sources.file, &mut settings, &mut problems);
    let environment = sources.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for found in settings_from_environment(environment) {
        settings.add(&found.key, &found.value, Origin::Environment { variable: found.variable });
    }
    for flag in sources.flags {
        match flag.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => settings.add(key.trim(), value, Origin::Flag),
            _ => problems.push(Problem(format!("-X {flag}: write it as key=value"))),
        }
    }
    let mut notes = Vec::new();
    assume(&mut settings, sources.file.is_some(), &mut notes);
    for (name, setting) in settings.iter() {
        if let Some(key) = table::broker_key(name)
            && let Err(why) = key.parse(&setting.value)
        {
            problems.push(Problem::of_setting(name, setting, key, &why.message));
        }
    }
    if problems.is_empty() {
        check_together(&settings, &mut problems);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    note_keys(&settings, &mut notes);
    Ok(Loaded { settings, notes })
}

fn read_file(file: Option<(&str, &str)>, settings: &mut Settings, problems: &mut Vec<Problem>) {
    let Some((name, text)) = file else { return };
    match parse_properties(text) {
        Ok(properties) => {
            for property in properties {
                let origin = Origin::File { name: name.to_owned(), line: property.line };
                settings.add(&property.key, &property.value, origin);
            }
        }
        Err(error) => problems.push(Problem(format!(
            "{name} line {}: \\u needs four hexadecimal digits; write \\\\u for a backslash and a u",
            error.line
        ))),
    }
}

/// Where Kafka's default would surprise (every address, a directory that a reboot empties) or would not
/// start at all, Thalweg takes its own.
fn assume(settings: &mut Settings, has_file: bool, notes: &mut Vec<Note>) {
    let mut assume_unless = |names: &[&str], key: &str, value: &str, kafkas: &str| {
        if names.iter().all(|name| settings.get(name).is_none()) {
            settings.add(key, value, Origin::Assumed);
            if has_file && !kafkas.is_empty() {
                let text = format!("{key} is not set: {key}={value} is used ({kafkas})");
                notes.push(Note { kind: NoteKind::Assumed, text });
            }
        }
    };
    assume_unless(&["log.dirs", "log.dir"], "log.dirs", "./thalweg-data", "Kafka would use /tmp/kafka-logs");
    assume_unless(
        &["listeners"],
        "listeners",
        "PLAINTEXT://127.0.0.1:9092",
        "Kafka would listen on every address",
    );
    assume_unless(&["node.id", "broker.id"], "node.id", "1", "Kafka would not start");
    assume_unless(&["process.roles"], "process.roles", "broker,controller", "Kafka would not start");
    // The old and the new name of the node's number stand for each other; Kafka shows both.
    for (one, other) in [("node.id", "broker.id"), ("broker.id", "node.id")] {
        if let (Some(id), None) = (settings.get(one).map(str::to_owned), settings.get(other)) {
            settings.add(other, &id, Origin::Assumed);
        }
    }
}

fn note_keys(settings: &Settings, notes: &mut Vec<Note>) {
    let mut recorded = Vec::new();
    let mut controller = Vec::new();
    for (name, setting) in settings.iter().filter(|(_, setting)| setting.origin != Origin::Assumed) {
        match table::broker_key(name) {
            None => notes.extend(note_unknown(name, setting)),
            Some(key) => {
                if let Some(instead) = key.deprecated {
                    let text = format!("{name} ({}) is deprecated; use {instead}", setting.origin);
                    notes.push(Note { kind: NoteKind::Deprecated, text });
                }
                match key.served {
                    Served::Yes => {}
                    Served::No => notes.push(note_not_implemented(name, setting)),
                    Served::Recorded if is_controllers(key) => controller.push(name),
                    Served::Recorded => recorded.push(name),
                }
            }
        }
    }
    if !controller.is_empty() {
        let text = format!(
            "the controller runs inside this process; recorded, no listener opened for it: {}",
            controller.join(", ")
        );
        notes.push(Note { kind: NoteKind::Controller, text });
    }
    if !recorded.is_empty() {
        let text = format!("accepted without effect here: {}", recorded.join(", "));
        notes.push(Note { kind: NoteKind::Recorded, text });
    }
}

fn is_controllers(key: &Key) -> bool {
    key.name.starts_with("controller.quorum.") || key.name.starts_with("controller.listener.")
}

fn note_not_implemented(name: &str, setting: &Setting) -> Note {
    let text = format!("{name} ({}) is known but not implemented yet; it has no effect", setting.origin);
    Note { kind: NoteKind::NotImplemented, text }
}

fn note_unknown(name: &str, setting: &Setting) -> Option<Note> {
    let origin = &setting.origin;
    if let Some(fate) = table::removed_from_kafka(name) {
        let text = format!("{name} ({origin}) is gone from Kafka 4: {fate}");
        return Some(Note { kind: NoteKind::Removed, text });
    }
    // The authorizer's own, as in Kafka: they stand in no table.
    if AUTHORIZER_KEYS.contains(&name) {
        return None;
    }
    // Handed to plug-ins under a prefix; the key that would load the plug-in already has its own line.
    if PLUGIN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return Some(note_not_implemented(name, setting));
    }
    let hint = match nearest_broker_key(name) {
        Some(near) if table::key(Scope::Topic, name).is_some() => {
            format!("it is a topic's key; for the broker's default write {near}")
        }
        Some(near) => format!("did you mean {near}?"),
        None => "it is kept and has no effect".to_owned(),
    };
    Some(Note { kind: NoteKind::Unknown, text: format!("unknown key {name} ({origin}): {hint}") })
}

/// What StandardAuthorizer reads of the configuration.
const AUTHORIZER_KEYS: [&str; 2] = ["super.users", "allow.everyone.if.no.acl.found"];
const PLUGIN_PREFIXES: [&str; 3] = ["config.providers.", "rsm.config.", "rlmm.config."];
