//! Members of a consumer group that speak the classic protocol: JoinGroup, SyncGroup, Heartbeat and LeaveGroup as
//! if the group were one of theirs. Their generation is their epoch; the coordinator assigns, so nobody leads.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::embedded;
use super::group::{ClassicSide, ConsumerGroup, ConsumerMember, MemberState};
use super::heartbeat::{Said, Who, find_or_create};
use super::leave::find;
use super::records::Draft;
use super::types::without_epochs;
use crate::classic::CONSUMER_PROTOCOL_TYPE;
use crate::machine::{Event, GroupMachine};
use crate::request::{Join, Joined, Leave, Member, Response, Sync, Synced};

impl GroupMachine {
    /// JoinGroup to a consumer group that has members.
    pub(crate) fn join_consumer(
        &mut self,
        id: RequestId,
        join: Join,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let (member, group) = (Arc::clone(&join.member), Arc::clone(&join.group));
        match self.try_join_consumer(join, context, output) {
            Ok(joined) => output.answer_after_commit(id, Response::Join(joined)),
            Err(code) => {
                self.nothing_written(&group);
                output.answer(id, Response::Join(Joined::refused(member, code)));
            }
        }
    }

    fn try_join_consumer(
        &mut self,
        join: Join,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<Joined, ErrorCode> {
        let Some(stored) = self.state.consumers.get(&join.group) else {
            return Err(ErrorCode::UnknownMemberId);
        };
        let mut draft = Draft::new(Arc::clone(&join.group), ConsumerGroup::clone(stored));
        let is_newcomer = join.member.is_empty();
        let member_id: Arc<str> = match is_newcomer {
            true => Uuid(context.random.to_be_bytes()).to_string().into(),
            false => Arc::clone(&join.member),
        };
        let is_known = draft.group.members.contains_key(&member_id);
        if draft.group.members.len() >= self.config.consumer.max_size && !is_known {
            return Err(ErrorCode::GroupMaxSizeReached);
        }
        let fits = join.protocol_type == CONSUMER_PROTOCOL_TYPE
            && join.protocols.iter().any(|(name, _)| draft.group.is_known_to_classic(name));
        let (true, Some((protocol, metadata))) = (fits, join.protocols.first()) else {
            return Err(ErrorCode::InconsistentGroupProtocol);
        };
        let subscription = embedded::subscription(metadata, &*self.topics);
        let subscription = subscription.ok_or(ErrorCode::InconsistentGroupProtocol)?;
        let protocol = protocol.clone();
        if is_newcomer && join.instance.is_none() && join.requires_known_member {
            return Ok(Joined::refused(member_id, ErrorCode::MemberIdRequired));
        }
        // Taking the last place of the new protocol makes the group a classic one.
        let replaced = join.instance.as_ref().and_then(|instance| draft.group.static_member(instance));
        let replaced: BTreeSet<Arc<str>> =
            replaced.map(|member| Arc::clone(&member.id)).into_iter().collect();
        let downgrades = (join.instance.is_none() || is_newcomer)
            && !replaced.is_empty()
            && !draft.group.all_classic_except(&BTreeSet::new())
            && self.may_downgrade(&draft.group, &replaced, draft.group.members.len());
        let who =
            Who { member: Arc::clone(&member_id), instance: join.instance.clone(), speaks_classic: true };
        let joins = join.instance.is_none() || is_newcomer;
        let member = find_or_create(&mut draft, &who, joins, |_| Ok(()))?;
        let updated = ConsumerMember {
            instance: join.instance.clone().or_else(|| member.instance.clone()),
            rack: subscription.rack.clone().or_else(|| member.rack.clone()),
            rebalance_timeout_ms: join.rebalance_timeout_ms,
            topics: if *subscription.topics == *member.topics {
                Arc::clone(&member.topics)
            } else {
                Arc::clone(&subscription.topics)
            },
            regex: Some(Arc::from("")),
            client_id: join.client_id.as_str().into(),
            client_host: join.client_host.as_str().into(),
            classic: Some(Arc::new(ClassicSide {
                session_timeout_ms: join.session_timeout_ms,
                protocols: join.protocols.clone(),
            })),
            ..member.clone()
        };
        let owned = Some(subscription.owned.as_slice());
        let updated = if downgrades {
            let has_changed = self.take_subscription(&mut draft, &member, &updated, None, context)?;
            let updated = if has_changed {
                updated
            } else {
                let (epoch, target) = (draft.group.assignment_epoch, draft.group.target_of(&updated.id));
                self.reconcile(&mut draft, updated, epoch, &target, false, owned, context)?
            };
            self.downgrade(draft, &BTreeSet::new(), Some(&updated), has_changed, context, output)?;
            updated
        } else {
            let said = Said { owned, visible: None, session_timeout_ms: join.session_timeout_ms };
            let updated = self.advance(&mut draft, &member, updated, said, context)?;
            self.finish_draft(draft, context, output)?;
            let sync_by = context.now.mono.after_ms(join.rebalance_timeout_ms.max(0).into());
            let live = self.live(&join.group);
            live.joins.remove(&updated.id);
            live.syncs.insert(Arc::clone(&updated.id), sync_by);
            self.note_deadline(&join.group, sync_by);
            updated
        };
        Ok(Joined {
            code: ErrorCode::None,
            generation: updated.epoch,
            protocol_type: Some(CONSUMER_PROTOCOL_TYPE.to_owned()),
            protocol: Some(protocol),
            leader: Arc::from(""),
            skip_assignment: false,
            member: Arc::clone(&updated.id),
            members: Vec::new(),
        })
    }

    /// SyncGroup to a consumer group.
    pub(crate) fn sync_consumer(
        &mut self,
        id: RequestId,
        sync: &Sync,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        match self.try_sync_consumer(sync, context) {
            Ok(synced) => output.answer_after_commit(id, Response::Sync(Ok(synced))),
            Err(code) => output.answer(id, Response::Sync(Err(code))),
        }
    }

    fn try_sync_consumer(&mut self, sync: &Sync, context: Context) -> Result<Synced, ErrorCode> {
        let (group, member, side) = self.classic_member(&sync.member)?;
        let (protocol, metadata) = side.protocols.first().ok_or(ErrorCode::UnknownMemberId)?;
        let type_differs = sync.protocol_type.as_deref().is_some_and(|told| told != CONSUMER_PROTOCOL_TYPE);
        if type_differs || sync.protocol.as_ref().is_some_and(|told| told != protocol) {
            return Err(ErrorCode::InconsistentGroupProtocol);
        }
        if group.epoch > member.epoch && member.state != MemberState::Unrevoked {
            self.expect_rejoin(&sync.member.group, &member, context);
            return Err(ErrorCode::RebalanceInProgress);
        }
        let assigned = without_epochs(&member.assigned);
        let assignment = embedded::write_assignment(&assigned, &*self.topics, embedded::version(metadata));
        let synced = Synced {
            protocol_type: Some(CONSUMER_PROTOCOL_TYPE.to_owned()),
            protocol: Some(protocol.clone()),
            assignment: assignment.into(),
        };
        let deadline = context.now.mono.after_ms(side.session_timeout_ms.into());
        let live = self.live(&sync.member.group);
        live.syncs.remove(&member.id);
        live.sessions.insert(Arc::clone(&member.id), deadline);
        Ok(synced)
    }

    /// Heartbeat to a consumer group.
    pub(crate) fn heartbeat_consumer(&mut self, who: &Member, context: Context) -> Result<(), ErrorCode> {
        let (group, member, side) = self.classic_member(who)?;
        let deadline = context.now.mono.after_ms(side.session_timeout_ms.into());
        self.live(&who.group).sessions.insert(Arc::clone(&member.id), deadline);
        let must_rejoin = member.epoch < group.epoch
            || match member.state {
                MemberState::Unrevoked => true,
                // What it waits for has become free.
                MemberState::Unreleased => !waits_for_others(&group, &member),
                MemberState::Stable | MemberState::Unknown => false,
            };
        if must_rejoin {
            self.expect_rejoin(&who.group, &member, context);
            return Err(ErrorCode::RebalanceInProgress);
        }
        Ok(())
    }

    /// LeaveGroup to a consumer group.
    pub(crate) fn leave_consumer(
        &mut self,
        id: RequestId,
        leave: &Leave,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let Some(stored) = self.state.consumers.get(&leave.group).cloned() else {
            return output.answer(id, Response::Leave(Err(ErrorCode::UnknownMemberId)));
        };
        let mut leaving = BTreeSet::new();
        let results = leave.members.iter().map(|(member, instance)| {
            let found = match instance {
                // An administrator's word names the instance only.
                Some(instance) if member.is_empty() => {
                    stored.static_member(instance).cloned().ok_or(ErrorCode::UnknownMemberId)?
                }
                _ => find(&stored, member, instance.as_deref())?,
            };
            leaving.insert(Arc::clone(&found.id));
            Ok(())
        });
        let results = results.collect();
        let draft = Draft::new(Arc::clone(&leave.group), ConsumerGroup::clone(&stored));
        match self.fence(draft, &leaving, context, output) {
            Ok(()) => output.answer_after_commit(id, Response::Leave(Ok(results))),
            Err(code) => output.answer(id, Response::Leave(Err(code))),
        }
    }

    /// A member that was told to rejoin has its rebalance timeout to do it.
    fn expect_rejoin(&mut self, group: &Arc<str>, member: &ConsumerMember, context: Context) {
        let at = context.now.mono.after_ms(member.rebalance_timeout_ms.max(0).into());
        let at = *self.live(group).joins.entry(Arc::clone(&member.id)).or_insert(at);
        self.note_deadline(group, at);
    }

    /// The group, and the member that speaks the classic protocol in its present generation.
    #[expect(clippy::type_complexity, reason = "three parts of one look-up")]
    fn classic_member(
        &self,
        who: &Member,
    ) -> Result<(Arc<ConsumerGroup>, Arc<ConsumerMember>, Arc<ClassicSide>), ErrorCode> {
        let group = self.state.consumers.get(&who.group).ok_or(ErrorCode::UnknownMemberId)?;
        let member = find(group, &who.member, who.instance.as_deref())?;
        let side = member.classic.clone().ok_or(ErrorCode::UnknownMemberId)?;
        if member.epoch != who.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        Ok((Arc::clone(group), member, side))
    }
}

/// Whether others still have something of its target.
fn waits_for_others(group: &ConsumerGroup, member: &ConsumerMember) -> bool {
    group.target_of(&member.id).iter().any(|(topic, partitions)| {
        let has = member.assigned.get(topic);
        partitions.iter().any(|partition| {
            !has.is_some_and(|has| has.contains_key(partition)) && group.is_owned(*topic, *partition)
        })
    })
}
