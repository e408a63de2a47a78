//! `thalweg bench`: an honest load generator. Batches are built before the clock starts; an open loop counts
//! latency from the time a batch was due, not from when it could be sent; what was asked for is printed beside
//! what came of it. Talks to any broker through the client's connection machine on its own poll loop.

mod consume;
mod latency;
mod load;
mod produce;
mod report;
mod watch;

use std::time::Duration;

use thalweg_client::TopicView;
use thalweg_client::calls::{self, NewTopic, OffsetSpec};

use crate::args::{BenchCommand, BenchShared, Shared};
use crate::commands::topic::offsets;
use crate::failure::{Failure, Outcome};
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// Runs a benchmark.
pub fn run(shared: &Shared, command: &BenchCommand) -> Outcome {
    let mut session = Session::open(shared)?;
    match command {
        BenchCommand::Produce(args) => {
            let mut stage = Stage::set(&mut session, &args.shared)?;
            let report = produce::run(&mut session, args, &stage);
            stage.clear(&mut session)?;
            report?.listing().print(shared.output)
        }
        BenchCommand::Consume(args) => {
            let mut stage = Stage::set(&mut session, &args.shared)?;
            let report = consume::run(&mut session, args, &stage);
            stage.clear(&mut session)?;
            report?.listing().print(shared.output)
        }
        BenchCommand::Latency(args) => {
            let mut stage = Stage::set(&mut session, &args.shared)?;
            let report = latency::run(&mut session, args, &stage);
            stage.clear(&mut session)?;
            report?.listing().print(shared.output)
        }
    }
}

/// The topic a benchmark plays in.
pub struct Stage {
    pub topic: String,
    pub view: TopicView,
    /// Made for the benchmark, to be deleted after it.
    pub own: bool,
    /// When the topic's records reach the disk, in words.
    pub flush: String,
}

impl Stage {
    fn set(session: &mut Session, args: &BenchShared) -> Outcome<Self> {
        let own = args.topic.is_none();
        let topic = match &args.topic {
            Some(topic) => topic.clone(),
            None => {
                let topic = format!("thalweg-bench-{}", std::process::id());
                let new = NewTopic {
                    name: topic.clone(),
                    partitions: Some(args.partitions),
                    replication_factor: None,
                    configs: Vec::new(),
                };
                let answer = session.call(calls::create_topics(vec![new], false, session.timeout))?;
                for (name, result) in calls::read_created(&answer).map_err(|error| call_failure(&error))? {
                    result.map_err(|error| broker_failure("Creating", &format!("topic '{name}'"), &error))?;
                }
                topic
            }
        };
        let mut view = session.topic(&topic)?;
        let deadline = session.driver.now().after(session.timeout);
        // A broker may need a moment to see what the controller has just made.
        while own && view.is_none() && session.driver.now() < deadline {
            session.pause(Duration::from_millis(20));
            view = session.topic(&topic)?;
        }
        let view = view.ok_or_else(|| no_such_topic(&topic))?;
        if let Some((index, _)) = view.partitions.iter().find(|(_, partition)| partition.leader.is_none()) {
            return Err(Failure::failed(format!(
                "Partition {topic}-{index} has no leader; see the broker's log."
            )));
        }
        // A leader that has just been named may not know it yet; asking for offsets waits until it does.
        offsets(session, &topic, &view, OffsetSpec::Latest)?;
        let flush = flush_mode(session, &topic)?;
        Ok(Self { topic, view, own, flush })
    }

    fn clear(&mut self, session: &mut Session) -> Outcome {
        if self.own {
            session.call(calls::delete_topics(vec![self.topic.clone()], session.timeout))?;
        }
        Ok(())
    }
}

fn flush_mode(session: &mut Session, topic: &str) -> Outcome<String> {
    let resource = calls::ConfigResource::Topic(topic.to_owned());
    let answer = session.call(calls::describe_configs(vec![resource]))?;
    let results = calls::read_configs(&answer).map_err(|error| call_failure(&error))?;
    let entries = results.into_iter().find_map(|(_, result)| result.ok()).unwrap_or_default();
    let value =
        |key: &str| entries.iter().find(|entry| entry.name == key).and_then(|entry| entry.value.clone());
    Ok(match value("flush.messages") {
        Some(count) if count == "1" => "every batch before it is acknowledged (flush.messages=1)".to_owned(),
        Some(count) if count != i64::MAX.to_string() => format!("every {count} records (flush.messages)"),
        _ => match value("flush.ms").filter(|ms| *ms != i64::MAX.to_string()) {
            Some(ms) => format!("every {ms} ms (flush.ms)"),
            None => "in the background; acknowledged = in the page cache".to_owned(),
        },
    })
}
