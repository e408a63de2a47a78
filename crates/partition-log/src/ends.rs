//! The published ends of a log: written under the tail's lock, read by anyone without one (a sequence lock
//! over plain atomics). What a reader gets was true together at one instant.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering, fence};

use thalweg_model::Offset;

use crate::request::Ends;

/// The ends, and where the log's end lies in the active segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub log_start: i64,
    pub last_stable: i64,
    pub high_watermark: i64,
    pub log_end: i64,
    /// Base offset of the active segment.
    pub active: i64,
    /// Bytes of the active segment that belong to the log.
    pub position: i64,
}

impl From<Snapshot> for Ends {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            log_start: Offset(snapshot.log_start),
            last_stable: Offset(snapshot.last_stable),
            high_watermark: Offset(snapshot.high_watermark),
            log_end: Offset(snapshot.log_end),
        }
    }
}

#[derive(Debug)]
pub(crate) struct PublishedEnds {
    /// Odd while a writer is at work.
    sequence: AtomicU64,
    words: [AtomicI64; 6],
}

impl PublishedEnds {
    pub fn new(snapshot: Snapshot) -> Self {
        let ends = Self { sequence: AtomicU64::new(0), words: Default::default() };
        ends.publish(snapshot);
        ends
    }

    /// Only one thread at a time: the holder of the tail's lock.
    pub fn publish(&self, snapshot: Snapshot) {
        debug_assert!(snapshot.log_start <= snapshot.last_stable, "{snapshot:?}");
        debug_assert!(snapshot.last_stable <= snapshot.high_watermark, "{snapshot:?}");
        debug_assert!(snapshot.high_watermark <= snapshot.log_end, "{snapshot:?}");
        let Snapshot { log_start, last_stable, high_watermark, log_end, active, position } = snapshot;
        let sequence = self.sequence.load(Ordering::Relaxed);
        self.sequence.store(sequence.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        let values = [log_start, last_stable, high_watermark, log_end, active, position];
        for (word, value) in self.words.iter().zip(values) {
            word.store(value, Ordering::Relaxed);
        }
        self.sequence.store(sequence.wrapping_add(2), Ordering::Release);
    }

    pub fn read(&self) -> Snapshot {
        loop {
            let before = self.sequence.load(Ordering::Acquire);
            let [log_start, last_stable, high_watermark, log_end, active, position] =
                [0, 1, 2, 3, 4, 5].map(|word: usize| self.words[word].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before & 1 == 0 && self.sequence.load(Ordering::Relaxed) == before {
                return Snapshot { log_start, last_stable, high_watermark, log_end, active, position };
            }
            spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_never_see_ends_of_two_moments() {
        let ends = PublishedEnds::new(Snapshot::default());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for value in 0..20_000 {
                    ends.publish(Snapshot {
                        log_start: value,
                        last_stable: value,
                        high_watermark: value,
                        log_end: value,
                        active: value,
                        position: value,
                    });
                }
            });
            loop {
                let seen = ends.read();
                assert!(seen.log_start == seen.log_end && seen.active == seen.position);
                if seen.log_end == 19_999 {
                    break;
                }
            }
        });
    }
}
