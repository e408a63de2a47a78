//! One batch through compaction: goes whole, stays byte for byte, or is written anew with the records that are left.
//! The rules are Kafka's: a batch keeps its first and last offset and its sequences whatever is left of it; it may
//! be emptied but stay where its producer's last sequence or the end of the round would be lost with it; a tombstone
//! is given a time to go when it is first met, kept in the place of the base timestamp (KIP-534). Decides about one
//! batch at a time; what the log around it means is told by the caller.

use thalweg_records::{
    BatchBuilder, BatchError, BatchView, Codec, Compression, LegacyMessage, Limits, Record, RecordIter,
    Scratch, TimestampType,
};

use super::map::OffsetMap;

/// What the caller knows about the batch at hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement {
    /// None of its records stays: its transaction was aborted, or it is a marker whose time has come.
    pub discards_records: bool,
    /// A batch without records stays all the same.
    pub stays_empty: bool,
    /// A marker that ends nothing any more: it gets its time to go.
    pub is_idle_marker: bool,
}

/// Times of one compaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub now_ms: i64,
    pub delete_retention_ms: i64,
    /// Tombstones without a time of their own (magic 0 and 1) still stay.
    pub keeps_legacy_tombstones: bool,
}

/// What becomes of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    /// As it is.
    Whole,
    /// These bytes instead.
    Anew(Vec<u8>),
}

/// Memory used from batch to batch.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    pub scratch: Scratch,
    pub records: Vec<u8>,
}

/// Decides about a batch of magic 2.
pub(super) fn filter(
    batch: &BatchView<'_>,
    judgement: &Judgement,
    map: &OffsetMap,
    times: &Times,
    buffers: &mut Buffers,
) -> Result<Kept, BatchError> {
    let stays = |record: &Record<'_>| {
        if judgement.discards_records {
            return false;
        }
        if batch.is_control() {
            return true;
        }
        let keeps_tombstone = batch.delete_horizon_ms().is_none_or(|horizon| times.now_ms < horizon);
        is_kept(record, map, keeps_tombstone)
    };
    let limits = Limits::default();
    let mut kept = Vec::new();
    let mut met = 0;
    let mut has_tombstone = false;
    let mut rest = RecordIter::new(batch, &limits, &mut buffers.scratch, &mut buffers.records)?;
    for record in &mut rest {
        let record = record?;
        met += 1;
        if stays(&record) {
            has_tombstone |= record.value.is_none();
            kept.push(record);
        }
    }
    if kept.is_empty() {
        return Ok(if judgement.stays_empty { Kept::Anew(emptied(batch)) } else { Kept::Nothing });
    }
    let needs_horizon = (has_tombstone || judgement.is_idle_marker) && batch.delete_horizon_ms().is_none();
    if kept.len() == met && !needs_horizon {
        return Ok(Kept::Whole);
    }
    let horizon = match needs_horizon {
        true => Some(times.now_ms.saturating_add(times.delete_retention_ms)),
        false => batch.delete_horizon_ms(),
    };
    let mut builder = like(batch, Compression::from(batch.codec()?));
    if let Some(horizon) = horizon {
        builder = builder.delete_horizon_ms(horizon);
    }
    let base = batch.base_offset().0;
    for (index, record) in (0..).zip(&kept) {
        let delta = i32::try_from(record.offset.0 - base).ok().filter(|delta| *delta >= 0);
        let delta = delta.ok_or(BatchError::RecordStructure { index })?;
        builder.append_at(delta, record.timestamp, record.key, record.value, record.headers);
    }
    Ok(Kept::Anew(builder.build()))
}

/// Decides about a message of magic 0 or 1, which may wrap others.
pub(super) fn filter_legacy(
    message: &LegacyMessage<'_>,
    map: &OffsetMap,
    times: &Times,
    buffers: &mut Buffers,
) -> Result<Kept, BatchError> {
    let limits = Limits::default();
    let mut records = Vec::new();
    let mut kept = Vec::new();
    let mut met = 0;
    // The buffer is the message's, for as long as its records are looked at.
    for record in message.records(&limits, &mut buffers.scratch, &mut records)? {
        let record = record?;
        met += 1;
        if is_kept(&record, map, times.keeps_legacy_tombstones) {
            kept.push(record);
        }
    }
    Ok(match kept.len() {
        0 => Kept::Nothing,
        count if count == met => Kept::Whole,
        _ => Kept::Anew(message.with_records(&kept)?),
    })
}

/// The newest record of its key stays, and so does what lies behind the part that is compacted.
fn is_kept(record: &Record<'_>, map: &OffsetMap, keeps_tombstone: bool) -> bool {
    if record.offset.0 > map.latest() {
        return true;
    }
    // Compacted topics refuse records without a key; one from before the topic was compacted goes.
    let Some(key) = record.key else { return false };
    let is_newest = map.get(key).is_none_or(|newest| record.offset.0 >= newest);
    is_newest && (record.value.is_some() || keeps_tombstone)
}

/// A builder with everything a batch keeps when it is written anew.
fn like(batch: &BatchView<'_>, compression: Compression) -> BatchBuilder {
    let mut builder = BatchBuilder::new(compression)
        .base_offset(batch.base_offset())
        .leader_epoch(batch.partition_leader_epoch())
        .producer(batch.producer_id(), batch.producer_epoch(), batch.base_sequence())
        .transactional(batch.is_transactional())
        .control(batch.is_control())
        .last_offset_delta(batch.last_offset_delta());
    if batch.timestamp_type() == TimestampType::LogAppendTime {
        builder = builder.log_append_time(batch.max_timestamp());
    }
    builder
}

/// The batch without its records, a bare header.
fn emptied(batch: &BatchView<'_>) -> Vec<u8> {
    like(batch, Codec::None.into()).max_timestamp_of_none(batch.max_timestamp()).build()
}
