//! One member's next step from what it has to what it shall have: it gives up first, then it is given what is
//! free, then it waits for what others still have (KIP-848, `CurrentAssignmentBuilder` in Kafka). Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::group::{ConsumerGroup, ConsumerMember, MemberState};
use super::types::{Assigned, TopicPartitions, contains_any};

/// What a step is taken towards.
pub(crate) struct Step<'a> {
    pub group: &'a ConsumerGroup,
    pub target_epoch: i32,
    pub target: &'a TopicPartitions,
    /// Topics the member subscribes to, by id. What is not among them is given up at once.
    pub subscribed: &'a BTreeSet<Uuid>,
    /// The subscription has just changed.
    pub has_subscription_changed: bool,
    /// What the member says it has; `None`: it did not say.
    pub owned: Option<&'a [(Uuid, Vec<i32>)]>,
}

impl Step<'_> {
    /// The member after the step, which may be the same.
    pub fn of(&self, member: &ConsumerMember) -> Result<ConsumerMember, ErrorCode> {
        if !self.has_subscription_changed && member.is_reconciled_to(self.target_epoch) {
            return Ok(member.clone());
        }
        Ok(match member.state {
            MemberState::Stable if member.epoch != self.target_epoch => self.next(member, member.epoch),
            MemberState::Stable => self.within_subscription(member),
            MemberState::Unrevoked if !self.still_owns(&member.revoking) => {
                self.next(member, member.epoch.saturating_add(1).min(self.target_epoch))
            }
            MemberState::Unrevoked => self.within_subscription(member),
            MemberState::Unreleased => self.next(member, member.epoch),
            // Written by a release we do not know: the member begins anew.
            MemberState::Unknown if self.owned.is_some_and(<[_]>::is_empty) => {
                self.next(member, self.target_epoch)
            }
            MemberState::Unknown => return Err(ErrorCode::FencedMemberEpoch),
        })
    }

    /// It has not said that it has given all of these up.
    fn still_owns(&self, partitions: &Assigned) -> bool {
        self.owned.is_none_or(|owned| contains_any(partitions, owned))
    }

    /// Without a new target: what is not subscribed to any more goes.
    fn within_subscription(&self, member: &ConsumerMember) -> ConsumerMember {
        if !self.has_subscription_changed {
            return member.clone();
        }
        let (kept, dropped): (Assigned, Assigned) = member
            .assigned
            .iter()
            .map(|(topic, partitions)| (*topic, partitions.clone()))
            .partition(|(topic, _)| self.subscribed.contains(topic));
        if dropped.is_empty() {
            return member.clone();
        }
        let mut revoking = Assigned::clone(&member.revoking);
        for (topic, partitions) in dropped {
            revoking.entry(topic).or_default().extend(partitions);
        }
        let next = member.clone().with_epoch(member.epoch);
        if self.still_owns(&revoking) {
            let state = MemberState::Unrevoked;
            ConsumerMember { state, assigned: Arc::new(kept), revoking: Arc::new(revoking), ..next }
        } else {
            ConsumerMember { assigned: Arc::new(kept), ..next }
        }
    }

    fn next(&self, member: &ConsumerMember, epoch: i32) -> ConsumerMember {
        let nothing = BTreeSet::new();
        let (mut kept, mut revoking, mut given) = (Assigned::new(), Assigned::new(), Assigned::new());
        let mut has_unreleased = false;
        let topics: BTreeSet<Uuid> = self.target.keys().chain(member.assigned.keys()).copied().collect();
        for topic in topics {
            let target =
                self.target.get(&topic).filter(|_| self.subscribed.contains(&topic)).unwrap_or(&nothing);
            let had = member.assigned.get(&topic);
            let (stays, goes): (BTreeMap<i32, i32>, BTreeMap<i32, i32>) =
                had.into_iter().flatten().partition(|(partition, _)| target.contains(partition));
            let mut comes = BTreeMap::new();
            for partition in target.iter().filter(|partition| !stays.contains_key(partition)) {
                let is_own = member.revoking.get(&topic).is_some_and(|own| own.contains_key(partition));
                if self.group.is_owned(topic, *partition) && !is_own {
                    has_unreleased = true;
                } else {
                    comes.insert(*partition, self.target_epoch);
                }
            }
            for (into, partitions) in [(&mut kept, stays), (&mut revoking, goes), (&mut given, comes)] {
                if !partitions.is_empty() {
                    into.insert(topic, partitions);
                }
            }
        }
        if !revoking.is_empty() && self.still_owns(&revoking) {
            return ConsumerMember {
                state: MemberState::Unrevoked,
                assigned: Arc::new(kept),
                revoking: Arc::new(revoking),
                ..member.clone().with_epoch(epoch)
            };
        }
        for (topic, partitions) in given {
            kept.entry(topic).or_default().extend(partitions);
        }
        ConsumerMember {
            state: if has_unreleased { MemberState::Unreleased } else { MemberState::Stable },
            assigned: Arc::new(kept),
            revoking: Arc::default(),
            ..member.clone().with_epoch(self.target_epoch)
        }
    }
}
