//! Loading a machine: its partition is read from the start, some at a time, so that others are served meanwhile.

use std::sync::Arc;

use thalweg_coordinator::{CoordinatorRecord, Entry, Marker, Producer, RecordMachine, Shard};
use thalweg_model::Offset;
use thalweg_partition_log::{Bound, ReadCursor, ReadError};
use thalweg_records::{BatchView, ControlType, Limits, RecordIter, Scratch, peek};

use crate::partition::Partition;

/// Bytes read in one step.
const STEP_BYTES: u32 = 1 << 20;

/// A machine that is being loaded.
#[derive(Debug)]
pub(super) struct Loading<M: RecordMachine> {
    pub partition: Arc<Partition>,
    pub shard: Shard<M>,
    /// Next offset to read.
    at: Offset,
    cursor: ReadCursor,
    /// Topics that were deleted since loading began.
    pub deleted_topics: Vec<String>,
    pub records: u64,
    pub bytes: u64,
}

impl<M: RecordMachine> Loading<M> {
    pub fn new(partition: Arc<Partition>, machine: M) -> Self {
        let at = partition.log.ends().log_start;
        Self {
            partition,
            shard: Shard::new(machine),
            at,
            cursor: ReadCursor::default(),
            deleted_topics: Vec::new(),
            records: 0,
            bytes: 0,
        }
    }

    /// Reads on. True when everything has been read; an error says why it cannot be.
    pub fn step(&mut self, scratch: &mut Scratch, buffer: &mut Vec<u8>) -> Result<bool, String> {
        let end = self.partition.log.ends().log_end;
        if self.at >= end {
            return Ok(true);
        }
        let slice = self.partition.log.read(self.at, STEP_BYTES, Bound::LogEnd, true, &mut self.cursor);
        let slice = match slice {
            Ok(slice) => slice,
            // Compaction or deletion moved the start: nothing below it counts.
            Err(ReadError::OffsetOutOfRange) if self.at < self.partition.log.ends().log_start => {
                self.at = self.partition.log.ends().log_start;
                return Ok(false);
            }
            Err(error) => return Err(error.to_string()),
        };
        if slice.length == 0 {
            return Ok(true);
        }
        buffer.resize(slice.length as usize, 0);
        slice.file.read_exact_at(buffer, slice.position).map_err(|error| error.to_string())?;
        self.bytes += u64::from(slice.length);
        let before = self.at;
        let mut rest = buffer.as_slice();
        // The last batch may be cut: it is read again with the next step.
        while let Some(batch) = peek(rest).and_then(|found| rest.get(..found.total_size)) {
            rest = &rest[batch.len()..];
            let batch = BatchView::parse(batch).map_err(|error| error.to_string())?;
            if batch.next_offset() > self.at {
                self.take(&batch, scratch)?;
                self.at = batch.next_offset();
            }
        }
        if self.at == before {
            return Err(format!("nothing readable at offset {before}"));
        }
        Ok(self.at >= end)
    }

    fn take(&mut self, batch: &BatchView<'_>, scratch: &mut Scratch) -> Result<(), String> {
        let mut decompressed = Vec::new();
        let records = RecordIter::new(batch, &Limits::default(), scratch, &mut decompressed)
            .map_err(|error| error.to_string())?;
        let producer = Producer { id: batch.producer_id(), epoch: batch.producer_epoch() };
        for record in records {
            let record = record.map_err(|error| error.to_string())?;
            let key = record.key.unwrap_or_default();
            let entry = if batch.is_control() {
                let commits = match ControlType::from_key(key) {
                    Some(ControlType::Commit) => true,
                    Some(ControlType::Abort) => false,
                    _ => continue,
                };
                // What else a marker says matters to the log alone, which has read it.
                Entry::Marker(Marker { producer, commits, coordinator_epoch: -1, transaction_version: 0 })
            } else {
                self.records += 1;
                let owned = CoordinatorRecord { key: key.to_vec(), value: record.value.map(<[u8]>::to_vec) };
                match batch.is_transactional() {
                    true => Entry::OfTransaction(producer, owned),
                    false => Entry::Record(owned),
                }
            };
            self.shard.load(&entry).map_err(|error| format!("offset {}: {error}", record.offset))?;
        }
        Ok(())
    }
}
