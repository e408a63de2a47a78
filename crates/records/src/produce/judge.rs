//! The checks themselves, in order, and the patches in place. The way of an ordinary uncompressed batch is one
//! CRC and one walk, without allocation.

use crate::attributes::{Codec, TimestampType};
use crate::codec::Scratch;
use crate::error::BatchError;
use crate::header::{BatchMut, BatchView, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, NO_TIMESTAMP, PEEK_SIZE};
use crate::walk::{RecordMeta, walk_records};

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
    let mut pass = Pass::new(&view, rules, now_ms);
    let dense = if header_is_enough(rules, codec) && target.codec() == codec {
        pass.take_header(&view);
        true
    } else {
        let walked = walk_records(&view, &rules.limits, scratch, |index, record| pass.record(index, record))
            .map_err(malformed)?;
        walked.dense
    };
    pass.check()?;
    if dense && target.codec() == codec {
        let accepted = accepted(&view, view.total_size(), codec, pass.max_timestamp());
        check_segment(accepted.size, rules)?;
        // The bytes were parsed above; a failure here could only be ours.
        let mut batch = BatchMut::parse(records).map_err(ProduceError::CorruptMessage)?;
        batch.set_max_timestamp(rules.timestamp_type, accepted.max_timestamp);
        return Ok(Verdict::InPlace(accepted));
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

/// What one pass over the records gathers.
struct Pass<'r> {
    rules: &'r ProduceRules,
    now_ms: i64,
    base_timestamp: i64,
    /// The batch claims LogAppendTime: all its records have this timestamp.
    append_time: Option<i64>,
    max_timestamp: i64,
    index_of_max: u32,
    last_index: u32,
    errors: Vec<RecordError>,
    bad_timestamp: bool,
}

impl<'r> Pass<'r> {
    fn new(view: &BatchView<'_>, rules: &'r ProduceRules, now_ms: i64) -> Self {
        Self {
            rules,
            now_ms,
            base_timestamp: view.base_timestamp(),
            append_time: (view.timestamp_type() == TimestampType::LogAppendTime)
                .then(|| view.max_timestamp()),
            max_timestamp: NO_TIMESTAMP,
            index_of_max: 0,
            last_index: view.last_offset_delta() as u32,
            errors: Vec::new(),
            bad_timestamp: false,
        }
    }

    #[inline(always)]
    fn record(&mut self, index: u32, record: &RecordMeta) {
        let timestamp = match self.append_time {
            None => self.base_timestamp.wrapping_add(record.timestamp_delta),
            Some(time) => time,
        };
        if timestamp > self.max_timestamp {
            self.max_timestamp = timestamp;
            self.index_of_max = index;
        }
        if self.rules.compacted && record.key_length < 0 {
            self.fault(index, RecordErrorKind::MissingKey);
        } else if let Some(kind) = self.timestamp_fault(timestamp) {
            self.fault(index, kind);
        }
    }

    /// KIP-32, KIP-937.
    #[inline(always)]
    fn timestamp_fault(&self, timestamp: i64) -> Option<RecordErrorKind> {
        let rules = self.rules;
        if rules.timestamp_type == TimestampType::CreateTime && timestamp != NO_TIMESTAMP {
            // Differences wrap as Java's do.
            let behind = self.now_ms.wrapping_sub(timestamp);
            (behind > rules.before_max_ms || behind.wrapping_neg() > rules.after_max_ms).then(|| {
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

    #[cold]
    #[inline(never)]
    fn fault(&mut self, index: u32, kind: RecordErrorKind) {
        self.bad_timestamp |= kind != RecordErrorKind::MissingKey;
        if self.errors.len() < RECORD_ERRORS_MAX {
            self.errors.push(RecordError { index: index as i32, kind });
        }
    }

    /// Believes the header for all records.
    fn take_header(&mut self, view: &BatchView<'_>) {
        let timestamp = view.max_timestamp();
        self.max_timestamp = timestamp.max(NO_TIMESTAMP);
        self.index_of_max = self.last_index;
        if let Some(kind) = self.timestamp_fault(timestamp) {
            self.fault(self.last_index, kind);
        }
    }

    /// A single bad timestamp makes the whole refusal INVALID_TIMESTAMP.
    fn check(&mut self) -> Result<(), ProduceError> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let record_errors = std::mem::take(&mut self.errors);
        Err(if self.bad_timestamp {
            ProduceError::InvalidTimestamp { record_errors }
        } else {
            ProduceError::InvalidRecord { reason: Reason::Records, record_errors }
        })
    }

    fn max_timestamp(&self) -> (i64, i32) {
        match self.rules.timestamp_type {
            TimestampType::CreateTime => (self.max_timestamp, self.index_of_max as i32),
            TimestampType::LogAppendTime => (self.now_ms, self.last_index as i32),
        }
    }
}

const _: () = assert!(HEADER_SIZE > PEEK_SIZE && PEEK_SIZE > LOG_OVERHEAD);
