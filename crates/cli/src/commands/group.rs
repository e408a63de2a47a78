//! `thalweg group …`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use thalweg_client::calls::{self, GroupDescription, GroupOffsets, ListedGroup, OffsetSpec};
use thalweg_client::{BrokerError, CallError, TopicView};
use thalweg_wire::ErrorCode;

use super::topic::offsets;
use super::watching::show;
use crate::args::{GroupCommand, GroupDeleteArgs, GroupResetArgs, ResetTo};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// Does what was asked of groups.
pub fn run(session: &mut Session, command: &GroupCommand, format: Format) -> Outcome {
    match command {
        GroupCommand::List(args) => {
            show(session, args.watch, format, |session| list(session, args.state.as_deref()))
        }
        GroupCommand::Describe(args) => {
            show(session, args.watch, format, |session| describe(session, &args.names))
        }
        GroupCommand::Lag(args) => show(session, args.watch, format, |session| lag(session, &args.names)),
        GroupCommand::Reset(args) => reset(session, args)?.print(format),
        GroupCommand::Delete(args) => delete(session, args)?.print(format),
    }
}

/// Every group, from every broker.
fn groups(session: &mut Session) -> Outcome<Vec<ListedGroup>> {
    let answer = session.call(calls::describe_cluster())?;
    let cluster = calls::read_cluster(&answer).map_err(|error| call_failure(&error))?;
    let mut groups = Vec::new();
    for broker in cluster.brokers.iter().filter(|broker| !broker.fenced) {
        let answer = session.call(calls::list_groups(broker.id))?;
        groups.extend(calls::read_groups(&answer).map_err(|error| call_failure(&error))?);
    }
    groups.sort_by(|a, b| a.group.cmp(&b.group));
    Ok(groups)
}

