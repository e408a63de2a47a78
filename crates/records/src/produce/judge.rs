//! The checks themselves, in order, and the patches in place. The way of an ordinary uncompressed batch is one
//! CRC and one walk, without allocation.

use crate::attributes::{Codec, TimestampType};
use crate::codec::Scratch;
use crate::error::BatchError;
use crate::header::{BatchMut, BatchView, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, NO_TIMESTAMP, PEEK_SIZE};
use crate::walk::{RecordMeta, walk_records, walk_slice};

use super::error::{ProduceError, RECORD_ERRORS_MAX, Reason, RecordError, RecordErrorKind};
use super::rebuild::rebuild;
use super::{Accepted, DEFAULT_AFTER_MAX_MS, ProduceRules, ValidateCompressed, Verdict};

/// Judges the records field of one partition in a Produce request and makes the batch ready to be appended:
/// timestamp type and max timestamp are patched in `records` where the topic or the records say otherwise.
pub fn validate_produce(
    records: &mut [u8],
    rules: &ProduceRules,
    now_ms: i64,
    scratch: &mut Scratch,
) -> Result<Verdict, ProduceError> {
    let view = one_batch(records, rules)?;
    check_header(&view, rules)?;
    let codec = view.codec().map_err(malformed)?;
    let target = rules.compression.target(codec);
    let judge = RecordJudge::new(&view, rules, now_ms);
    let seen = if header_is_enough(rules, codec) && target.codec() == codec {
        judge.header(&view)?
    } else {
        judge.records(&view, scratch)?
    };
    if seen.dense && target.codec() == codec {
        let accepted = accepted(&view, view.total_size(), codec, (seen.max_timestamp, seen.index_of_max));
        check_segment(accepted.size, rules)?;
        // The bytes were parsed above; a failure here could only be ours.
        let mut batch = BatchMut::parse(records).map_err(ProduceError::CorruptMessage)?;
        batch.set_max_timestamp(rules.timestamp_type, accepted.max_timestamp);
        return Ok(Verdict::InPlace(accepted));
    }
    if target.codec() == codec && codec != Codec::None {
        return Err(ProduceError::invalid(Reason::OffsetDeltas));
    }
    let (batch, max_timestamp) = rebuild(&view, target, rules, now_ms, scratch)?;
    let accepted = accepted(&view, batch.len(), target.codec(), max_timestamp);
    if accepted.size > rules.max_message_bytes {
        return Err(ProduceError::MessageTooLarge { size: accepted.size, max: rules.max_message_bytes });
    }
    check_segment(accepted.size, rules)?;
    Ok(Verdict::Rebuilt(accepted, batch))
}

fn malformed(error: BatchError) -> ProduceError {
    ProduceError::invalid(Reason::Malformed(error))
}

/// Exactly one batch of magic 2 (Produce v3 and later).
fn one_batch<'a>(records: &'a [u8], rules: &ProduceRules) -> Result<BatchView<'a>, ProduceError> {
    let Some(start) = next_batch(records)? else {
        return Err(ProduceError::invalid(Reason::NoBatch));
    };
    if start.magic != MAGIC_V2 {
        return Err(ProduceError::invalid(Reason::Magic(start.magic)));
    }
    let view = BatchView::parse(records);
    if rules.produce_version < 7
        && let Ok(view) = &view
    {
        match view.codec() {
            Ok(Codec::Zstd) => return Err(ProduceError::UnsupportedCompressionType),
            Ok(_) => {}
            Err(error) => return Err(malformed(error)),
        }
    }
    // Less than a batch may follow, and is dropped.
    if next_batch(&records[start.size..])?.is_some() {
        return Err(ProduceError::invalid(Reason::SeveralBatches));
    }
    view.map_err(ProduceError::CorruptMessage)
}

struct Start {
    size: usize,
    magic: i8,
}

/// The next batch of a log as Kafka's in-memory reader finds it: none if less than one is left, an error if
/// the length is below that of the smallest record ever (magic 0) or the magic is unknown.
fn next_batch(bytes: &[u8]) -> Result<Option<Start>, ProduceError> {
    const MIN_LENGTH: i32 = 14;
    let Some(&[.., l0, l1, l2, l3]) = bytes.first_chunk::<LOG_OVERHEAD>() else {
        return Ok(None);
    };
    let length = i32::from_be_bytes([l0, l1, l2, l3]);
    if length < MIN_LENGTH {
        return Err(ProduceError::CorruptMessage(BatchError::Length(length)));
    }
    let Some(magic) = bytes.get(PEEK_SIZE - 1).map(|&magic| magic as i8) else {
        return Ok(None);
    };
    if !(0..=MAGIC_V2).contains(&magic) {
        return Err(ProduceError::CorruptMessage(BatchError::Magic(magic)));
    }
    let size = LOG_OVERHEAD + length as usize;
    Ok((size <= bytes.len()).then_some(Start { size, magic }))
}

