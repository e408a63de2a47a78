//! `thalweg txn …`.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use thalweg_client::calls::{
    self, DescribedProducer, DescribedTransaction, ListedTransaction, TransactionFilter,
};
use thalweg_client::{BrokerError, CallError};
use thalweg_wire::ErrorCode;

use super::watching::show;
use crate::args::{TxnAbortArgs, TxnCommand, TxnDescribeArgs, TxnListArgs};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// Does what was asked of transactions.
pub fn run(session: &mut Session, command: &TxnCommand, format: Format) -> Outcome {
    match command {
        TxnCommand::List(args) => show(session, args.watch, format, |session| list(session, args)),
        TxnCommand::Describe(args) => describe(session, args)?.print(format),
        TxnCommand::Abort(args) => abort(session, args)?.print(format),
    }
}

fn list(session: &mut Session, args: &TxnListArgs) -> Outcome<Listing> {
    let filter = TransactionFilter {
        states: args.states.clone(),
        longer_than_ms: args.longer_than.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
        pattern: args.pattern.clone(),
    };
    let answer = session.call(calls::describe_cluster())?;
    let cluster = calls::read_cluster(&answer).map_err(|error| call_failure(&error))?;
    let mut found: Vec<(ListedTransaction, i32)> = Vec::new();
    for broker in cluster.brokers.iter().filter(|broker| !broker.fenced) {
        let answer = session.call(calls::list_transactions(broker.id, filter.clone()))?;
        let (listed, unknown) = calls::read_transactions(&answer).map_err(|error| call_failure(&error))?;
        if let Some(state) = unknown.first() {
            return Err(Failure::failed(format!(
                "There is no state '{state}'. Say one of Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, \
                 CompleteAbort."
            )));
        }
        found.extend(listed.into_iter().map(|of| (of, broker.id)));
    }
    found.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let mut table = Table::new(vec![
        Column::left("ID"),
        Column::left("STATE"),
        Column::right("PRODUCER ID"),
        Column::right("COORDINATOR"),
    ]);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (of, node) in found {
        let producer_id = of.producer_id.0;
        table.row(vec![of.id.clone(), of.state.clone(), producer_id.to_string(), node.to_string()]);
        values.push(json!({"id": of.id, "state": of.state, "producer_id": producer_id, "coordinator": node}));
        names.push(of.id);
    }
    Ok(Listing { tables: vec![table], names, value: Value::Array(values) })
}

fn coordinator(session: &mut Session, id: &str) -> Outcome<i32> {
    let answer = session.call(calls::find_transaction_coordinator(id.to_owned()))?;
    calls::read_coordinator(&answer).map_err(|error| call_failure(&error))
}

fn described(session: &mut Session, id: &str) -> Outcome<(DescribedTransaction, i32)> {
    let node = coordinator(session, id)?;
    let answer = session.call(calls::describe_transactions(node, vec![id.to_owned()]))?;
    let found = calls::read_described_transactions(&answer).map_err(|error| call_failure(&error))?;
    match found.into_iter().next() {
        Some((_, Ok(of))) => Ok((of, node)),
        Some((_, Err(error))) if error.code == ErrorCode::TransactionalIdNotFound => Err(no_such_id(id)),
        Some((_, Err(error))) => Err(broker_failure("Describing", &format!("transaction '{id}'"), &error)),
        None => Err(no_such_id(id)),
    }
}

fn no_such_id(id: &str) -> Failure {
    Failure::not_found(format!(
        "There is no transactional id '{id}'. `thalweg txn list` shows what there is."
    ))
}

fn describe(session: &mut Session, args: &TxnDescribeArgs) -> Outcome<Listing> {
    let mut listing = Listing { tables: Vec::new(), names: Vec::new(), value: Value::Null };
    let mut values = Vec::new();
    for id in &args.ids {
        let (of, node) = described(session, id)?;
        let age_ms = (of.state == "Ongoing").then(|| now_ms().saturating_sub(of.start_ms));
        let mut about = Table::new(vec![
            Column::left("ID"),
            Column::left("STATE"),
            Column::right("PRODUCER ID"),
            Column::right("EPOCH"),
            Column::right("OPEN FOR"),
            Column::right("TIMEOUT"),
            Column::right("COORDINATOR"),
        ]);
        about.row(vec![
            id.clone(),
            of.state.clone(),
            of.producer_id.0.to_string(),
            of.producer_epoch.0.to_string(),
            age_ms.map_or_else(|| "-".to_owned(), seconds),
            seconds(i64::from(of.timeout_ms)),
            node.to_string(),
        ]);
        listing.tables.push(about);
        if !of.partitions.is_empty() {
            let mut held = Table::new(vec![Column::left("TOPIC"), Column::right("PARTITION")]);
            for (topic, index) in &of.partitions {
                held.row(vec![topic.clone(), index.to_string()]);
            }
            listing.tables.push(held);
        }
        let partitions: Vec<Value> =
            of.partitions.iter().map(|(topic, index)| json!({"topic": topic, "partition": index})).collect();
        values.push(json!({
            "id": id, "state": of.state, "producer_id": of.producer_id.0, "producer_epoch": of.producer_epoch.0,
            "open_ms": age_ms, "timeout_ms": of.timeout_ms, "coordinator": node, "partitions": partitions,
        }));
        listing.names.push(id.clone());
    }
    listing.value = Value::Array(values);
    Ok(listing)
}

