//! When a coordinator's partition begins a new segment, so that compaction may take the one before: a start then reads
//! about what still counts instead of every commit since the last roll by size. The cleaner does the rest, by its own
//! rules; the compacted log is the image that a start loads from, in the only format there is.

use thalweg_model::Now;

/// So many records at least must have been overtaken since the last roll.
const LEAST_RECORDS: u64 = 20_000;
/// Time between two rolls, however much is written.
const LEAST_MS: i64 = 10_000;

/// Counts what has been written to one partition since its last roll.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outdated {
    records: u64,
    /// Below this nothing is looked at.
    limit: u64,
    rolled_ms: i64,
}

impl Outdated {
    /// For a partition that has just been loaded: `read` records, of which `counting` still count.
    pub fn after_load(read: u64, counting: usize, now: Now) -> Self {
        Self { records: read.saturating_sub(counting as u64), limit: LEAST_RECORDS, rolled_ms: now.wall_ms }
    }

    /// Takes a gather into account. True: the partition should begin a new segment behind it. A segment is worth being
    /// compacted when twice as much has been written to it as counts altogether.
    pub fn note(&mut self, records: u64, now: Now, counting: impl FnOnce() -> usize) -> bool {
        self.records = self.records.saturating_add(records);
        if self.records < self.limit || now.wall_ms.saturating_sub(self.rolled_ms) < LEAST_MS {
            return false;
        }
        self.limit = LEAST_RECORDS.max(counting() as u64 * 2);
        if self.records < self.limit {
            return false;
        }
        *self = Self { records: 0, limit: self.limit, rolled_ms: now.wall_ms };
        true
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::Mono;

    use super::*;

    fn at(seconds: i64) -> Now {
        Now { mono: Mono(0), wall_ms: seconds * 1_000 }
    }

    #[test]
    fn a_roll_is_worth_it_when_much_of_the_segment_is_overtaken_and_not_too_often() {
        let mut outdated = Outdated::after_load(5_000, 5_000, at(0));
        assert!(!outdated.note(19_999, at(60), || 5_000), "too little");
        assert!(outdated.note(1, at(60), || 5_000));
        assert!(!outdated.note(50_000, at(69), || 5_000), "too soon");
        assert!(outdated.note(1, at(70), || 5_000));
        assert!(!outdated.note(50_000, at(90), || 30_000), "most of it may still count");
        assert!(outdated.note(10_000, at(91), || 30_000));
    }

    #[test]
    fn a_log_that_somebody_left_uncompacted_begins_a_new_segment_soon() {
        let mut outdated = Outdated::after_load(1_000_000, 10, at(0));
        assert!(!outdated.note(1, at(1), || 10));
        assert!(outdated.note(1, at(10), || 10));
    }
}
