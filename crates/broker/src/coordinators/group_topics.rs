//! The table of topics as the group machines see it.

use std::sync::Arc;

use thalweg_model::Uuid;

use crate::topics::Table;

/// One version of the table.
#[derive(Debug)]
pub(super) struct GroupTopics {
    pub table: Arc<Table>,
    /// Moves with every change.
    pub version: u64,
    /// Moves when a topic comes or goes.
    pub names_version: u64,
}

impl thalweg_group::Topics for GroupTopics {
    fn version(&self) -> u64 {
        self.version
    }

    fn names_version(&self) -> u64 {
        self.names_version
    }

    fn by_name(&self, name: &str) -> Option<(Uuid, i32)> {
        let topic = self.table.by_name.get(name)?;
        Some((topic.id, i32::try_from(topic.partitions.len()).ok()?))
    }

    fn name_of(&self, id: Uuid) -> Option<Arc<str>> {
        self.table.by_id.get(&id).map(|topic| Arc::clone(&topic.name))
    }

    fn count(&self) -> usize {
        self.table.by_name.len()
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.table.by_name.keys().cloned().collect()
    }

    fn end(&self, topic: &str, partition: i32) -> Option<i64> {
        let topic = self.table.by_name.get(topic)?;
        let partition = topic.partitions.get(usize::try_from(partition).ok()?)?.as_ref()?;
        Some(partition.log.ends().log_end.0)
    }
}
