//! Finding bytes to send: which file, from where, how many. Takes no lock, copies nothing, never hands out a
//! byte beyond its bound. One segment per read, cut at the asked size wherever that falls, as Kafka does.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use thalweg_model::{Offset, ProducerId};

use crate::ends::Snapshot;
use crate::files::no_file;
use crate::index::TxnRow;
use crate::log::{PartitionLog, is_gone};
use crate::request::{AbortedTxn, Bound, ReadCursor, ReadError, Slice};
use crate::scan::batch_at;
use crate::segment::Segment;

impl PartitionLog {
    /// Reads from the batch that holds `from`. `at_least_one`: the first batch is whole even above
    /// `max_bytes`. Any thread, though bytes or index rows not in the page cache make it wait for the disk.
    pub fn read(
        &self,
        from: Offset,
        max_bytes: u32,
        bound: Bound,
        at_least_one: bool,
        cursor: &mut ReadCursor,
    ) -> Result<Slice, ReadError> {
        loop {
            let generation = self.generation.load(Ordering::Acquire);
            let ends = self.ends.read();
            let segments = self.segments.load_full();
            let asked = Asked { from: from.0, max_bytes, bound, at_least_one, generation };
            let read = self.read_once(&segments, ends, &asked, cursor);
            let is_stale = !Arc::ptr_eq(&segments, &self.segments.load());
            match read {
                // Deleted or cut under our feet: look again.
                Err(error) if is_stale && (is_gone(&error) || matches!(error, ReadError::Corrupt { .. })) => {
                }
                read => return read,
            }
        }
    }

    fn read_once(
        &self,
        segments: &[Arc<Segment>],
        ends: Snapshot,
        asked: &Asked,
        cursor: &mut ReadCursor,
    ) -> Result<Slice, ReadError> {
        if asked.from < ends.log_start || asked.from > ends.log_end {
            return Err(ReadError::OffsetOutOfRange);
        }
        let bound = match asked.bound {
            Bound::HighWatermark => ends.high_watermark,
            Bound::LastStable => ends.last_stable,
            Bound::LogEnd => ends.log_end,
        };
        let mut place = Self::segment_for(segments, asked.from);
        loop {
            let segment = &segments[place];
            let limit = self.limit(segments, place, ends, bound)?;
            let position = if cursor.knows(asked, segment) {
                Some(cursor.position)
            } else if asked.from >= bound {
                Some(limit)
            } else {
                self.first_batch_at(segment, asked.from, limit)?
            };
            if let Some(position) = position.filter(|&position| position < limit)
                && let Some(slice) =
                    self.slice(segments, place, position, limit, (ends, bound), asked, cursor)?
            {
                return Ok(slice);
            }
            // Nothing here: the offset lies in a gap at the segment's end, or at the bound.
            if asked.from >= bound || place + 1 == segments.len() || segments[place + 1].base >= bound {
                let at = segment.base == ends.active && asked.from == bound && limit == segment.size();
                if at {
                    cursor.remember(asked.generation, segment, asked.from, limit);
                }
                return Ok(Slice {
                    file: no_file(),
                    position: u64::from(limit),
                    length: 0,
                    first_batch_length: 0,
                    aborted: Vec::new(),
                    next_offset: None,
                });
            }
            place += 1;
        }
    }

    fn first_batch_at(&self, segment: &Segment, from: i64, limit: u32) -> Result<Option<u32>, ReadError> {
        if limit == 0 {
            return Ok(None);
        }
        Ok(segment.find(&self.files, from, limit)?.map(|batch| batch.position))
    }

    /// Bytes of the segment that lie below `bound`.
    fn limit(
        &self,
        segments: &[Arc<Segment>],
        place: usize,
        ends: Snapshot,
        bound: i64,
    ) -> Result<u32, ReadError> {
        let segment = &segments[place];
        if segments.get(place + 1).is_some_and(|next| next.base <= bound) {
            return Ok(segment.size());
        }
        if bound <= segment.base {
            return Ok(0);
        }
        if segment.base == ends.active && bound == ends.log_end {
            return Ok(ends.position as u32);
        }
        segment.position_of(&self.files, bound, segment.size())
    }

