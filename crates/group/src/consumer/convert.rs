//! From classic to consumer and back, while members are there (`group.consumer.migration.policy`) and when none
//! is.
//!
//! A classic group of consumers becomes a consumer group when a member of the new protocol joins it; a consumer
//! group becomes a classic one when the last member of the new protocol has gone. What was assigned stays with
//! whom it was assigned to; the groups' epoch and generation are one count.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_coordinator::{Context, CoordinatorRecord, Output, Waiting};
use thalweg_wire::ErrorCode;

use super::embedded;
use super::group::{ClassicSide, ConsumerGroup, ConsumerMember};
use super::records::Draft;
use crate::classic::{ClassicGroup, ClassicMember, State, Turn};
use crate::machine::{Event, GroupMachine};
use crate::request::Response;
use crate::state::{group_record, group_tombstone};

impl GroupMachine {
    /// The consumer group that a classic one becomes, for a member of the new protocol that joins it.
    pub(super) fn upgraded(&mut self, id: &Arc<str>, context: Context) -> Result<Draft, ErrorCode> {
        let Some(classic) = self.classic.get(id) else { return Err(ErrorCode::GroupIdNotFound) };
        let mut draft = Draft::new(Arc::clone(id), ConsumerGroup::default());
        if self.state.groups.contains_key(id) {
            draft.records.extend(group_tombstone(id));
        }
        if classic.state == State::Empty {
            return Ok(draft);
        }
        let policy = self.config.consumer.migration;
        if !policy.upgrades
            || !classic.is_consumers()
            || classic.members.len() > self.config.consumer.max_size
        {
            return Err(ErrorCode::GroupIdNotFound);
        }
        let members: Option<Vec<(ConsumerMember, i32)>> =
            classic.members.iter().map(|(id, member)| self.upgraded_member(classic, id, member)).collect();
        let members = members.ok_or(ErrorCode::GroupIdNotFound)?;
        let generation = classic.generation;
        for (member, _) in &members {
            draft.put_metadata(member);
        }
        draft.group.epoch = generation;
        let hash = self.metadata_hash(&draft.group);
        draft.set_epoch(generation, hash);
        for (member, _) in &members {
            draft.put_target(&member.id, Arc::new(super::types::without_epochs(&member.assigned)));
        }
        draft.set_assignment_epoch(generation, 0);
        for (member, session_timeout_ms) in members {
            let deadline = context.now.mono.after_ms(session_timeout_ms.into());
            self.live(id).sessions.insert(Arc::clone(&member.id), deadline);
            self.note_deadline(id, deadline);
            draft.put_current(member);
        }
        Ok(draft)
    }

    fn upgraded_member(
        &self,
        group: &ClassicGroup,
        id: &Arc<str>,
        member: &ClassicMember,
    ) -> Option<(ConsumerMember, i32)> {
        // A group in its first rebalance has not chosen yet: all protocols carry the same subscription.
        let chosen = group.protocol.as_deref().or(member.protocols.first().map(|(name, _)| name.as_str()));
        let subscription = embedded::subscription(member.metadata_for(chosen), &*self.topics)?;
        let assigned = embedded::assignment(&member.assignment, &*self.topics)?;
        let epoch = group.generation;
        let with_epoch =
            |partitions: BTreeSet<i32>| partitions.into_iter().map(|index| (index, epoch)).collect();
        let upgraded = ConsumerMember {
            epoch,
            previous_epoch: epoch,
            assigned: Arc::new(assigned.into_iter().map(|(topic, of)| (topic, with_epoch(of))).collect()),
            instance: member.instance.clone(),
            rack: subscription.rack,
            client_id: Arc::clone(&member.client_id),
            client_host: Arc::clone(&member.client_host),
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            topics: subscription.topics,
            classic: Some(Arc::new(ClassicSide {
                session_timeout_ms: member.session_timeout_ms,
                protocols: member.protocols.clone(),
            })),
            ..ConsumerMember::new(Arc::clone(id))
        };
        Some((upgraded, member.session_timeout_ms))
    }

