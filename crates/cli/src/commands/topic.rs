//! `thalweg topic …`.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal};

use serde_json::{Value, json};
use thalweg_client::calls::{
    self, ConfigEntry, ConfigOperation, ConfigResource, ConfigSource, NewTopic, OffsetSpec,
};
use thalweg_client::{ClusterView, TopicView};
use thalweg_wire::ErrorCode;

use super::watching::show;
use crate::args::{
    AddPartitionsArgs, AlterArgs, CreateArgs, DeleteArgs, DescribeArgs, ListArgs, TopicCommand,
};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// Does what was asked of topics.
pub fn run(session: &mut Session, command: &TopicCommand, format: Format) -> Outcome {
    match command {
        TopicCommand::List(args) => show(session, args.watch, format, |session| list(session, args)),
        TopicCommand::Create(args) => create(session, args)?.print(format),
        TopicCommand::Describe(args) => describe(session, args)?.print(format),
        TopicCommand::Alter(args) => alter(session, args)?.print(format),
        TopicCommand::AddPartitions(args) => add_partitions(session, args)?.print(format),
        TopicCommand::Delete(args) => delete(session, args)?.print(format),
    }
}

fn list(session: &mut Session, args: &ListArgs) -> Outcome<Listing> {
    let view = everything(session)?;
    let shown = view.topics.iter().filter(|(_, topic)| args.internal || !topic.is_internal);
    let mut table =
        Table::new(vec![Column::left("NAME"), Column::right("PARTITIONS"), Column::right("REPLICAS")]);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, topic) in shown {
        let replicas = replicas(topic);
        table.row(vec![name.clone(), topic.partitions.len().to_string(), replicas.to_string()]);
        names.push(name.clone());
        values.push(json!({"name": name, "partitions": topic.partitions.len(), "replicas": replicas}));
    }
    if names.is_empty() {
        hint("There are no topics yet. `thalweg topic create NAME` makes one.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Array(values) })
}

fn everything(session: &mut Session) -> Outcome<ClusterView> {
    let answer = session.call(calls::all_topics())?;
    calls::read_metadata(&answer).map_err(|error| call_failure(&error))
}

fn replicas(topic: &TopicView) -> usize {
    topic.partitions.values().next().map_or(0, |partition| partition.replicas.len())
}

fn create(session: &mut Session, args: &CreateArgs) -> Outcome<Listing> {
    let topics = args.names.iter().map(|name| NewTopic {
        name: name.clone(),
        partitions: args.partitions,
        replication_factor: args.replicas,
        configs: args.configs.clone(),
    });
    let answer = session.call(calls::create_topics(topics.collect(), args.dry_run, session.timeout))?;
    let results = calls::read_created(&answer).map_err(|error| call_failure(&error))?;
    let mut table = Table::new(vec![
        Column::left("NAME"),
        Column::left("RESULT"),
        Column::right("PARTITIONS"),
        Column::right("REPLICAS"),
    ]);
    let mut listing = Listing { tables: Vec::new(), names: Vec::new(), value: Value::Null };
    let (mut values, mut failure) = (Vec::new(), None);
    for (name, result) in results {
        match result {
            Ok(topic) => {
                let word = if args.dry_run { "possible" } else { "created" };
                let (partitions, replicas) = (topic.partitions, topic.replication_factor);
                table.row(vec![name.clone(), word.into(), known(partitions.into()), known(replicas.into())]);
                values.push(json!({
                    "name": name, "result": word, "id": topic.id.to_string(),
                    "partitions": partitions, "replicas": replicas,
                }));
                listing.names.push(name);
            }
            Err(error) if args.if_not_exists && error.code == ErrorCode::TopicAlreadyExists => {
                table.row(vec![name.clone(), "exists".into(), String::new(), String::new()]);
                values.push(json!({"name": name, "result": "exists"}));
                listing.names.push(name);
            }
            Err(error) => {
                failure.get_or_insert(broker_failure("Creating", &format!("topic '{name}'"), &error));
            }
        }
    }
    listing.tables.push(table);
    listing.value = Value::Array(values);
    finish(listing, failure)
}

fn known(number: i64) -> String {
    if number < 0 { "-".to_owned() } else { number.to_string() }
}

/// What worked is told even where something failed: on standard error, as the command fails.
fn finish(listing: Listing, failure: Option<Failure>) -> Outcome<Listing> {
    match failure {
        None => Ok(listing),
        Some(failure) => {
            if !listing.names.is_empty() {
                hint(listing.render(Format::Table).trim_end());
            }
            Err(failure)
        }
    }
}

fn describe(session: &mut Session, args: &DescribeArgs) -> Outcome<Listing> {
    let mut listing = Listing { tables: Vec::new(), names: Vec::new(), value: Value::Null };
    let mut values = Vec::new();
    for name in &args.names {
        let topic = session.topic(name)?.ok_or_else(|| no_such_topic(name))?;
        let configs = configs(session, name)?;
        let ends = offsets(session, name, &topic, OffsetSpec::Latest)?;
        let starts = offsets(session, name, &topic, OffsetSpec::Earliest)?;
        let shown = |entry: &&ConfigEntry| args.all || entry.source == ConfigSource::Topic;
        let configs: Vec<&ConfigEntry> = configs.iter().filter(shown).collect();
        describe_tables(name, &topic, &configs, &starts, &ends, &mut listing.tables);
        values.push(describe_value(name, &topic, &configs, &starts, &ends));
        listing.names.push(name.clone());
    }
    listing.value = Value::Array(values);
    Ok(listing)
}

fn configs(session: &mut Session, name: &str) -> Outcome<Vec<ConfigEntry>> {
    let answer = session.call(calls::describe_configs(vec![ConfigResource::Topic(name.to_owned())]))?;
    let results = calls::read_configs(&answer).map_err(|error| call_failure(&error))?;
    match results.into_iter().next() {
        Some((_, Ok(entries))) => Ok(entries),
        Some((_, Err(error))) => {
            Err(broker_failure("Reading the settings of", &format!("topic '{name}'"), &error))
        }
        None => Ok(Vec::new()),
    }
}

/// Offsets of all partitions that have a leader.
pub fn offsets(
    session: &mut Session,
    name: &str,
    topic: &TopicView,
    spec: OffsetSpec,
) -> Outcome<BTreeMap<i32, i64>> {
    let mut by_node: BTreeMap<i32, Vec<(i32, OffsetSpec)>> = BTreeMap::new();
    for (&index, partition) in &topic.partitions {
        if let Some(leader) = partition.leader {
            by_node.entry(leader).or_default().push((index, spec));
        }
    }
    let mut offsets = BTreeMap::new();
    for (node, wanted) in by_node {
        let wanted = BTreeMap::from([(name.to_owned(), wanted)]);
        let answer = session.call(calls::list_offsets(node, wanted, false))?;
        for listed in calls::read_offsets(&answer).map_err(|error| call_failure(&error))? {
            if listed.error != ErrorCode::None {
                let error = thalweg_client::BrokerError { code: listed.error, message: None };
                let object = format!("{name}-{}", listed.partition);
                return Err(broker_failure("Asking for the offsets of", &object, &error));
            }
            offsets.insert(listed.partition, listed.offset);
        }
    }
    Ok(offsets)
}

fn describe_tables(
    name: &str,
    topic: &TopicView,
    configs: &[&ConfigEntry],
    starts: &BTreeMap<i32, i64>,
    ends: &BTreeMap<i32, i64>,
    tables: &mut Vec<Table>,
) {
    let mut facts = Table::new(vec![Column::left(""), Column::left("")]);
    facts.row(vec!["Topic".into(), name.into()]);
    facts.row(vec!["Id".into(), topic.id.to_string()]);
    facts.row(vec!["Partitions".into(), topic.partitions.len().to_string()]);
    facts.row(vec!["Replicas".into(), replicas(topic).to_string()]);
    let records: i64 = ends.iter().map(|(index, end)| end - starts.get(index).unwrap_or(end)).sum();
    facts.row(vec!["Offsets in use".into(), records.to_string()]);
    tables.push(facts);
    if !configs.is_empty() {
        let mut table =
            Table::new(vec![Column::left("SETTING"), Column::left("VALUE"), Column::left("FROM")]);
        for entry in configs {
            table.row(vec![entry.name.clone(), shown_value(entry), entry.source.name().to_owned()]);
        }
        tables.push(table);
    }
    let titles = ["PARTITION", "LEADER", "EPOCH", "REPLICAS", "IN SYNC", "START", "END"];
    let mut table = Table::new(
        titles
            .iter()
            .map(|&t| if t.starts_with(['R', 'I']) { Column::left(t) } else { Column::right(t) })
            .collect(),
    );
    for (index, partition) in &topic.partitions {
        let offset = |offsets: &BTreeMap<i32, i64>| offsets.get(index).map_or("-".to_owned(), i64::to_string);
        table.row(vec![
            index.to_string(),
            partition.leader.map_or("none".to_owned(), |leader| leader.to_string()),
            partition.leader_epoch.to_string(),
            joined(&partition.replicas),
            joined(&partition.isr),
            offset(starts),
            offset(ends),
        ]);
    }
    tables.push(table);
}

fn shown_value(entry: &ConfigEntry) -> String {
    match &entry.value {
        Some(value) if value.is_empty() => "\"\"".to_owned(),
        Some(value) => value.clone(),
        None if entry.sensitive => "(hidden)".to_owned(),
        None => "(unset)".to_owned(),
    }
}

fn joined(ids: &[i32]) -> String {
    ids.iter().map(i32::to_string).collect::<Vec<_>>().join(",")
}

fn describe_value(
    name: &str,
    topic: &TopicView,
    configs: &[&ConfigEntry],
    starts: &BTreeMap<i32, i64>,
    ends: &BTreeMap<i32, i64>,
) -> Value {
    let partitions = topic.partitions.iter().map(|(index, partition)| {
        json!({
            "partition": index, "leader": partition.leader, "leader_epoch": partition.leader_epoch,
            "replicas": partition.replicas, "isr": partition.isr,
            "start": starts.get(index), "end": ends.get(index),
        })
    });
    let configs = configs
        .iter()
        .map(|entry| (entry.name.clone(), json!({"value": entry.value, "source": entry.source.name()})));
    json!({
        "name": name, "id": topic.id.to_string(), "internal": topic.is_internal,
        "configs": Value::Object(configs.collect()),
        "partitions": partitions.collect::<Vec<_>>(),
    })
}

fn alter(session: &mut Session, args: &AlterArgs) -> Outcome<Listing> {
    let set = args.configs.iter().map(|(key, value)| (key.clone(), ConfigOperation::Set(value.clone())));
    let unset = args.unset.iter().map(|key| (key.clone(), ConfigOperation::Unset));
    let changes: Vec<_> = set.chain(unset).collect();
    let resource = ConfigResource::Topic(args.name.clone());
    let answer = session.call(calls::alter_configs(resource, changes.clone()))?;
    let object = format!("topic '{}'", args.name);
    for (_, result) in calls::read_altered(&answer).map_err(|error| call_failure(&error))? {
        result.map_err(|error| broker_failure("Changing the settings of", &object, &error))?;
    }
    let mut table = Table::new(vec![Column::left("SETTING"), Column::left("VALUE")]);
    let mut value = serde_json::Map::new();
    for (key, operation) in &changes {
        match operation {
            ConfigOperation::Set(to) => {
                table.row(vec![key.clone(), to.clone()]);
                value.insert(key.clone(), json!(to));
            }
            _ => {
                table.row(vec![key.clone(), "(default)".into()]);
                value.insert(key.clone(), Value::Null);
            }
        }
    }
    let value = json!({"name": args.name, "changed": value});
    Ok(Listing { tables: vec![table], names: vec![args.name.clone()], value })
}

fn add_partitions(session: &mut Session, args: &AddPartitionsArgs) -> Outcome<Listing> {
    let topic = session.topic(&args.name)?.ok_or_else(|| no_such_topic(&args.name))?;
    let before = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    let total = args.total.unwrap_or_else(|| before.saturating_add(args.add.unwrap_or(0)));
    let answer = session.call(calls::create_partitions(args.name.clone(), total, session.timeout))?;
    let object = format!("topic '{}'", args.name);
    for (_, result) in calls::read_created_partitions(&answer).map_err(|error| call_failure(&error))? {
        result.map_err(|error| broker_failure("Adding partitions to", &object, &error))?;
    }
    let mut table =
        Table::new(vec![Column::left("NAME"), Column::right("BEFORE"), Column::right("PARTITIONS")]);
    table.row(vec![args.name.clone(), before.to_string(), total.to_string()]);
    let value = json!({"name": args.name, "before": before, "partitions": total});
    Ok(Listing { tables: vec![table], names: vec![args.name.clone()], value })
}

fn delete(session: &mut Session, args: &DeleteArgs) -> Outcome<Listing> {
    if !args.yes && io::stdin().is_terminal() && !confirmed(&args.names)? {
        return Err(Failure::failed("Nothing was deleted."));
    }
    let answer = session.call(calls::delete_topics(args.names.clone(), session.timeout))?;
    let results = calls::read_deleted(&answer).map_err(|error| call_failure(&error))?;
    let mut table = Table::new(vec![Column::left("NAME"), Column::left("RESULT")]);
    let mut listing = Listing { tables: Vec::new(), names: Vec::new(), value: Value::Null };
    let (mut values, mut failure) = (Vec::new(), None);
    for (name, result) in results {
        let word = match result {
            Ok(()) => "deleted",
            Err(error) if error.code == ErrorCode::UnknownTopicOrPartition && args.if_exists => "absent",
            Err(error) if error.code == ErrorCode::UnknownTopicOrPartition => {
                failure.get_or_insert(no_such_topic(&name));
                continue;
            }
            Err(error) => {
                failure.get_or_insert(broker_failure("Deleting", &format!("topic '{name}'"), &error));
                continue;
            }
        };
        table.row(vec![name.clone(), word.into()]);
        values.push(json!({"name": name, "result": word}));
        listing.names.push(name);
    }
    listing.tables.push(table);
    listing.value = Value::Array(values);
    finish(listing, failure)
}

fn confirmed(names: &[String]) -> Outcome<bool> {
    hint(&format!("Delete {} and everything in it? This cannot be undone. Type yes: ", names.join(", ")));
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::failed(format!("Reading the answer failed: {error}")))?;
    Ok(matches!(line.trim(), "y" | "yes"))
}
