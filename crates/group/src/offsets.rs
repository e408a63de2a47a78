//! Committed offsets: commit, fetch, delete, and their expiry by Kafka's rules.

use std::sync::Arc;

use thalweg_coordinator::{Context, CoordinatorRecord, Output, RequestId};
use thalweg_wire::ErrorCode;

use crate::classic::{ClassicGroup, State};
use crate::consumer::{CommitRule, ConsumerGroup, Draft};
use crate::machine::{Event, GroupMachine};
use crate::request::{Commit, DeleteOffsets, FetchOffsets, PartitionOffset, Response, TopicOffsets};
use crate::state::{CommittedOffset, group_tombstone, offset_record, offset_tombstone};

impl GroupMachine {
    pub(crate) fn commit(
        &mut self,
        id: RequestId,
        commit: Commit,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if let Err(code) = self.may_commit(&commit, false, context) {
            return output.answer(id, Response::Partitions(Err(code)));
        }
        let (records, codes) = self.offset_records(&commit, context);
        output.records.extend(records);
        output.answer_after_commit(id, Response::Partitions(Ok(codes)));
    }

    /// The records of what is committed, and one code per partition named.
    pub(crate) fn offset_records(
        &self,
        commit: &Commit,
        context: Context,
    ) -> (Vec<CoordinatorRecord>, Vec<Vec<ErrorCode>>) {
        let now = context.now;
        let group = &commit.member.group;
        let limit = self.config.offset_metadata_max_bytes;
        let expire_timestamp = commit.retention_ms.map(|ms| now.wall_ms.saturating_add(ms));
        let mut records = Vec::new();
        let mut codes = Vec::with_capacity(commit.topics.len());
        for topic in &commit.topics {
            let of_topic = topic.partitions.iter().map(|partition| {
                let partition = match partition {
                    Ok(partition) => partition,
                    Err(code) => return *code,
                };
                if partition.metadata.len() > limit {
                    return ErrorCode::OffsetMetadataTooLarge;
                }
                let offset = CommittedOffset {
                    offset: partition.offset,
                    leader_epoch: partition.leader_epoch,
                    metadata: Arc::from(partition.metadata.as_str()),
                    commit_timestamp: now.wall_ms,
                    expire_timestamp,
                    topic_id: topic.id,
                };
                match offset_record(group, &topic.name, partition.index, &offset) {
                    Some(record) => {
                        records.push(record);
                        ErrorCode::None
                    }
                    None => ErrorCode::InvalidCommitOffsetSize,
                }
            });
            codes.push(of_topic.collect());
        }
        (records, codes)
    }

    /// Whether the member may commit at all, by itself or as part of a producer's transaction.
    pub(crate) fn may_commit(
        &mut self,
        commit: &Commit,
        is_transactional: bool,
        context: Context,
    ) -> Result<(), ErrorCode> {
        let who = &commit.member;
        if let Some(group) = self.state.consumers.get(&who.group) {
            let instance = who.instance.as_deref();
            let knows_epochs = commit.knows_missing_groups;
            let rule =
                group.may_commit(&who.member, instance, who.generation, is_transactional, knows_epochs)?;
            return self.check_partitions(rule, commit);
        }
        if let Some(may) = self.may_commit_foreign(commit) {
            return may;
        }
        match self.enliven(&who.group, context.now.mono) {
            Some(group) if is_transactional => {
                group.validate_transactional_commit(&who.member, who.instance.as_deref(), who.generation)
            }
            Some(group) => {
                group.validate_commit(&who.member, who.instance.as_deref(), who.generation, context.now.mono)
            }
            // A client that manages its partitions itself: the offsets alone make a group.
            None if who.generation < 0 => Ok(()),
            None if commit.knows_missing_groups => Err(ErrorCode::GroupIdNotFound),
            None => Err(ErrorCode::IllegalGeneration),
        }
    }

    /// One partition that the member may not commit for refuses all.
    pub(crate) fn check_partitions(&self, rule: CommitRule<'_>, commit: &Commit) -> Result<(), ErrorCode> {
        if matches!(rule, CommitRule::All) {
            return Ok(());
        }
        for topic in &commit.topics {
            // Before version 10 topics have names only.
            let id = match topic.id.is_zero() {
                true => self.topics.by_name(&topic.name).map(|(id, _)| id),
                false => Some(topic.id),
            };
            for partition in topic.partitions.iter().flatten() {
                rule.check(id, partition.index)?;
            }
        }
        Ok(())
    }

