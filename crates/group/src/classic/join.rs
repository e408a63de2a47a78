//! JoinGroup: newcomers, known members, static members that return.

use std::sync::Arc;

use thalweg_coordinator::RequestId;
use thalweg_wire::ErrorCode;

use super::{ClassicGroup, ClassicMember, State, Turn};
use crate::machine::random_uuid;
use crate::request::{Join, Joined, Response};
use crate::state::group_record;

impl ClassicGroup {
    /// A JoinGroup whose bounds have been checked.
    pub(crate) fn join(&mut self, id: RequestId, join: Join, turn: &mut Turn<'_>) {
        if !self.has_room_for(&join.member, turn.config.max_size) {
            self.pending_join.remove(&join.member);
            self.remove(&join.member, turn);
            turn.refuse_join(id, &Arc::from(""), ErrorCode::GroupMaxSizeReached);
        } else if !self.supports(&join.protocol_type, &join.protocols) {
            turn.refuse_join(id, &join.member, ErrorCode::InconsistentGroupProtocol);
        } else if join.member.is_empty() {
            self.join_newcomer(id, join, turn);
        } else {
            self.join_known(id, join, turn);
        }
    }

    fn has_room_for(&self, member: &str, max_size: usize) -> bool {
        let known = self.members.get(member);
        match self.state {
            State::Empty => true,
            // Those who had no place in the last generation may have left it: first come, first served.
            State::PreparingRebalance => {
                known.is_some_and(|member| member.awaiting_join.is_some()) || self.joining() < max_size
            }
            State::CompletingRebalance | State::Stable => known.is_some() || self.members.len() < max_size,
        }
    }

    fn join_newcomer(&mut self, id: RequestId, join: Join, turn: &mut Turn<'_>) {
        let prefix = join.instance.as_deref().unwrap_or(&join.client_id);
        let new_id: Arc<str> = format!("{prefix}-{}", random_uuid(turn.context.random)).into();
        if let Some(instance) = &join.instance {
            match self.static_member(instance).cloned() {
                Some(old) => self.static_member_returns(id, join, &old, new_id, turn),
                None => self.add_and_rebalance(id, join, new_id, turn),
            }
        } else if join.requires_known_member {
            let deadline = turn.context.now.mono.after_ms(join.session_timeout_ms.into());
            self.pending_join.insert(Arc::clone(&new_id), deadline);
            turn.joined(id, Joined::refused(new_id, ErrorCode::MemberIdRequired));
        } else {
            self.add_and_rebalance(id, join, new_id, turn);
        }
    }

    fn join_known(&mut self, id: RequestId, join: Join, turn: &mut Turn<'_>) {
        if self.pending_join.contains_key(&join.member) {
            let member = Arc::clone(&join.member);
            return self.add_and_rebalance(id, join, member, turn);
        }
        if let Err(code) = self.validate_member(&join.member, join.instance.as_deref()) {
            return turn.refuse_join(id, &join.member, code);
        }
        let offers_the_same =
            self.members.get(&join.member).is_some_and(|member| member.protocols == join.protocols);
        match self.state {
            State::PreparingRebalance => self.update_and_rebalance(id, &join.member.clone(), join, turn),
            // It may not have heard the answer to its join: the same again, if nothing else has changed.
            State::CompletingRebalance if offers_the_same => {
                let joined = self.current(&join.member, self.is_leader(&join.member));
                turn.joined(id, joined);
            }
            // A follower that joins again unchanged has lost its answer; a leader wants a rebalance, for reasons
            // the coordinator cannot see (topics have changed).
            State::Stable if offers_the_same && !self.is_leader(&join.member) => {
                let joined = self.current(&join.member, false);
                turn.joined(id, joined);
            }
            State::CompletingRebalance | State::Stable => {
                self.update_and_rebalance(id, &join.member.clone(), join, turn);
            }
            State::Empty => turn.refuse_join(id, &join.member, ErrorCode::UnknownMemberId),
        }
    }

