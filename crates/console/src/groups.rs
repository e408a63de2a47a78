//! What is known of consumer groups: the coordinators' last answer, and where logs ended at past scrapes, from which lag
//! in seconds follows. A scrape asks for a new answer and waits for it only briefly: with a coordinator that is busy it
//! shows the one before.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thalweg_broker::committed::{self, Committed};
use thalweg_broker::node::Node;
use tokio::sync::oneshot;

/// How long a scrape waits for the coordinators.
const PATIENCE: Duration = Duration::from_millis(250);
/// An answer is good for so long, in ms: several may scrape at once.
const FRESH: i64 = 1_000;
/// A question without an answer is forgotten after that, in ms.
const FORGOTTEN: i64 = 30_000;
/// Ends kept of a partition; the further back, the fewer.
const ENDS_MAX: usize = 32;
/// Partitions whose ends are kept.
const PARTITIONS_MAX: usize = 50_000;

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct Groups(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    committed: Arc<Committed>,
    /// When, in ms of the node's clock that never goes back.
    answered: Option<i64>,
    asked: Option<i64>,
    ends: BTreeMap<(Arc<str>, i32), Ends>,
}

impl Groups {
    fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a new answer unless the last is good enough, and waits a little for it.
    pub(crate) async fn refresh(this: &Arc<Self>, node: &Arc<Node>) {
        let now = node.clock.now().mono_ms();
        let (told, hears) = oneshot::channel();
        {
            let mut known = this.lock();
            let is_within = |at: Option<i64>, ms| at.is_some_and(|at| now - at < ms);
            if is_within(known.answered, FRESH) || is_within(known.asked, FORGOTTEN) {
                return;
            }
            known.asked = Some(now);
        }
        let (groups, clock) = (Arc::clone(this), Arc::clone(&node.clock));
        committed::ask(node, move |committed| {
            let mut known = groups.lock();
            known.committed = Arc::new(committed);
            known.answered = Some(clock.now().mono_ms());
            known.asked = None;
            drop(known);
            // Nobody hears it when the scrape has gone on without.
            let _ = told.send(());
        });
        // Too late for this scrape is in time for the next.
        let _ = tokio::time::timeout(PATIENCE, hears).await;
    }

    /// The last answer.
    pub(crate) fn committed(&self) -> Arc<Committed> {
        Arc::clone(&self.lock().committed)
    }

    /// Notes where partitions end now, and forgets those that are not among them.
    pub(crate) fn note_ends(&self, now_ms: i64, ends: impl Iterator<Item = (Arc<str>, i32, i64)>) {
        let mut known = self.lock();
        let mut before = std::mem::take(&mut known.ends);
        for (topic, index, end) in ends {
            if known.ends.len() >= PARTITIONS_MAX {
                return;
            }
            let key = (topic, index);
            let mut past = before.remove(&key).unwrap_or_default();
            past.note(now_ms, end);
            known.ends.insert(key, past);
        }
    }

    /// How old the oldest record is that a group at this offset has not consumed; `None`: nothing is known of the
    /// partition.
    pub(crate) fn lag_seconds(&self, topic: &Arc<str>, index: i32, offset: i64, now_ms: i64) -> Option<f64> {
        self.lock().ends.get(&(Arc::clone(topic), index)).map(|ends| ends.lag_seconds(offset, now_ms))
    }
}

/// Where a partition ended at some times, ascending in both.
#[derive(Debug, Default)]
struct Ends(VecDeque<(i64, i64)>);

impl Ends {
    fn note(&mut self, now_ms: i64, end: i64) {
        // A log that was made anew begins anew.
        if self.0.back().is_some_and(|&(_, last)| last > end) {
            self.0.clear();
        }
        match self.0.as_mut_slices() {
            // An end that stays is known by its first and its last time.
            (.., [.., (_, one), (at, other)]) if *one == end && *other == end => *at = now_ms,
            ([.., (_, one), (at, other)], []) if *one == end && *other == end => *at = now_ms,
            _ => self.0.push_back((now_ms, end)),
        }
        if self.0.len() > ENDS_MAX {
            // Every other one of the older half goes: far back, coarse is good enough.
            let half = ENDS_MAX / 2;
            let mut at = 0;
            self.0.retain(|_| {
                at += 1;
                at > half || at == 1 || at % 2 == 0
            });
        }
    }

    fn lag_seconds(&self, offset: i64, now_ms: i64) -> f64 {
        let Some(&(first_ms, first_end)) = self.0.front() else { return 0.0 };
        if self.0.back().is_none_or(|&(_, end)| offset >= end) {
            return 0.0;
        }
        let since = |at_ms: f64| ((now_ms as f64 - at_ms) / 1_000.0).max(0.0);
        // Older than all that is known: at least that long.
        if offset < first_end {
            return since(first_ms as f64);
        }
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        for (&(from_ms, from), &(to_ms, to)) in pairs {
            if offset < to {
                let share = (offset - from) as f64 / (to - from) as f64;
                return since(from_ms as f64 + share * (to_ms - from_ms) as f64);
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_is_the_age_of_the_first_record_not_consumed() {
        let mut ends = Ends::default();
        for (at, end) in [(0, 100), (10_000, 100), (20_000, 100), (30_000, 200)] {
            ends.note(at, end);
        }
        assert_eq!(ends.0.len(), 3, "an end that stays has two times");
        let lag = |offset| ends.lag_seconds(offset, 40_000);
        assert_eq!([lag(200), lag(250), lag(100), lag(150), lag(5)], [0.0, 0.0, 20.0, 15.0, 40.0]);
        ends.note(50_000, 10);
        assert_eq!(ends.lag_seconds(5, 60_000), 10.0, "a topic made anew is not behind its past");
    }

    #[test]
    fn what_is_kept_of_a_partition_is_bounded_and_keeps_its_beginning() {
        let mut ends = Ends::default();
        for at in 0..10_000 {
            ends.note(at * 1_000, at * 10);
        }
        assert!(ends.0.len() <= ENDS_MAX, "{}", ends.0.len());
        assert_eq!(ends.0.front(), Some(&(0, 0)));
        let lag = ends.lag_seconds(99_000, 10_000_000);
        assert!((lag - 100.0).abs() < 20.0, "{lag}");
    }
}
