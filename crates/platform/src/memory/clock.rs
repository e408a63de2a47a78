//! A clock that stands still until it is moved.

use std::sync::Mutex;
use std::time::Duration;

use thalweg_model::Now;

use super::lock;
use crate::Clock;

/// Time under a test's control.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Now>,
}

impl ManualClock {
    /// A clock at monotonic zero and this wall time.
    #[must_use]
    pub fn new(wall_ms: i64) -> Self {
        Self { now: Mutex::new(Now { wall_ms, ..Now::default() }) }
    }

    /// Moves both clocks on. The wall clock moves by whole milliseconds of the monotonic one, so that many
    /// small steps add up to the same as one large step.
    pub fn advance(&self, duration: Duration) {
        let mut now = lock(&self.now);
        let before_ms = now.mono.0 / 1_000_000;
        now.mono = now.mono.after(duration);
        now.wall_ms += i64::try_from(now.mono.0 / 1_000_000 - before_ms).unwrap_or(i64::MAX);
    }

    /// Sets the wall clock, as an administrator or NTP may: the monotonic one does not move.
    pub fn set_wall_ms(&self, wall_ms: i64) {
        lock(&self.now).wall_ms = wall_ms;
    }
}

impl Default for ManualClock {
    /// Starts on 2026-01-01, so that record timestamps look like ones.
    fn default() -> Self {
        Self::new(1_767_225_600_000)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        *lock(&self.now)
    }
}
