//! The server's assignors: who shall have which partition. Pure functions over a description of the group; the
//! consumer group's machine asks, directly or through the compute role when the group is large.
//!
//! Same results as Kafka 4.4's assignors: `range` equal, `uniform` equal up to the order in which Java's maps hand
//! out members and topics. Neither looks at racks, as in Kafka 4.x.

mod balance;
mod mixed;
mod range;
#[cfg(test)]
mod tests;
mod uniform;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_model::Uuid;

use super::types::TopicPartitions;

/// What an assignor is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSpec {
    /// Members by id.
    pub members: BTreeMap<Arc<str>, MemberSpec>,
    /// How many partitions each topic has that anybody subscribes to. Topics that do not exist are left out.
    pub topics: BTreeMap<Uuid, i32>,
}

/// One member as an assignor sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberSpec {
    /// Its name as a static member.
    pub instance: Option<Arc<str>>,
    /// The topics it subscribes to; those that are not in [`GroupSpec::topics`] do not count.
    pub topics: Arc<BTreeSet<Uuid>>,
    /// What it shall have so far.
    pub target: Arc<TopicPartitions>,
}

/// What each member shall have. A member that gets nothing may be left out.
pub type Assignment = BTreeMap<Arc<str>, TopicPartitions>;

/// The assignors there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignor {
    /// Balanced over all partitions, moving as few as possible.
    Uniform,
    /// Ranges of each topic, so that members have the same partitions of every topic.
    Range,
}

impl Assignor {
    /// By its name in requests and configuration.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "uniform" => Some(Self::Uniform),
            "range" => Some(Self::Range),
            _ => None,
        }
    }

    /// Its name in requests and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Range => "range",
        }
    }

    /// Makes an assignment.
    #[must_use]
    pub fn assign(self, spec: &GroupSpec) -> Assignment {
        let mut members = spec.members.values();
        let is_same = match members.next() {
            None => return Assignment::new(),
            Some(first) => members.all(|member| member.topics == first.topics),
        };
        match (self, is_same) {
            (Self::Range, _) => range::assign(spec),
            (Self::Uniform, true) => uniform::assign(spec),
            (Self::Uniform, false) => mixed::assign(spec),
        }
    }
}

impl GroupSpec {
    /// The topics a member subscribes to that exist, with their partition counts.
    fn topics_of<'a>(&'a self, member: &'a MemberSpec) -> impl Iterator<Item = (Uuid, i32)> + 'a {
        member.topics.iter().filter_map(|topic| Some((*topic, *self.topics.get(topic)?)))
    }
}
