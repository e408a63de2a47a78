//! LeaveGroup: members that go, and static members that an administrator sends away (KIP-345).

use std::sync::Arc;

use thalweg_wire::ErrorCode;

use super::{ClassicGroup, State, Turn};

impl ClassicGroup {
    /// Takes out each member named; one result per entry.
    pub(crate) fn leave(
        &mut self,
        leaving: &[(Arc<str>, Option<Arc<str>>)],
        turn: &mut Turn<'_>,
    ) -> Vec<Result<(), ErrorCode>> {
        let mut has_changed = false;
        let results = leaving
            .iter()
            .map(|(member, instance)| {
                if let (true, Some(instance)) = (member.is_empty(), instance) {
                    let known = self.static_member(instance).cloned().ok_or(ErrorCode::UnknownMemberId)?;
                    self.remove(&known, turn);
                } else if self.pending_join.contains_key(member) {
                    self.pending_join.remove(member);
                } else {
                    self.validate_member(member, instance.as_deref())?;
                    self.remove(member, turn);
                }
                has_changed = true;
                Ok(())
            })
            .collect();
        if has_changed {
            self.members_changed(turn);
        }
        results
    }

    /// Members are gone: the others share their work.
    pub(super) fn members_changed(&mut self, turn: &mut Turn<'_>) {
        match self.state {
            State::Empty => {}
            State::PreparingRebalance => self.maybe_complete_join(turn),
            State::CompletingRebalance | State::Stable => self.prepare_rebalance(turn),
        }
    }
}
