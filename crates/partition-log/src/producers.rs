//! What the log knows of its producers: epoch, last five batches, open transaction. Decides whether a batch
//! is new, a duplicate or out of order (KIP-98, KIP-890), and with it the last stable offset. Changes made
//! for a gather can be taken back when its write fails. Rebuilt by replaying batches, kept in snapshots.

use std::collections::BTreeMap;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{BatchView, ControlType, Limits, RecordIter, Scratch};

use crate::index::TxnRow;
use crate::request::{DescribedProducer, Origin, Refusal};

/// Batches remembered per producer.
pub(crate) const REMEMBERED: usize = 5;

/// What is kept of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BatchMeta {
    pub last_offset: i64,
    pub timestamp: i64,
    pub last_sequence: i32,
    /// Last offset minus first; also last sequence minus first.
    pub offset_delta: i32,
}

impl BatchMeta {
    fn first_sequence(&self) -> Sequence {
        Sequence((i64::from(self.last_sequence) - i64::from(self.offset_delta)).rem_euclid(1 << 31) as i32)
    }
}

/// One producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Producer {
    pub epoch: i16,
    /// How many of `batches` count, oldest first.
    count: u8,
    /// −1 until a marker was seen.
    pub coordinator_epoch: i32,
    pub last_timestamp: i64,
    /// First offset of the open transaction.
    pub txn_first_offset: Option<i64>,
    batches: [BatchMeta; REMEMBERED],
}

impl Producer {
    fn new(epoch: i16) -> Self {
        Self {
            epoch,
            count: 0,
            coordinator_epoch: -1,
            last_timestamp: -1,
            txn_first_offset: None,
            batches: [BatchMeta::default(); REMEMBERED],
        }
    }

    pub fn batches(&self) -> &[BatchMeta] {
        &self.batches[..usize::from(self.count)]
    }

    fn last(&self) -> Option<&BatchMeta> {
        self.batches().last()
    }

    fn set_epoch(&mut self, epoch: i16) {
        if self.epoch != epoch {
            (self.epoch, self.count) = (epoch, 0);
        }
    }

    fn remember(&mut self, batch: BatchMeta) {
        if usize::from(self.count) == REMEMBERED {
            self.batches.rotate_left(1);
        } else {
            self.count += 1;
        }
        self.batches[usize::from(self.count) - 1] = batch;
        self.last_timestamp = batch.timestamp;
    }
}

/// What the state says about a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// To be appended.
    New,
    /// In the log already.
    Duplicate(BatchMeta),
    /// Not to be appended.
    Refused(Refusal),
}

/// A transaction that a marker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompletedTxn {
    pub row: TxnRow,
    pub is_aborted: bool,
}

/// A marker's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker {
    is_abort: bool,
    coordinator_epoch: i32,
}

/// All producers of a partition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Producers {
    by_id: BTreeMap<i64, Producer>,
    /// Open transactions: first offset → producer id.
    open: BTreeMap<i64, i64>,
    /// Ended, but the marker is not below the high watermark yet: first offset → marker's offset.
    unreplicated: BTreeMap<i64, i64>,
    /// What entries were before the gather at hand, in order.
    undo: Vec<(i64, Option<Producer>)>,
    /// Producers for whom the transaction coordinator is being asked, by the number of the question. A marker takes
    /// the entry away: leave that was asked for before it is worth nothing after it (KIP-890).
    verifying: BTreeMap<i64, u64>,
    questions: u64,
}

impl Producers {
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (i64, &Producer)> {
        self.by_id.iter().map(|(id, producer)| (*id, producer))
    }

    /// Every producer as administrators are told.
    pub fn describe(&self) -> Vec<DescribedProducer> {
        let described = self.by_id.iter().map(|(&id, producer)| DescribedProducer {
            id: ProducerId(id),
            epoch: ProducerEpoch(producer.epoch),
            last_sequence: producer.last().map_or(-1, |batch| batch.last_sequence),
            last_timestamp: producer.last_timestamp,
            coordinator_epoch: producer.coordinator_epoch,
            txn_first_offset: producer.txn_first_offset,
        });
        described.collect()
    }

    /// Whether this incarnation of a producer has a transaction open here.
    pub fn is_in_transaction(&self, id: i64, epoch: i16) -> bool {
        self.by_id
            .get(&id)
            .is_some_and(|producer| producer.epoch == epoch && producer.txn_first_offset.is_some())
    }

