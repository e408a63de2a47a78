//! Finding records by time, for ListOffsets. Reads batches, decompressing where needed: disk or read threads,
//! never a worker.

use std::sync::Arc;

use thalweg_model::{LeaderEpoch, Offset};
use thalweg_records::{BatchError, BatchView, LegacyMessage, Limits, MAGIC_V2, Record, RecordIter, Scratch};

use crate::log::{PartitionLog, is_gone};
use crate::request::{ReadError, TimestampOffset};
use crate::scan::BatchWalk;
use crate::segment::Segment;

impl PartitionLog {
    /// The first record at or behind the log's start whose timestamp is not below `timestamp`.
    pub fn offset_for_timestamp(&self, timestamp: i64) -> Result<Option<TimestampOffset>, ReadError> {
        self.steadily(|segments| {
            let log_start = self.ends().log_start.0;
            for segment in segments.iter().filter(|segment| segment.max_timestamp().0 >= timestamp) {
                let found = self.search(segment, timestamp, |record_timestamp, offset| {
                    offset >= log_start && record_timestamp >= timestamp
                })?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            Ok(None)
        })
    }

    /// The first record that holds the log's largest timestamp (KIP-734).
    pub fn offset_of_max_timestamp(&self) -> Result<Option<TimestampOffset>, ReadError> {
        self.steadily(|segments| {
            let largest = segments.iter().map(|segment| segment.max_timestamp().0).max().unwrap_or(-1);
            let holder = segments.iter().find(|segment| segment.max_timestamp().0 == largest);
            match holder.filter(|_| largest >= 0) {
                Some(segment) => self.search(segment, largest, |timestamp, _| timestamp == largest),
                None => Ok(None),
            }
        })
    }

    /// Looks again where segments were deleted or compacted meanwhile.
    fn steadily<T>(
        &self,
        look: impl Fn(&Arc<Vec<Arc<Segment>>>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        loop {
            let segments = self.segments.load_full();
            match look(&segments) {
                Err(error) if is_gone(&error) && !Arc::ptr_eq(&segments, &self.segments.load()) => {}
                looked => return looked,
            }
        }
    }

    /// The first record of the segment that `is_wanted` by its timestamp and offset, among batches that reach
    /// `timestamp`.
    fn search(
        &self,
        segment: &Segment,
        timestamp: i64,
        is_wanted: impl Fn(i64, i64) -> bool,
    ) -> Result<Option<TimestampOffset>, ReadError> {
        let times = segment.times.view(&self.files, segment.base);
        // Up to the last row below `timestamp` nothing reaches it.
        let before = times.partition_point(|row| row.timestamp < timestamp)?;
        let size = segment.size();
        let from = match before.checked_sub(1) {
            Some(row) => segment.position_of(&self.files, times.get(row)?.offset, size)?,
            None => 0,
        };
        let file = segment.file(&self.files)?;
        let mut walk = BatchWalk::new(&*file, from, size);
        let mut scratch = Scratch::new();
        while let Some((at, bytes)) = walk.next()? {
            let wanted = |record: &Record<'_>| is_wanted(record.timestamp, record.offset.0);
            match first_in(bytes, timestamp, &mut scratch, wanted) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(_) => {
                    let (position, base_offset) = (u64::from(at.position), Offset(segment.base));
                    return Err(ReadError::Corrupt { position, base_offset });
                }
            }
        }
        Ok(None)
    }
}

/// The first record of a batch, of any magic, that is wanted; none of one that does not reach `timestamp`.
fn first_in(
    bytes: &[u8],
    timestamp: i64,
    scratch: &mut Scratch,
    is_wanted: impl Fn(&Record<'_>) -> bool,
) -> Result<Option<TimestampOffset>, BatchError> {
    let (limits, mut buffer) = (Limits::default(), Vec::new());
    let of = |record: Record<'_>, leader_epoch| TimestampOffset {
        timestamp: record.timestamp,
        offset: record.offset,
        leader_epoch,
    };
    if bytes.get(16).is_some_and(|&magic| (magic as i8) < MAGIC_V2) {
        let message = LegacyMessage::parse(bytes)?;
        if message.max_timestamp() >= timestamp {
            for record in message.records(&limits, scratch, &mut buffer)? {
                let record = record?;
                if is_wanted(&record) {
                    return Ok(Some(of(record, LeaderEpoch::NONE)));
                }
            }
        }
        return Ok(None);
    }
    let view = BatchView::parse(bytes)?;
    if view.max_timestamp() >= timestamp {
        for record in RecordIter::new(&view, &limits, scratch, &mut buffer)? {
            let record = record?;
            if is_wanted(&record) {
                return Ok(Some(of(record, view.partition_leader_epoch())));
            }
        }
    }
    Ok(None)
}