fn abort(session: &mut Session, args: &TxnAbortArgs) -> Outcome<Listing> {
    match (&args.id, &args.topic, args.partition) {
        (Some(id), ..) => abort_by_id(session, id, args.yes),
        (None, Some(topic), Some(partition)) => abort_where_it_hangs(session, topic, partition, args),
        _ => Err(Failure::failed("Say a transactional id, or --topic and --partition.".to_owned())),
    }
}

fn abort_by_id(session: &mut Session, id: &str, yes: bool) -> Outcome<Listing> {
    let (of, node) = described(session, id)?;
    if of.state != "Ongoing" {
        return Err(Failure::failed(format!(
            "The transaction of '{id}' is not open: it is in state {}. There is nothing to abort.",
            of.state
        )));
    }
    if yes {
        // The first answer says that the abort is under way; the call goes on until it is done.
        let answer = session.call(calls::fence_producer(node, id.to_owned()))?;
        calls::read_producer_id(&answer).map_err(|error| call_failure(&error))?;
    }
    let partitions: BTreeSet<String> =
        of.partitions.iter().map(|(topic, index)| format!("{topic}-{index}")).collect();
    let partitions: Vec<String> = partitions.into_iter().collect();
    let mut table = Table::new(vec![Column::left("ID"), Column::left("RESULT"), Column::left("PARTITIONS")]);
    table.row(vec![id.to_owned(), result(yes).to_owned(), partitions.join(", ")]);
    if !yes {
        hint("Nothing has been done. With --yes it is aborted, and the producer that has the id is fenced.");
    }
    let value = json!([{"id": id, "result": result(yes), "partitions": partitions}]);
    Ok(Listing { tables: vec![table], names: vec![id.to_owned()], value })
}

fn abort_where_it_hangs(
    session: &mut Session,
    topic: &str,
    partition: i32,
    args: &TxnAbortArgs,
) -> Outcome<Listing> {
    let view = session.topic(topic)?.ok_or_else(|| no_such_topic(topic))?;
    let leader = view.partitions.get(&partition).and_then(|partition| partition.leader);
    let leader = leader.ok_or_else(|| {
        Failure::not_found(format!("Topic '{topic}' has no partition {partition} with a leader."))
    })?;
    let answer = session.call(calls::describe_producers(leader, topic.to_owned(), partition))?;
    let producers = calls::read_producers(&answer).map_err(|error| call_failure(&error))?;
    let is_meant = |of: &&DescribedProducer| {
        of.txn_start_offset.is_some() && args.producer_id.is_none_or(|id| id == of.id.0)
    };
    let open: Vec<&DescribedProducer> = producers.iter().filter(is_meant).collect();
    let of = match open.as_slice() {
        [] => {
            return Err(Failure::not_found(format!("No such transaction is open in {topic}-{partition}.")));
        }
        [one] => **one,
        several => {
            let ids: Vec<String> = several.iter().map(|of| of.id.0.to_string()).collect();
            return Err(Failure::failed(format!(
                "Several transactions are open in {topic}-{partition}, of the producers {}. Say which with \
                 --producer-id; `thalweg txn list` shows those that a coordinator takes care of.",
                ids.join(", ")
            )));
        }
    };
    if args.yes {
        let answer = session.call(calls::abort_hanging(leader, topic.to_owned(), partition, of))?;
        match calls::read_aborted(&answer) {
            Ok(()) => {}
            Err(CallError::Broker(error @ BrokerError { .. })) => {
                return Err(broker_failure(
                    "Aborting",
                    &format!("the transaction in {topic}-{partition}"),
                    &error,
                ));
            }
            Err(error) => return Err(call_failure(&error)),
        }
    } else {
        hint(
            "Nothing has been done. With --yes an abort marker is written; if a coordinator still knows of the \
             transaction, abort it by its id instead.",
        );
    }
    let mut table = Table::new(vec![
        Column::left("TOPIC"),
        Column::right("PARTITION"),
        Column::left("RESULT"),
        Column::right("PRODUCER ID"),
        Column::right("FROM OFFSET"),
    ]);
    let from = of.txn_start_offset.unwrap_or(-1);
    table.row(vec![
        topic.to_owned(),
        partition.to_string(),
        result(args.yes).to_owned(),
        of.id.0.to_string(),
        from.to_string(),
    ]);
    let value = json!([{
        "topic": topic, "partition": partition, "result": result(args.yes),
        "producer_id": of.id.0, "from_offset": from,
    }]);
    Ok(Listing { tables: vec![table], names: vec![format!("{topic}-{partition}")], value })
}

const fn result(yes: bool) -> &'static str {
    if yes { "aborted" } else { "would be aborted" }
}

fn seconds(ms: i64) -> String {
    format!("{}.{} s", ms / 1_000, (ms % 1_000).abs() / 100)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
