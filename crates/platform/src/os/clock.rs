//! Both clocks of the machine.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use thalweg_model::{Mono, Now};

use crate::Clock;

/// `CLOCK_MONOTONIC` since this value was made, and the wall clock.
#[derive(Debug)]
pub struct OsClock {
    start: Instant,
}

impl OsClock {
    /// A clock whose monotonic part starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for OsClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for OsClock {
    fn now(&self) -> Now {
        Now { mono: self.mono(), wall_ms: wall_ms(SystemTime::now()) }
    }

    fn mono(&self) -> Mono {
        Mono(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

/// Milliseconds since 1970, negative before it.
pub(super) fn wall_ms(time: SystemTime) -> i64 {
    let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => ms(since),
        Err(before) => -ms(before.duration()),
    }
}
