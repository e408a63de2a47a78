//! `thalweg config …`: `explain` is answered from the table of settings, without a broker; the others ask one.

use std::path::Path;

use serde_json::{Map, Value, json};
use thalweg_client::calls::{self, ConfigEntry, ConfigOperation, ConfigResource, ConfigSource};
use thalweg_config::{Settings, Sources, explain, load};

use crate::args::ConfigCommand;
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint, print_text, render_streamed};
use crate::session::{Session, broker_failure, call_failure};

/// Does what was asked of a broker's settings.
pub fn run(session: &mut Session, command: &ConfigCommand, format: Format) -> Outcome {
    match command {
        ConfigCommand::Explain { key, config } => run_explain(key, config.as_deref(), format),
        ConfigCommand::Get { resource, keys, all } => get(session, resource, keys, *all)?.print(format),
        ConfigCommand::Set { resource, values, unset, append, subtract } => {
            let pairs = |pairs: &[(String, String)], operation: fn(String) -> ConfigOperation| {
                pairs.iter().map(|(key, value)| (key.clone(), operation(value.clone()))).collect::<Vec<_>>()
            };
            let mut changes = pairs(values, ConfigOperation::Set);
            changes.extend(unset.iter().map(|key| (key.clone(), ConfigOperation::Unset)));
            changes.extend(pairs(append, ConfigOperation::Append));
            changes.extend(pairs(subtract, ConfigOperation::Subtract));
            set(session, resource, changes)?.print(format)
        }
        ConfigCommand::Diff { one, other } => diff(session, one, other)?.print(format),
    }
}

fn entries(session: &mut Session, resource: &ConfigResource) -> Outcome<Vec<ConfigEntry>> {
    let answer = session.call(calls::describe_configs(vec![resource.clone()]))?;
    let results = calls::read_configs(&answer).map_err(|error| call_failure(&error))?;
    match results.into_iter().next() {
        Some((_, Ok(entries))) => Ok(entries),
        Some((_, Err(error))) => Err(broker_failure("Reading the settings of", &object(resource), &error)),
        None => Ok(Vec::new()),
    }
}

fn object(resource: &ConfigResource) -> String {
    match resource {
        ConfigResource::Topic(name) => format!("topic '{name}'"),
        ConfigResource::Broker(id) => format!("broker {id}"),
        ConfigResource::AllBrokers => "all brokers".to_owned(),
        ConfigResource::Loggers(id) => format!("the loggers of broker {id}"),
        ConfigResource::Group(name) => format!("group '{name}'"),
        ConfigResource::ClientMetrics(name) => format!("client metrics subscription '{name}'"),
    }
}

fn shown(entry: Option<&ConfigEntry>) -> String {
    match entry {
        None => "(none)".to_owned(),
        Some(entry) => match &entry.value {
            Some(value) if value.is_empty() => "\"\"".to_owned(),
            Some(value) => value.clone(),
            None if entry.sensitive => "(hidden)".to_owned(),
            None => "(unset)".to_owned(),
        },
    }
}

fn get(session: &mut Session, resource: &ConfigResource, keys: &[String], all: bool) -> Outcome<Listing> {
    let entries = entries(session, resource)?;
    if let Some(missing) = keys.iter().find(|key| entries.iter().all(|entry| entry.name != **key)) {
        return Err(Failure::not_found(format!("{} has no setting '{missing}'.", object(resource))));
    }
    let is_shown = |entry: &&ConfigEntry| match keys {
        [] => all || entry.source != ConfigSource::Default,
        keys => keys.contains(&entry.name),
    };
    let mut table = Table::new(vec![Column::left("SETTING"), Column::left("VALUE"), Column::left("FROM")]);
    let (mut names, mut value) = (Vec::new(), Map::new());
    for entry in entries.iter().filter(is_shown) {
        table.row(vec![entry.name.clone(), shown(Some(entry)), entry.source.name().to_owned()]);
        value.insert(entry.name.clone(), json!({"value": entry.value, "source": entry.source.name()}));
        names.push(entry.name.clone());
    }
    if names.is_empty() {
        hint("Nothing is set; --all shows the defaults.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Object(value) })
}

fn set(
    session: &mut Session,
    resource: &ConfigResource,
    changes: Vec<(String, ConfigOperation)>,
) -> Outcome<Listing> {
    if changes.is_empty() {
        return Err(Failure::usage("Say what to change: KEY=VALUE, --unset KEY, --append or --subtract."));
    }
    let answer = session.call(calls::alter_configs(resource.clone(), changes.clone()))?;
    for (_, result) in calls::read_altered(&answer).map_err(|error| call_failure(&error))? {
        result.map_err(|error| broker_failure("Changing the settings of", &object(resource), &error))?;
    }
    let mut table = Table::new(vec![Column::left("SETTING"), Column::left("CHANGE")]);
    let (mut names, mut value) = (Vec::new(), Map::new());
    for (key, operation) in changes {
        let change = match operation {
            ConfigOperation::Set(to) => to,
            ConfigOperation::Unset => "(default)".to_owned(),
            ConfigOperation::Append(element) => format!("+ {element}"),
            ConfigOperation::Subtract(element) => format!("- {element}"),
        };
        table.row(vec![key.clone(), change.clone()]);
        value.insert(key.clone(), json!(change));
        names.push(key);
    }
    Ok(Listing { tables: vec![table], names, value: Value::Object(value) })
}

fn diff(session: &mut Session, one: &ConfigResource, other: &ConfigResource) -> Outcome<Listing> {
    let (left, right) = (entries(session, one)?, entries(session, other)?);
    let mut names: Vec<String> = left.iter().chain(&right).map(|entry| entry.name.clone()).collect();
    names.sort();
    names.dedup();
    let of = |entries: &[ConfigEntry], name: &str| shown(entries.iter().find(|entry| entry.name == name));
    names.retain(|name| of(&left, name) != of(&right, name));
    let mut table = Table::new(vec![Column::left("SETTING"), Column::left("ONE"), Column::left("OTHER")]);
    let mut value = Map::new();
    for name in &names {
        let (left, right) = (of(&left, name), of(&right, name));
        table.row(vec![name.clone(), left.clone(), right.clone()]);
        value.insert(name.clone(), json!({"one": left, "other": right}));
    }
    if names.is_empty() {
        hint("There is no difference.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Object(value) })
}

/// Prints what a key means and, where a file is named, what it sets.
pub fn run_explain(key: &str, file: Option<&Path>, format: Format) -> Outcome {
    let settings = match file {
        None => Settings::default(),
        Some(path) => read_settings(path)?,
    };
    let text = explain(key, &settings).map_err(|why| {
        Failure::not_found(format!("{why}. Settings are named as in Apache Kafka, such as retention.ms."))
    })?;
    match format {
        Format::Table => print_text(&text),
        Format::Name => print_text(&format!("{key}\n")),
        Format::Json | Format::Yaml => {
            let lines: Vec<&str> = text.lines().collect();
            print_text(&render_streamed(&serde_json::json!({"key": key, "text": lines}), format))
        }
    }
}

fn read_settings(path: &Path) -> Outcome<Settings> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::failed(format!("Reading {name} failed: {error}. Check the name and its rights."))
    })?;
    let sources = Sources { file: Some((&name, &text)), ..Sources::default() };
    match load(sources) {
        Ok(loaded) => Ok(loaded.settings),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(Failure::failed(lines.join("; ")))
        }
    }
}