    fn add_and_rebalance(&mut self, id: RequestId, join: Join, member: Arc<str>, turn: &mut Turn<'_>) {
        let now = turn.context.now.mono;
        let added = ClassicMember {
            instance: join.instance,
            client_id: join.client_id.into(),
            client_host: join.client_host.into(),
            session_timeout_ms: join.session_timeout_ms,
            rebalance_timeout_ms: join.rebalance_timeout_ms,
            protocols: join.protocols,
            assignment: Arc::from([]),
            awaiting_join: Some(id),
            awaiting_sync: None,
            is_new: true,
            deadline: now,
        };
        if self.state == State::PreparingRebalance && self.previous == State::Empty {
            self.new_member_added = true;
        }
        self.add(member, added, join.protocol_type, now);
        self.rebalance_or_complete_join(turn);
    }

    /// Takes over what a join says of a member, and parks it.
    fn update(&mut self, id: RequestId, member_id: &Arc<str>, join: Join, turn: &mut Turn<'_>) {
        let Some(member) = self.members.get_mut(member_id) else { return };
        member.protocols = join.protocols;
        member.session_timeout_ms = join.session_timeout_ms;
        member.rebalance_timeout_ms = join.rebalance_timeout_ms;
        if let Some(earlier) = member.awaiting_join.replace(id) {
            // The member asked twice: only the last question is still listened to.
            turn.refuse_join(earlier, member_id, ErrorCode::RebalanceInProgress);
        }
    }

    fn update_and_rebalance(&mut self, id: RequestId, member: &Arc<str>, join: Join, turn: &mut Turn<'_>) {
        self.update(id, member, join, turn);
        self.rebalance_or_complete_join(turn);
    }

    /// KIP-345: a restarted static member takes its old place, without a rebalance if nothing else changes.
    fn static_member_returns(
        &mut self,
        id: RequestId,
        join: Join,
        old: &Arc<str>,
        new: Arc<str>,
        turn: &mut Turn<'_>,
    ) {
        let leader_before = self.leader.clone().unwrap_or_else(|| Arc::from(""));
        let can_skip_assignment = join.can_skip_assignment;
        self.replace_static(old, &new, turn);
        if let Some(member) = self.members.get_mut(&new) {
            member.client_id = join.client_id.as_str().into();
            member.client_host = join.client_host.as_str().into();
        }
        self.update(id, &new, join, turn);
        self.heard_of(&new, turn.context.now.mono);
        match self.state {
            State::Stable if self.select_protocol() == self.protocol => {
                if let Some(member) = self.members.get_mut(&new) {
                    member.awaiting_join = None;
                }
                let mut joined = self.current(&new, false);
                if can_skip_assignment {
                    // KIP-814: the new leader learns of the members but keeps the assignment.
                    let is_leader = self.is_leader(&new);
                    joined = self.current(&new, is_leader);
                    joined.skip_assignment = is_leader;
                } else {
                    // Told that another leads, an old client does not try to assign.
                    joined.leader = leader_before;
                }
                match group_record(&self.id, &self.to_stored(None)) {
                    Some(record) => {
                        turn.output.records.push(record);
                        turn.output.answer_after_commit(id, Response::Join(joined));
                    }
                    None => turn.refuse_join(id, &new, ErrorCode::UnknownServerError),
                }
            }
            State::Stable | State::CompletingRebalance => self.prepare_rebalance(turn),
            State::PreparingRebalance => self.maybe_complete_join(turn),
            State::Empty => debug_assert!(false, "an empty group has no static members"),
        }
    }

    /// The answer to a join in the present generation.
    pub(super) fn current(&self, member: &Arc<str>, with_members: bool) -> Joined {
        let protocol = self.protocol.as_deref();
        let members = self.members.iter().filter(|_| with_members).map(|(id, member)| {
            (Arc::clone(id), member.instance.clone(), member.metadata_for(protocol).to_vec())
        });
        Joined {
            code: ErrorCode::None,
            generation: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            leader: self.leader.clone().unwrap_or_else(|| Arc::from("")),
            skip_assignment: false,
            member: Arc::clone(member),
            members: members.collect(),
        }
    }
}
