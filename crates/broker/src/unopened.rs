//! Partitions that could not be opened because the disk was full, at the start or when they were made. They are opened
//! as soon as there is room: tried again in a pause that grows to a bound, on the controller's thread, by the clock
//! that its turns bring. Says once that a partition is not served, and once that it is again.

use std::collections::VecDeque;
use std::time::Duration;

use thalweg_model::{Mono, TopicId};

/// The first pause, and the one it grows to.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));
/// Partitions that one round opens at most: the controller has other work too.
const ROUND_MAX: usize = 64;

/// What waits for room.
#[derive(Debug, Default)]
pub(crate) struct Unopened {
    waiting: VecDeque<(TopicId, i32)>,
    /// When the next round begins.
    due: Option<Mono>,
    pause: Duration,
}

impl Unopened {
    /// A partition found no room. True when it was not waiting yet.
    pub fn add(&mut self, topic: TopicId, index: i32, now: Mono) -> bool {
        if self.waiting.contains(&(topic, index)) {
            return false;
        }
        self.waiting.push_back((topic, index));
        if self.due.is_none() {
            self.pause = PAUSE.0;
            self.due = Some(now.after(self.pause));
        }
        true
    }

    /// A partition is open, or is none any more. True when it was waiting.
    pub fn remove(&mut self, topic: TopicId, index: i32) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|&waiting| waiting != (topic, index));
        if self.waiting.is_empty() {
            self.due = None;
        }
        self.waiting.len() < before
    }

    /// A topic is gone.
    pub fn forget_topic(&mut self, topic: TopicId) {
        self.waiting.retain(|&(waiting, _)| waiting != topic);
        if self.waiting.is_empty() {
            self.due = None;
        }
    }

    /// Whether a partition waits for room.
    pub fn waits(&self, topic: TopicId, index: i32) -> bool {
        self.waiting.contains(&(topic, index))
    }

    /// When the next round is due.
    pub fn due(&self) -> Mono {
        self.due.unwrap_or(Mono(u64::MAX))
    }

    /// What is to be tried in this round, if one is due. The longest waiting come first.
    pub fn round(&self, now: Mono) -> Vec<(TopicId, i32)> {
        if self.due() > now {
            return Vec::new();
        }
        self.waiting.iter().take(ROUND_MAX).copied().collect()
    }

    /// The round is over; `failed` is the one it ended at. The next begins with another, which may lie on another disk.
    pub fn end_round(&mut self, failed: Option<(TopicId, i32)>, now: Mono) {
        let Some(failed) = failed else {
            self.pause = PAUSE.0;
            self.due = (!self.waiting.is_empty()).then_some(now);
            return;
        };
        self.waiting.retain(|&waiting| waiting != failed);
        self.waiting.push_back(failed);
        self.pause = (self.pause * 2).min(PAUSE.1);
        self.due = Some(now.after(self.pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_model::Uuid;

    #[test]
    fn rounds_come_in_growing_pauses_begin_with_another_and_end_when_nothing_waits() {
        let (one, two) = (Uuid([1; 16]), Uuid([2; 16]));
        let mut unopened = Unopened::default();
        assert!(unopened.add(one, 0, Mono(0)) && unopened.add(two, 0, Mono(0)));
        assert!(!unopened.add(one, 0, Mono(0)), "it waits already");
        assert!(unopened.round(Mono(0)).is_empty());
        let mut now = unopened.due();
        assert_eq!(unopened.round(now), [(one, 0), (two, 0)]);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let failed = unopened.round(now)[0];
            unopened.end_round(Some(failed), now);
            assert_ne!(unopened.round(unopened.due())[0], failed);
            pauses.push(now.until(unopened.due()).as_secs());
            now = unopened.due();
        }
        assert_eq!(pauses, [2, 4, 8, 10, 10, 10]);
        assert!(unopened.remove(one, 0) && !unopened.remove(one, 0));
        unopened.forget_topic(two);
        assert_eq!(unopened.due(), Mono(u64::MAX));
    }
}
