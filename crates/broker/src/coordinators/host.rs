//! The role itself: mailbox in, machines in the middle, appends and answers out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use hashbrown::HashMap;
use thalweg_coordinator::{Context, RequestId, Shard, partition_for};
use thalweg_group::{GroupMachine, Listing, Request, Response};
use thalweg_model::{Mono, Now};
use thalweg_records::Scratch;
use thalweg_wire::ErrorCode;

use super::appends::Carrier;
use super::load::Loading;
use super::{CoordinatorConfig, CoordinatorMessage, GroupReply, OFFSETS_TOPIC};
use crate::mailbox::{Receiver, Sender};
use crate::node::Node;
use crate::partition::Partition;
use crate::topics::{Table, Topic};
use crate::worker::WorkerMessage;

/// How often the table of topics is looked at while nobody asks anything: topics may have been deleted.
const LOOK_EVERY_MS: i64 = 1_000;

/// One partition of the topic, as the role sees it.
#[derive(Debug)]
enum Place {
    /// Not served by this node.
    Absent,
    /// Being read.
    Loading(Box<Loading>),
    /// Its machine answers.
    Serving { partition: Arc<Partition>, shard: Box<Shard<GroupMachine>> },
    /// Its log cannot be read.
    Unreadable,
}

/// Who waits for an answer of a machine.
enum Waiting {
    One(GroupReply),
    /// One of several partitions that were asked the same.
    Part(u64),
}

/// ListGroups under way.
struct Gathering {
    left: usize,
    listed: Vec<Listing>,
    failure: Option<ErrorCode>,
    reply: GroupReply,
}

/// The coordinator role.
pub struct Coordinators {
    node: Arc<Node>,
    mailbox: Receiver<CoordinatorMessage>,
    config: CoordinatorConfig,
    carrier: Carrier,
    messages: VecDeque<CoordinatorMessage>,
    /// The table as last looked at.
    table: Arc<Table>,
    table_version: u64,
    topic: Option<Arc<Topic>>,
    places: Vec<Place>,
    /// Which incarnation of `places`.
    generation: u64,
    waiting: HashMap<RequestId, Waiting>,
    gathering: BTreeMap<u64, Gathering>,
    next_id: u64,
    scratch: Scratch,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Coordinators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coordinators").field("places", &self.places.len()).finish_non_exhaustive()
    }
}

impl Coordinators {
    /// A role that has not looked at its topic yet.
    pub fn new(
        node: Arc<Node>,
        mailbox: Receiver<CoordinatorMessage>,
        workers: Vec<Sender<WorkerMessage>>,
        config: CoordinatorConfig,
    ) -> Self {
        let carrier = Carrier {
            workers,
            clock: Arc::clone(&node.clock),
            mailbox: mailbox.sender(),
            flushes: config.flush == thalweg_config::CoordinatorFlush::Always,
        };
        Self {
            table: node.topics.table(),
            table_version: u64::MAX,
            node,
            mailbox,
            config,
            carrier,
            messages: VecDeque::new(),
            topic: None,
            places: Vec::new(),
            generation: 0,
            waiting: HashMap::new(),
            gathering: BTreeMap::new(),
            next_id: 0,
            scratch: Scratch::new(),
            buffer: Vec::new(),
        }
    }

