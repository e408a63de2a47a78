//! `range`: every topic is cut into as many ranges as it has subscribers, in the order of the members. Members with
//! a name of their own come first, by that name, so that they keep their place whatever id they come with.
//! What members have so far does not count.

use std::collections::{BTreeMap, BTreeSet};

use thalweg_model::Uuid;

use super::{Assignment, GroupSpec};

struct Ranges {
    partitions: i32,
    subscribers: i32,
    /// Members that still get one more than the others.
    extra: i32,
    next: i32,
}

pub(super) fn assign(spec: &GroupSpec) -> Assignment {
    let mut ranges: BTreeMap<Uuid, Ranges> = BTreeMap::new();
    for member in spec.members.values() {
        for (topic, partitions) in spec.topics_of(member) {
            let new = Ranges { partitions, subscribers: 0, extra: 0, next: 0 };
            ranges.entry(topic).or_insert(new).subscribers += 1;
        }
    }
    for range in ranges.values_mut() {
        range.extra = range.partitions % range.subscribers;
    }
    let mut members: Vec<_> = spec.members.iter().collect();
    members.sort_by_key(|(id, member)| (member.instance.is_none(), member.instance.as_ref(), *id));
    let mut assignment = Assignment::new();
    for (id, member) in members {
        let given = assignment.entry(id.clone()).or_default();
        for topic in member.topics.iter() {
            let Some(range) = ranges.get_mut(topic) else { continue };
            let mut quota = range.partitions / range.subscribers;
            if range.extra > 0 {
                range.extra -= 1;
                quota += 1;
            }
            let end = range.next.saturating_add(quota).min(range.partitions);
            let part: BTreeSet<i32> = (range.next..end).collect();
            range.next = end;
            if !part.is_empty() {
                given.insert(*topic, part);
            }
        }
    }
    assignment
}
