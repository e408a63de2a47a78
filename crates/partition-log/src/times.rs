//! Finding records by time, for ListOffsets. Reads batches, decompressing where needed: disk or read threads,
//! never a worker.

use std::sync::Arc;

use thalweg_model::{LeaderEpoch, Offset};
use thalweg_records::{BatchView, Limits, RecordIter, Scratch};

use crate::log::PartitionLog;
use crate::request::{ReadError, TimestampOffset};
use crate::scan::BatchWalk;
use crate::segment::Segment;

impl PartitionLog {
    /// The first record at or behind the log's start whose timestamp is not below `timestamp`.
    pub fn offset_for_timestamp(&self, timestamp: i64) -> Result<Option<TimestampOffset>, ReadError> {
        let log_start = self.ends().log_start.0;
        for segment in self.segments.load_full().iter() {
            if segment.max_timestamp().0 < timestamp {
                continue;
            }
            let found = self.search(
                segment,
                |view, record_timestamp, offset| {
                    offset >= log_start && record_timestamp >= timestamp && view.max_timestamp() >= timestamp
                },
                timestamp,
            )?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The first record that holds the log's largest timestamp (KIP-734).
    pub fn offset_of_max_timestamp(&self) -> Result<Option<TimestampOffset>, ReadError> {
        let segments = self.segments.load_full();
        let largest = segments.iter().map(|segment| segment.max_timestamp().0).max().unwrap_or(-1);
        if largest < 0 {
            return Ok(None);
        }
        let holder: Option<&Arc<Segment>> =
            segments.iter().find(|segment| segment.max_timestamp().0 == largest);
        let Some(segment) = holder else { return Ok(None) };
        self.search(segment, |_, record_timestamp, _| record_timestamp == largest, largest)
    }

    /// The first record of the segment that `is_wanted`, among batches that reach `timestamp`.
    fn search(
        &self,
        segment: &Segment,
        mut is_wanted: impl FnMut(&BatchView<'_>, i64, i64) -> bool,
        timestamp: i64,
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
        let (limits, mut scratch) = (Limits::default(), Scratch::new());
        while let Some((at, bytes)) = walk.next()? {
            let Ok(view) = BatchView::parse(bytes) else { continue };
            if view.max_timestamp() < timestamp {
                continue;
            }
            let corrupt =
                || ReadError::Corrupt { position: u64::from(at.position), base_offset: Offset(segment.base) };
            let mut buffer = Vec::new();
            let records =
                RecordIter::new(&view, &limits, &mut scratch, &mut buffer).map_err(|_| corrupt())?;
            for record in records {
                let record = record.map_err(|_| corrupt())?;
                if is_wanted(&view, record.timestamp, record.offset.0) {
                    return Ok(Some(TimestampOffset {
                        timestamp: record.timestamp,
                        offset: record.offset,
                        leader_epoch: LeaderEpoch(view.partition_leader_epoch().0),
                    }));
                }
            }
        }
        Ok(None)
    }
}
