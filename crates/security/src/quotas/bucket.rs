//! Tokens for changes of metadata (KIP-599): a stock that refills steadily and may be overdrawn once.
//!
//! The stock holds what all windows together allow. A strict request is refused while the stock is overdrawn;
//! others go through and are told to wait.

use super::Windows;

/// A stock of tokens.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    windows: Windows,
    tokens: f64,
    last_ms: i64,
}

impl TokenBucket {
    /// A full stock for this limit.
    #[must_use]
    pub fn new(windows: Windows, limit: f64, now_ms: i64) -> Self {
        let mut bucket = Self { windows, tokens: 0.0, last_ms: now_ms };
        bucket.tokens = bucket.most(limit);
        bucket
    }

    /// Takes tokens; the stock may go below nothing.
    pub fn take(&mut self, tokens: f64, limit: f64, now_ms: i64) {
        self.refill(limit, now_ms);
        self.tokens -= tokens;
    }

    /// How long until the stock is not overdrawn; 0 when it is not.
    pub fn wait_ms(&mut self, limit: f64, now_ms: i64) -> i64 {
        self.refill(limit, now_ms);
        if self.tokens >= 0.0 || limit <= 0.0 {
            return 0;
        }
        (-self.tokens / limit * 1000.0).round() as i64
    }

    fn refill(&mut self, limit: f64, now_ms: i64) {
        let passed = (now_ms - self.last_ms).max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + limit * passed).min(self.most(limit));
        self.last_ms = self.last_ms.max(now_ms);
    }

    fn most(&self, limit: f64) -> f64 {
        limit * f64::from(self.windows.count) * self.windows.length_ms as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_is_overdrawn_once_and_refills() {
        let windows = Windows { count: 11, length_ms: 1000 };
        let mut bucket = TokenBucket::new(windows, 2.0, 0);
        bucket.take(20.0, 2.0, 0);
        assert_eq!(bucket.wait_ms(2.0, 0), 0, "22 were there");
        bucket.take(10.0, 2.0, 0);
        assert_eq!(bucket.wait_ms(2.0, 0), 4000);
        assert_eq!(bucket.wait_ms(2.0, 3000), 1000);
        assert_eq!(bucket.wait_ms(2.0, 4000), 0);
        bucket.take(0.0, 2.0, 1_000_000);
        bucket.take(23.0, 2.0, 1_000_000);
        assert_eq!(bucket.wait_ms(2.0, 1_000_000), 500, "it holds no more than its windows");
    }
}
