//! What time does to a classic group: sessions run out, joining and syncing phases end.

use std::sync::Arc;

use thalweg_model::Mono;

use super::{ClassicGroup, State, Turn};

impl ClassicGroup {
    /// The next moment at which something is due.
    pub(crate) fn next_deadline(&self) -> Option<Mono> {
        let sessions =
            self.members.values().filter(|member| !member.waits_for_us()).map(|member| member.deadline);
        let pending = self.pending_join.values().copied();
        let phases = self.join_timer.map(|timer| timer.at).into_iter().chain(self.sync_deadline);
        sessions.chain(pending).chain(phases).min()
    }

    /// Does everything that is due.
    pub(crate) fn time_passed(&mut self, turn: &mut Turn<'_>) {
        let now = turn.context.now.mono;
        let silent: Vec<Arc<str>> = self
            .members
            .iter()
            .filter(|(_, member)| member.deadline <= now && !member.waits_for_us())
            .map(|(id, _)| Arc::clone(id))
            .collect();
        let pending_before = self.pending_join.len();
        self.pending_join.retain(|_, deadline| *deadline > now);
        let has_changed = !silent.is_empty() || self.pending_join.len() != pending_before;
        for id in &silent {
            self.remove(id, turn);
        }
        if !silent.is_empty() {
            self.members_changed(turn);
        } else if has_changed {
            self.maybe_complete_join(turn);
        }
        if let Some(timer) = self.join_timer.filter(|timer| timer.at <= now) {
            if timer.initial_left_ms.is_some() {
                self.initial_delay_passed(turn);
            } else {
                self.complete_join(turn);
            }
        }
        if self.sync_deadline.is_some_and(|deadline| deadline <= now) {
            self.sync_deadline = None;
            self.expire_syncs(turn);
        }
    }

    /// Members that joined but never asked for their assignment are out.
    fn expire_syncs(&mut self, turn: &mut Turn<'_>) {
        let is_waiting = matches!(self.state, State::CompletingRebalance | State::Stable);
        if !is_waiting || self.has_received_all_syncs() {
            return;
        }
        for id in std::mem::take(&mut self.pending_sync) {
            self.remove(&id, turn);
        }
        self.prepare_rebalance(turn);
    }
}
