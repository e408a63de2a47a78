//! ConsumerGroupHeartbeat: a member comes, stays, changes its mind, or goes.
//!
//! Three steps, as in Kafka: the member is created or updated and the group's epoch raised if that matters; the
//! target is made if the epoch is ahead of it; the member takes its next step towards its target.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::group::{ConsumerGroup, ConsumerMember, EPOCH_AWAY, EPOCH_LEFT, MemberState};
use super::reconcile::Step;
use super::records::Draft;
use super::types::{TopicPartitions, contains_all, without_epochs};
use crate::machine::{Event, GroupMachine};
use crate::request::{Beat, ConsumerHeartbeat, Response, Visible};

impl GroupMachine {
    pub(crate) fn consumer_heartbeat(
        &mut self,
        id: RequestId,
        beat: ConsumerHeartbeat,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let assignors = &self.config.consumer.assignors;
        if beat.assignor.as_ref().is_some_and(|asked| !assignors.iter().any(|known| *known.name() == **asked))
        {
            return output.answer(id, Response::Beat(Err(ErrorCode::UnsupportedAssignor)));
        }
        let group = Arc::clone(&beat.group);
        let result = match beat.epoch {
            EPOCH_LEFT | EPOCH_AWAY => self.consumer_leave(&beat, context, output),
            _ => self.consumer_beat(beat, context, output),
        };
        if result.is_err() {
            self.nothing_written(&group);
        }
        output.answer_after_commit(id, Response::Beat(result));
    }

