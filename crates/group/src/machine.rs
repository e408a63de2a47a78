//! The group machine: finds the group a request is about and keeps the timers of all groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{
    Context, CoordinatorRecord, Entry, Marker, Output, Producer, RecordMachine, ReplayError, RequestId,
};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use crate::classic::{ClassicGroup, Turn};
use crate::config::GroupConfig;
use crate::consumer::{ConsumerGroup, GroupOverrides, Live, NoTopics, Topics, Work};
use crate::request::{Join, Leave, Member, Request, Response, Sync};
use crate::state::{State, Touched};

/// What the machine wants to hear of its own records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A leader's assignment.
    Assigned {
        /// The group.
        group: Arc<str>,
        /// For which generation.
        generation: i32,
        /// By member.
        assignments: BTreeMap<Arc<str>, Arc<[u8]>>,
    },
    /// A consumer group has become a classic one.
    Downgraded {
        /// The group.
        group: Arc<str>,
        /// Its members share the work anew.
        rebalances: bool,
    },
    /// An empty consumer group was deleted for a classic one under its name.
    Cleared {
        /// The group.
        group: Arc<str>,
    },
}

/// The replayed state at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot(State);

/// All groups of one partition of `__consumer_offsets`.
#[derive(Debug)]
pub struct GroupMachine {
    pub(crate) config: Arc<GroupConfig>,
    /// What is in the log.
    pub(crate) state: State,
    /// Classic groups with their volatile part. One that is only stored is brought to life when it is asked for.
    pub(crate) classic: BTreeMap<Arc<str>, ClassicGroup>,
    /// The volatile part of consumer groups.
    pub(crate) consumers_live: BTreeMap<Arc<str>, Live>,
    /// The topics there are.
    pub(crate) topics: Arc<dyn Topics>,
    /// What groups have in their own configuration; the empty name stands for all.
    pub(crate) overrides: Arc<BTreeMap<Arc<str>, GroupOverrides>>,
    /// To be done elsewhere.
    pub(crate) work: Vec<Work>,
    /// When each group wants to be looked at; at most one entry per group, never later than its next deadline.
    timers: BTreeSet<(Mono, Arc<str>)>,
    timer_of: BTreeMap<Arc<str>, Mono>,
    /// When offsets are next looked through for those that have expired.
    expiry_check: Mono,
}

impl GroupMachine {
    /// A machine that knows nothing yet.
    #[must_use]
    pub fn new(config: Arc<GroupConfig>, now: Mono) -> Self {
        let expiry_check = now.after_ms(config.offsets_retention_check_ms);
        Self {
            config,
            state: State::default(),
            classic: BTreeMap::new(),
            consumers_live: BTreeMap::new(),
            topics: Arc::new(NoTopics),
            overrides: Arc::default(),
            work: Vec::new(),
            timers: BTreeSet::new(),
            timer_of: BTreeMap::new(),
            expiry_check,
        }
    }

    /// The topics have changed.
    pub fn set_topics(&mut self, topics: Arc<dyn Topics>) {
        self.topics = topics;
    }

    /// The groups' own configuration has changed.
    pub fn set_overrides(&mut self, overrides: Arc<BTreeMap<Arc<str>, GroupOverrides>>) {
        self.overrides = overrides;
    }

    /// What is to be done elsewhere; what comes of it is told by [`Request::Worked`].
    pub fn take_work(&mut self) -> Vec<Work> {
        std::mem::take(&mut self.work)
    }

    /// Everything is replayed: groups that have members give each of them a session to be heard of.
    pub fn loaded(&mut self, now: Mono) {
        let with_members = self.state.groups.iter().filter(|(_, stored)| !stored.members.is_empty());
        let ids: Vec<Arc<str>> = with_members.map(|(id, _)| Arc::clone(id)).collect();
        for id in ids {
            self.enliven(&id, now);
            self.reschedule(&id);
        }
        self.consumers_loaded(now);
    }

    /// How many committed offsets there are.
    #[must_use]
    pub fn committed_offsets(&self) -> usize {
        self.state.offsets.values().map(imbl::OrdMap::len).sum()
    }

