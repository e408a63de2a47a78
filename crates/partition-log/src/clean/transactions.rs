//! What compaction knows of transactions while it walks a log from front to back: which batches belong to aborted
//! ones and go at once, and which markers have nothing left to end. Follows Kafka's rule: a marker stays as long as
//! a batch of its transaction was met, be it an empty one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use thalweg_records::{BatchView, ControlType, Limits, RecordIter, Scratch};

use crate::index::TxnRow;

#[derive(Debug, Default)]
pub(super) struct Transactions {
    /// Known from the transaction index, by first offset; the walk has not come to them.
    ahead: VecDeque<TxnRow>,
    /// By producer: the aborted transaction the walk is inside of, and whether a batch of it was met.
    aborted: BTreeMap<i64, (TxnRow, bool)>,
    /// Producers of which a batch of a transaction that was not aborted was met.
    committed: BTreeSet<i64>,
}

/// What a marker means for what is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MarkerMet {
    /// No batch of its transaction is left.
    pub ends_nothing: bool,
    /// The transaction index keeps this row.
    pub kept_row: Option<TxnRow>,
}

impl Transactions {
    /// Aborted transactions that overlap what comes next. Some may be known already.
    pub fn expect(&mut self, mut rows: Vec<TxnRow>) {
        rows.extend(self.ahead.drain(..));
        rows.sort_by_key(|row| (row.first_offset, row.last_offset));
        rows.dedup();
        self.ahead = rows.into();
    }

    /// A data batch: true if its transaction was aborted.
    pub fn batch(&mut self, batch: &BatchView<'_>) -> bool {
        self.enter(batch.last_offset().0);
        if !batch.is_transactional() {
            return false;
        }
        let id = batch.producer_id().0;
        match self.aborted.get_mut(&id) {
            Some((_, was_met)) => {
                *was_met = true;
                true
            }
            None => {
                self.committed.insert(id);
                false
            }
        }
    }

    /// A control batch.
    pub fn control(&mut self, batch: &BatchView<'_>) -> MarkerMet {
        self.enter(batch.last_offset().0);
        let id = batch.producer_id().0;
        let kept = MarkerMet { ends_nothing: false, kept_row: None };
        match control_type(batch) {
            // An emptied control batch was compacted before.
            None => MarkerMet { ends_nothing: true, kept_row: None },
            Some(ControlType::Abort) => match self.aborted.remove(&id) {
                Some((row, true)) => MarkerMet { kept_row: Some(row), ..kept },
                _ => MarkerMet { ends_nothing: true, kept_row: None },
            },
            Some(ControlType::Commit) => MarkerMet { ends_nothing: !self.committed.remove(&id), ..kept },
            Some(_) => kept,
        }
    }

    /// The walk has come to `offset`.
    fn enter(&mut self, offset: i64) {
        while self.ahead.front().is_some_and(|row| row.first_offset <= offset) {
            if let Some(row) = self.ahead.pop_front() {
                self.aborted.entry(row.producer_id).or_insert((row, false));
            }
        }
    }
}

/// What a control batch says; `None` when its record is gone.
fn control_type(batch: &BatchView<'_>) -> Option<ControlType> {
    let (limits, mut buffer) = (Limits::default(), Vec::new());
    let record = RecordIter::new(batch, &limits, &mut Scratch::new(), &mut buffer).ok()?.next()?.ok()?;
    // A key that cannot be read is of no known type: kept, as Kafka keeps what it does not know.
    Some(record.key.and_then(ControlType::from_key).unwrap_or(ControlType::Unknown(-1)))
}