    /// Does what waits. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        self.look_at_topics(now);
        // Before the questions: an empty partition, such as those of a topic just made, is loaded at once.
        self.load(now);
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                CoordinatorMessage::Group { group, request, reply } => {
                    self.ask(&group, request, reply, now);
                }
                CoordinatorMessage::ListGroups(reply) => self.list(reply, now),
                CoordinatorMessage::Appended { partition, generation, result } => {
                    if generation == self.generation
                        && let Some(Place::Serving { shard, .. }) = self.places.get_mut(partition)
                    {
                        shard.appended(result, context(now, 0));
                    }
                }
            }
        }
        self.messages = messages;
        let mut due = now.mono.after_ms(LOOK_EVERY_MS);
        for index in 0..self.places.len() {
            due = due.min(self.attend(index, now));
        }
        due
    }

    fn ask(&mut self, group: &str, request: Request, reply: GroupReply, now: Now) {
        let count = i32::try_from(self.places.len()).unwrap_or(i32::MAX);
        // Without the topic nobody coordinates: FindCoordinator makes it.
        let index = partition_for(group, count) as usize;
        match self.places.get_mut(index) {
            None | Some(Place::Absent) => reply(request.refusal(ErrorCode::NotCoordinator)),
            Some(Place::Loading(_)) => reply(request.refusal(ErrorCode::CoordinatorLoadInProgress)),
            Some(Place::Unreadable) => reply(request.refusal(ErrorCode::CoordinatorNotAvailable)),
            Some(Place::Serving { shard, .. }) => {
                self.next_id += 1;
                let id = RequestId(self.next_id);
                self.waiting.insert(id, Waiting::One(reply));
                let random = if matches!(request, Request::Join(_)) { random(&self.node) } else { 0 };
                shard.handle(id, request, context(now, random));
            }
        }
    }

    fn list(&mut self, reply: GroupReply, now: Now) {
        self.next_id += 1;
        let gathering = self.next_id;
        let (mut left, mut failure) = (0, None);
        for place in &mut self.places {
            match place {
                Place::Absent => {}
                Place::Loading(_) => failure = Some(ErrorCode::CoordinatorLoadInProgress),
                Place::Unreadable => failure = Some(ErrorCode::CoordinatorNotAvailable),
                Place::Serving { shard, .. } => {
                    left += 1;
                    self.next_id += 1;
                    let id = RequestId(self.next_id);
                    self.waiting.insert(id, Waiting::Part(gathering));
                    shard.handle(id, Request::List, context(now, 0));
                }
            }
        }
        self.gathering.insert(gathering, Gathering { left, listed: Vec::new(), failure, reply });
        self.finish_gathering(gathering);
    }

    /// Timers, appends and answers of one place.
    fn attend(&mut self, index: usize, now: Now) -> Mono {
        let Some(Place::Serving { partition, shard }) = self.places.get_mut(index) else {
            return match self.places.get(index) {
                Some(Place::Loading(_)) => now.mono,
                _ => Mono(u64::MAX),
            };
        };
        if shard.poll_timeout().is_some_and(|due| due <= now.mono) {
            shard.handle_timeout(context(now, 0));
        }
        if let Some(records) = shard.begin_append() {
            self.carrier.append(partition, (index, self.generation), records);
        }
        let due = shard.poll_timeout().unwrap_or(Mono(u64::MAX));
        for (id, response) in shard.take_answers() {
            match self.waiting.remove(&id) {
                Some(Waiting::One(reply)) => reply(response),
                Some(Waiting::Part(gathering)) => self.gathered(gathering, response),
                None => debug_assert!(false, "answered twice: {id:?}"),
            }
        }
        due
    }

    fn gathered(&mut self, id: u64, response: Response) {
        if let Some(gathering) = self.gathering.get_mut(&id) {
            gathering.left -= 1;
            match response {
                Response::Listed(Ok(listed)) => gathering.listed.extend(listed),
                Response::Listed(Err(code)) => gathering.failure = Some(code),
                _ => gathering.failure = Some(ErrorCode::UnknownServerError),
            }
        }
        self.finish_gathering(id);
    }

    fn finish_gathering(&mut self, id: u64) {
        if self.gathering.get(&id).is_none_or(|gathering| gathering.left > 0) {
            return;
        }
        let Some(done) = self.gathering.remove(&id) else { return };
        (done.reply)(Response::Listed(match done.failure {
            Some(code) => Err(code),
            None => Ok(done.listed),
        }));
    }

    /// Takes up a topic that has appeared, drops one that has gone, and tells the machines of deleted topics.
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
        let topic = table.by_name.get(OFFSETS_TOPIC).cloned();
        let has_changed = match (&self.topic, &topic) {
            (Some(old), Some(new)) => {
                let served =
                    |topic: &Topic| -> Vec<bool> { topic.partitions.iter().map(Option::is_some).collect() };
                old.id != new.id || served(old) != served(new)
            }
            (None, None) => false,
            _ => true,
        };
        self.topic = topic;
        if has_changed {
            self.take_up(now);
        }
        if !gone.is_empty() {
            self.topics_deleted(&gone, now);
        }
    }

    /// Begins anew with the topic as it is. Whoever still waits for an old machine has its connection closed.
    fn take_up(&mut self, now: Now) {
        self.generation += 1;
        self.waiting.clear();
        self.gathering.clear();
        let partitions = self.topic.as_ref().map(|topic| topic.partitions.as_slice()).unwrap_or_default();
        let place = |partition: &Option<Arc<Partition>>| match partition {
            None => Place::Absent,
            Some(partition) => {
                let machine = GroupMachine::new(Arc::clone(&self.config.group), now.mono);
                Place::Loading(Box::new(Loading::new(Arc::clone(partition), machine)))
            }
        };
        self.places = partitions.iter().map(place).collect();
    }

    fn topics_deleted(&mut self, gone: &[String], now: Now) {
        for place in &mut self.places {
            match place {
                Place::Loading(loading) => loading.deleted_topics.extend_from_slice(gone),
                Place::Serving { shard, .. } => {
                    self.next_id += 1;
                    let id = RequestId(self.next_id);
                    self.waiting.insert(id, Waiting::One(Box::new(drop)));
                    shard.handle(id, Request::TopicsDeleted(gone.to_vec()), context(now, 0));
                }
                Place::Absent | Place::Unreadable => {}
            }
        }
    }

    /// Reads a step of every place that is being loaded; an empty partition is done at once.
    fn load(&mut self, now: Now) {
        let mut deleted_topics = Vec::new();
        for (index, place) in self.places.iter_mut().enumerate() {
            let Place::Loading(loading) = place else { continue };
            match loading.step(&mut self.scratch, &mut self.buffer) {
                Ok(false) => {}
                Ok(true) => {
                    let Place::Loading(loading) = std::mem::replace(place, Place::Absent) else { continue };
                    let Loading { partition, mut shard, records, bytes, deleted_topics: deleted, .. } =
                        *loading;
                    shard.machine_mut().loaded(now.mono);
                    deleted_topics.extend(deleted);
                    if records > 0 {
                        tracing::info!(
                            event = "groups_loaded",
                            partition = index,
                            records,
                            bytes,
                            groups = shard.machine().groups(),
                            offsets = shard.machine().committed_offsets(),
                        );
                    }
                    *place = Place::Serving { partition, shard: Box::new(shard) };
                }
                Err(error) => {
                    tracing::error!(
                        event = "groups_unreadable",
                        topic = OFFSETS_TOPIC,
                        partition = index,
                        offset = loading.partition.log.ends().log_start.0,
                        %error,
                        "the groups of this partition are not served; the others are"
                    );
                    *place = Place::Unreadable;
                }
            }
        }
        if !deleted_topics.is_empty() {
            self.topics_deleted(&deleted_topics, now);
        }
    }
}

fn context(now: Now, random: u128) -> Context {
    Context { now, random }
}

fn random(node: &Node) -> u128 {
    (u128::from(node.random.next_u64()) << 64) | u128::from(node.random.next_u64())
}
