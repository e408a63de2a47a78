//! The role itself: mailbox in, hosts in the middle, appends and answers out.

use std::collections::VecDeque;
use std::sync::Arc;

use thalweg_config::CoordinatorFlush;
use thalweg_coordinator::{Marker, Producer, partition_for};
use thalweg_group::{Commit, GroupMachine, Request, Response, Work};
use thalweg_metadata::TRANSACTION_VERSION;
use thalweg_model::{LeaderEpoch, Mono, Now};
use thalweg_transaction::{Command, MarkerWritten, TopicPartition, TransactionMachine};
use thalweg_wire::ErrorCode;

use super::appends::Carrier;
use super::group_topics::GroupTopics;
use super::host::Host;
use super::{
    Coordinator, CoordinatorConfig, CoordinatorMessage, GroupReply, MarkerDone, OFFSETS_TOPIC,
    TransactionReply, TransactionWriter,
};
use crate::compute::Job;
use crate::disk::ReadMessage;
use crate::mailbox::{Receiver, Sender};
use crate::node::Node;
use crate::topics::{Table, Topic};
use crate::worker::WorkerMessage;

/// How often the table of topics is looked at while nobody asks anything: topics may have been deleted.
const LOOK_EVERY_MS: i64 = 1_000;

/// The coordinator role.
pub struct Coordinators {
    node: Arc<Node>,
    mailbox: Receiver<CoordinatorMessage>,
    messages: VecDeque<CoordinatorMessage>,
    /// The table as last looked at.
    table: Arc<Table>,
    table_version: u64,
    /// Counts the times that a topic has come or gone.
    names_version: u64,
    compute: Sender<Job>,
    groups: Host<GroupMachine>,
    transactions: Host<TransactionMachine>,
    /// For markers.
    carrier: Carrier,
    commands: Vec<(LeaderEpoch, Command)>,
}

impl std::fmt::Debug for Coordinators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coordinators").finish_non_exhaustive()
    }
}

impl Coordinators {
    /// A role that has not looked at its topics yet.
    pub fn new(
        node: Arc<Node>,
        mailbox: Receiver<CoordinatorMessage>,
        workers: Vec<Sender<WorkerMessage>>,
        (compute, commit_pool): (Sender<Job>, Sender<ReadMessage>),
        config: CoordinatorConfig,
    ) -> Self {
        let carrier = |coordinator| Carrier {
            workers: workers.clone(),
            clock: Arc::clone(&node.clock),
            mailbox: mailbox.sender(),
            coordinator,
            commit_pool: (config.flush == CoordinatorFlush::Always).then(|| commit_pool.clone()),
        };
        Self {
            groups: Host::new(Arc::clone(&node), carrier(Coordinator::Groups), Arc::clone(&config.group)),
            transactions: Host::new(
                Arc::clone(&node),
                carrier(Coordinator::Transactions),
                Arc::clone(&config.transaction),
            ),
            carrier: carrier(Coordinator::Transactions),
            commands: Vec::new(),
            table: node.topics.table(),
            table_version: u64::MAX,
            names_version: 0,
            compute,
            node,
            mailbox,
            messages: VecDeque::new(),
        }
    }

