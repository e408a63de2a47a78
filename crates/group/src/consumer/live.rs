//! The volatile part of a consumer group: until when each member is waited for, and what is being computed for
//! the group. Nothing of it is written; a member that is loaded has a session from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_model::Mono;

use super::group::{ConsumerGroup, ConsumerMember, MemberState};

/// When a member whose end did not get into the log is ended once more.
const AGAIN_MS: i64 = 5_000;

/// Deadlines and work under way of one group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    /// When a silent member is out.
    pub sessions: BTreeMap<Arc<str>, Mono>,
    /// When a member that must give partitions up is out, and the epoch in which it was told.
    pub revocations: BTreeMap<Arc<str>, (Mono, i32)>,
    /// When a classic member that was told to rejoin is out.
    pub joins: BTreeMap<Arc<str>, Mono>,
    /// When a classic member that has joined and does not ask for its assignment is out.
    pub syncs: BTreeMap<Arc<str>, Mono>,
    /// The version of the topics that the group's hash was made of; `None`: not looked at yet.
    pub topics_version: Option<u64>,
    /// The version of the names that the group's expressions were resolved among.
    pub names_version: Option<u64>,
    /// When the expressions were last resolved, wall time.
    pub resolved_ms: i64,
    /// The expressions are being resolved elsewhere.
    pub is_resolving: bool,
    /// A target for this epoch is being made elsewhere.
    pub assigning: Option<i32>,
}

impl Live {
    /// A member is on its way out. Its session stays: should what says so be lost, it ends again; otherwise it ends
    /// for nobody.
    pub fn forget(&mut self, member: &str) {
        self.revocations.remove(member);
        self.joins.remove(member);
        self.syncs.remove(member);
    }

    /// The next moment at which something is due.
    pub fn next_deadline(&self) -> Option<Mono> {
        let revocations = self.revocations.values().map(|(at, _)| *at);
        let others = self.sessions.values().chain(self.joins.values()).chain(self.syncs.values()).copied();
        others.chain(revocations).min()
    }

    /// Takes out everybody whose time is over. Returns those that are members still and out now.
    pub fn take_due(&mut self, group: &ConsumerGroup, now: Mono) -> BTreeSet<Arc<str>> {
        let mut out: BTreeSet<Arc<str>> = BTreeSet::new();
        self.sessions.retain(|id, at| {
            if *at <= now && group.members.contains_key(id) {
                out.insert(Arc::clone(id));
                *at = now.after_ms(AGAIN_MS);
            }
            *at > now
        });
        for deadlines in [&mut self.joins, &mut self.syncs] {
            deadlines.retain(|id, at| {
                if *at <= now {
                    out.insert(Arc::clone(id));
                }
                *at > now
            });
        }
        self.revocations.retain(|id, (at, epoch)| {
            let still =
                |member: &ConsumerMember| member.state == MemberState::Unrevoked && member.epoch == *epoch;
            if *at <= now && group.members.get(id).is_some_and(|member| still(member)) {
                out.insert(Arc::clone(id));
            }
            *at > now
        });
        out.retain(|id| group.members.contains_key(id));
        out
    }
}
