//! Topics and their partitions' registrations.

use std::sync::Arc;

use imbl::OrdMap;
use thalweg_model::{DirectoryId, Uuid};
use thalweg_wire::messages::metadata::PartitionRecord;

use crate::FeaturesImage;

/// The leader of a partition that has none.
pub const NO_LEADER: i32 = -1;

/// All topics, under their names and under their ids. Both maps hold the same topics; cloning is cheap and a
/// change of one topic copies that topic only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicsImage {
    /// Topics by name.
    pub by_name: OrdMap<Arc<str>, Arc<TopicImage>>,
    /// Topics by id.
    pub by_id: OrdMap<Uuid, Arc<TopicImage>>,
    /// Names that hold `.` or `_`, with every `.` written `_`, and how many topics share each: two names
    /// that differ only there would collide in metric names.
    pub(crate) colliding: OrdMap<Arc<str>, OrdMap<Arc<str>, ()>>,
}

impl TopicsImage {
    /// The topic of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Arc<TopicImage>> {
        self.by_name.get(name)
    }

    /// The topic with this id.
    #[must_use]
    pub fn with_id(&self, id: Uuid) -> Option<&Arc<TopicImage>> {
        self.by_id.get(&id)
    }

    /// An existing topic whose name differs from this one at most in `.` for `_`.
    #[must_use]
    pub fn colliding_with(&self, name: &str) -> Option<&str> {
        let (found, ()) = self.colliding.get(collision_key(name)?.as_str())?.iter().next()?;
        Some(found)
    }

    pub(crate) fn put(&mut self, topic: TopicImage) {
        let topic = Arc::new(topic);
        if let Some(key) = collision_key(&topic.name) {
            let key: Arc<str> = key.into();
            let mut names = self.colliding.get(&key).cloned().unwrap_or_default();
            names.insert(Arc::clone(&topic.name), ());
            self.colliding.insert(key, names);
        }
        self.by_name.insert(Arc::clone(&topic.name), Arc::clone(&topic));
        self.by_id.insert(topic.id, topic);
    }

    pub(crate) fn take(&mut self, id: Uuid) -> Option<Arc<TopicImage>> {
        let topic = self.by_id.remove(&id)?;
        self.by_name.remove(&topic.name);
        if let Some(key) = collision_key(&topic.name)
            && let Some(mut names) = self.colliding.remove(key.as_str())
        {
            names.remove(&topic.name);
            if !names.is_empty() {
                self.colliding.insert(key.into(), names);
            }
        }
        Some(topic)
    }
}

fn collision_key(name: &str) -> Option<String> {
    name.contains(['.', '_']).then(|| name.replace('.', "_"))
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicImage {
    /// Its name.
    pub name: Arc<str>,
    /// Its id; a topic created again under the same name gets another.
    pub id: Uuid,
    /// Its partitions; the index is the partition's number.
    pub partitions: Vec<PartitionRegistration>,
}

/// Who holds, leads and follows one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionRegistration {
    /// Brokers that hold it, preferred leader first.
    pub replicas: Vec<i32>,
    /// Log directory of each replica, index by index; all zero while a broker has not said.
    pub directories: Vec<DirectoryId>,
    /// In-sync replicas.
    pub isr: Vec<i32>,
    /// Dropped from the ISR yet sure to be complete to the high watermark (KIP-966).
    pub elr: Vec<i32>,
    /// Who left last when both sets became empty.
    pub last_known_elr: Vec<i32>,
    /// Replicas being removed by a reassignment.
    pub removing: Vec<i32>,
    /// Replicas being added by a reassignment.
    pub adding: Vec<i32>,
    /// The leader; [`NO_LEADER`] when there is none.
    pub leader: i32,
    /// Whether the leader must first repair what an unclean election may have broken.
    pub recovery_state: LeaderRecoveryState,
    /// +1 whenever leadership is given anew.
    pub leader_epoch: i32,
    /// +1 with every change.
    pub partition_epoch: i32,
}

impl PartitionRegistration {
    /// The record that sets a partition to this, in the form the finalized levels ask for.
    #[must_use]
    pub fn to_record(&self, topic_id: Uuid, partition_id: i32, features: &FeaturesImage) -> PartitionRecord {
        let directories = if features.directories_recorded() { self.directories.clone() } else { Vec::new() };
        let set = |ids: &Vec<i32>| {
            (features.partition_record_version() >= 2 && !ids.is_empty()).then(|| ids.clone())
        };
        PartitionRecord {
            partition_id,
            topic_id,
            replicas: self.replicas.clone(),
            isr: self.isr.clone(),
            removing_replicas: self.removing.clone(),
            adding_replicas: self.adding.clone(),
            leader: self.leader,
            leader_recovery_state: self.recovery_state as i8,
            leader_epoch: self.leader_epoch,
            partition_epoch: self.partition_epoch,
            directories,
            eligible_leader_replicas: set(&self.elr),
            last_known_elr: set(&self.last_known_elr),
        }
    }
}

/// Whether a leader was elected cleanly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i8)]
pub enum LeaderRecoveryState {
    /// Elected from those that had everything, or repaired since.
    #[default]
    Recovered = 0,
    /// Elected at the price of data, repair outstanding.
    Recovering = 1,
}

impl LeaderRecoveryState {
    /// The state with this code.
    #[must_use]
    pub fn from_code(code: i8) -> Option<Self> {
        match code {
            0 => Some(Self::Recovered),
            1 => Some(Self::Recovering),
            _ => None,
        }
    }
}