/// Everything the header alone can show, CRC included.
fn check_header(view: &BatchView<'_>, rules: &ProduceRules) -> Result<(), ProduceError> {
    let invalid = |reason| Err(ProduceError::invalid(reason));
    if view.base_offset().0 != 0 {
        return invalid(Reason::BaseOffset(view.base_offset().0));
    }
    if view.total_size() > rules.max_message_bytes {
        return Err(ProduceError::MessageTooLarge { size: view.total_size(), max: rules.max_message_bytes });
    }
    view.verify_crc().map_err(ProduceError::CorruptMessage)?;
    if let Err(error) = view.codec() {
        return Err(malformed(error));
    }
    let last_offset_delta = view.last_offset_delta();
    let count = view.record_count();
    if last_offset_delta < 0 {
        return invalid(Reason::OffsetRange { last_offset_delta });
    }
    if count <= 0 {
        return invalid(Reason::Count(count));
    }
    if count - 1 != last_offset_delta {
        return invalid(Reason::CountMismatch { last_offset_delta, count });
    }
    if view.is_control() {
        return invalid(Reason::Control);
    }
    if view.has_producer_id() && view.base_sequence().0 < 0 {
        return invalid(Reason::Sequence(view.base_sequence().0));
    }
    Ok(())
}

/// Whether the operator's `header` mode may be used for this batch.
fn header_is_enough(rules: &ProduceRules, codec: Codec) -> bool {
    rules.validate_compressed == ValidateCompressed::Header
        && codec != Codec::None
        && !rules.compacted
        && rules.timestamp_type == TimestampType::CreateTime
        && rules.before_max_ms == i64::MAX
        && matches!(rules.after_max_ms, DEFAULT_AFTER_MAX_MS | i64::MAX)
}

fn accepted(view: &BatchView<'_>, size: usize, codec: Codec, max_timestamp: (i64, i32)) -> Accepted {
    Accepted {
        size,
        record_count: view.record_count(),
        max_timestamp: max_timestamp.0,
        offset_delta_of_max_timestamp: max_timestamp.1,
        codec,
        producer_id: view.producer_id(),
        producer_epoch: view.producer_epoch(),
        base_sequence: view.base_sequence(),
        is_transactional: view.is_transactional(),
    }
}

fn check_segment(size: usize, rules: &ProduceRules) -> Result<(), ProduceError> {
    if size > rules.segment_bytes {
        return Err(ProduceError::RecordListTooLarge { size, max: rules.segment_bytes });
    }
    Ok(())
}

/// Judges records one by one: key and timestamp.
struct RecordJudge<'r> {
    rules: &'r ProduceRules,
    now_ms: i64,
    base_timestamp: i64,
    /// The batch claims LogAppendTime: all its records have this timestamp.
    append_time: Option<i64>,
    last_offset_delta: i32,
}

impl<'r> RecordJudge<'r> {
    fn new(view: &BatchView<'_>, rules: &'r ProduceRules, now_ms: i64) -> Self {
        Self {
            rules,
            now_ms,
            base_timestamp: view.base_timestamp(),
            append_time: (view.timestamp_type() == TimestampType::LogAppendTime)
                .then(|| view.max_timestamp()),
            last_offset_delta: view.last_offset_delta(),
        }
    }

    /// Reads all records. The pass only notes that something is at fault; what it is, a second one finds out.
    fn records(&self, view: &BatchView<'_>, scratch: &mut Scratch) -> Result<Seen, ProduceError> {
        let common = self.rules.timestamp_type == TimestampType::CreateTime && self.append_time.is_none();
        if common
            && view.codec() == Ok(Codec::None)
            && let Some(result) = self.common_pass(view)
        {
            return result;
        }
        let mut newest = (NO_TIMESTAMP, 0);
        let mut at_fault = false;
        let walked = walk_records(view, &self.rules.limits, scratch, |index, record| {
            let timestamp = self.timestamp(record);
            if timestamp > newest.0 {
                newest = (timestamp, index as i32);
            }
            at_fault |= self.fault(record).is_some();
        })
        .map_err(malformed)?;
        if at_fault {
            return Err(self.refusal(view, scratch));
        }
        Ok(self.seen(walked.dense, newest))
    }

