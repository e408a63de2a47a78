//! One coordinator's topic: its partitions, the machine of each, and who waits for an answer of which.
//!
//! Generic in the machine ([`Hosted`]). Decides when a partition's machine is loaded, which machine a question
//! goes to, and when its records leave. Never looks into a question or an answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use thalweg_coordinator::{Context, RequestId, Shard, partition_for};
use thalweg_model::{LeaderEpoch, Mono, Now};
use thalweg_records::Scratch;
use thalweg_wire::ErrorCode;

use super::appends::{AppendResult, Carrier};
use super::hosted::Hosted;
use super::load::Loading;
use super::outdated::Outdated;
use crate::node::Node;
use crate::partition::Partition;
use crate::topics::{Table, Topic};

/// Takes the answer; called on the coordinator's thread.
pub type MachineReply<M> = Box<dyn FnOnce(<M as thalweg_coordinator::RecordMachine>::Response) + Send>;

/// Takes every partition's answer to the same question, or why there is none.
pub type AllReply<M> =
    Box<dyn FnOnce(Result<Vec<<M as thalweg_coordinator::RecordMachine>::Response>, ErrorCode>) + Send>;

/// One partition of the topic, as the role sees it.
#[derive(Debug)]
enum Place<M: Hosted> {
    /// Not served by this node.
    Absent,
    /// Being read.
    Loading(Box<Loading<M>>),
    /// Its machine answers.
    Serving { partition: Arc<Partition>, shard: Box<Shard<M>>, outdated: Outdated },
    /// Its log cannot be read.
    Unreadable,
}

/// Who waits for an answer of a machine.
enum Waiting<M: Hosted> {
    One(MachineReply<M>),
    /// One of several partitions that were asked the same.
    Part(u64),
}

/// A question to every partition under way.
struct Gathering<M: Hosted> {
    left: usize,
    answers: Vec<M::Response>,
    failure: Option<ErrorCode>,
    reply: AllReply<M>,
}

/// The machines of one coordinator's topic.
pub(super) struct Host<M: Hosted> {
    node: Arc<Node>,
    config: M::Config,
    carrier: Carrier,
    topic: Option<Arc<Topic>>,
    /// What the machines know of topics.
    topics: Arc<dyn thalweg_group::Topics>,
    overrides: super::GroupConfigOverrides,
    places: Vec<Place<M>>,
    /// Which incarnation of `places`.
    generation: u64,
    waiting: HashMap<RequestId, Waiting<M>>,
    gathering: BTreeMap<u64, Gathering<M>>,
    next_id: u64,
    scratch: Scratch,
    buffer: Vec<u8>,
    /// The cluster's `transaction.version`.
    transaction_version: i16,
    /// Storage reused from turn to turn.
    commands: Vec<M::Command>,
}

impl<M: Hosted> Host<M> {
    /// A host that has not looked at its topic yet.
    pub fn new(node: Arc<Node>, carrier: Carrier, config: M::Config) -> Self {
        Self {
            node,
            config,
            carrier,
            topic: None,
            topics: Arc::new(thalweg_group::NoTopics),
            overrides: Arc::default(),
            places: Vec::new(),
            generation: 0,
            waiting: HashMap::new(),
            gathering: BTreeMap::new(),
            next_id: 0,
            scratch: Scratch::new(),
            buffer: Vec::new(),
            transaction_version: 0,
            commands: Vec::new(),
        }
    }

    /// The cluster's `transaction.version`.
    pub fn set_transaction_version(&mut self, level: i16) {
        if std::mem::replace(&mut self.transaction_version, level) == level {
            return;
        }
        for place in &mut self.places {
            if let Place::Serving { shard, .. } = place {
                shard.machine_mut().transaction_version(level);
            }
        }
    }

    /// How many partitions the topic has: what places a key.
    pub fn partition_count(&self) -> i32 {
        i32::try_from(self.places.len()).unwrap_or(i32::MAX)
    }

    /// Asks the machine that a key is placed on. Without the topic nobody coordinates: FindCoordinator makes it.
    pub fn ask(&mut self, key: &str, request: M::Request, reply: MachineReply<M>, now: Now) {
        let index = partition_for(key, self.partition_count());
        self.ask_partition(index, request, reply, now);
    }

    /// Asks the machine of one partition.
    pub fn ask_partition(&mut self, index: i32, request: M::Request, reply: MachineReply<M>, now: Now) {
        let place = usize::try_from(index).ok().and_then(|index| self.places.get_mut(index));
        match place {
            None | Some(Place::Absent) => reply(M::refusal(&request, ErrorCode::NotCoordinator)),
            Some(Place::Loading(_)) => reply(M::refusal(&request, ErrorCode::CoordinatorLoadInProgress)),
            Some(Place::Unreadable) => reply(M::refusal(&request, ErrorCode::CoordinatorNotAvailable)),
            Some(Place::Serving { shard, .. }) => {
                self.next_id += 1;
                let id = RequestId(self.next_id);
                self.waiting.insert(id, Waiting::One(reply));
                let random = if M::wants_random(&request) { random(&self.node) } else { 0 };
                shard.handle(id, request, context(now, random));
            }
        }
    }