    #[allow(clippy::too_many_arguments)]
    fn slice(
        &self,
        segments: &[Arc<Segment>],
        place: usize,
        position: u32,
        limit: u32,
        (ends, bound): (Snapshot, i64),
        asked: &Asked,
        cursor: &mut ReadCursor,
    ) -> Result<Option<Slice>, ReadError> {
        let segment = &segments[place];
        let file = segment.file(&self.files)?;
        let Some(first) = batch_at(&*file, position, limit)? else {
            return Err(ReadError::Corrupt {
                position: u64::from(position),
                base_offset: Offset(segment.base),
            });
        };
        let available = limit - position;
        let wanted = if asked.at_least_one { asked.max_bytes.max(first.size) } else { asked.max_bytes };
        let length = wanted.min(available);
        // Where the slice ends is a batch's end only if it is the segment's or the bound's.
        let next_offset = (length == available).then(|| match segments.get(place + 1) {
            Some(next) => next.base.min(bound),
            None => bound.min(ends.log_end),
        });
        match next_offset {
            Some(next) => cursor.remember(asked.generation, segment, next, limit),
            // A reader that takes a batch at a time asks for the one behind it next.
            None if length >= first.size => {
                cursor.remember(asked.generation, segment, first.last_offset + 1, first.end());
            }
            None => cursor.remember(asked.generation, segment, asked.from, position),
        }
        let aborted = match asked.bound {
            Bound::LastStable => {
                let upper = match next_offset {
                    Some(next) => next,
                    None => self.upper_bound(segment, position + length, bound)?,
                };
                self.aborted_between(&segments[place..], asked.from, upper)?
            }
            _ => Vec::new(),
        };
        Ok(Some(Slice {
            file,
            position: u64::from(position),
            length,
            first_batch_length: first.size,
            aborted,
            next_offset: next_offset.map(Offset),
        }))
    }

    /// An offset that nothing before `position` reaches: the next index row's, else the bound.
    fn upper_bound(&self, segment: &Segment, position: u32, bound: i64) -> Result<i64, ReadError> {
        let view = segment.offsets.view(&self.files, segment.base);
        let before = view.partition_point(|row| row.position < position)?;
        if before < view.len() {
            return Ok(view.get(before)?.offset.min(bound));
        }
        Ok(bound)
    }

    /// Aborted transactions that overlap `[from, upper)`, as Kafka collects them: segment by segment until an
    /// entry's last stable offset shows that none that follows can.
    fn aborted_between(
        &self,
        segments: &[Arc<Segment>],
        from: i64,
        upper: i64,
    ) -> Result<Vec<AbortedTxn>, ReadError> {
        let of = |row: TxnRow| AbortedTxn {
            producer_id: ProducerId(row.producer_id),
            first_offset: Offset(row.first_offset),
            last_offset: Offset(row.last_offset),
        };
        Ok(self.aborted_rows(segments, from, upper)?.into_iter().map(of).collect())
    }

    /// The same as the transaction index has them.
    pub(crate) fn aborted_rows(
        &self,
        segments: &[Arc<Segment>],
        from: i64,
        upper: i64,
    ) -> Result<Vec<TxnRow>, ReadError> {
        let mut found = Vec::new();
        for segment in segments {
            let view = segment.aborted.view(&self.files, segment.base);
            for number in 0..view.len() {
                let row = view.get(number)?;
                if row.last_offset >= from && row.first_offset < upper {
                    found.push(row);
                }
                if row.last_stable_offset >= upper {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }
}

struct Asked {
    from: i64,
    max_bytes: u32,
    bound: Bound,
    at_least_one: bool,
    generation: u32,
}

impl ReadCursor {
    fn knows(&self, asked: &Asked, segment: &Segment) -> bool {
        self.generation == asked.generation
            && self.offset == asked.from
            && self.segment == segment.base
            && self.incarnation == segment.incarnation
    }

    fn remember(&mut self, generation: u32, segment: &Segment, offset: i64, position: u32) {
        let (segment, incarnation) = (segment.base, segment.incarnation);
        *self = Self { generation, position, incarnation, segment, offset };
    }
}