    /// Begins to ask for leave to open a transaction here. `None`: it is open.
    pub fn begin_verification(&mut self, id: i64, epoch: i16) -> Option<u64> {
        if self.is_in_transaction(id, epoch) {
            return None;
        }
        let questions = &mut self.questions;
        Some(*self.verifying.entry(id).or_insert_with(|| {
            *questions += 1;
            *questions
        }))
    }

    /// The question is answered, whatever the answer.
    pub fn end_verification(&mut self, id: i64, guard: u64) {
        if self.verifying.get(&id) == Some(&guard) {
            self.verifying.remove(&id);
        }
    }

    /// First offset that read_committed readers must not see yet.
    pub fn first_unstable(&self) -> Option<i64> {
        let open = self.open.first_key_value().map(|(&first, _)| first);
        let unreplicated = self.unreplicated.first_key_value().map(|(&first, _)| first);
        [open, unreplicated].into_iter().flatten().min()
    }

    /// Judges a batch that is to be appended. Nothing changes.
    pub fn judge(&self, batch: &BatchView<'_>, origin: Origin) -> Judged {
        let refused = Judged::Refused;
        let id = batch.producer_id().0;
        let epoch = batch.producer_epoch().0;
        if id < 0 || origin == Origin::Replica {
            return Judged::New;
        }
        let producer = self.by_id.get(&id);
        if let Some(producer) = producer
            && epoch < producer.epoch
        {
            return refused(Refusal::InvalidProducerEpoch);
        }
        let (epoch_bump, guard) = match origin {
            Origin::Client => (false, None),
            Origin::VerifiedClient { epoch_bump, guard } => (epoch_bump, Some(guard)),
            Origin::Marker { transaction_version: 2.. }
                if producer.is_some_and(|of| of.epoch == epoch && of.txn_first_offset.is_some()) =>
            {
                return refused(Refusal::InvalidProducerEpoch);
            }
            Origin::Coordinator | Origin::Marker { .. } | Origin::Replica => {
                return match (marker(batch), producer) {
                    (Some(marker), Some(producer))
                        if marker.coordinator_epoch < producer.coordinator_epoch =>
                    {
                        refused(Refusal::TransactionCoordinatorFenced)
                    }
                    _ => Judged::New,
                };
            }
        };
        if let Some(duplicate) = producer.and_then(|producer| find_duplicate(producer, batch)) {
            return Judged::Duplicate(duplicate);
        }
        let open = producer.filter(|producer| producer.epoch == epoch).and_then(|p| p.txn_first_offset);
        let has_leave = guard.is_some() && self.verifying.get(&id).copied() == guard;
        if batch.is_transactional() && open.is_none() && !has_leave {
            return refused(Refusal::InvalidTxnState);
        }
        let first = batch.base_sequence().0;
        let in_order = match producer {
            // State that was lost with old segments is not held against the producer, unless its epoch
            // rises with every transaction: then it begins at 0.
            None => first == 0 || !(epoch_bump && batch.is_transactional()),
            Some(producer) if producer.epoch != epoch => first == 0 || producer.epoch < 0,
            Some(producer) => match producer.last() {
                Some(last) => first == Sequence(last.last_sequence).plus(1).0,
                None => first == 0,
            },
        };
        if !in_order {
            return refused(Refusal::OutOfOrderSequence);
        }
        if producer.is_some_and(|p| p.txn_first_offset.is_some()) && !batch.is_transactional() {
            return refused(Refusal::InvalidTxnState);
        }
        Judged::New
    }

    /// Takes a batch, with its offsets in place, into the state. `remember_undo` for appends, not for replay.
    /// Returns the transaction it ended.
    pub fn apply(&mut self, batch: &BatchView<'_>, remember_undo: bool) -> Option<CompletedTxn> {
        let id = batch.producer_id().0;
        if id < 0 {
            return None;
        }
        let epoch = batch.producer_epoch().0;
        let before = self.by_id.get(&id).copied();
        if batch.is_control() {
            let marker = marker(batch)?;
            if remember_undo {
                self.undo.push((id, before));
            }
            return self.end_transaction(id, epoch, marker, batch.last_offset().0, batch.max_timestamp());
        }
        if remember_undo {
            self.undo.push((id, before));
        }
        let producer = self.by_id.entry(id).or_insert_with(|| Producer::new(epoch));
        producer.set_epoch(epoch);
        producer.remember(BatchMeta {
            last_offset: batch.last_offset().0,
            timestamp: batch.max_timestamp(),
            last_sequence: batch.last_sequence().0,
            offset_delta: batch.last_offset_delta(),
        });
        if batch.is_transactional() && producer.txn_first_offset.is_none() {
            let first = batch.base_offset().0;
            producer.txn_first_offset = Some(first);
            self.open.insert(first, id);
            self.verifying.remove(&id);
        }
        None
    }

