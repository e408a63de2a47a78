//! The map of compaction: for every key of the part that is being compacted, the offset of its newest record.
//! Bounded: keys are kept as 128-bit hashes (Kafka keeps MD5 sums), and when the map is full, compaction ends at
//! the record before. The hash is keyed, so that no producer can choose keys that meet. Knows nothing of logs.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Bytes of an entry: two words of hash, one of offset; what Kafka's `log.cleaner.dedupe.buffer.size` counts.
const ENTRY: u64 = 24;
/// How full it may get: `log.cleaner.io.buffer.load.factor`'s default.
const LOAD: f64 = 0.9;
/// Entries at first; grows by doubling, so that compacting little takes little.
const FIRST: usize = 1 << 10;
const EMPTY: i64 = -1;

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: (u64, u64),
    offset: i64,
}

/// Key → newest offset, with open addressing. One per compacting thread, used again and again.
#[derive(Debug)]
pub struct OffsetMap {
    hasher: SipHasher13,
    entries: Vec<Entry>,
    len: usize,
    /// Entries at most, empty ones included.
    slots_max: usize,
    load: f64,
    /// The offset up to which the log has been read into the map.
    latest: i64,
}

impl OffsetMap {
    /// A map that takes at most so much memory. `seed` is random and secret.
    #[must_use]
    pub fn new(bytes_max: u64, seed: (u64, u64)) -> Self {
        Self {
            hasher: SipHasher13::new_with_keys(seed.0, seed.1),
            entries: Vec::new(),
            len: 0,
            slots_max: slots(bytes_max),
            load: LOAD,
            latest: EMPTY,
        }
    }

    /// Lets it get as full as `log.cleaner.io.buffer.load.factor` says.
    #[must_use]
    pub fn with_load(mut self, load: f64) -> Self {
        self.load = load.clamp(0.1, 0.99);
        self
    }

    /// Whether it was made to take this much memory.
    #[must_use]
    pub fn is_of(&self, bytes_max: u64) -> bool {
        self.slots_max == slots(bytes_max)
    }

    /// Forgets everything; small maps keep their memory.
    pub(crate) fn clear(&mut self) {
        if self.entries.len() > FIRST {
            self.entries = Vec::new();
        }
        self.entries.fill(Entry { hash: (0, 0), offset: EMPTY });
        (self.len, self.latest) = (0, EMPTY);
    }

    /// How many keys it holds.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn latest(&self) -> i64 {
        self.latest
    }

    pub(crate) fn read_up_to(&mut self, offset: i64) {
        self.latest = self.latest.max(offset);
    }

    /// Notes a record of `key` at `offset`, behind all noted before. False: full, and nothing was noted.
    pub(crate) fn put(&mut self, key: &[u8], offset: i64) -> bool {
        let room = ((self.slots_max as f64 * self.load) as usize).max(1);
        if self.len >= room {
            return false;
        }
        if (self.len + 1) as f64 > self.entries.len() as f64 * self.load {
            self.grow();
        }
        let hash = self.hash(key);
        let at = self.find(hash);
        if self.entries[at].offset == EMPTY {
            self.len += 1;
        }
        self.entries[at] = Entry { hash, offset };
        true
    }

    /// The newest offset of `key`.
    pub(crate) fn get(&self, key: &[u8]) -> Option<i64> {
        if self.entries.is_empty() {
            return None;
        }
        let found = self.entries[self.find(self.hash(key))].offset;
        (found != EMPTY).then_some(found)
    }

    fn hash(&self, key: &[u8]) -> (u64, u64) {
        let mut hasher = self.hasher;
        hasher.write(key);
        let hash = hasher.finish128();
        (hash.h1, hash.h2)
    }

    /// Where the hash is, or the empty place where it belongs. There always is one: the map is never full.
    fn find(&self, hash: (u64, u64)) -> usize {
        let slots = self.entries.len();
        let mut at = ((u128::from(hash.0) * slots as u128) >> 64) as usize;
        loop {
            let entry = &self.entries[at];
            if entry.offset == EMPTY || entry.hash == hash {
                return at;
            }
            at += 1;
            if at == slots {
                at = 0;
            }
        }
    }

    fn grow(&mut self) {
        let slots = (self.entries.len() * 2).max(FIRST).min(self.slots_max).max(self.len + 2);
        let empty = Entry { hash: (0, 0), offset: EMPTY };
        let before = std::mem::replace(&mut self.entries, vec![empty; slots]);
        for entry in before.into_iter().filter(|entry| entry.offset != EMPTY) {
            let at = self.find(entry.hash);
            self.entries[at] = entry;
        }
    }
}

fn slots(bytes_max: u64) -> usize {
    usize::try_from(bytes_max / ENTRY).unwrap_or(usize::MAX).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_offset_of_every_key_is_found_while_the_map_grows() {
        let mut map = OffsetMap::new(24 * 100_000, (1, 2));
        for offset in 0..60_000i64 {
            assert!(map.put(&(offset % 20_000).to_be_bytes(), offset));
        }
        assert_eq!(map.len(), 20_000);
        for key in 0..20_000i64 {
            assert_eq!(map.get(&key.to_be_bytes()), Some(40_000 + key));
        }
        assert_eq!(map.get(b"another"), None);
        map.clear();
        assert_eq!((map.len(), map.get(&7i64.to_be_bytes())), (0, None));
    }

    #[test]
    fn a_full_map_takes_no_more_and_forgets_nothing() {
        let mut map = OffsetMap::new(24 * 10, (3, 4));
        let taken = (0..100i64).take_while(|key| map.put(&key.to_be_bytes(), *key)).count();
        assert_eq!(taken, 9, "nine tenths of ten");
        assert!((0..9i64).all(|key| map.get(&key.to_be_bytes()) == Some(key)));
        assert!(map.entries.len() <= 11);
    }
}
