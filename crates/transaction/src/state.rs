//! The replayed state: what `__transaction_state` holds for one partition, as a persistent map, so that a snapshot
//! is a clone. Decides nothing.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use thalweg_coordinator::{CoordinatorRecord, Producer, ReplayError};
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_wire::messages::coordinator::transaction::{
    TransactionLogKey, TransactionLogValue, transaction_log_value::PartitionsSchema,
};
use thalweg_wire::records::{
    TransactionKey, TransactionValue, encode_coordinator_key, encode_coordinator_value,
};

use crate::request::TopicPartition;

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionState {
    /// The id has a producer and no transaction.
    Empty,
    /// Records are being written.
    Ongoing,
    /// To be committed; the markers are on their way.
    PrepareCommit,
    /// To be aborted; the markers are on their way.
    PrepareAbort,
    /// Committed, all markers are written.
    CompleteCommit,
    /// Aborted, all markers are written.
    CompleteAbort,
}

impl TransactionState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Empty,
        Self::Ongoing,
        Self::PrepareCommit,
        Self::PrepareAbort,
        Self::CompleteCommit,
        Self::CompleteAbort,
    ];

    /// As tools are told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Ongoing => "Ongoing",
            Self::PrepareCommit => "PrepareCommit",
            Self::PrepareAbort => "PrepareAbort",
            Self::CompleteCommit => "CompleteCommit",
            Self::CompleteAbort => "CompleteAbort",
        }
    }

    /// The number in records.
    const fn id(self) -> i8 {
        self as i8
    }

    /// States 6 (dead) and 7 (fencing) are never written.
    fn from_id(id: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Decided, not carried out.
    #[must_use]
    pub const fn is_prepared(self) -> bool {
        matches!(self, Self::PrepareCommit | Self::PrepareAbort)
    }

    /// Nothing is open: the id may go on or be forgotten.
    #[must_use]
    pub const fn is_at_rest(self) -> bool {
        matches!(self, Self::Empty | Self::CompleteCommit | Self::CompleteAbort)
    }
}

/// A transactional id as last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub producer: Producer,
    /// The producer id before the last change, −1 for none.
    pub previous_producer_id: i64,
    /// While prepared: the producer id that the client goes on with, −1 for the same.
    pub next_producer_id: i64,
    pub timeout_ms: i32,
    pub state: TransactionState,
    pub partitions: OrdSet<TopicPartition>,
    /// −1 before the first partition.
    pub start_ms: i64,
    pub last_update_ms: i64,
    /// Version of the transaction protocol that the client of the present transaction speaks.
    pub client_version: i16,
}

impl Transaction {
    /// The next stage of the same id: what it is a change of is remembered as Kafka does.
    pub fn next(&self, state: TransactionState, now_ms: i64) -> Self {
        Self { previous_producer_id: self.producer.id.0, state, last_update_ms: now_ms, ..self.clone() }
    }
}

/// Everything that is in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub transactions: OrdMap<Arc<str>, Arc<Transaction>>,
}

impl State {
    /// Takes a record in. Returns the id it was about.
    pub fn replay(&mut self, record: &CoordinatorRecord) -> Result<Option<Arc<str>>, ReplayError> {
        let unreadable = |what: &str, error: &dyn std::fmt::Display| ReplayError(format!("{what}: {error}"));
        let key = match TransactionKey::decode(&record.key) {
            Ok(key) => key,
            // A newer Kafka may have written kinds we do not know; it says what to do: skip them.
            Err(thalweg_wire::DecodeError::RecordType(_)) => return Ok(None),
            Err(error) => return Err(unreadable("the key of a transaction record", &error)),
        };
        let TransactionKey::TransactionLog(TransactionLogKey { transactional_id }) = &key;
        let id: Arc<str> = Arc::from(*transactional_id);
        let Some(bytes) = &record.value else {
            self.transactions.remove(&id);
            return Ok(Some(id));
        };
        let (TransactionValue::TransactionLog(value), _) = key
            .decode_value(bytes)
            .map_err(|error| unreadable("the value of a transaction record", &error))?;
        let state = TransactionState::from_id(value.transaction_status)
            .ok_or_else(|| ReplayError(format!("a transaction in state {}", value.transaction_status)))?;
        let partitions = value.transaction_partitions.iter().flatten().flat_map(|topic| {
            let name: Arc<str> = Arc::from(topic.topic);
            topic.partition_ids.iter().map(move |&index| (Arc::clone(&name), index))
        });
        let transaction = Transaction {
            producer: Producer {
                id: ProducerId(value.producer_id),
                epoch: ProducerEpoch(value.producer_epoch),
            },
            previous_producer_id: value.previous_producer_id,
            next_producer_id: value.next_producer_id,
            timeout_ms: value.transaction_timeout_ms,
            state,
            partitions: partitions.collect(),
            start_ms: value.transaction_start_timestamp_ms,
            last_update_ms: value.transaction_last_update_timestamp_ms,
            client_version: value.client_transaction_version,
        };
        self.transactions.insert(Arc::clone(&id), Arc::new(transaction));
        Ok(Some(id))
    }
}

/// Version of the value without fields that only KIP-890 needs.
const PLAIN_VERSION: i16 = 0;
/// Version from `transaction.version` 1 on.
const FLEXIBLE_VERSION: i16 = 1;

/// The record of a transactional id. `None`: a text is too long for it.
pub(crate) fn record(
    id: &str,
    transaction: &Transaction,
    transaction_version: i16,
) -> Option<CoordinatorRecord> {
    let mut topics: Vec<PartitionsSchema<'_>> = Vec::new();
    for (topic, index) in &transaction.partitions {
        match topics.last_mut() {
            Some(last) if last.topic == &**topic => last.partition_ids.push(*index),
            _ => topics.push(PartitionsSchema { topic, partition_ids: vec![*index] }),
        }
    }
    let version = if transaction_version >= 1 { FLEXIBLE_VERSION } else { PLAIN_VERSION };
    // What the plain version has no place for is not needed where it is written.
    let only_flexible = |value: i64| if version == FLEXIBLE_VERSION { value } else { -1 };
    let value = TransactionLogValue {
        producer_id: transaction.producer.id.0,
        previous_producer_id: only_flexible(transaction.previous_producer_id),
        next_producer_id: only_flexible(transaction.next_producer_id),
        producer_epoch: transaction.producer.epoch.0,
        // Only a two-phase commit has one.
        next_producer_epoch: -1,
        transaction_timeout_ms: transaction.timeout_ms,
        transaction_status: transaction.state.id(),
        // An id without a transaction has no list, not an empty one.
        transaction_partitions: (transaction.state != TransactionState::Empty).then_some(topics),
        transaction_last_update_timestamp_ms: transaction.last_update_ms,
        transaction_start_timestamp_ms: transaction.start_ms,
        client_transaction_version: if version == FLEXIBLE_VERSION { transaction.client_version } else { 0 },
    };
    let mut bytes = Vec::new();
    encode_coordinator_value(&value, version, &mut bytes).ok()?;
    Some(CoordinatorRecord { key: key(id)?, value: Some(bytes) })
}

/// Forgets a transactional id.
pub(crate) fn tombstone(id: &str) -> Option<CoordinatorRecord> {
    Some(CoordinatorRecord { key: key(id)?, value: None })
}

fn key(id: &str) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    encode_coordinator_key(&TransactionLogKey { transactional_id: id }, &mut key).ok()?;
    Some(key)
}