    /// Does what waits. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        self.look_at_topics(now);
        let level = self.node.image().features.level(TRANSACTION_VERSION);
        self.transactions.set_transaction_version(level);
        // Before the questions: an empty partition, such as those of a topic just made, is loaded at once.
        self.groups.load(now);
        self.transactions.load(now);
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            self.take(message, now);
        }
        self.messages = messages;
        let mut work = Vec::new();
        let due = self.groups.attend(now, &mut work);
        for (_, work) in work {
            self.hand_out(work);
        }
        let mut commands = std::mem::take(&mut self.commands);
        let due = due.min(self.transactions.attend(now, &mut commands));
        for (epoch, command) in commands.drain(..) {
            self.carry_out(epoch, command, now);
        }
        self.commands = commands;
        due.min(now.mono.after_ms(LOOK_EVERY_MS))
    }

    fn take(&mut self, message: CoordinatorMessage, now: Now) {
        match message {
            CoordinatorMessage::Group { group, request, reply } => {
                self.groups.ask(&group, request, reply, now);
            }
            CoordinatorMessage::GroupConfigs(overrides) => self.groups.set_overrides(overrides),
            CoordinatorMessage::ListGroups(reply) => self.list_groups(reply, now),
            CoordinatorMessage::Appended { coordinator, place, result } => match coordinator {
                Coordinator::Groups => self.groups.appended(place, result, now),
                Coordinator::Transactions => self.transactions.appended(place, result, now),
            },
            CoordinatorMessage::Transaction { id, request, reply } => {
                self.transactions.ask(&id, request, reply, now);
            }
            CoordinatorMessage::ListTransactions(reply) => self.list_transactions(reply, now),
            CoordinatorMessage::CommitInTransaction { writer, group, commit, reply } => {
                self.commit_in_transaction(writer, group, commit, reply, now);
            }
            CoordinatorMessage::WriteMarker { partition, marker, done } => {
                self.write_marker(&partition, marker, done, now);
            }
        }
    }

    /// Has work done elsewhere; what comes of it comes back as a question nobody else waits for.
    fn hand_out(&self, work: Work) {
        let mailbox = self.mailbox.sender();
        self.compute.send(Job::new(move || {
            let group = Arc::clone(work.group());
            let request = Request::Worked(work.run());
            mailbox.send(CoordinatorMessage::Group { group, request, reply: Box::new(drop) });
        }));
    }

    fn list_groups(&mut self, reply: GroupReply, now: Now) {
        let all = Box::new(move |answers| {
            reply(Response::Listed(concat(answers, |answer| match answer {
                Response::Listed(listed) => listed,
                _ => Err(ErrorCode::UnknownServerError),
            })));
        });
        self.groups.ask_all(|| Request::List, all, now);
    }

    fn list_transactions(&mut self, reply: TransactionReply, now: Now) {
        use thalweg_transaction::{Request, Response};
        let all = Box::new(move |answers| {
            reply(Response::Listed(concat(answers, |answer| match answer {
                Response::Listed(listed) => listed,
                _ => Err(ErrorCode::UnknownServerError),
            })));
        });
        self.transactions.ask_all(|| Request::List, all, now);
    }

    /// Asks the transaction's coordinator, then the group's. What comes between cannot harm: a marker for the
    /// group's partition takes at least an append from the decision on, so it finds these offsets before it.
    fn commit_in_transaction(
        &mut self,
        writer: TransactionWriter,
        group: Arc<str>,
        commit: Commit,
        reply: GroupReply,
        now: Now,
    ) {
        let index = partition_for(&group, self.groups.partition_count());
        let request = writer.asks((Arc::from(OFFSETS_TOPIC), index));
        let (mailbox, producer) = (self.mailbox.sender(), writer.producer);
        let then = Box::new(move |answer| match TransactionWriter::may_write(answer) {
            Ok(()) => {
                let request = Request::CommitInTransaction(producer, commit);
                mailbox.send(CoordinatorMessage::Group { group, request, reply });
            }
            Err(code) => reply(Response::Partitions(Err(code))),
        });
        self.transactions.ask(&writer.id, request, then, now);
    }

    fn carry_out(&mut self, epoch: LeaderEpoch, command: Command, now: Now) {
        let Command::WriteMarkers { id, marker, partitions } = command;
        let marker = Marker { coordinator_epoch: epoch.0, ..marker };
        for partition in partitions {
            let report = MarkerReport {
                mailbox: self.mailbox.sender(),
                id: Arc::clone(&id),
                producer: marker.producer,
                partition: partition.clone(),
                is_done: false,
            };
            let done: MarkerDone = Box::new(move |result| report.tell(result));
            self.write_marker(&partition, marker, done, now);
        }
    }

    fn write_marker(&mut self, to: &TopicPartition, marker: Marker, done: MarkerDone, now: Now) {
        let (topic, index) = to;
        if **topic == *OFFSETS_TOPIC && *index < self.groups.partition_count() {
            let reply = Box::new(move |answer| {
                done(match answer {
                    Response::Done(result) => result,
                    _ => Err(ErrorCode::UnknownServerError),
                });
            });
            return self.groups.ask_partition(*index, Request::EndTransaction(marker), reply, now);
        }
        let found = self.table.by_name.get(&**topic);
        let index = usize::try_from(*index).unwrap_or(usize::MAX);
        match found.and_then(|topic| topic.partitions.get(index)) {
            None => done(Err(ErrorCode::UnknownTopicOrPartition)),
            Some(None) => done(Err(ErrorCode::NotLeaderOrFollower)),
            Some(Some(partition)) => {
                let done = self.carrier.behind_sync(partition, done);
                self.carrier.append_marker(partition, &marker, done);
            }
        }
    }

    /// Tells the hosts of topics that have come and gone.
    fn look_at_topics(&mut self, now: Now) {
        let version = self.node.topics.version();
        if version == self.table_version {
            return;
        }
        self.table_version = version;
        let table = self.node.topics.table();
        let before = std::mem::replace(&mut self.table, Arc::clone(&table));
        // A topic made again under its name counts as gone: the offsets were of the old one.
        let is_gone = |topic: &&Arc<Topic>| !table.by_id.contains_key(&topic.id);
        let gone: Vec<String> =
            before.by_id.values().filter(is_gone).map(|topic| topic.name.to_string()).collect();
        if !gone.is_empty() || before.by_id.len() != table.by_id.len() {
            self.names_version += 1;
        }
        let topics: Arc<dyn thalweg_group::Topics> =
            Arc::new(GroupTopics { table: Arc::clone(&table), version, names_version: self.names_version });
        self.groups.topics_changed(&table, &topics, &gone, now);
        self.transactions.topics_changed(&table, &topics, &gone, now);
    }
}