    /// Asks every partition that is served.
    pub fn ask_all(&mut self, question: impl Fn() -> M::Request, reply: AllReply<M>, now: Now) {
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
                    shard.handle(id, question(), context(now, 0));
                }
            }
        }
        self.gathering.insert(gathering, Gathering { left, answers: Vec::new(), failure, reply });
        self.finish_gathering(gathering);
    }

    /// What became of an append.
    pub fn appended(&mut self, (index, generation): (usize, u64), result: AppendResult, now: Now) {
        if generation == self.generation
            && let Some(Place::Serving { shard, .. }) = self.places.get_mut(index)
        {
            shard.appended(result.committed, result.result, context(now, 0));
        }
    }

    /// Timers, appends and answers of all places. Returns when it wants to be called at the latest. Commands come
    /// with the epoch of the leadership in whose name they are given.
    pub fn attend(&mut self, now: Now, commands: &mut Vec<(LeaderEpoch, M::Command)>) -> Mono {
        let mut due = Mono(u64::MAX);
        for index in 0..self.places.len() {
            due = due.min(self.attend_place(index, now, commands));
        }
        due
    }

    fn attend_place(
        &mut self,
        index: usize,
        now: Now,
        commands: &mut Vec<(LeaderEpoch, M::Command)>,
    ) -> Mono {
        let Some(Place::Serving { partition, shard, outdated }) = self.places.get_mut(index) else {
            return match self.places.get(index) {
                Some(Place::Loading(_)) => now.mono,
                _ => Mono(u64::MAX),
            };
        };
        if shard.poll_timeout().is_some_and(|due| due <= now.mono) {
            shard.handle_timeout(context(now, 0));
        }
        let mut appended = 0;
        if let Some(groups) = shard.begin_append() {
            let groups = groups.inspect(|entries| appended += entries.len() as u64);
            self.carrier.append(partition, (index, self.generation), groups);
        }
        if appended > 0 && outdated.note(appended, now, || shard.machine().counting_records()) {
            self.carrier.begin_segment(partition);
        }
        let due = shard.poll_timeout().unwrap_or(Mono(u64::MAX));
        let answers = shard.take_answers();
        shard.machine_mut().take_commands(&mut self.commands);
        let epoch = partition.leader_epoch();
        commands.extend(self.commands.drain(..).map(|command| (epoch, command)));
        for (id, response) in answers {
            match self.waiting.remove(&id) {
                Some(Waiting::One(reply)) => reply(response),
                Some(Waiting::Part(gathering)) => self.gathered(gathering, response),
                None => debug_assert!(false, "answered twice: {id:?}"),
            }
        }
        due
    }

    fn gathered(&mut self, id: u64, response: M::Response) {
        if let Some(gathering) = self.gathering.get_mut(&id) {
            gathering.left -= 1;
            gathering.answers.push(response);
        }
        self.finish_gathering(id);
    }

    fn finish_gathering(&mut self, id: u64) {
        if self.gathering.get(&id).is_none_or(|gathering| gathering.left > 0) {
            return;
        }
        let Some(done) = self.gathering.remove(&id) else { return };
        (done.reply)(match done.failure {
            Some(code) => Err(code),
            None => Ok(done.answers),
        });
    }

    /// The configuration of groups has changed.
    pub fn set_overrides(&mut self, overrides: super::GroupConfigOverrides) {
        self.overrides = overrides;
        for place in &mut self.places {
            if let Place::Serving { shard, .. } = place {
                shard.machine_mut().set_overrides(&self.overrides);
            }
        }
    }

    /// Takes up a topic that has appeared, drops one that has gone, and tells the machines of deleted topics.
    pub fn topics_changed(
        &mut self,
        table: &Table,
        topics: &Arc<dyn thalweg_group::Topics>,
        gone: &[String],
        now: Now,
    ) {
        self.topics = Arc::clone(topics);
        for place in &mut self.places {
            if let Place::Serving { shard, .. } = place {
                shard.machine_mut().set_topics(topics);
            }
        }
        let topic = table.by_name.get(M::TOPIC).cloned();
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
            self.topics_deleted(gone, now);
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
                let machine = M::new(&self.config, now.mono);
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
                    let Some(request) = M::topics_deleted(gone) else { return };
                    self.next_id += 1;
                    let id = RequestId(self.next_id);
                    self.waiting.insert(id, Waiting::One(Box::new(drop)));
                    shard.handle(id, request, context(now, 0));
                }
                Place::Absent | Place::Unreadable => {}
            }
        }
    }

    /// Reads a step of every place that is being loaded; an empty partition is done at once.
    pub fn load(&mut self, now: Now) {
        let mut deleted_topics = Vec::new();
        for (index, place) in self.places.iter_mut().enumerate() {
            let Place::Loading(loading) = place else { continue };
            match loading.step(&mut self.scratch, &mut self.buffer) {
                Ok(false) => {}
                Ok(true) => {
                    let Place::Loading(loading) = std::mem::replace(place, Place::Absent) else { continue };
                    let Loading { partition, mut shard, records, bytes, deleted_topics: deleted, .. } =
                        *loading;
                    shard.machine_mut().set_topics(&self.topics);
                    shard.machine_mut().transaction_version(self.transaction_version);
                    shard.machine_mut().set_overrides(&self.overrides);
                    shard.machine_mut().loaded(now);
                    deleted_topics.extend(deleted);
                    if records > 0 {
                        shard.machine().tell_loaded(index, records, bytes);
                    }
                    let outdated = Outdated::after_load(records, shard.machine().counting_records(), now);
                    *place = Place::Serving { partition, shard: Box::new(shard), outdated };
                }
                Err(error) => {
                    tracing::error!(
                        event = "coordinator_unreadable",
                        topic = M::TOPIC,
                        partition = index,
                        offset = loading.partition.log.ends().log_start.0,
                        %error,
                        "what this partition coordinates is not served; the others are"
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