    pub(crate) fn fetch_offsets(&self, fetch: &FetchOffsets) -> Result<Vec<TopicOffsets>, ErrorCode> {
        if let Some(group) = self.state.consumers.get(&fetch.group) {
            group.may_fetch(fetch.member.as_deref(), fetch.member_epoch)?;
        }
        let told = |index: i32, offset: Option<&Arc<CommittedOffset>>| PartitionOffset {
            index,
            offset: offset.map_or(-1, |offset| offset.offset),
            leader_epoch: offset.map_or(-1, |offset| offset.leader_epoch),
            metadata: offset.map_or_else(|| Arc::from(""), |offset| Arc::clone(&offset.metadata)),
            code: ErrorCode::None,
        };
        // KIP-447: who asks for stable offsets comes again when the transaction has ended.
        let told = |topic: &Arc<str>, index: i32, offset: Option<&Arc<CommittedOffset>>| {
            if fetch.require_stable && self.state.is_pending(&fetch.group, topic, index) {
                return PartitionOffset { code: ErrorCode::UnstableOffsetCommit, ..told(index, None) };
            }
            told(index, offset)
        };
        if let Some(topics) = &fetch.topics {
            let of_topic = |(name, partitions): &(Arc<str>, Vec<i32>)| TopicOffsets {
                name: Arc::clone(name),
                partitions: partitions
                    .iter()
                    .map(|&index| told(name, index, self.state.offset(&fetch.group, name, index)))
                    .collect(),
            };
            return Ok(topics.iter().map(of_topic).collect());
        }
        let mut all: Vec<TopicOffsets> = Vec::new();
        for ((topic, index), offset) in self.state.offsets.get(&fetch.group).into_iter().flatten() {
            if all.last().is_none_or(|last| last.name != *topic) {
                all.push(TopicOffsets { name: Arc::clone(topic), partitions: Vec::new() });
            }
            if let Some(last) = all.last_mut() {
                last.partitions.push(told(topic, *index, Some(offset)));
            }
        }
        Ok(all)
    }

    pub(crate) fn delete_offsets(
        &mut self,
        id: RequestId,
        delete: &DeleteOffsets,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let group = &delete.group;
        let consumer = self.state.consumers.get(group).cloned();
        let (subscribed, is_empty) = match (&consumer, self.enliven(group, context.now.mono)) {
            (Some(consumer), _) => (Some(Default::default()), consumer.members.is_empty()),
            (None, None) => return output.answer(id, Response::Partitions(Err(ErrorCode::GroupIdNotFound))),
            (None, Some(live)) if live.state != State::Empty && !live.is_consumers() => {
                return output.answer(id, Response::Partitions(Err(ErrorCode::NonEmptyGroup)));
            }
            (None, Some(live)) => (live.subscribed_topics(), live.state == State::Empty),
        };
        let mut codes = Vec::with_capacity(delete.topics.len());
        for (topic, partitions) in &delete.topics {
            // Members whose subscription cannot be read may read anything.
            let is_read = !is_empty
                && match &consumer {
                    Some(consumer) => consumer.is_subscribed_to(topic),
                    None => subscribed.as_ref().is_none_or(|topics| topics.contains(&**topic)),
                };
            let of_topic = partitions.iter().map(|partition| {
                let index = match *partition {
                    Ok(index) => index,
                    Err(code) => return code,
                };
                if is_read {
                    return ErrorCode::GroupSubscribedToTopic;
                }
                if self.state.offset(group, topic, index).is_some() {
                    output.records.extend(offset_tombstone(group, topic, index));
                }
                ErrorCode::None
            });
            codes.push(of_topic.collect());
        }
        output.answer_after_commit(id, Response::Partitions(Ok(codes)));
    }

