//! Members that go: by their own word, because they were silent, or because they did not give up what they should.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{Context, Output};
use thalweg_wire::ErrorCode;

use super::group::{ConsumerGroup, ConsumerMember, EPOCH_AWAY};
use super::records::Draft;
use super::types::Assigned;
use crate::machine::{Event, GroupMachine};
use crate::request::{Beat, ConsumerHeartbeat, Response};

impl GroupMachine {
    /// A heartbeat that says goodbye.
    pub(super) fn consumer_leave(
        &mut self,
        beat: &ConsumerHeartbeat,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<Beat, ErrorCode> {
        let stored = self.state.consumers.get(&beat.group).ok_or(ErrorCode::GroupIdNotFound)?;
        let member = find(stored, &beat.member, beat.instance.as_deref())?;
        let mut draft = Draft::new(Arc::clone(&beat.group), ConsumerGroup::clone(stored));
        if beat.instance.is_some() && beat.epoch == EPOCH_AWAY {
            // It is expected back within its session and keeps its partitions, which nobody else may commit for.
            let assigned: Assigned = member
                .assigned
                .iter()
                .map(|(topic, partitions)| (*topic, partitions.keys().map(|index| (*index, 0)).collect()))
                .collect();
            draft.put_current(ConsumerMember {
                epoch: EPOCH_AWAY,
                revoking: Arc::default(),
                assigned: Arc::new(assigned),
                ..ConsumerMember::clone(&member)
            });
            self.finish_draft(draft, context, output)?;
        } else {
            let id = Arc::clone(&member.id);
            self.fence(draft, &BTreeSet::from([id]), context, output)?;
        }
        Ok(Beat {
            member: Arc::clone(&member.id),
            epoch: beat.epoch,
            heartbeat_interval_ms: 0,
            assignment: None,
        })
    }

    /// Takes members out of a group. If those that are left all speak the classic protocol, the group does from now
    /// on.
    pub(super) fn fence(
        &mut self,
        mut draft: Draft,
        members: &BTreeSet<Arc<str>>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<(), ErrorCode> {
        if members.is_empty() {
            return Ok(());
        }
        if self.may_downgrade(&draft.group, members, draft.group.members.len() - members.len()) {
            return self.downgrade(draft, members, None, true, context, output);
        }
        let mut regexes: BTreeMap<Arc<str>, ()> = BTreeMap::new();
        for id in members {
            let expression = draft.group.members.get(id).and_then(|member| member.expression().cloned());
            regexes.extend(expression.map(|expression| (expression, ())));
            draft.remove_member(id);
            self.live(&draft.id).forget(id);
        }
        for regex in regexes.keys() {
            if draft.group.subscribers_of(regex) == 0 && draft.group.regexes.contains_key(regex) {
                draft.remove_regex(regex);
            }
        }
        let (epoch, hash) = (draft.group.epoch.saturating_add(1), self.metadata_hash(&draft.group));
        draft.set_epoch(epoch, hash);
        self.finish_draft(draft, context, output)
    }

    /// Whose time is over.
    pub(crate) fn consumer_time_passed(
        &mut self,
        id: &Arc<str>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let Some(group) = self.state.consumers.get(id).cloned() else {
            self.consumers_live.remove(id);
            return;
        };
        let out = self.live(id).take_due(&group, context.now.mono);
        // Records without texts of their own cannot be too long.
        let _ = self.fence(Draft::new(Arc::clone(id), ConsumerGroup::clone(&group)), &out, context, output);
    }
}

/// The member that a request speaks for.
pub(super) fn find(
    group: &ConsumerGroup,
    member: &str,
    instance: Option<&str>,
) -> Result<Arc<ConsumerMember>, ErrorCode> {
    match instance {
        None => group.members.get(member).cloned().ok_or(ErrorCode::UnknownMemberId),
        Some(instance) => {
            let known = group.static_member(instance).ok_or(ErrorCode::UnknownMemberId)?;
            if *known.id == *member { Ok(Arc::clone(known)) } else { Err(ErrorCode::FencedInstanceId) }
        }
    }
}