    /// How many groups there are.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.group_ids().len()
    }

    /// Every group there is: alive, written, or known by its offsets only.
    pub(crate) fn group_ids(&self) -> BTreeSet<Arc<str>> {
        let state = &self.state;
        let written = state.groups.keys().chain(state.consumers.keys()).chain(state.offsets.keys());
        self.classic.keys().chain(written).chain(state.foreign.keys()).cloned().collect()
    }

    /// The group, brought to life from what is written if need be. A group of which there are only offsets (a
    /// *simple* one) comes to life as an empty group without a protocol.
    pub(crate) fn enliven(&mut self, id: &Arc<str>, now: Mono) -> Option<&mut ClassicGroup> {
        if self.state.consumers.contains_key(id) || self.state.foreign.contains_key(id) {
            return None;
        }
        if !self.classic.contains_key(id) {
            let group = match self.state.groups.get(id) {
                Some(stored) => ClassicGroup::from_stored(Arc::clone(id), stored, now),
                None if self.state.offsets.contains_key(id) => {
                    let mut simple = ClassicGroup::new(Arc::clone(id), 0);
                    simple.state_timestamp = None;
                    simple
                }
                None => return None,
            };
            self.classic.insert(Arc::clone(id), group);
        }
        self.classic.get_mut(id)
    }

    fn join(&mut self, id: RequestId, join: Join, context: Context, output: &mut Output<Response, Event>) {
        let refused = |code| Response::Join(crate::Joined::refused(Arc::clone(&join.member), code));
        let is_newcomer = join.member.is_empty();
        let bounds = self.config.min_session_timeout_ms..=self.config.max_session_timeout_ms;
        if !bounds.contains(&join.session_timeout_ms) {
            return output.answer(id, refused(ErrorCode::InvalidSessionTimeout));
        }
        let is_storable = |text: &str| text.len() <= TEXT_BYTES_MAX;
        if !is_storable(&join.protocol_type) || !join.protocols.iter().all(|(name, _)| is_storable(name)) {
            return output.answer(id, refused(ErrorCode::InconsistentGroupProtocol));
        }
        let group = Arc::clone(&join.group);
        if self.state.foreign.contains_key(&group) {
            return output.answer(id, refused(ErrorCode::InconsistentGroupProtocol));
        }
        if let Some(consumers) = self.state.consumers.get(&group) {
            if !consumers.members.is_empty() {
                return self.join_consumer(id, join, context, output);
            }
            if !is_newcomer {
                return output.answer(id, refused(ErrorCode::UnknownMemberId));
            }
            self.clear_empty_consumer(&group, output);
            let new = ClassicGroup::new(Arc::clone(&group), context.now.wall_ms);
            self.classic.insert(Arc::clone(&group), new);
        } else if self.enliven(&group, context.now.mono).is_none() {
            if !is_newcomer {
                return output.answer(id, refused(ErrorCode::UnknownMemberId));
            }
            let new = ClassicGroup::new(Arc::clone(&group), context.now.wall_ms);
            self.classic.insert(Arc::clone(&group), new);
        }
        self.with_group(&group, context, output, |live, turn| live.join(id, join, turn));
    }

    fn sync(&mut self, id: RequestId, sync: Sync, context: Context, output: &mut Output<Response, Event>) {
        let group = Arc::clone(&sync.member.group);
        if self.state.consumers.contains_key(&group) {
            return self.sync_consumer(id, &sync, context, output);
        }
        if self.enliven(&group, context.now.mono).is_none() {
            return output.answer(id, Response::Sync(Err(ErrorCode::UnknownMemberId)));
        }
        self.with_group(&group, context, output, |live, turn| live.sync(id, sync, turn));
    }

    fn heartbeat(
        &mut self,
        id: RequestId,
        member: &Member,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if self.state.consumers.contains_key(&member.group) {
            let result = self.heartbeat_consumer(member, context);
            return output.answer(id, Response::Heartbeat(result));
        }
        let now = context.now.mono;
        let result = match self.enliven(&member.group, now) {
            None => Err(ErrorCode::UnknownMemberId),
            Some(group) => {
                group.heartbeat(&member.member, member.instance.as_deref(), member.generation, now)
            }
        };
        // A sign of life only puts deadlines off: the timer comes too early, looks, and is set anew.
        output.answer(id, Response::Heartbeat(result));
    }

    fn leave(&mut self, id: RequestId, leave: Leave, context: Context, output: &mut Output<Response, Event>) {
        if self.state.consumers.contains_key(&leave.group) {
            return self.leave_consumer(id, &leave, context, output);
        }
        let group = leave.group;
        if self.enliven(&group, context.now.mono).is_none() {
            return output.answer(id, Response::Leave(Err(ErrorCode::UnknownMemberId)));
        }
        self.with_group(&group, context, output, |live, turn| {
            let results = live.leave(&leave.members, turn);
            turn.output.answer(id, Response::Leave(Ok(results)));
        });
    }

    /// Runs an operation on a live group and sets its timer anew.
    pub(crate) fn with_group(
        &mut self,
        id: &Arc<str>,
        context: Context,
        output: &mut Output<Response, Event>,
        operation: impl FnOnce(&mut ClassicGroup, &mut Turn<'_>),
    ) {
        if let Some(group) = self.classic.get_mut(id) {
            operation(group, &mut Turn { context, config: &self.config, output });
        }
        self.reschedule(id);
    }

    pub(crate) fn reschedule(&mut self, id: &Arc<str>) {
        let classic = self.classic.get(id).and_then(ClassicGroup::next_deadline);
        let consumer = self.consumers_live.get(id).and_then(Live::next_deadline);
        self.set_timer(id, classic.into_iter().chain(consumer).min());
    }

    /// A deadline of the group has been set. That one has been put off is seen when the timer comes.
    pub(crate) fn note_deadline(&mut self, id: &Arc<str>, at: Mono) {
        if self.timer_of.get(id).is_none_or(|present| at < *present) {
            self.set_timer(id, Some(at));
        }
    }

    fn set_timer(&mut self, id: &Arc<str>, next: Option<Mono>) {
        let before = self.timer_of.get(id).copied();
        if next == before {
            return;
        }
        if let Some(before) = before {
            self.timers.remove(&(before, Arc::clone(id)));
            self.timer_of.remove(id);
        }
        if let Some(next) = next {
            self.timers.insert((next, Arc::clone(id)));
            self.timer_of.insert(Arc::clone(id), next);
        }
    }

    /// Forgets the volatile part of a group.
    pub(crate) fn forget(&mut self, id: &Arc<str>) {
        self.classic.remove(id);
        self.reschedule(id);
    }
}

