//! Writes an accepted batch anew: the topic wants another codec, or offset deltas are not 0, 1, 2, …. Records
//! keep key, value, headers and order; only then does the broker pay for decompression into memory.

use crate::attributes::TimestampType;
use crate::build::BatchBuilder;
use crate::codec::{Compression, Scratch};
use crate::error::BatchError;
use crate::header::{BatchView, NO_TIMESTAMP};
use crate::record::RecordIter;

use super::ProduceRules;
use super::error::{ProduceError, Reason};

/// The new batch and its max timestamp with the offset delta that goes with it.
pub(super) fn rebuild(
    view: &BatchView<'_>,
    target: Compression,
    rules: &ProduceRules,
    now_ms: i64,
    scratch: &mut Scratch,
) -> Result<(Vec<u8>, (i64, i32)), ProduceError> {
    let malformed = |error: BatchError| ProduceError::invalid(Reason::Malformed(error));
    let mut builder = BatchBuilder::new(target)
        .producer(view.producer_id(), view.producer_epoch(), view.base_sequence())
        .transactional(view.is_transactional());
    if rules.timestamp_type == TimestampType::LogAppendTime {
        builder = builder.log_append_time(now_ms);
    }
    let mut buffer = Vec::new();
    for record in RecordIter::new(view, &rules.limits, scratch, &mut buffer).map_err(malformed)? {
        let record = record.map_err(malformed)?;
        if record.timestamp < NO_TIMESTAMP {
            return Err(ProduceError::invalid(Reason::NegativeTimestamp(record.timestamp)));
        }
        builder.append_iter(record.timestamp, record.key, record.value, record.headers);
    }
    let max_timestamp = match rules.timestamp_type {
        TimestampType::CreateTime => builder.max_timestamp(),
        TimestampType::LogAppendTime => (now_ms, builder.record_count() - 1),
    };
    Ok((builder.build(), max_timestamp))
}
