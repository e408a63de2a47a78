//! Consumer groups (KIP-848): members say what they want, the coordinator assigns.
//!
//! What is written is the whole of a group: who its members are, what each shall have and has, in which epoch.
//! A request is decided on a copy of the group ([`records::Draft`]) that is changed together with the records that
//! say so. `heartbeat` and `leave` are the protocol, `epoch` and `assign` make targets, `reconcile` brings members
//! to them, `expressions` resolves regular expressions, `classic_side` and `convert` are the two protocols in one
//! group, `live` is what is not written.

mod assign;
mod classic_side;
mod config;
mod convert;
mod describe;
mod embedded;
mod epoch;
mod expressions;
mod group;
mod heartbeat;
#[cfg(test)]
mod interleavings;
mod leave;
mod live;
mod reconcile;
mod records;
mod regex;
#[cfg(test)]
mod tests;
mod topics;
mod types;
mod work;

use std::sync::Arc;

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_model::Mono;

pub use assign::{Assignment, Assignor, GroupSpec, MemberSpec};
pub use config::{ConsumerConfig, GroupOverrides, MigrationPolicy};
pub use group::ConsumerState;
pub use topics::{NoTopics, Topics};
pub use types::{Assigned, TopicPartitions};
pub use work::{Work, Worked};

pub(crate) use describe::CommitRule;
pub(crate) use group::ConsumerGroup;
pub(crate) use live::Live;
pub(crate) use records::Draft;

use crate::machine::{Event, GroupMachine};
use crate::request::Response;

impl GroupMachine {
    /// The volatile part of a consumer group.
    pub(crate) fn live(&mut self, id: &Arc<str>) -> &mut Live {
        self.consumers_live.entry(Arc::clone(id)).or_default()
    }

    /// Gives every member of every consumer group a session to be heard of, after loading.
    pub(crate) fn consumers_loaded(&mut self, now: Mono) {
        let groups: Vec<(Arc<str>, Arc<ConsumerGroup>)> =
            self.state.consumers.iter().map(|(id, group)| (Arc::clone(id), Arc::clone(group))).collect();
        for (id, group) in groups {
            let own_ms = self.session_timeout_ms(&id);
            let live = self.live(&id);
            for member in group.members.values() {
                let timeout_ms = member.classic.as_ref().map_or(own_ms, |classic| classic.session_timeout_ms);
                live.sessions.insert(Arc::clone(&member.id), now.after_ms(timeout_ms.into()));
                if member.state == group::MemberState::Unrevoked && !member.is_classic() {
                    let at = now.after_ms(member.rebalance_timeout_ms.max(0).into());
                    live.revocations.insert(Arc::clone(&member.id), (at, member.epoch));
                }
            }
            self.reschedule(&id);
        }
    }

    /// Work that was done elsewhere.
    pub(crate) fn worked(
        &mut self,
        id: RequestId,
        worked: &Worked,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let result = match worked {
            Worked::Assigned { group, epoch, assignment } => {
                self.assigned_elsewhere(group, *epoch, assignment, context, output)
            }
            Worked::Resolved { group, topics, names_version } => {
                self.resolved_elsewhere(group, topics, *names_version, context, output)
            }
        };
        output.answer_after_commit(id, Response::Done(result));
    }

    /// What is said of the group, or of all groups.
    fn overridden(&self, group: &str) -> Option<&GroupOverrides> {
        self.overrides.get(group).or_else(|| self.overrides.get(""))
    }

    /// `consumer.session.timeout.ms` of the group, or the broker's.
    pub(crate) fn session_timeout_ms(&self, group: &str) -> i32 {
        let own = self.overridden(group).and_then(|own| own.session_timeout_ms);
        own.unwrap_or(self.config.consumer.session_timeout_ms)
    }

    /// `consumer.heartbeat.interval.ms` of the group, or the broker's.
    pub(crate) fn heartbeat_interval_ms(&self, group: &str) -> i32 {
        let own = self.overridden(group).and_then(|own| own.heartbeat_interval_ms);
        own.unwrap_or(self.config.consumer.heartbeat_interval_ms)
    }

    /// `consumer.assignment.interval.ms` of the group, or the broker's.
    pub(crate) fn assignment_interval_ms(&self, group: &str) -> i32 {
        let own = self.overridden(group).and_then(|own| own.assignment_interval_ms);
        own.unwrap_or(self.config.consumer.assignment_interval_ms)
    }
}
