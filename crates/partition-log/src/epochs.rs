//! Which leader epoch began at which offset: answers OffsetForLeaderEpoch and divergence questions, and is
//! kept in `leader-epoch-checkpoint`. An epoch without records is only in memory: nothing on disk needs it.

use thalweg_model::{LeaderEpoch, Offset};

/// Epochs rising, start offsets rising strictly: an epoch that wrote nothing gives its place to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EpochCache {
    entries: Vec<(i32, i64)>,
}

impl EpochCache {
    pub fn latest(&self) -> Option<i32> {
        self.entries.last().map(|&(epoch, _)| epoch)
    }

    /// An epoch begins; true if that changed anything. An older or equal epoch changes nothing.
    pub fn assign(&mut self, epoch: i32, start: i64) -> bool {
        if epoch < 0 || self.latest().is_some_and(|latest| latest >= epoch) {
            return false;
        }
        while self.entries.last().is_some_and(|&(_, other)| other >= start) {
            self.entries.pop();
        }
        self.entries.push((epoch, start));
        true
    }

    /// The largest epoch not above `epoch` and where it ends; (−1, −1) when nothing can be said (KIP-101,
    /// KIP-279).
    pub fn end_offset_for(&self, epoch: LeaderEpoch, log_end: Offset) -> (LeaderEpoch, Offset) {
        const UNKNOWN: (LeaderEpoch, Offset) = (LeaderEpoch(-1), Offset(-1));
        let Some(latest) = self.latest() else { return UNKNOWN };
        if epoch.0 < 0 || epoch.0 > latest {
            return UNKNOWN;
        }
        if epoch.0 == latest {
            return (epoch, log_end);
        }
        let higher = self.entries.partition_point(|&(other, _)| other <= epoch.0);
        let end = Offset(self.entries[higher].1);
        match higher.checked_sub(1) {
            Some(floor) => (LeaderEpoch(self.entries[floor].0), end),
            None => (epoch, end),
        }
    }

    /// The epoch of the record at `offset`.
    pub fn epoch_at(&self, offset: i64) -> Option<i32> {
        let count = self.entries.partition_point(|&(_, start)| start <= offset);
        count.checked_sub(1).map(|place| self.entries[place].0)
    }

    /// Drops epochs that began at or behind `end`; true if there were any.
    pub fn truncate_from_end(&mut self, end: i64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|&(_, start)| start < end);
        self.entries.len() != before
    }

    /// Drops epochs that ended before `start`; the one that spans it begins there now.
    pub fn truncate_from_start(&mut self, start: i64) -> bool {
        let keep = self.entries.partition_point(|&(_, begun)| begun <= start).saturating_sub(1);
        let mut changed = keep > 0;
        self.entries.drain(..keep);
        if let Some((_, begun)) = self.entries.first_mut()
            && *begun < start
        {
            *begun = start;
            changed = true;
        }
        changed
    }

    pub fn to_text(&self) -> String {
        let mut text = format!("0\n{}\n", self.entries.len());
        for (epoch, start) in &self.entries {
            text.push_str(&format!("{epoch} {start}\n"));
        }
        text
    }

    /// `None` for text that no version of Kafka has written.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()?.trim() != "0" {
            return None;
        }
        let count: usize = lines.next()?.trim().parse().ok()?;
        let mut cache = Self::default();
        for line in lines.by_ref().take(count) {
            let (epoch, start) = line.trim().split_once(' ')?;
            cache.assign(epoch.parse().ok()?, start.parse().ok()?);
        }
        (lines.next().is_none() && text.lines().count() == count + 2).then_some(cache)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(entries: &[(i32, i64)]) -> EpochCache {
        let mut cache = EpochCache::default();
        for &(epoch, start) in entries {
            cache.assign(epoch, start);
        }
        cache
    }

    #[test]
    fn the_end_of_an_epoch_is_the_start_of_the_next_higher() {
        let cache = cache(&[(1, 0), (3, 10), (4, 25)]);
        let end = |epoch| cache.end_offset_for(LeaderEpoch(epoch), Offset(40));
        assert_eq!(end(0), (LeaderEpoch(0), Offset(0)));
        assert_eq!(end(1), (LeaderEpoch(1), Offset(10)));
        assert_eq!(end(2), (LeaderEpoch(1), Offset(10)));
        assert_eq!(end(3), (LeaderEpoch(3), Offset(25)));
        assert_eq!(end(4), (LeaderEpoch(4), Offset(40)));
        assert_eq!(end(5), (LeaderEpoch(-1), Offset(-1)));
        assert_eq!(end(-1), (LeaderEpoch(-1), Offset(-1)));
    }

    #[test]
    fn an_epoch_without_records_leaves_no_entry() {
        assert_eq!(cache(&[(1, 0), (2, 5), (3, 5)]).entries, [(1, 0), (3, 5)]);
        assert_eq!(cache(&[(2, 5), (2, 9), (1, 11)]).entries, [(2, 5)]);
    }

    #[test]
    fn truncation_keeps_what_spans_the_cut() {
        let mut both = cache(&[(1, 0), (3, 10), (4, 25)]);
        assert!(both.truncate_from_start(12));
        assert_eq!(both.entries, [(3, 12), (4, 25)]);
        assert!(both.truncate_from_end(25));
        assert_eq!(both.entries, [(3, 12)]);
        assert!(!both.truncate_from_end(25) && !both.truncate_from_start(12));
        assert_eq!(both.epoch_at(11), None);
        assert_eq!(both.epoch_at(12), Some(3));
    }

    #[test]
    fn the_text_reads_back_and_damage_is_seen() {
        let cache = cache(&[(1, 0), (3, 10)]);
        assert_eq!(cache.to_text(), "0\n2\n1 0\n3 10\n");
        assert_eq!(EpochCache::from_text(&cache.to_text()), Some(cache));
        for damaged in ["", "0\n", "1\n0\n", "0\n2\n1 0\n", "0\n1\n1 x\n", "0\n0\n1 0\n"] {
            assert_eq!(EpochCache::from_text(damaged), None, "{damaged:?}");
        }
    }
}
