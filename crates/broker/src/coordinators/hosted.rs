//! What a host must know of the machine it hosts, beyond its being a record machine. One `impl` per coordinator.

use std::sync::Arc;

use thalweg_coordinator::RecordMachine;
use thalweg_group::{GroupConfig, GroupMachine, Request, Response, Topics, Work};
use thalweg_model::{Mono, Now};
use thalweg_transaction::{Command, TransactionConfig, TransactionMachine};
use thalweg_wire::ErrorCode;

use super::{OFFSETS_TOPIC, TRANSACTIONS_TOPIC};

/// A machine that lives in a partition of an internal topic.
pub(super) trait Hosted: RecordMachine<Response: 'static> + std::fmt::Debug {
    /// The topic.
    const TOPIC: &'static str;
    /// What every machine is made with.
    type Config;
    /// What the machine wants to be done outside.
    type Command;

    /// A machine that knows nothing yet.
    fn new(config: &Self::Config, now: Mono) -> Self;

    /// The cluster's `transaction.version`, told before anything is asked and whenever it changes.
    fn transaction_version(&mut self, _level: i16) {}

    /// Everything in the log has been replayed.
    fn loaded(&mut self, now: Now);

    /// Says in the log what was loaded.
    fn tell_loaded(&self, partition: usize, records: u64, bytes: u64);

    /// How many records of its log still count, about.
    fn counting_records(&self) -> usize;

    /// The answer that refuses a request altogether.
    fn refusal(request: &Self::Request, code: ErrorCode) -> Self::Response;

    /// Whether a request needs random bits.
    fn wants_random(request: &Self::Request) -> bool;

    /// What the machine is told of deleted topics, if it cares.
    fn topics_deleted(topics: &[String]) -> Option<Self::Request>;

    /// The topics there are, told to every machine when they change and when it is made.
    fn set_topics(&mut self, _: &Arc<dyn Topics>) {}

    /// The groups' own configuration, told like the topics.
    fn set_overrides(&mut self, _: &super::GroupConfigOverrides) {}

    /// Moves what is to be done outside to `into`.
    fn take_commands(&mut self, into: &mut Vec<Self::Command>);
}

/// Lines about commits behind the ends of logs, for each partition of the groups' topic.
const BEYOND_SHOWN: usize = 20;

impl Hosted for GroupMachine {
    const TOPIC: &'static str = OFFSETS_TOPIC;
    type Config = Arc<GroupConfig>;
    type Command = Work;

    fn new(config: &Self::Config, now: Mono) -> Self {
        Self::new(Arc::clone(config), now)
    }

    fn loaded(&mut self, now: Now) {
        self.loaded(now.mono);
    }

    fn tell_loaded(&self, partition: usize, records: u64, bytes: u64) {
        let (groups, offsets) = (self.groups(), self.committed_offsets());
        tracing::info!(event = "groups_loaded", partition, records, bytes, groups, offsets);
        let beyond = self.beyond_ends();
        for one in beyond.iter().take(BEYOND_SHOWN) {
            tracing::warn!(
                event = "commit_beyond_end",
                group = %one.group,
                topic = %one.topic,
                partition = one.partition,
                committed = one.committed,
                end = one.end,
                all = beyond.len(),
                "the log has lost records that the group had passed; its offset stays as it was committed"
            );
        }
    }

    fn counting_records(&self) -> usize {
        self.committed_offsets()
    }

    fn refusal(request: &Request, code: ErrorCode) -> Response {
        request.refusal(code)
    }

    fn wants_random(request: &Request) -> bool {
        matches!(request, Request::Join(_) | Request::Beat(_))
    }

    fn topics_deleted(topics: &[String]) -> Option<Request> {
        Some(Request::TopicsDeleted(topics.to_vec()))
    }

    fn set_topics(&mut self, topics: &Arc<dyn Topics>) {
        self.set_topics(Arc::clone(topics));
    }

    fn set_overrides(&mut self, overrides: &super::GroupConfigOverrides) {
        self.set_overrides(Arc::clone(overrides));
    }

    fn take_commands(&mut self, into: &mut Vec<Work>) {
        into.extend(self.take_work());
    }
}

impl Hosted for TransactionMachine {
    const TOPIC: &'static str = TRANSACTIONS_TOPIC;
    type Config = Arc<TransactionConfig>;
    type Command = Command;

    fn new(config: &Self::Config, now: Mono) -> Self {
        Self::new(Arc::clone(config), now)
    }

    fn transaction_version(&mut self, level: i16) {
        self.set_transaction_version(level);
    }

    fn loaded(&mut self, now: Now) {
        self.loaded(now);
    }

    fn tell_loaded(&self, partition: usize, records: u64, bytes: u64) {
        let transactions = self.transactions();
        tracing::info!(event = "transactions_loaded", partition, records, bytes, transactions);
    }

    fn counting_records(&self) -> usize {
        self.transactions()
    }

    fn refusal(request: &thalweg_transaction::Request, code: ErrorCode) -> thalweg_transaction::Response {
        request.refusal(code)
    }

    fn wants_random(_: &thalweg_transaction::Request) -> bool {
        false
    }

    fn topics_deleted(_: &[String]) -> Option<thalweg_transaction::Request> {
        // A marker for a partition that is gone is taken for written.
        None
    }

    fn take_commands(&mut self, into: &mut Vec<Command>) {
        into.extend(self.take_commands());
    }
}