    /// What nearly every batch is: uncompressed, with the producer's timestamps, none of them out of range. It
    /// keeps the extremes of what was read, and all of it in registers; `None` if they show something at fault or
    /// unusual, so that records must be looked at one by one.
    #[inline(never)]
    fn common_pass(&self, view: &BatchView<'_>) -> Option<Result<Seen, ProduceError>> {
        let (mut oldest, mut newest, mut index_of_newest) = (i64::MAX, i64::MIN, 0);
        let mut shortest_key = i32::MAX;
        // The header was checked: the count is positive.
        let count = view.record_count() as u32;
        let mut visit = |index: u32, record: &RecordMeta| {
            oldest = oldest.min(record.timestamp_delta);
            if record.timestamp_delta > newest {
                newest = record.timestamp_delta;
                index_of_newest = index as i32;
            }
        };
        let walked = if self.rules.compacted {
            walk_slice(view.records_bytes(), count, |index, record| {
                visit(index, record);
                shortest_key = shortest_key.min(record.key_length);
            })
        } else {
            walk_slice(view.records_bytes(), count, visit)
        };
        let walked = match walked {
            Ok(walked) => walked,
            Err(error) => return Some(Err(malformed(error))),
        };
        // Where nothing wraps and "no timestamp" (−1) is outside, all that lies between is in range too.
        let oldest = self.base_timestamp.checked_add(oldest)?;
        let newest = self.base_timestamp.checked_add(newest)?;
        let rules = self.rules;
        let in_range =
            |timestamp| !out_of_range(timestamp, self.now_ms, rules.before_max_ms, rules.after_max_ms);
        let sound = self.now_ms >= 0
            && oldest > NO_TIMESTAMP
            && in_range(oldest)
            && in_range(newest)
            && shortest_key >= 0;
        sound.then_some(Ok(self.seen(walked.dense, (newest, index_of_newest))))
    }

    /// Believes the header for all records.
    fn header(&self, view: &BatchView<'_>) -> Result<Seen, ProduceError> {
        let timestamp = view.max_timestamp();
        match self.timestamp_fault(timestamp) {
            Some(kind) => {
                let record_errors = vec![RecordError { index: self.last_offset_delta, kind }];
                Err(ProduceError::InvalidTimestamp { record_errors })
            }
            None => Ok(self.seen(true, (timestamp.max(NO_TIMESTAMP), self.last_offset_delta))),
        }
    }

    fn seen(&self, dense: bool, newest: (i64, i32)) -> Seen {
        let (max_timestamp, index_of_max) = match self.rules.timestamp_type {
            TimestampType::CreateTime => newest,
            TimestampType::LogAppendTime => (self.now_ms, self.last_offset_delta),
        };
        Seen { dense, max_timestamp, index_of_max }
    }

    /// Lists the records at fault. A single bad timestamp makes it INVALID_TIMESTAMP.
    #[cold]
    fn refusal(&self, view: &BatchView<'_>, scratch: &mut Scratch) -> ProduceError {
        let mut record_errors = Vec::new();
        let mut bad_timestamp = false;
        let walked = walk_records(view, &self.rules.limits, scratch, |index, record| {
            if let Some(kind) = self.fault(record) {
                bad_timestamp |= kind != RecordErrorKind::MissingKey;
                if record_errors.len() < RECORD_ERRORS_MAX {
                    record_errors.push(RecordError { index: index as i32, kind });
                }
            }
        });
        match walked {
            Err(error) => malformed(error),
            Ok(_) if bad_timestamp => ProduceError::InvalidTimestamp { record_errors },
            Ok(_) => ProduceError::InvalidRecord { reason: Reason::Records, record_errors },
        }
    }

    fn timestamp(&self, record: &RecordMeta) -> i64 {
        self.append_time.unwrap_or_else(|| self.base_timestamp.wrapping_add(record.timestamp_delta))
    }

    fn fault(&self, record: &RecordMeta) -> Option<RecordErrorKind> {
        if self.rules.compacted && record.key_length < 0 {
            return Some(RecordErrorKind::MissingKey);
        }
        self.timestamp_fault(self.timestamp(record))
    }

    /// KIP-32, KIP-937.
    fn timestamp_fault(&self, timestamp: i64) -> Option<RecordErrorKind> {
        let rules = self.rules;
        if rules.timestamp_type == TimestampType::CreateTime && timestamp != NO_TIMESTAMP {
            out_of_range(timestamp, self.now_ms, rules.before_max_ms, rules.after_max_ms).then(|| {
                RecordErrorKind::TimestampOutOfRange {
                    timestamp,
                    from: self.now_ms.saturating_sub(rules.before_max_ms),
                    to: self.now_ms.saturating_add(rules.after_max_ms),
                }
            })
        } else {
            self.append_time.map(|_| RecordErrorKind::LogAppendTime)
        }
    }
}

/// What is known of sound records.
struct Seen {
    /// Their offset deltas are 0, 1, 2, ….
    dense: bool,
    /// The largest timestamp, and the offset delta of the first record that has it.
    max_timestamp: i64,
    index_of_max: i32,
}

/// Differences wrap as Java's do.
#[inline(always)]
fn out_of_range(timestamp: i64, now_ms: i64, before_max_ms: i64, after_max_ms: i64) -> bool {
    let behind = now_ms.wrapping_sub(timestamp);
    (behind > before_max_ms) | (behind.wrapping_neg() > after_max_ms)
}

const _: () = assert!(HEADER_SIZE > PEEK_SIZE && PEEK_SIZE > LOG_OVERHEAD);
