//! A rate over the last windows, and the wait that brings it back to its limit.
//!
//! As Kafka's: the windows that are not full yet count as if they were, so that a burst at the start is not
//! taken for a rate; the wait is what makes the average over the span right.

use std::collections::VecDeque;

/// How windows are cut: `quota.window.num` and `quota.window.size.seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// How many, the present one included.
    pub count: u32,
    /// Length of each in milliseconds.
    pub length_ms: i64,
}

impl Windows {
    /// The longest a request quota makes anybody wait: all windows but the present one.
    #[must_use]
    pub fn most_wait_ms(&self) -> i64 {
        self.length_ms.saturating_mul(i64::from(self.count.saturating_sub(1)).max(1))
    }
}

/// One window.
#[derive(Clone, Copy, Debug)]
struct Window {
    begin_ms: i64,
    last_ms: i64,
    sum: f64,
}

/// A measured rate.
#[derive(Clone, Debug)]
pub struct Rate {
    windows: Windows,
    kept: VecDeque<Window>,
}

impl Rate {
    /// Nothing measured yet.
    #[must_use]
    pub fn new(windows: Windows) -> Self {
        Self { windows, kept: VecDeque::new() }
    }

    /// Adds an amount; a negative one takes back what was added.
    pub fn record(&mut self, amount: f64, now_ms: i64) {
        self.forget(now_ms);
        let is_over = |last: &Window| now_ms - last.begin_ms >= self.windows.length_ms;
        if self.kept.back().is_none_or(is_over) {
            self.kept.push_back(Window { begin_ms: now_ms, last_ms: now_ms, sum: 0.0 });
            if self.kept.len() > self.windows.count.max(1) as usize + 1 {
                self.kept.pop_front();
            }
        }
        if let Some(last) = self.kept.back_mut() {
            last.sum += amount;
            last.last_ms = now_ms;
        }
    }

    /// Units a second, and the span they are measured over in milliseconds.
    pub fn measure(&mut self, now_ms: i64) -> (f64, i64) {
        self.forget(now_ms);
        let sum: f64 = self.kept.iter().map(|window| window.sum).sum();
        let span = self.span_ms(now_ms);
        if span <= 0 { (0.0, 0) } else { (sum / span as f64 * 1000.0, span) }
    }

    /// How long to wait so that the rate is the limit again; 0 while it is not exceeded.
    pub fn wait_ms(&mut self, limit: f64, now_ms: i64) -> i64 {
        let (rate, span) = self.measure(now_ms);
        if rate <= limit || limit <= 0.0 {
            return 0;
        }
        ((rate - limit) / limit * span as f64).round() as i64
    }

    fn span_ms(&self, now_ms: i64) -> i64 {
        let Windows { count, length_ms } = self.windows;
        let mut span = self.kept.front().map_or(0, |oldest| now_ms - oldest.begin_ms).max(0);
        let full = span / length_ms.max(1);
        let least = i64::from(count.saturating_sub(1));
        if full < least {
            span += (least - full) * length_ms;
        }
        span
    }

    fn forget(&mut self, now_ms: i64) {
        let age = self.windows.length_ms.saturating_mul(i64::from(self.windows.count));
        while self.kept.front().is_some_and(|oldest| now_ms - oldest.last_ms >= age) {
            self.kept.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAFKAS: Windows = Windows { count: 11, length_ms: 1000 };

    #[test]
    fn a_burst_waits_until_its_average_is_the_limit() {
        let mut rate = Rate::new(KAFKAS);
        rate.record(20_000.0, 0);
        // 20 000 over ten windows of a second are 2 000 a second: twice the limit, so as long again.
        assert_eq!(rate.measure(0), (2000.0, 10_000));
        assert_eq!(rate.wait_ms(1000.0, 0), 10_000);
        assert_eq!(rate.wait_ms(2000.0, 0), 0);
        // Later in the same windows the span has grown by what has passed.
        assert_eq!(rate.wait_ms(1000.0, 500), 9_500);
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let mut rate = Rate::new(KAFKAS);
        rate.record(50_000.0, 0);
        rate.record(1.0, 10_500);
        assert!(rate.measure(10_500).0 > 4000.0);
        assert!(rate.measure(11_000).0 < 1.0);
        assert_eq!(rate.measure(30_000).0, 0.0);
    }

    #[test]
    fn a_steady_rate_is_measured_as_it_is_and_memory_is_bounded() {
        let mut rate = Rate::new(KAFKAS);
        for at in 0..600 {
            rate.record(50.0, at * 100);
        }
        let (measured, _) = rate.measure(59_900);
        assert!((measured - 500.0).abs() < 30.0, "{measured}");
        assert!(rate.kept.len() <= 12);
        rate.record(-50.0, 59_900);
        assert!(rate.measure(59_900).0 < measured);
    }
}
