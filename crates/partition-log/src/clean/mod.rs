//! Compaction: of every key only the newest record stays. Segments below the log's end are written anew into files
//! of their own, which then take the place of the old ones in one step that a crash cannot split.
//!
//! [`PartitionLog::dirtiness`] says whether a log is worth it; a [`Compaction`] does the work in steps, so that its
//! caller decides how fast and may stop between any two. Offsets never change, the active segment is never touched,
//! nothing at or behind the last stable offset is. One thread per log at a time, never a worker. The rules and the
//! reasons: docs/design/compaction.md.

mod filter;
mod map;
mod output;
mod resume;
mod run;
mod split;
mod swap;
mod transactions;

use std::sync::Arc;

use thalweg_model::{Now, Offset};

use crate::log::PartitionLog;
use crate::request::ReadError;
use crate::segment::Segment;

pub use map::OffsetMap;
pub(crate) use resume::resume;
pub use run::{Compacted, Compaction, CompactionError, Step};
pub(crate) use split::split_overflowing;

/// How much of a log compaction has not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dirtiness {
    /// Where the part begins that was never compacted.
    pub first_dirty: Offset,
    /// Where the part ends that may be.
    pub first_uncleanable: Offset,
    /// Bytes in segments before the first dirty offset.
    pub clean_bytes: u64,
    /// Bytes in segments between the two.
    pub dirty_bytes: u64,
    /// A record has waited longer than `max.compaction.lag.ms`.
    pub is_overdue: bool,
    /// The checkpoint names an offset that the log does not reach, or has left behind.
    pub checkpoint_is_wrong: bool,
}

impl Dirtiness {
    /// Share of the compactable bytes that are dirty.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        match self.clean_bytes + self.dirty_bytes {
            0 => 0.0,
            total => self.dirty_bytes as f64 / total as f64,
        }
    }

    /// Whether the topic's settings ask for a compaction now.
    #[must_use]
    pub fn is_due(&self, min_cleanable_dirty_ratio: f64) -> bool {
        self.dirty_bytes > 0 && (self.is_overdue || self.ratio() > min_cleanable_dirty_ratio)
    }
}

impl PartitionLog {
    /// How much there is to compact. `checkpoint` = up to where it was compacted, from
    /// `cleaner-offset-checkpoint`. Any disk thread; may read the first header of each dirty segment.
    pub fn dirtiness(&self, checkpoint: Option<Offset>, now: Now) -> Result<Dirtiness, ReadError> {
        let config = self.config();
        let segments = self.segments.load_full();
        let ends = self.ends.read();
        let from = checkpoint.map_or(ends.log_start, |offset| offset.0);
        let checkpoint_is_wrong = from < ends.log_start || from > ends.log_end;
        let first_dirty = if checkpoint_is_wrong { ends.log_start } else { from };
        let Some((active, sealed)) = segments.split_last() else {
            return Err(ReadError::OffsetOutOfRange);
        };
        let dirty = between(sealed, first_dirty, active.base);

        let mut limit = ends.last_stable.min(active.base);
        if config.min_compaction_lag_ms > 0 {
            let youngest = now.wall_ms.saturating_sub(config.min_compaction_lag_ms);
            for segment in dirty {
                if self.largest_timestamp(segment)? > youngest {
                    limit = limit.min(segment.base);
                    break;
                }
            }
        }
        // A segment is compacted whole or not at all.
        let whole = between(sealed, limit.max(first_dirty), active.base).first();
        let first_uncleanable = whole.map_or(active.base, |segment| segment.base);
        let bytes = |part: &[Arc<Segment>]| part.iter().map(|segment| u64::from(segment.size())).sum();
        let clean = &sealed[..sealed.partition_point(|segment| segment.base < first_dirty)];

        let mut is_overdue = false;
        let latest = now.wall_ms.saturating_sub(config.max_compaction_lag_ms);
        if config.max_compaction_lag_ms < i64::MAX {
            for segment in dirty {
                let first = segment.first_timestamp(&self.files)?;
                is_overdue |= first > 0 && first < latest;
            }
        }
        Ok(Dirtiness {
            first_dirty: Offset(first_dirty),
            first_uncleanable: Offset(first_uncleanable),
            clean_bytes: bytes(clean),
            dirty_bytes: bytes(between(sealed, first_dirty, first_uncleanable)),
            is_overdue,
            checkpoint_is_wrong,
        })
    }
}

/// The segments that hold offsets of `[from, to)`.
fn between(segments: &[Arc<Segment>], from: i64, to: i64) -> &[Arc<Segment>] {
    if from >= to {
        return &[];
    }
    let begin = segments.partition_point(|segment| segment.base <= from).saturating_sub(1);
    let end = segments.partition_point(|segment| segment.base < to);
    &segments[begin.min(end)..end]
}
