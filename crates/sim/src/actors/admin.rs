//! An administrator: makes topics, deletes them, and looks whether the broker remembers.

use std::collections::BTreeSet;
use std::time::Duration;

use thalweg_client::calls::{
    NewTopic, all_topics, create_topics, delete_topics, read_created, read_deleted, read_metadata,
};
use thalweg_client::{Call, CallId};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use super::{Completed, Phase, Turn, Work};

/// Makes, deletes and lists topics, one thing at a time; the workload's own topics first.
#[derive(Debug)]
pub struct Admin {
    made: u64,
    asked: Option<(CallId, Asked)>,
    next_at: Mono,
    /// The workload's topics that are known to be there.
    ready: usize,
}

#[derive(Debug)]
enum Asked {
    Own,
    Create(String),
    Delete(String),
    List,
}

const TIMEOUT: Duration = Duration::from_secs(5);

impl Admin {
    /// An administrator who has done nothing.
    pub fn new() -> Self {
        Self { made: 0, asked: None, next_at: Mono(0), ready: 0 }
    }

    fn create(name: &str, partitions: i32, configs: &[(&str, &str)]) -> Call {
        let configs = configs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let topic = NewTopic {
            name: name.to_owned(),
            partitions: Some(partitions),
            replication_factor: Some(1),
            configs,
        };
        create_topics(vec![topic], false, TIMEOUT)
    }

    fn next(&mut self, turn: &mut Turn<'_>) -> (Call, Asked) {
        if let Some(spec) = turn.ledger.topics().get(self.ready) {
            return (Self::create(spec.name, spec.partitions, spec.configs), Asked::Own);
        }
        let choice = turn.dice.below(1 << 20);
        match (turn.dice.below(4), turn.ledger.some_topic(choice)) {
            (0 | 1, _) if turn.phase == Phase::Working => {
                let name = format!("made-{}", self.made);
                self.made += 1;
                turn.ledger.topic_unsure(&name);
                let partitions = 1 + i32::try_from(turn.dice.below(3)).unwrap_or(0);
                (Self::create(&name, partitions, &[]), Asked::Create(name))
            }
            (2, Some(name)) if turn.phase == Phase::Working => {
                turn.ledger.topic_unsure(&name);
                (delete_topics(vec![name.clone()], TIMEOUT), Asked::Delete(name))
            }
            _ => (all_topics(), Asked::List),
        }
    }
}

impl Default for Admin {
    fn default() -> Self {
        Self::new()
    }
}

impl Work for Admin {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.asked.is_none() && self.next_at <= now {
            let (call, asked) = self.next(turn);
            self.asked = Some((turn.client.submit(now, call), asked));
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        let Some((_, asked)) = self.asked.take_if(|(asked, _)| *asked == call) else { return };
        let pause =
            if matches!(asked, Asked::Own) { Duration::from_millis(50) } else { Duration::from_secs(3) };
        self.next_at = turn.now.mono.after(turn.dice.between(Duration::ZERO, pause));
        let Ok(Some(answer)) = result else { return };
        match asked {
            Asked::Own => {
                let outcome =
                    read_created(&answer).ok().and_then(|mut all| all.pop()).map(|(_, outcome)| outcome);
                let there = match outcome {
                    Some(Ok(_)) => true,
                    Some(Err(error)) => error.code == ErrorCode::TopicAlreadyExists,
                    None => false,
                };
                self.ready += usize::from(there);
            }
            Asked::Create(name) => match read_created(&answer).ok().and_then(|mut all| all.pop()) {
                Some((_, Ok(_))) => turn.ledger.topic_is(&name, true),
                // A repetition of a request whose answer was lost.
                Some((_, Err(error))) if error.code == ErrorCode::TopicAlreadyExists => {
                    turn.ledger.topic_is(&name, true);
                }
                _ => {}
            },
            Asked::Delete(name) => match read_deleted(&answer).ok().and_then(|mut all| all.pop()) {
                Some((_, Ok(()))) => turn.ledger.topic_is(&name, false),
                Some((_, Err(error))) if error.code == ErrorCode::UnknownTopicOrPartition => {
                    turn.ledger.topic_is(&name, false);
                }
                _ => {}
            },
            Asked::List => {
                if let Ok(cluster) = read_metadata(&answer) {
                    let names: BTreeSet<String> = cluster.topics.into_keys().collect();
                    turn.ledger.listed(&names);
                }
            }
        }
    }

    fn due(&self) -> Mono {
        if self.asked.is_some() { Mono(u64::MAX) } else { self.next_at }
    }

    fn is_done(&self, _: Phase) -> bool {
        true
    }
}
