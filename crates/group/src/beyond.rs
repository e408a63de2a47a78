//! After a start: committed offsets behind the ends of their partitions. A power cut took records that a group had
//! passed; its commit is the group's and stays, but somebody should know. Changes nothing.

use std::sync::Arc;

use crate::machine::GroupMachine;

/// A committed offset that its partition does not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeyondEnd {
    /// The group.
    pub group: Arc<str>,
    /// The topic.
    pub topic: Arc<str>,
    /// The partition.
    pub partition: i32,
    /// What is committed.
    pub committed: i64,
    /// Where the partition ends.
    pub end: i64,
}

impl GroupMachine {
    /// Every committed offset behind the end of its partition, as far as ends are known.
    #[must_use]
    pub fn beyond_ends(&self) -> Vec<BeyondEnd> {
        let mut found = Vec::new();
        for (group, offsets) in &self.state.offsets {
            for ((topic, partition), committed) in offsets {
                let Some(end) = self.topics.end(topic, *partition) else { continue };
                if committed.offset > end {
                    found.push(BeyondEnd {
                        group: Arc::clone(group),
                        topic: Arc::clone(topic),
                        partition: *partition,
                        committed: committed.offset,
                        end,
                    });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::{Mono, Uuid};

    use super::*;
    use crate::Topics;
    use crate::config::GroupConfig;
    use crate::state::{CommittedOffset, GroupOffsets};

    /// Topics that end at 10, and one whose end is not known.
    #[derive(Debug)]
    struct Ended;

    impl Topics for Ended {
        fn version(&self) -> u64 {
            1
        }
        fn names_version(&self) -> u64 {
            1
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
        fn end(&self, topic: &str, _: i32) -> Option<i64> {
            (topic != "unknown").then_some(10)
        }
    }

    #[test]
    fn commits_behind_an_end_are_told_and_those_at_it_are_not() {
        let mut machine = GroupMachine::new(Arc::new(GroupConfig::default()), Mono(0));
        let committed = |offset| {
            Arc::new(CommittedOffset {
                offset,
                leader_epoch: -1,
                metadata: "".into(),
                commit_timestamp: 0,
                expire_timestamp: None,
                topic_id: Uuid::ZERO,
            })
        };
        let mut offsets = GroupOffsets::new();
        for (topic, partition, offset) in
            [("t", 0, 10), ("t", 1, 11), ("unknown", 0, 99), ("u", 2, 0), ("u", 3, i64::MAX)]
        {
            offsets.insert((topic.into(), partition), committed(offset));
        }
        machine.state.offsets.insert("g".into(), offsets);
        assert_eq!(machine.beyond_ends(), [], "no ends are known");
        machine.set_topics(Arc::new(Ended));
        let found = machine.beyond_ends();
        let told: Vec<_> = found.iter().map(|one| (&*one.topic, one.partition, one.committed)).collect();
        assert_eq!(told, [("t", 1, 11), ("u", 3, i64::MAX)]);
    }
}