/// The lists of all partitions as one.
fn concat<R, T: Clone>(
    answers: Result<Vec<R>, ErrorCode>,
    list: impl Fn(R) -> Result<Vec<T>, ErrorCode>,
) -> Result<Vec<T>, ErrorCode> {
    let lists: Vec<Vec<T>> = answers?.into_iter().map(list).collect::<Result<_, _>>()?;
    Ok(lists.concat())
}

/// Tells the machine what became of a marker when it is dropped, also if nobody could say.
struct MarkerReport {
    mailbox: Sender<CoordinatorMessage>,
    id: Arc<str>,
    producer: Producer,
    partition: TopicPartition,
    is_done: bool,
}

impl MarkerReport {
    fn tell(mut self, result: Result<(), ErrorCode>) {
        self.is_done = is_done(&self.id, &self.partition, result);
    }
}

impl Drop for MarkerReport {
    fn drop(&mut self) {
        let id = Arc::clone(&self.id);
        let partition = (Arc::clone(&self.partition.0), self.partition.1);
        let written =
            MarkerWritten { id: Arc::clone(&id), producer: self.producer, partition, is_done: self.is_done };
        let request = thalweg_transaction::Request::MarkerWritten(written);
        self.mailbox.send(CoordinatorMessage::Transaction { id, request, reply: Box::new(drop) });
    }
}

/// Whether a partition needs no marker any more. One that is gone needs none, and one that has seen a later epoch of
/// the producer cannot hold a transaction of this one.
fn is_done(id: &str, of: &TopicPartition, result: Result<(), ErrorCode>) -> bool {
    let (topic, partition) = (&*of.0, of.1);
    match result {
        Ok(()) | Err(ErrorCode::UnknownTopicOrPartition) => true,
        Err(ErrorCode::InvalidProducerEpoch) => {
            tracing::warn!(event = "marker_fenced", id, topic, partition, "a later epoch has written there");
            true
        }
        Err(code) => {
            tracing::warn!(event = "marker_not_written", id, topic, partition, ?code, "it is tried again");
            false
        }
    }
}