    fn consumer_beat(
        &mut self,
        beat: ConsumerHeartbeat,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<Beat, ErrorCode> {
        let joins = beat.epoch == 0;
        let mut draft = self.consumer_draft(&beat.group, joins, context)?;
        let is_known = draft.group.members.contains_key(&beat.member);
        if draft.group.members.len() >= self.config.consumer.max_size && !is_known {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        let who = Who {
            member: match &*beat.member {
                // Before version 1 the coordinator made the ids.
                "" => Uuid(context.random.to_be_bytes()).to_string().into(),
                _ => Arc::clone(&beat.member),
            },
            instance: beat.instance.clone(),
            speaks_classic: false,
        };
        let member = find_or_create(&mut draft, &who, joins, |member| {
            check_epoch(member, beat.epoch, beat.owned.as_deref())
        })?;
        let updated = ConsumerMember {
            instance: beat.instance.clone().or_else(|| member.instance.clone()),
            rack: beat.rack.clone().or_else(|| member.rack.clone()),
            rebalance_timeout_ms: match beat.rebalance_timeout_ms {
                -1 => member.rebalance_timeout_ms,
                ms => ms,
            },
            assignor: beat.assignor.clone().or_else(|| member.assignor.clone()),
            topics: match &beat.topics {
                Some(topics) if **topics != *member.topics => Arc::clone(topics),
                _ => Arc::clone(&member.topics),
            },
            regex: beat.regex.clone().or_else(|| member.regex.clone()),
            client_id: keep(&member.client_id, &beat.client_id),
            client_host: keep(&member.client_host, &beat.client_host),
            classic: None,
            ..member.clone()
        };
        let is_full = beat.rebalance_timeout_ms != -1
            && (beat.topics.is_some() || beat.regex.is_some())
            && beat.owned.is_some();
        let said = Said {
            owned: beat.owned.as_deref(),
            visible: beat.visible.as_ref(),
            session_timeout_ms: self.session_timeout_ms(&beat.group),
        };
        let updated = self.advance(&mut draft, &member, updated, said, context)?;
        self.finish_draft(draft, context, output)?;
        let wants_assignment = joins || is_full || member.assigned != updated.assigned;
        Ok(Beat {
            member: Arc::clone(&updated.id),
            epoch: updated.epoch,
            heartbeat_interval_ms: self.heartbeat_interval_ms(&beat.group),
            assignment: wants_assignment.then(|| without_epochs(&updated.assigned)),
        })
    }

    /// A request has been refused: what was looked at for it is looked at again.
    pub(super) fn nothing_written(&mut self, group: &Arc<str>) {
        if !self.state.consumers.contains_key(group) {
            self.consumers_live.remove(group);
        } else if let Some(live) = self.consumers_live.get_mut(group) {
            live.topics_version = None;
            live.names_version = None;
        }
    }

    /// The three steps, for members of both protocols. Sets the member's deadlines.
    pub(super) fn advance(
        &mut self,
        draft: &mut Draft,
        member: &ConsumerMember,
        updated: ConsumerMember,
        said: Said<'_>,
        context: Context,
    ) -> Result<ConsumerMember, ErrorCode> {
        let has_changed = self.take_subscription(draft, member, &updated, said.visible, context)?;
        let (target_epoch, target) = self.update_target(draft, &updated.id, context);
        let updated =
            self.reconcile(draft, updated, target_epoch, &target, has_changed, said.owned, context)?;
        let deadline = context.now.mono.after_ms(said.session_timeout_ms.into());
        let live = self.live(&draft.id);
        live.sessions.insert(Arc::clone(&updated.id), deadline);
        self.note_deadline(&draft.id, deadline);
        Ok(updated)
    }

    /// Writes what is new about a member and raises the group's epoch if need be. True: its subscription has
    /// changed.
    pub(super) fn take_subscription(
        &mut self,
        draft: &mut Draft,
        member: &ConsumerMember,
        updated: &ConsumerMember,
        visible: Option<&Visible>,
        context: Context,
    ) -> Result<bool, ErrorCode> {
        let is_new = !draft.group.members.contains_key(&updated.id);
        if !is_new && updated.says_the_same(member) {
            // The usual heartbeat: of the members only this one is looked at.
            let regex = self.update_expressions(draft, member, updated, visible, context)?;
            self.refresh_epoch(draft, draft.group.epoch == 0 || regex.is_resolved);
            return Ok(false);
        }
        let assignor_before = draft.group.preferred_assignor();
        draft.put_metadata(updated);
        let names_changed = is_new || member.topics != updated.topics;
        let regex = self.update_expressions(draft, member, updated, visible, context)?;
        let bumps = draft.group.epoch == 0
            || names_changed
            || regex.is_resolved
            || draft.group.preferred_assignor() != assignor_before;
        self.refresh_epoch(draft, bumps);
        Ok(names_changed || regex.has_changed)
    }

    /// The member's next step.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of the request or of the group")]
    pub(super) fn reconcile(
        &mut self,
        draft: &mut Draft,
        member: ConsumerMember,
        target_epoch: i32,
        target: &TopicPartitions,
        has_subscription_changed: bool,
        owned: Option<&[(Uuid, Vec<i32>)]>,
        context: Context,
    ) -> Result<ConsumerMember, ErrorCode> {
        if !has_subscription_changed && member.is_reconciled_to(target_epoch) {
            return Ok(member);
        }
        let subscribed: BTreeSet<Uuid> = {
            let names = draft.group.names_of(&member);
            names.iter().filter_map(|name| self.topics.by_name(name)).map(|(id, _)| id).collect()
        };
        let group = &draft.group;
        let step =
            Step { group, target_epoch, target, subscribed: &subscribed, has_subscription_changed, owned };
        let next = step.of(&member)?;
        if next == member {
            return Ok(member);
        }
        draft.put_current(next.clone());
        if !next.is_classic() {
            let live = self.live(&draft.id);
            if next.state == MemberState::Unrevoked {
                let at = context.now.mono.after_ms(i64::from(next.rebalance_timeout_ms.max(0)));
                live.revocations.insert(Arc::clone(&next.id), (at, next.epoch));
                self.note_deadline(&draft.id, at);
            } else {
                live.revocations.remove(&next.id);
            }
        }
        Ok(next)
    }

    /// A copy of the group to change; a new one, or one made of a classic group, for a member that joins.
    fn consumer_draft(&mut self, id: &Arc<str>, joins: bool, context: Context) -> Result<Draft, ErrorCode> {
        if let Some(group) = self.state.consumers.get(id) {
            return Ok(Draft::new(Arc::clone(id), ConsumerGroup::clone(group)));
        }
        if self.state.foreign.contains_key(id) {
            return Err(ErrorCode::GroupIdNotFound);
        }
        let is_classic = self.enliven(id, context.now.mono).is_some();
        match (is_classic, joins) {
            (_, false) => Err(ErrorCode::GroupIdNotFound),
            (false, true) => Ok(Draft::new(Arc::clone(id), ConsumerGroup::default())),
            (true, true) => self.upgraded(id, context),
        }
    }

    /// Hands a draft's records over, if they can be written.
    pub(super) fn finish_draft(
        &mut self,
        draft: Draft,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<(), ErrorCode> {
        let limit = self.config.max_record_bytes;
        let is_too_long = draft.is_too_long
            || draft
                .records
                .iter()
                .any(|record| record.value.as_ref().is_some_and(|value| value.len() > limit));
        if is_too_long {
            return Err(ErrorCode::UnknownServerError);
        }
        if self.classic.contains_key(&draft.id) {
            self.leave_classic(&draft.id, context, output);
        }
        output.records.extend(draft.records);
        Ok(())
    }
}

/// What a request says beside what is written of its member.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    /// What the member has; `None`: it did not say.
    pub owned: Option<&'a [(Uuid, Vec<i32>)]>,
    /// Which topics it may know of; `None`: all.
    pub visible: Option<&'a Visible>,
    /// How long it may be silent from now on.
    pub session_timeout_ms: i32,
}

/// A member as it names itself.
pub(super) struct Who {
    pub member: Arc<str>,
    pub instance: Option<Arc<str>>,
    pub speaks_classic: bool,
}

/// The member that a request speaks for; a new one if it joins. A static member that comes back takes the place of
/// the one it was.
pub(super) fn find_or_create(
    draft: &mut Draft,
    who: &Who,
    joins: bool,
    check: impl Fn(&ConsumerMember) -> Result<(), ErrorCode>,
) -> Result<ConsumerMember, ErrorCode> {
    let known = draft.group.members.get(&who.member).map(|member| ConsumerMember::clone(member));
    let Some(instance) = &who.instance else {
        let member = match known {
            Some(member) => member,
            None if joins => ConsumerMember::new(Arc::clone(&who.member)),
            None => return Err(ErrorCode::UnknownMemberId),
        };
        check(&member)?;
        return Ok(member);
    };
    let existing = draft.group.static_member(instance).map(|member| ConsumerMember::clone(member));
    match (existing, joins) {
        (None, true) => Ok(known.unwrap_or_else(|| ConsumerMember::new(Arc::clone(&who.member)))),
        (None, false) => Err(ErrorCode::UnknownMemberId),
        (Some(existing), true) => {
            if !who.speaks_classic && !existing.is_classic() && existing.epoch != EPOCH_AWAY {
                return Err(ErrorCode::UnreleasedInstanceId);
            }
            let target = draft.group.target_of(&existing.id);
            let new = ConsumerMember {
                id: Arc::clone(&who.member),
                epoch: 0,
                previous_epoch: 0,
                ..existing.clone()
            };
            draft.remove_member(&existing.id);
            draft.put_metadata(&new);
            draft.put_target(&new.id, target);
            draft.put_current(new.clone());
            Ok(new)
        }
        (Some(existing), false) if existing.id != who.member => Err(ErrorCode::FencedInstanceId),
        (Some(existing), false) => {
            check(&existing)?;
            Ok(existing)
        }
    }
}

/// A member may be one epoch behind if the answer that told it the new one was lost: then it has nothing that it
/// does not have in the new one.
fn check_epoch(
    member: &ConsumerMember,
    epoch: i32,
    owned: Option<&[(Uuid, Vec<i32>)]>,
) -> Result<(), ErrorCode> {
    let is_behind = epoch == member.previous_epoch
        && epoch < member.epoch
        && owned.is_some_and(|owned| contains_all(&member.assigned, owned));
    // A member that joins anew has given everything up.
    if epoch == 0 || epoch == member.epoch || is_behind { Ok(()) } else { Err(ErrorCode::FencedMemberEpoch) }
}

fn keep(old: &Arc<str>, new: &str) -> Arc<str> {
    if **old == *new { Arc::clone(old) } else { Arc::from(new) }
}
