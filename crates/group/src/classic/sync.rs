//! SyncGroup: the leader's assignment goes into the log, then to the members.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_coordinator::{RequestId, Waiting};
use thalweg_wire::ErrorCode;

use super::{ClassicGroup, State, Turn};
use crate::machine::Event;
use crate::request::{Sync, Synced};
use crate::state::group_record;

impl ClassicGroup {
    /// A SyncGroup.
    pub(crate) fn sync(&mut self, id: RequestId, sync: Sync, turn: &mut Turn<'_>) {
        if let Err(code) = self.validate_sync(&sync) {
            return turn.synced(id, Err(code));
        }
        let member_id = &sync.member.member;
        self.pending_sync.remove(member_id);
        match self.state {
            State::Empty => turn.synced(id, Err(ErrorCode::UnknownMemberId)),
            State::PreparingRebalance => turn.synced(id, Err(ErrorCode::RebalanceInProgress)),
            State::Stable => {
                let assignment = self.members.get(member_id).map(|member| Arc::clone(&member.assignment));
                let synced = self.synced(assignment.unwrap_or_else(|| Arc::from([])));
                self.heard_of(member_id, turn.context.now.mono);
                turn.synced(id, Ok(synced));
            }
            State::CompletingRebalance => {
                if let Some(member) = self.members.get_mut(member_id)
                    && let Some(earlier) = member.awaiting_sync.replace(id)
                {
                    turn.synced(earlier, Err(ErrorCode::RebalanceInProgress));
                }
                if self.is_leader(member_id) {
                    self.store_assignment(sync.assignments, turn);
                }
            }
        }
    }

    fn validate_sync(&self, sync: &Sync) -> Result<(), ErrorCode> {
        self.validate_member(&sync.member.member, sync.member.instance.as_deref())?;
        if sync.member.generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        let differs = |told: &Option<String>, ours: &Option<String>| told.is_some() && told != ours;
        if differs(&sync.protocol_type, &self.protocol_type) || differs(&sync.protocol, &self.protocol) {
            return Err(ErrorCode::InconsistentGroupProtocol);
        }
        Ok(())
    }

    /// Members the leader forgot get nothing; ids it made up are dropped.
    fn store_assignment(&mut self, given: Vec<(Arc<str>, Vec<u8>)>, turn: &mut Turn<'_>) {
        let mut assignments: BTreeMap<Arc<str>, Arc<[u8]>> =
            given.into_iter().map(|(id, bytes)| (id, Arc::from(bytes))).collect();
        assignments.retain(|id, _| self.members.contains_key(id));
        let record = group_record(&self.id, &self.to_stored(Some(&assignments)));
        let fits = |record: &thalweg_coordinator::CoordinatorRecord| {
            record.value.as_ref().is_some_and(|value| value.len() <= turn.config.max_record_bytes)
        };
        match record.filter(fits) {
            Some(record) => {
                turn.output.records.push(record);
                let (group, generation) = (Arc::clone(&self.id), self.generation);
                let event = Event::Assigned { group, generation, assignments };
                turn.output.after_commit.push(Waiting::Event(event));
            }
            None => self.assignment_lost(ErrorCode::UnknownServerError, turn),
        }
    }

    /// The assignment is in the log: everybody gets theirs.
    pub(crate) fn assigned(
        &mut self,
        generation: i32,
        mut assignments: BTreeMap<Arc<str>, Arc<[u8]>>,
        result: Result<(), ErrorCode>,
        turn: &mut Turn<'_>,
    ) {
        // Another rebalance began meanwhile, or the leader sent its assignment twice.
        if self.state != State::CompletingRebalance || self.generation != generation {
            return;
        }
        if let Err(code) = result {
            return self.assignment_lost(code, turn);
        }
        let now = turn.context.now;
        for (id, member) in &mut self.members {
            member.assignment = assignments.remove(id).unwrap_or_else(|| Arc::from([]));
        }
        self.become_state(State::Stable, now.wall_ms);
        let ids: Vec<Arc<str>> = self.members.keys().cloned().collect();
        for id in ids {
            let Some(member) = self.members.get_mut(&id) else { continue };
            let (request, assignment) = (member.awaiting_sync.take(), Arc::clone(&member.assignment));
            if let Some(request) = request {
                let synced = self.synced(assignment);
                turn.synced(request, Ok(synced));
            }
            self.heard_of(&id, now.mono);
        }
    }

    fn assignment_lost(&mut self, code: ErrorCode, turn: &mut Turn<'_>) {
        self.refuse_syncs(code, turn);
        self.prepare_rebalance(turn);
    }

    /// Whoever waits for an assignment is told that there is none.
    pub(super) fn refuse_syncs(&mut self, code: ErrorCode, turn: &mut Turn<'_>) {
        let now = turn.context.now.mono;
        let ids: Vec<Arc<str>> = self.members.keys().cloned().collect();
        for id in ids {
            let Some(member) = self.members.get_mut(&id) else { continue };
            member.assignment = Arc::from([]);
            if let Some(request) = member.awaiting_sync.take() {
                turn.synced(request, Err(code));
            }
            self.heard_of(&id, now);
        }
    }

    fn synced(&self, assignment: Arc<[u8]>) -> Synced {
        Synced { protocol_type: self.protocol_type.clone(), protocol: self.protocol.clone(), assignment }
    }

    /// Whether everybody has asked for the assignment.
    pub(super) fn has_received_all_syncs(&self) -> bool {
        self.pending_sync.is_empty()
    }
}
