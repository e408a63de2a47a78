//! The configuration values that the transaction machine asks for.

/// Bounds and times of transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionConfig {
    /// `transaction.max.timeout.ms`.
    pub max_timeout_ms: i32,
    /// `transactional.id.expiration.ms`.
    pub id_expiration_ms: i64,
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
    pub abort_check_ms: i64,
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
    pub expiry_check_ms: i64,
    /// How long a request may wait for the transaction before it to be completed, before its sender is told to
    /// come again (`add.partitions.to.txn.retry.backoff.max.ms`).
    pub wait_for_completion_ms: i64,
}

impl Default for TransactionConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            max_timeout_ms: 900_000,
            id_expiration_ms: 7 * 24 * 60 * 60 * 1_000,
            abort_check_ms: 10_000,
            expiry_check_ms: 60 * 60 * 1_000,
            wait_for_completion_ms: 100,
        }
    }
}
