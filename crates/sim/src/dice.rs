//! Every choice of a run, from one seed.

use std::time::Duration;

use thalweg_platform::Random;
use thalweg_platform::memory::SeededRandom;

/// Random choices that repeat with their seed.
#[derive(Debug)]
pub struct Dice {
    source: SeededRandom,
}

impl Dice {
    /// Choices that follow from this seed.
    pub fn new(seed: u64) -> Self {
        Self { source: SeededRandom::new(seed) }
    }

    /// A number.
    pub fn draw(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.draw().is_multiple_of(times.max(1))
    }

    /// A number below `end`, 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % (end as u64).max(1)).unwrap_or(0)
    }

    /// A span between two others, in whole microseconds.
    pub fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let room = most.saturating_sub(least).as_micros() as u64;
        least + Duration::from_micros(self.draw() % room.saturating_add(1))
    }
}
