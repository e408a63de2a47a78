//! What members of groups were told, and the rules of it: in one generation every partition has one owner, a member's
//! assignment in a generation never changes, and a group's generations are not used twice.

use std::collections::BTreeMap;

/// All groups of a run.
#[derive(Debug, Default)]
pub struct Groups {
    /// Who owns a partition, by group, generation and partition.
    owners: BTreeMap<(u64, i32, i32), String>,
    /// What a member was assigned, by group, generation and member.
    assigned: BTreeMap<(u64, i32, String), Vec<i32>>,
    /// The highest offset that was ever asked to be committed, by group and partition.
    attempted: BTreeMap<(u64, i32), i64>,
}

impl Groups {
    /// A member was assigned these partitions. The rule that this breaks, if it does; else whether that was new.
    pub fn assigned(
        &mut self,
        group: u64,
        generation: i32,
        member: &str,
        partitions: &[i32],
    ) -> Result<bool, String> {
        for &partition in partitions {
            let owner =
                self.owners.entry((group, generation, partition)).or_insert_with(|| member.to_owned());
            if owner != member {
                return Err(format!(
                    "group {group}, generation {generation}: partition {partition} belongs to {owner} and {member}"
                ));
            }
        }
        match self.assigned.insert((group, generation, member.to_owned()), partitions.to_vec()) {
            Some(before) if before != partitions => Err(format!(
                "group {group}, generation {generation}: {member} had {before:?}, now {partitions:?}"
            )),
            before => Ok(before.is_none()),
        }
    }

    /// The next offset to commit, behind everything that was ever tried.
    pub fn next_offset(&mut self, group: u64, partition: i32) -> i64 {
        let attempted = self.attempted.entry((group, partition)).or_insert(-1);
        *attempted += 1;
        *attempted
    }

    /// The highest offset that was ever tried; −1 for none.
    #[must_use]
    pub fn attempted(&self, group: u64, partition: i32) -> i64 {
        self.attempted.get(&(group, partition)).copied().unwrap_or(-1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_seen_when_it_is_broken() {
        let mut groups = Groups::default();
        assert_eq!(groups.assigned(1, 1, "a", &[0, 1]), Ok(true));
        assert_eq!(groups.assigned(1, 1, "a", &[0, 1]), Ok(false));
        assert_eq!(groups.assigned(1, 2, "b", &[0]), Ok(true));
        assert!(groups.assigned(1, 1, "b", &[1]).is_err(), "two owners");
        assert!(groups.assigned(1, 2, "b", &[]).is_err(), "another assignment");
    }
}
