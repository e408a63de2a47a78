//! From the first join to the generation's start: who is waited for, and when the waiting ends.

use std::sync::Arc;

use thalweg_wire::ErrorCode;

use super::{ClassicGroup, JoinTimer, State, Turn};
use crate::state::group_record;

impl ClassicGroup {
    /// Something has changed: a rebalance begins, or the one under way may be ready.
    pub(super) fn rebalance_or_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.state == State::PreparingRebalance {
            self.maybe_complete_join(turn);
        } else {
            self.prepare_rebalance(turn);
        }
    }

    pub(crate) fn prepare_rebalance(&mut self, turn: &mut Turn<'_>) {
        let now = turn.context.now;
        if self.state == State::CompletingRebalance {
            self.refuse_syncs(ErrorCode::RebalanceInProgress, turn);
        }
        self.sync_deadline = None;
        let is_first = self.state == State::Empty;
        self.become_state(State::PreparingRebalance, now.wall_ms);
        let timeout_ms = self.rebalance_timeout_ms();
        if is_first {
            // KIP-134: wait a little for the others of a group that is just starting.
            let delay_ms = i64::from(turn.config.initial_rebalance_delay_ms);
            self.join_timer = Some(JoinTimer {
                at: now.mono.after_ms(delay_ms),
                initial_left_ms: Some((timeout_ms - delay_ms).max(0)),
            });
            if delay_ms <= 0 {
                self.initial_delay_passed(turn);
            }
        } else if self.has_all_members_joined() {
            self.complete_join(turn);
        } else {
            self.join_timer = Some(JoinTimer { at: now.mono.after_ms(timeout_ms), initial_left_ms: None });
        }
    }

    /// The initial delay is over: once more if somebody came meanwhile and there is time left.
    pub(super) fn initial_delay_passed(&mut self, turn: &mut Turn<'_>) {
        let left_ms = self.join_timer.and_then(|timer| timer.initial_left_ms).unwrap_or(0);
        if !std::mem::take(&mut self.new_member_added) || left_ms == 0 {
            return self.complete_join(turn);
        }
        let delay_ms = i64::from(turn.config.initial_rebalance_delay_ms).min(left_ms);
        self.join_timer = Some(JoinTimer {
            at: turn.context.now.mono.after_ms(delay_ms),
            initial_left_ms: Some((left_ms - delay_ms).max(0)),
        });
    }

    /// Ends the joining phase if everybody is there. A group that is just starting waits out its delay.
    pub(super) fn maybe_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.state == State::PreparingRebalance
            && self.previous != State::Empty
            && self.has_all_members_joined()
        {
            self.complete_join(turn);
        }
    }

    /// Ends the joining phase: those who have not rejoined are out (static members stay), a generation begins.
    pub(super) fn complete_join(&mut self, turn: &mut Turn<'_>) {
        self.join_timer = None;
        let now = turn.context.now;
        let missing: Vec<Arc<str>> = self
            .members
            .iter()
            .filter(|(_, member)| member.awaiting_join.is_none() && member.instance.is_none())
            .map(|(id, _)| Arc::clone(id))
            .collect();
        for id in missing {
            self.remove(&id, turn);
        }
        if !self.elect_joined_leader() && !self.members.is_empty() {
            // Only static members are left and none has rejoined: their sessions will decide.
            let at = now.mono.after_ms(self.rebalance_timeout_ms());
            self.join_timer = Some(JoinTimer { at, initial_left_ms: None });
            return;
        }
        self.generation = self.generation.wrapping_add(1).max(0);
        self.pending_sync.clear();
        self.new_member_added = false;
        if self.members.is_empty() {
            self.protocol = None;
            self.leader = None;
            self.become_state(State::Empty, now.wall_ms);
            turn.output.records.extend(group_record(&self.id, &self.to_stored(None)));
            return;
        }
        self.protocol = self.select_protocol();
        self.become_state(State::CompletingRebalance, now.wall_ms);
        let ids: Vec<Arc<str>> = self.members.keys().cloned().collect();
        for id in ids {
            let joined = self.current(&id, self.is_leader(&id));
            if let Some(member) = self.members.get_mut(&id) {
                member.is_new = false;
                if let Some(request) = member.awaiting_join.take() {
                    turn.joined(request, joined);
                }
            }
            self.heard_of(&id, now.mono);
            self.pending_sync.insert(id);
        }
        self.sync_deadline = Some(now.mono.after_ms(self.rebalance_timeout_ms()));
    }
}