    fn end_transaction(
        &mut self,
        id: i64,
        epoch: i16,
        marker: Marker,
        offset: i64,
        timestamp: i64,
    ) -> Option<CompletedTxn> {
        self.verifying.remove(&id);
        let producer = self.by_id.entry(id).or_insert_with(|| Producer::new(epoch));
        producer.set_epoch(epoch);
        producer.coordinator_epoch = marker.coordinator_epoch;
        producer.last_timestamp = timestamp;
        // A marker without records touches neither the last stable offset nor the transaction index.
        let first = producer.txn_first_offset.take()?;
        self.open.remove(&first);
        let last_stable = self.open.first_key_value().map_or(offset + 1, |(&other, _)| other);
        self.unreplicated.insert(first, offset);
        let row = TxnRow {
            producer_id: id,
            first_offset: first,
            last_offset: offset,
            last_stable_offset: last_stable,
        };
        Some(CompletedTxn { row, is_aborted: marker.is_abort })
    }

    /// The gather is in the log.
    pub fn commit(&mut self) {
        self.undo.clear();
    }

    /// The gather is not in the log: everything is as before it.
    pub fn roll_back(&mut self) {
        while let Some((id, before)) = self.undo.pop() {
            let now = self.by_id.get(&id).and_then(|producer| producer.txn_first_offset);
            let then = before.and_then(|producer| producer.txn_first_offset);
            if now != then {
                if let Some(first) = now {
                    self.open.remove(&first);
                }
                if let Some(first) = then {
                    self.unreplicated.remove(&first);
                    self.open.insert(first, id);
                }
            }
            match before {
                Some(producer) => self.by_id.insert(id, producer),
                None => self.by_id.remove(&id),
            };
        }
    }

    /// Markers below the high watermark no longer hold the last stable offset back. True if any was there.
    pub fn high_watermark_moved(&mut self, high_watermark: i64) -> bool {
        if self.unreplicated.is_empty() {
            return false;
        }
        let before = self.unreplicated.len();
        self.unreplicated.retain(|_, marker| *marker >= high_watermark);
        before != self.unreplicated.len()
    }

    /// Forgets producers that have been silent, unless a transaction is open. Returns how many.
    pub fn expire(&mut self, now_ms: i64, after_ms: i64) -> usize {
        let before = self.by_id.len();
        self.by_id.retain(|_, producer| {
            producer.txn_first_offset.is_some() || now_ms.saturating_sub(producer.last_timestamp) < after_ms
        });
        before - self.by_id.len()
    }

    /// Puts a producer of a snapshot in.
    pub fn load(&mut self, id: i64, mut producer: Producer, last: Option<BatchMeta>) {
        if let Some(batch) = last {
            let timestamp = producer.last_timestamp;
            producer.remember(batch);
            producer.last_timestamp = timestamp;
        }
        if let Some(first) = producer.txn_first_offset {
            self.open.insert(first, id);
        }
        self.by_id.insert(id, producer);
    }

    /// An entry as a snapshot has it, without its batch.
    pub fn loaded(
        epoch: i16,
        coordinator_epoch: i32,
        last_timestamp: i64,
        txn_first: Option<i64>,
    ) -> Producer {
        Producer { coordinator_epoch, last_timestamp, txn_first_offset: txn_first, ..Producer::new(epoch) }
    }
}

fn find_duplicate(producer: &Producer, batch: &BatchView<'_>) -> Option<BatchMeta> {
    if producer.epoch != batch.producer_epoch().0 {
        return None;
    }
    let (first, last) = (batch.base_sequence(), batch.last_sequence().0);
    let same = |known: &&BatchMeta| known.last_sequence == last && known.first_sequence() == first;
    producer.batches().iter().find(same).copied()
}

/// Reads the transaction marker of a control batch; `None` for other control records.
fn marker(batch: &BatchView<'_>) -> Option<Marker> {
    if !batch.is_control() {
        return None;
    }
    let mut buffer = Vec::new();
    let limits = Limits::default();
    let record = RecordIter::new(batch, &limits, &mut Scratch::new(), &mut buffer).ok()?.next()?.ok()?;
    let is_abort = match ControlType::from_key(record.key?)? {
        ControlType::Abort => true,
        ControlType::Commit => false,
        _ => return None,
    };
    // EndTxnMarker v0: version i16, coordinator epoch i32.
    let epoch: [u8; 4] = record.value?.get(2..6)?.try_into().ok()?;
    Some(Marker { is_abort, coordinator_epoch: i32::from_be_bytes(epoch) })
}
