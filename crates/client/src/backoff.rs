//! How long to wait before trying again: doubling from the first wait to the longest, each spread over
//! 80–120 % (KIP-580) so that many clients do not come back in step. The seed comes from the caller.

use std::time::Duration;

/// The waits of one client.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    state: u64,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration, seed: u64) -> Self {
        Self { first, longest, state: seed | 1 }
    }

    /// The wait after `failures` failures in a row, counted from 1.
    pub(crate) fn wait(&mut self, failures: u32) -> Duration {
        let doubled = self.first.saturating_mul(1 << failures.saturating_sub(1).min(20));
        // xorshift64: plenty for spreading waits.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let percent = 80 + (self.state % 41) as u32;
        doubled.min(self.longest) * percent / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(1000), 7);
        for (failures, centre) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (60, 1000)] {
            let wait = backoff.wait(failures);
            let range = Duration::from_millis(centre * 8 / 10)..=Duration::from_millis(centre * 12 / 10);
            assert!(range.contains(&wait), "after {failures}: {wait:?}");
        }
    }
}
