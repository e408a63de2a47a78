//! What the machine must know of topics: given to it by its host, never looked up elsewhere.

use std::fmt;
use std::sync::Arc;

use thalweg_model::Uuid;

/// The topics there are at one moment.
pub trait Topics: fmt::Debug + Send + Sync {
    /// Moves with every change of a topic.
    fn version(&self) -> u64;
    /// Moves when a topic comes or goes.
    fn names_version(&self) -> u64;
    /// Id and partition count of a topic.
    fn by_name(&self, name: &str) -> Option<(Uuid, i32)>;
    /// The name of a topic.
    fn name_of(&self, id: Uuid) -> Option<Arc<str>>;
    /// How many topics there are.
    fn count(&self) -> usize;
    /// Every topic's name.
    fn names(&self) -> Vec<Arc<str>>;
    /// Where a partition ends, if that is known here.
    fn end(&self, _topic: &str, _partition: i32) -> Option<i64> {
        None
    }
}

/// A world without topics: what a machine knows before it is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTopics;

impl Topics for NoTopics {
    fn version(&self) -> u64 {
        0
    }

    fn names_version(&self) -> u64 {
        0
    }

    fn by_name(&self, _: &str) -> Option<(Uuid, i32)> {
        None
    }

    fn name_of(&self, _: Uuid) -> Option<Arc<str>> {
        None
    }

    fn count(&self) -> usize {
        0
    }

    fn names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
}