impl RecordMachine for GroupMachine {
    type Request = Request;
    type Response = Response;
    type Event = Event;
    type Snapshot = Snapshot;

    fn handle(
        &mut self,
        id: RequestId,
        request: Request,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let now = context.now.mono;
        match request {
            Request::Join(join) => self.join(id, join, context, output),
            Request::Sync(sync) => self.sync(id, sync, context, output),
            Request::Heartbeat(member) => self.heartbeat(id, &member, context, output),
            Request::Leave(leave) => self.leave(id, leave, context, output),
            Request::Commit(commit) => self.commit(id, commit, context, output),
            Request::CommitInTransaction(producer, commit) => {
                self.commit_in_transaction(id, producer, &commit, context, output);
            }
            Request::EndTransaction(marker) => {
                output.of_producer.push(Entry::Marker(marker));
                output.answer_after_commit(id, Response::Done(Ok(())));
            }
            Request::FetchOffsets(fetch) => {
                let offsets = self.fetch_offsets(&fetch);
                output.answer_after_commit(id, Response::Offsets(offsets));
            }
            Request::DeleteOffsets(delete) => self.delete_offsets(id, &delete, context, output),
            Request::Describe(group) => {
                let description = self.enliven(&group, now).map(|group| group.describe());
                output.answer_after_commit(id, Response::Described(Ok(description)));
            }
            Request::List => {
                let listed = self.list(now);
                output.answer_after_commit(id, Response::Listed(Ok(listed)));
            }
            Request::Delete(group) => self.delete_group(id, &group, context, output),
            Request::Beat(beat) => self.consumer_heartbeat(id, beat, context, output),
            Request::DescribeConsumer(group) => {
                let described = self.describe_consumer(&group);
                output.answer_after_commit(id, Response::DescribedConsumer(Ok(described)));
            }
            Request::Worked(worked) => self.worked(id, &worked, context, output),
            Request::TopicsDeleted(topics) => {
                self.topics_deleted(&topics, output);
                output.answer_after_commit(id, Response::Done(Ok(())));
            }
        }
    }

