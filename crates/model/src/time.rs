//! Time as the rooms see it: a value handed in. Decides nothing, and never reads a clock.

use std::time::Duration;

/// Nanoseconds on a clock that never goes back, from an arbitrary start. Deadlines are made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mono(pub u64);

/// One reading of both clocks, taken once a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// For deadlines and durations.
    pub mono: Mono,
    /// Milliseconds since 1970 by the wall clock, which may jump: for record timestamps and retention.
    pub wall_ms: i64,
}

impl Now {
    /// Whole milliseconds of the clock that never goes back, for arithmetic that counts in them.
    #[must_use]
    pub fn mono_ms(&self) -> i64 {
        self.mono.as_ms()
    }
}

impl Mono {
    /// Whole milliseconds since the clock's start.
    #[must_use]
    pub fn as_ms(self) -> i64 {
        i64::try_from(self.0 / 1_000_000).unwrap_or(i64::MAX)
    }

    /// The instant `duration` later; saturates instead of wrapping, so "for ever" stays in the future.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// The instant `ms` milliseconds later; a negative count is none.
    #[must_use]
    pub fn after_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(u64::try_from(ms).unwrap_or(0).saturating_mul(1_000_000)))
    }

    /// Time from `self` until `later`, zero when it has passed.
    #[must_use]
    pub fn until(self, later: Self) -> Duration {
        Duration::from_nanos(later.0.saturating_sub(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_saturate_and_never_wrap() {
        assert_eq!(Mono(5).after_ms(i64::MAX), Mono(u64::MAX));
        assert_eq!(Mono(5).after_ms(-7), Mono(5));
        assert_eq!(Mono(9).until(Mono(3)), Duration::ZERO);
        assert_eq!(Mono(3).until(Mono(9)), Duration::from_nanos(6));
    }
}