fn list(session: &mut Session, state: Option<&str>) -> Outcome<Listing> {
    let columns = ["NAME", "KIND", "PROTOCOL", "STATE"].map(Column::left);
    let mut table = Table::new(columns.to_vec());
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for group in groups(session)? {
        if state.is_some_and(|state| !state.eq_ignore_ascii_case(&group.state)) {
            continue;
        }
        let cells = [&group.group, &group.kind, &group.protocol_type, &group.state];
        table.row(cells.into_iter().cloned().collect());
        values.push(json!({
            "name": group.group, "kind": group.kind, "protocol": group.protocol_type, "state": group.state,
        }));
        names.push(group.group);
    }
    if names.is_empty() {
        hint("There are no such groups. A group appears when its first consumer joins or commits.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Array(values) })
}

/// A group, its coordinator, and its members.
struct Known {
    node: i32,
    description: GroupDescription,
}

fn know(session: &mut Session, name: &str) -> Outcome<Known> {
    let refused = |error: &CallError| match error {
        CallError::Broker(error) => group_failure("Looking up", name, error),
        error => call_failure(error),
    };
    let answer = session.call(calls::find_group_coordinator(name.to_owned()))?;
    let node = calls::read_group_coordinator(&answer).map_err(|error| refused(&error))?;
    let answer = session.call(calls::list_groups(node))?;
    let listed = calls::read_groups(&answer).map_err(|error| refused(&error))?;
    let Some(listed) = listed.into_iter().find(|group| group.group == name) else {
        return Err(no_such_group(name));
    };
    let description = if listed.kind == "consumer" {
        let answer = session.call(calls::describe_consumer_group(node, name.to_owned()))?;
        calls::read_consumer_group(&answer).map_err(|error| refused(&error))?
    } else {
        let answer = session.call(calls::describe_classic_group(node, name.to_owned()))?;
        calls::read_classic_group(&answer).map_err(|error| refused(&error))?
    };
    Ok(Known { node, description })
}

fn describe(session: &mut Session, names: &[String]) -> Outcome<Listing> {
    let mut listing = Listing { tables: Vec::new(), names: names.to_vec(), value: Value::Null };
    let mut values = Vec::new();
    for name in names {
        let GroupDescription { state, kind, assignor, epoch, members } = know(session, name)?.description;
        let mut facts = Table::new(vec![Column::left(""), Column::left("")]);
        facts.row(vec!["Group".into(), name.clone()]);
        facts.row(vec!["Kind".into(), kind.into()]);
        facts.row(vec!["State".into(), state.clone()]);
        facts.row(vec!["Assignor".into(), assignor.clone()]);
        if let Some(epoch) = epoch {
            facts.row(vec!["Epoch".into(), epoch.to_string()]);
        }
        facts.row(vec!["Members".into(), members.len().to_string()]);
        listing.tables.push(facts);
        let columns = ["MEMBER", "INSTANCE", "CLIENT", "HOST", "READS"].map(Column::left);
        let mut table = Table::new(columns.to_vec());
        let mut told = Vec::new();
        for member in &members {
            let reads = member.assignment.iter().fold(String::new(), |mut text, (topic, partitions)| {
                let list: Vec<String> = partitions.iter().map(i32::to_string).collect();
                let space = if text.is_empty() { "" } else { " " };
                let _ = write!(text, "{space}{topic}/{}", list.join(","));
                text
            });
            table.row(vec![
                member.id.clone(),
                member.instance.clone().unwrap_or_default(),
                member.client_id.clone(),
                member.host.clone(),
                reads,
            ]);
            told.push(json!({
                "id": member.id, "instance": member.instance, "client": member.client_id,
                "host": member.host, "reads": member.assignment,
            }));
        }
        if !members.is_empty() {
            listing.tables.push(table);
        }
        values.push(json!({
            "name": name, "kind": kind, "state": state, "assignor": assignor, "epoch": epoch, "members": told,
        }));
    }
    listing.value = Value::Array(values);
    Ok(listing)
}

fn committed(session: &mut Session, name: &str, node: i32) -> Outcome<GroupOffsets> {
    let answer = session.call(calls::fetch_group_offsets(node, name.to_owned()))?;
    calls::read_group_offsets(&answer).map_err(|error| call_failure(&error))
}

fn lag(session: &mut Session, names: &[String]) -> Outcome<Listing> {
    let columns = ["GROUP", "TOPIC"].map(Column::left).into_iter();
    let columns = columns.chain(["PARTITION", "COMMITTED", "END", "LAG"].map(Column::right));
    let mut table = Table::new(columns.chain([Column::left("MEMBER")]).collect());
    let mut values = Vec::new();
    for name in names {
        let known = know(session, name)?;
        let committed = committed(session, name, known.node)?;
        let mut readers: BTreeMap<(String, i32), String> = BTreeMap::new();
        for member in &known.description.members {
            for (topic, partitions) in &member.assignment {
                let of = |index: &i32| ((topic.clone(), *index), member.id.clone());
                readers.extend(partitions.iter().map(of));
            }
        }
        let places: BTreeSet<(String, i32)> = committed.keys().chain(readers.keys()).cloned().collect();
        let topics: BTreeSet<&String> = places.iter().map(|(topic, _)| topic).collect();
        let mut ends: BTreeMap<String, BTreeMap<i32, i64>> = BTreeMap::new();
        for topic in topics {
            // A topic that is gone has no end; its offsets go with it sooner or later.
            if let Some(view) = session.topic(topic)? {
                ends.insert(topic.clone(), offsets(session, topic, &view, OffsetSpec::Latest)?);
            }
        }
        for (topic, partition) in &places {
            let at = committed.get(&(topic.clone(), *partition)).copied();
            let end = ends.get(topic).and_then(|ends| ends.get(partition)).copied();
            let lag = at.zip(end).map(|(at, end)| (end - at).max(0));
            let reader = readers.get(&(topic.clone(), *partition));
            let shown =
                |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            table.row(vec![
                name.clone(),
                topic.clone(),
                partition.to_string(),
                shown(at),
                shown(end),
                shown(lag),
                reader.cloned().unwrap_or_default(),
            ]);
            values.push(json!({
                "group": name, "topic": topic, "partition": partition, "committed": at, "end": end, "lag": lag,
                "member": reader,
            }));
        }
    }
    Ok(Listing { tables: vec![table], names: names.to_vec(), value: Value::Array(values) })
}

/// One partition's move.
struct Move {
    topic: String,
    partition: i32,
    from: Option<i64>,
    to: i64,
}

fn reset(session: &mut Session, args: &GroupResetArgs) -> Outcome<Listing> {
    let name = &args.name;
    let known = match know(session, name) {
        Ok(known) => Some(known),
        // A group that is not there yet is made by its first offsets, if the topics are named.
        Err(failure) if args.topics.is_empty() && args.set.is_empty() => return Err(failure),
        Err(_) => None,
    };
    let node = match &known {
        Some(known) => known.node,
        None => {
            let answer = session.call(calls::find_group_coordinator(name.clone()))?;
            calls::read_group_coordinator(&answer).map_err(|error| call_failure(&error))?
        }
    };
    let members = known.map_or(0, |known| known.description.members.len());
    if members > 0 {
        return Err(Failure::failed(format!(
            "Group '{name}' has members ({members}) that would overwrite what is set. Stop its consumers first; \
             `thalweg group describe {name}` shows them."
        )));
    }
    let before = committed(session, name, node)?;
    let moves = moves(session, args, &before)?;
    let columns = ["TOPIC"].map(Column::left).into_iter();
    let columns = columns.chain(["PARTITION", "FROM", "TO"].map(Column::right));
    let mut table = Table::new(columns.collect());
    let mut values = Vec::new();
    for change in &moves {
        let Move { topic, partition, from, to } = change;
        let shown = from.map_or_else(|| "-".to_owned(), |from| from.to_string());
        table.row(vec![topic.clone(), partition.to_string(), shown, to.to_string()]);
        values
            .push(json!({"topic": topic, "partition": partition, "from": from, "to": to, "done": args.yes}));
    }
    let listing = Listing { tables: vec![table], names: vec![name.clone()], value: Value::Array(values) };
    if moves.is_empty() {
        hint(&format!("Group '{name}' has no offsets to move; --topic names topics it shall read."));
    } else if args.yes {
        let offsets = moves.iter().map(|change| ((change.topic.clone(), change.partition), change.to));
        let answer = session.call(calls::commit_group_offsets(node, name.clone(), offsets.collect()))?;
        for (partition, result) in
            calls::read_committed_offsets(&answer).map_err(|error| call_failure(&error))?
        {
            result.map_err(|error| group_failure(&format!("Setting {partition} of"), name, &error))?;
        }
        hint(&undo(name, &moves));
    } else {
        hint("Nothing has been changed. Say --yes to do it.");
    }
    Ok(listing)
}

/// The command that puts the offsets back.
fn undo(name: &str, moves: &[Move]) -> String {
    let mut command = format!("To undo: thalweg group reset {name} --yes");
    for change in moves {
        if let Some(from) = change.from {
            let _ = write!(command, " --set {}/{}={from}", change.topic, change.partition);
        }
    }
    if moves.iter().any(|change| change.from.is_none()) {
        command.push_str("\n(partitions without an offset before keep the one they have now)");
    }
    command
}

fn moves(session: &mut Session, args: &GroupResetArgs, before: &GroupOffsets) -> Outcome<Vec<Move>> {
    let before_of = |topic: &str, partition: i32| before.get(&(topic.to_owned(), partition)).copied();
    let Some(to) = args.to else {
        let set = args.set.iter().map(|(topic, partition, to)| Move {
            from: before_of(topic, *partition),
            topic: topic.clone(),
            partition: *partition,
            to: *to,
        });
        return Ok(set.collect());
    };
    let topics: BTreeSet<String> = match args.topics.is_empty() {
        true => before.keys().map(|(topic, _)| topic.clone()).collect(),
        false => args.topics.iter().cloned().collect(),
    };
    let mut moves = Vec::new();
    for topic in topics {
        let view: TopicView = match session.topic(&topic)? {
            Some(view) => view,
            None if args.topics.is_empty() => continue,
            None => return Err(no_such_topic(&topic)),
        };
        let starts = offsets(session, &topic, &view, OffsetSpec::Earliest)?;
        let ends = offsets(session, &topic, &view, OffsetSpec::Latest)?;
        let timed = match to {
            ResetTo::Time(ms) => offsets(session, &topic, &view, OffsetSpec::Timestamp(ms))?,
            _ => BTreeMap::new(),
        };
        for partition in view.partitions.keys() {
            let (Some(&start), Some(&end)) = (starts.get(partition), ends.get(partition)) else { continue };
            let from = before_of(&topic, *partition);
            let to = match to {
                ResetTo::Earliest => start,
                ResetTo::Latest => end,
                // No record of that time or later: behind the last one.
                ResetTo::Time(_) => timed.get(partition).copied().filter(|at| *at >= 0).unwrap_or(end),
                ResetTo::By(by) => match from {
                    Some(from) => from.saturating_add(by).clamp(start, end),
                    None => continue,
                },
            };
            moves.push(Move { topic: topic.clone(), partition: *partition, from, to });
        }
    }
    Ok(moves)
}

fn delete(session: &mut Session, args: &GroupDeleteArgs) -> Outcome<Listing> {
    let mut table = Table::new(["NAME", "RESULT"].map(Column::left).to_vec());
    let mut values = Vec::new();
    for name in &args.names {
        let known = know(session, name)?;
        let count = committed(session, name, known.node)?.len();
        let members = known.description.members.len();
        if members > 0 {
            return Err(Failure::failed(format!(
                "Group '{name}' has members ({members}). Stop its consumers first; `thalweg group describe {name}` shows \
                 them."
            )));
        }
        if args.yes {
            let answer = session.call(calls::delete_groups(known.node, vec![name.clone()]))?;
            for (_, result) in calls::read_deleted_groups(&answer).map_err(|error| call_failure(&error))? {
                result.map_err(|error| group_failure("Deleting", name, &error))?;
            }
        }
        let result = match args.yes {
            true => format!("deleted with {count} offsets"),
            false => format!("would be deleted with {count} offsets"),
        };
        table.row(vec![name.clone(), result]);
        values.push(json!({"name": name, "offsets": count, "deleted": args.yes}));
    }
    if !args.yes {
        hint("Nothing has been deleted. Say --yes to do it; it cannot be undone.");
    }
    Ok(Listing { tables: vec![table], names: args.names.clone(), value: Value::Array(values) })
}

fn no_such_group(name: &str) -> Failure {
    Failure::not_found(format!("There is no group '{name}'. `thalweg group list` shows what there is."))
}

fn group_failure(what: &str, name: &str, error: &BrokerError) -> Failure {
    match error.code {
        ErrorCode::GroupIdNotFound => no_such_group(name),
        _ => broker_failure(what, &format!("group '{name}'"), error),
    }
}