    /// Offsets of deleted topics go with them.
    pub(crate) fn topics_deleted(&mut self, topics: &[String], output: &mut Output<Response, Event>) {
        for (group, offsets) in &self.state.offsets {
            let gone = offsets.keys().filter(|(topic, _)| topics.iter().any(|gone| **gone == **topic));
            output.records.extend(gone.filter_map(|(topic, index)| offset_tombstone(group, topic, *index)));
        }
    }

    /// Deletes what nobody has a use for any more: expired offsets, and empty groups without offsets.
    pub(crate) fn expire(&mut self, context: Context, output: &mut Output<Response, Event>) {
        let retention_ms = self.config.offsets_retention_ms;
        for id in self.group_ids() {
            let (rule, is_empty) = self.expiry_rule(&id, context);
            let offsets = self.state.offsets.get(&id);
            // A transaction that has not ended may bring offsets yet.
            let pending = self.state.pending_of(&id);
            let mut is_anything_left = !pending.is_empty();
            let mut tombstones: Vec<CoordinatorRecord> = Vec::new();
            for ((topic, index), offset) in offsets.into_iter().flatten() {
                let is_pending = pending.iter().any(|(name, of)| name == topic && of == index);
                if !is_pending && rule.has_expired(topic, offset, context.now.wall_ms, retention_ms) {
                    tombstones.extend(offset_tombstone(&id, topic, *index));
                } else {
                    is_anything_left = true;
                }
            }
            output.records.extend(tombstones);
            if is_empty && !is_anything_left {
                if let Some(group) = self.state.consumers.get(&id) {
                    let mut draft = Draft::new(Arc::clone(&id), ConsumerGroup::clone(group));
                    draft.delete();
                    output.records.extend(draft.records);
                    self.consumers_live.remove(&id);
                } else if self.state.groups.contains_key(&id) {
                    output.records.extend(group_tombstone(&id));
                } else {
                    self.forget(&id);
                }
            }
        }
    }
}

impl GroupMachine {
    /// How the group's offsets age, and whether nobody is there.
    fn expiry_rule(&mut self, id: &Arc<str>, context: Context) -> (ExpiryRule, bool) {
        if let Some(group) = self.state.consumers.get(id) {
            let topics = self.state.offsets.get(id).into_iter().flat_map(imbl::OrdMap::keys);
            let read = topics.filter(|(topic, _)| group.is_subscribed_to(topic));
            let read = read.map(|(topic, _)| topic.to_string()).collect();
            return (ExpiryRule::Unsubscribed(read), group.members.is_empty());
        }
        match self.enliven(id, context.now.mono) {
            None => (ExpiryRule::Never, false),
            Some(group) => {
                (ExpiryRule::of(group), group.state == State::Empty && group.pending_join.is_empty())
            }
        }
    }
}

/// From when a group's offsets age (KIP-211).
enum ExpiryRule {
    /// Not at all: members are there whose subscriptions count or are unknown.
    Never,
    /// From the moment the group became empty; from the commit if that is not known.
    SinceEmpty(Option<i64>),
    /// Nobody manages the group: from the commit.
    SinceCommit,
    /// From the commit, but only topics that no member subscribes to.
    Unsubscribed(std::collections::BTreeSet<String>),
}

impl ExpiryRule {
    fn of(group: &ClassicGroup) -> Self {
        match (group.protocol_type.is_some(), group.state) {
            (true, State::Empty) => Self::SinceEmpty(group.state_timestamp),
            (false, State::Empty) => Self::SinceCommit,
            (true, State::Stable) => group.subscribed_topics().map_or(Self::Never, Self::Unsubscribed),
            _ => Self::Never,
        }
    }

    fn has_expired(&self, topic: &str, offset: &CommittedOffset, now_ms: i64, retention_ms: i64) -> bool {
        let since = match self {
            Self::Never => return false,
            Self::SinceEmpty(since) => since.unwrap_or(offset.commit_timestamp),
            Self::SinceCommit => offset.commit_timestamp,
            Self::Unsubscribed(topics) if topics.contains(topic) => return false,
            Self::Unsubscribed(_) => offset.commit_timestamp,
        };
        match offset.expire_timestamp {
            // A client of the old days named the moment itself.
            Some(at) => now_ms >= at,
            None => now_ms.saturating_sub(since) >= retention_ms,
        }
    }
}