    fn settled(
        &mut self,
        event: Event,
        result: Result<(), ErrorCode>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        match event {
            Event::Assigned { group, generation, assignments } => {
                self.with_group(&group, context, output, |live, turn| {
                    live.assigned(generation, assignments, result, turn);
                });
            }
            Event::Downgraded { group, rebalances } => {
                self.downgraded(&group, rebalances, result, context, output);
            }
            // The consumer group is there again: whoever joined in its place begins anew.
            Event::Cleared { group } if result.is_err() => self.leave_classic(&group, context, output),
            Event::Cleared { .. } => {}
        }
    }

    fn poll_timeout(&self) -> Option<Mono> {
        let group = self.timers.first().map(|(at, _)| *at);
        Some(group.map_or(self.expiry_check, |at| at.min(self.expiry_check)))
    }

    fn handle_timeout(&mut self, context: Context, output: &mut Output<Response, Event>) {
        let now = context.now.mono;
        while let Some((at, id)) = self.timers.first().cloned()
            && at <= now
        {
            self.timers.pop_first();
            self.timer_of.remove(&id);
            if self.state.consumers.contains_key(&id) {
                self.consumer_time_passed(&id, context, output);
                self.reschedule(&id);
            } else {
                // The consumer group it was, or is about to be again, has no say meanwhile.
                if let Some(live) = self.consumers_live.get_mut(&id) {
                    live.take_due(&ConsumerGroup::default(), now);
                }
                self.with_group(&id, context, output, ClassicGroup::time_passed);
            }
        }
        if self.expiry_check <= now {
            self.expiry_check = now.after_ms(self.config.offsets_retention_check_ms);
            self.expire(context, output);
        }
    }

    fn replay(&mut self, record: &CoordinatorRecord) -> Result<(), ReplayError> {
        if let Touched::Group(group) = self.state.replay(record)?
            && !self.state.groups.contains_key(&group)
        {
            self.forget(&group);
        }
        Ok(())
    }

    fn replay_of_transaction(
        &mut self,
        producer: Producer,
        record: &CoordinatorRecord,
    ) -> Result<(), ReplayError> {
        self.state.replay_of_transaction(producer.id, record)
    }

    fn replay_marker(&mut self, marker: &Marker) -> Result<(), ReplayError> {
        self.state.end_transaction(marker.producer.id, marker.commits);
        Ok(())
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot(self.state.clone())
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.state = snapshot.0;
        // What was looked at on the way to what is lost is looked at again.
        for live in self.consumers_live.values_mut() {
            live.topics_version = None;
            live.names_version = None;
            live.resolved_ms = 0;
            live.assigning = None;
        }
    }

    fn refuse(response: Response, code: ErrorCode) -> Response {
        response.refused(code)
    }
}

/// The longest text that the records of classic groups can hold.
const TEXT_BYTES_MAX: usize = 32_767;

/// A random id as Java's `UUID.randomUUID` writes one (RFC 9562, version 4).
pub(crate) fn random_uuid(random: u128) -> String {
    let version = (random & !(0xf << 76)) | (0x4 << 76);
    let uuid = (version & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{uuid:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    #[test]
    fn member_ids_end_in_a_version_4_uuid() {
        assert_eq!(super::random_uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(super::random_uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
