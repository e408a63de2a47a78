//! `uniform` where all members subscribe to the same topics: sizes differ by one at most, and as few partitions
//! move as that allows.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_model::Uuid;

use super::{Assignment, GroupSpec};

pub(super) fn assign(spec: &GroupSpec) -> Assignment {
    let Some(first) = spec.members.values().next() else { return Assignment::new() };
    let topics: Vec<(Uuid, i32)> = spec.topics_of(first).collect();
    let total: usize = topics.iter().map(|(_, count)| usize::try_from(*count).unwrap_or(0)).sum();
    let member_count = spec.members.len();
    let quota_min = total / member_count;
    // Members that may have one more than the others; handed out to those who need it to keep what they have,
    // and in the end to the last ones.
    let mut extra_left = total % member_count;

    let mut free = Free::new(&topics);
    let mut assignment = Assignment::new();
    let mut unfilled: Vec<(&Arc<str>, usize)> = Vec::new();
    let mut surplus: Vec<(Uuid, i32)> = Vec::new();
    for (index, (id, member)) in spec.members.iter().enumerate() {
        let mut has_extra = extra_left > 0;
        let mut quota = quota_min + usize::from(has_extra);
        let kept = assignment.entry(Arc::clone(id)).or_default();
        for (topic, partitions) in member.target.iter() {
            for &partition in partitions {
                if !free.take(*topic, partition) {
                    // Not subscribed to any more, or not there, or another's already.
                } else if quota > 0 {
                    quota -= 1;
                    kept.entry(*topic).or_default().insert(partition);
                } else {
                    surplus.push((*topic, partition));
                }
            }
        }
        if quota > 0 && has_extra && member_count - index > extra_left {
            quota -= 1;
            has_extra = false;
        }
        if quota > 0 {
            unfilled.push((id, quota));
        }
        extra_left -= usize::from(has_extra);
    }
    let mut unassigned = free.rest().chain(surplus);
    for (id, quota) in unfilled {
        let Some(given) = assignment.get_mut(id) else { continue };
        for (topic, partition) in unassigned.by_ref().take(quota) {
            given.entry(topic).or_default().insert(partition);
        }
    }
    debug_assert_eq!(unassigned.next(), None, "the quotas add up to all partitions");
    assignment
}

/// Partitions that nobody has, by topic.
struct Free(Vec<(Uuid, Vec<bool>)>);

impl Free {
    /// All partitions of the topics, which are in ascending order.
    fn new(topics: &[(Uuid, i32)]) -> Self {
        let of_topic = |(id, count): &(Uuid, i32)| (*id, vec![true; usize::try_from(*count).unwrap_or(0)]);
        Self(topics.iter().map(of_topic).collect())
    }

    /// True: it was free, and is not any more.
    fn take(&mut self, topic: Uuid, partition: i32) -> bool {
        let Ok(place) = self.0.binary_search_by_key(&topic, |(id, _)| *id) else { return false };
        let of_topic = self.0.get_mut(place).map(|(_, free)| free);
        let slot = usize::try_from(partition).ok().and_then(|index| of_topic?.get_mut(index));
        slot.is_some_and(std::mem::take)
    }

    fn rest(self) -> impl Iterator<Item = (Uuid, i32)> {
        self.0.into_iter().flat_map(|(topic, free)| {
            let indices = free.into_iter().zip(0i32..).filter(|(is_free, _)| *is_free);
            indices.map(|(_, index)| (topic, index)).collect::<BTreeSet<_>>()
        })
    }
}
