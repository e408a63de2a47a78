//! `uniform` where members subscribe to different topics: everybody keeps what they have, the rest goes to the
//! lightest subscribers topic by topic, then partitions move from heavy to light subscribers of the same topic
//! until nothing is gained.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_model::Uuid;

use super::balance::Balancer;
use super::{Assignment, GroupSpec};

/// Rounds over all topics after which what has been reached is good enough: each is taken to halve the imbalance.
const ROUNDS_MAX: usize = 16;

struct Topic {
    /// Members by number, ascending.
    subscribers: Vec<usize>,
    /// By partition.
    owners: Vec<Option<usize>>,
}

pub(super) fn assign(spec: &GroupSpec) -> Assignment {
    let mut builder = Builder::keeping(spec);
    builder.hand_out();
    builder.balance();
    builder.into_assignment(spec)
}

struct Builder {
    topics: BTreeMap<Uuid, Topic>,
    /// Partitions per member.
    loads: Vec<i64>,
}

impl Builder {
    fn keeping(spec: &GroupSpec) -> Self {
        let mut topics: BTreeMap<Uuid, Topic> = BTreeMap::new();
        let mut loads = vec![0; spec.members.len()];
        for (number, member) in spec.members.values().enumerate() {
            for (id, partitions) in spec.topics_of(member) {
                let new = || Topic {
                    subscribers: Vec::new(),
                    owners: vec![None; usize::try_from(partitions).unwrap_or(0)],
                };
                topics.entry(id).or_insert_with(new).subscribers.push(number);
            }
        }
        for (number, member) in spec.members.values().enumerate() {
            for (id, partitions) in member.target.iter().filter(|(id, _)| member.topics.contains(id)) {
                let Some(topic) = topics.get_mut(id) else { continue };
                for &partition in partitions {
                    let owner = usize::try_from(partition).ok().and_then(|index| topic.owners.get_mut(index));
                    if let (Some(owner @ None), Some(load)) = (owner, loads.get_mut(number)) {
                        *owner = Some(number);
                        *load += 1;
                    }
                }
            }
        }
        Self { topics, loads }
    }

    /// Topics with the most partitions per subscriber first; then those with the fewest subscribers.
    fn sorted(&self, takes_part: impl Fn(&Topic) -> bool) -> Vec<Uuid> {
        let mut ids: Vec<(Uuid, &Topic)> = self
            .topics
            .iter()
            .filter(|(_, topic)| takes_part(topic))
            .map(|(id, topic)| (*id, topic))
            .collect();
        ids.sort_by(|(a_id, a), (b_id, b)| {
            let (a_subscribers, b_subscribers) = (a.subscribers.len(), b.subscribers.len());
            // a/x against b/y without rounding.
            let density = (b.owners.len() * a_subscribers).cmp(&(a.owners.len() * b_subscribers));
            density.then(a_subscribers.cmp(&b_subscribers)).then_with(|| java_order(*a_id, *b_id))
        });
        ids.into_iter().map(|(id, _)| id).collect()
    }

    fn hand_out(&mut self) {
        for id in self.sorted(|topic| topic.owners.contains(&None)) {
            let Some(topic) = self.topics.get_mut(&id) else { continue };
            let mut balancer = Balancer::new(&topic.subscribers, &self.loads);
            for owner in topic.owners.iter_mut().filter(|owner| owner.is_none()) {
                let Some(member) = balancer.next_least(&self.loads) else { break };
                *owner = Some(member);
                if let Some(load) = self.loads.get_mut(member) {
                    *load += 1;
                }
            }
        }
    }

    fn balance(&mut self) {
        let ids = self.sorted(|topic| topic.subscribers.len() > 1);
        let mut last_moved = None;
        for _ in 0..ROUNDS_MAX {
            for (index, id) in ids.iter().enumerate() {
                if last_moved == Some(index) {
                    // All topics since have been found balanced.
                    return;
                }
                if self.balance_topic(*id) > 0 || last_moved.is_none() {
                    last_moved = Some(index);
                }
            }
        }
    }

    /// Moves partitions of one topic among its subscribers. Returns how many have moved.
    fn balance_topic(&mut self, id: Uuid) -> usize {
        let Some(topic) = self.topics.get_mut(&id) else { return 0 };
        let mut balancer = Balancer::new(&topic.subscribers, &self.loads);
        if balancer.imbalance() <= 1 {
            return 0;
        }
        // Each member gives its highest partitions of the topic first.
        let mut owned: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (partition, owner) in topic.owners.iter().enumerate() {
            if let Some(owner) = owner {
                owned.entry(*owner).or_default().push(partition);
            }
        }
        let mut moved = 0;
        while !balancer.is_balanced() {
            let Some(giver) = balancer.next_most(&self.loads) else { break };
            let Some(partition) = owned.get_mut(&giver).and_then(Vec::pop) else {
                balancer.exclude_most();
                continue;
            };
            let Some(taker) = balancer.next_least(&self.loads) else { break };
            if balancer.is_balanced() {
                break;
            }
            if let Some(owner) = topic.owners.get_mut(partition) {
                *owner = Some(taker);
            }
            if let Some(load) = self.loads.get_mut(giver) {
                *load -= 1;
            }
            if let Some(load) = self.loads.get_mut(taker) {
                *load += 1;
            }
            moved += 1;
        }
        moved
    }

    fn into_assignment(self, spec: &GroupSpec) -> Assignment {
        let ids: Vec<&Arc<str>> = spec.members.keys().collect();
        let mut assignment: Assignment = ids.iter().map(|id| (Arc::clone(id), Default::default())).collect();
        for (topic, of_topic) in self.topics {
            for (partition, owner) in (0i32..).zip(of_topic.owners) {
                let given = owner.and_then(|owner| assignment.get_mut(*ids.get(owner)?));
                if let Some(given) = given {
                    given.entry(topic).or_default().insert(partition);
                }
            }
        }
        assignment
    }
}

/// Java compares the halves of an id as signed numbers.
fn java_order(a: Uuid, b: Uuid) -> Ordering {
    let halves = |id: Uuid| {
        let bits = u128::from_be_bytes(id.0);
        ((bits >> 64) as u64 as i64, bits as u64 as i64)
    };
    halves(a).cmp(&halves(b))
}