    /// The group's volatile classic side ends: whoever waits there is told to begin anew.
    pub(crate) fn leave_classic(
        &mut self,
        id: &Arc<str>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if let Some(classic) = self.classic.get_mut(id) {
            let mut turn = Turn { context, config: &self.config, output };
            classic.refuse_everyone(ErrorCode::RebalanceInProgress, &mut turn);
        }
        self.forget(id);
    }

    /// Whether a group without these members, `left` in number, goes on as a classic one.
    pub(super) fn may_downgrade(
        &self,
        group: &ConsumerGroup,
        without: &BTreeSet<Arc<str>>,
        left: usize,
    ) -> bool {
        left > 0
            && self.config.consumer.migration.downgrades
            && group.all_classic_except(without)
            && left <= self.config.max_size
    }

    /// Makes the group a classic one, without some members and, where a classic member takes the place of a static
    /// one of the new protocol, with that.
    pub(super) fn downgrade(
        &mut self,
        mut draft: Draft,
        leaving: &BTreeSet<Arc<str>>,
        joining: Option<&ConsumerMember>,
        rebalances: bool,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<(), ErrorCode> {
        let id = Arc::clone(&draft.id);
        let group = draft.group.clone();
        let mut classic = ClassicGroup::new(Arc::clone(&id), context.now.wall_ms);
        classic.generation = group.epoch;
        for member in group.members.values().filter(|member| !leaving.contains(&member.id)) {
            let Some(side) = &member.classic else { return Err(ErrorCode::UnknownServerError) };
            let version = side.protocols.first().map_or(0, |(_, metadata)| embedded::version(metadata));
            let has = match joining.filter(|joining| joining.id == member.id) {
                Some(joining) => super::types::without_epochs(&joining.assigned),
                None => group.target_of(&member.id).as_ref().clone(),
            };
            let assignment = embedded::write_assignment(&has, &*self.topics, version);
            classic.adopt(Arc::clone(&member.id), downgraded_member(member, side, assignment));
        }
        classic.settle_adopted();
        draft.delete();
        let mut records: Vec<CoordinatorRecord> = draft.records;
        records.push(group_record(&id, &classic.to_stored(None)).ok_or(ErrorCode::UnknownServerError)?);
        output.records.extend(records);
        output.after_commit.push(Waiting::Event(Event::Downgraded { group: id, rebalances }));
        Ok(())
    }

    /// The records that made a group classic are in the log, or not.
    pub(crate) fn downgraded(
        &mut self,
        id: &Arc<str>,
        rebalances: bool,
        result: Result<(), ErrorCode>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if result.is_err() {
            // It is the consumer group again that it was.
            return self.leave_classic(id, context, output);
        }
        self.consumers_live.remove(id);
        if self.enliven(id, context.now.mono).is_none() {
            return;
        }
        self.with_group(id, context, output, |live, turn| {
            if rebalances && live.state == State::Stable {
                live.prepare_rebalance(turn);
            }
        });
    }

    /// Deletes an empty consumer group for a member of the classic protocol that joins under its name.
    pub(crate) fn clear_empty_consumer(&mut self, id: &Arc<str>, output: &mut Output<Response, Event>) {
        let Some(stored) = self.state.consumers.get(id) else { return };
        let mut draft = Draft::new(Arc::clone(id), ConsumerGroup::clone(stored));
        draft.delete();
        output.records.extend(draft.records);
        output.after_commit.push(Waiting::Event(Event::Cleared { group: Arc::clone(id) }));
        self.consumers_live.remove(id);
    }
}

fn downgraded_member(member: &ConsumerMember, side: &ClassicSide, assignment: Vec<u8>) -> ClassicMember {
    ClassicMember {
        instance: member.instance.clone(),
        client_id: Arc::clone(&member.client_id),
        client_host: Arc::clone(&member.client_host),
        session_timeout_ms: side.session_timeout_ms,
        rebalance_timeout_ms: member.rebalance_timeout_ms,
        protocols: side.protocols.clone(),
        assignment: assignment.into(),
        awaiting_join: None,
        awaiting_sync: None,
        is_new: false,
        deadline: Default::default(),
    }
}
