//! The 61-byte header of a record batch (magic 2): a borrowed view with one getter per field, and the few
//! places a broker may overwrite. Every batch of the record's path is first met here, on its way in and on
//! its way out. Never copies a batch, never looks inside its records.
//!
//! All integers are big-endian. Layout (KIP-98, KIP-101, KIP-534):
//!
//! | at | size | field | at | size | field |
//! |---|---|---|---|---|---|
//! | 0 | 8 | base offset | 27 | 8 | base timestamp (delete horizon if attribute bit 6) |
//! | 8 | 4 | batch length: bytes after this field | 35 | 8 | max timestamp |
//! | 12 | 4 | partition leader epoch (outside the CRC) | 43 | 8 | producer id |
//! | 16 | 1 | magic | 51 | 2 | producer epoch |
//! | 17 | 4 | CRC-32C of bytes 21 .. end | 53 | 4 | base sequence |
//! | 21 | 2 | attributes | 57 | 4 | record count |
//! | 23 | 4 | last offset delta | 61 | … | records |

use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Sequence};

use crate::attributes::{Attributes, Codec, TimestampType};
use crate::error::BatchError;

/// Bytes of the header: the smallest batch there is.
pub const HEADER_SIZE: usize = 61;
/// Bytes before and including the batch length field; `batch_length` counts from here.
pub const LOG_OVERHEAD: usize = 12;
/// Bytes that [`peek`] needs: everything up to and including the magic byte.
pub const PEEK_SIZE: usize = 17;
/// The magic byte of today's batches.
pub const MAGIC_V2: i8 = 2;
/// What a batch without timestamp carries.
pub const NO_TIMESTAMP: i64 = -1;

pub(crate) const AT_BASE_OFFSET: usize = 0;
pub(crate) const AT_BATCH_LENGTH: usize = 8;
pub(crate) const AT_LEADER_EPOCH: usize = 12;
pub(crate) const AT_MAGIC: usize = 16;
pub(crate) const AT_CRC: usize = 17;
pub(crate) const AT_ATTRIBUTES: usize = 21;
pub(crate) const AT_LAST_OFFSET_DELTA: usize = 23;
pub(crate) const AT_BASE_TIMESTAMP: usize = 27;
pub(crate) const AT_MAX_TIMESTAMP: usize = 35;
pub(crate) const AT_PRODUCER_ID: usize = 43;
pub(crate) const AT_PRODUCER_EPOCH: usize = 51;
pub(crate) const AT_BASE_SEQUENCE: usize = 53;
pub(crate) const AT_RECORD_COUNT: usize = 57;

const _: () = assert!(AT_RECORD_COUNT + 4 == HEADER_SIZE);
const _: () = assert!(AT_MAGIC + 1 == PEEK_SIZE);

/// What the first 17 bytes of a batch say, whatever its magic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek {
    /// Offset of the batch (magic 0 and 1: of the record, or of the *last* inner record of a wrapper).
    pub base_offset: Offset,
    /// Bytes of the whole batch, header included.
    pub total_size: usize,
    /// Format: 0, 1 or 2 in anything Kafka wrote.
    pub magic: i8,
}

/// Reads what the start of a batch says about itself. `None` where fewer than 17 bytes are left, or where the
/// length is zero or negative: preallocated or torn bytes, which end a log. The length is not compared with
/// what follows; callers decide what a batch larger than the rest means.
#[must_use]
pub fn peek(bytes: &[u8]) -> Option<Peek> {
    let start: &[u8; PEEK_SIZE] = bytes.first_chunk()?;
    let length = i32::from_be_bytes(field(start, AT_BATCH_LENGTH));
    if length <= 0 {
        return None;
    }
    Some(Peek {
        base_offset: Offset(i64::from_be_bytes(field(start, AT_BASE_OFFSET))),
        total_size: LOG_OVERHEAD + length as usize,
        magic: start[AT_MAGIC] as i8,
    })
}

/// A whole batch of magic 2, borrowed. The length and magic have been checked, nothing else: the CRC is
/// [`BatchView::verify_crc`]'s business, the records those of a walk.
#[derive(Clone, Copy)]
pub struct BatchView<'a> {
    header: &'a [u8; HEADER_SIZE],
    /// Exactly the batch: what follows it in the caller's slice is cut off.
    bytes: &'a [u8],
}

impl<'a> BatchView<'a> {
    /// Takes the first batch of `bytes`. Bytes behind it are left alone.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BatchError> {
        let Some(start) = bytes.first_chunk::<PEEK_SIZE>() else {
            return Err(BatchError::Truncated { needed: HEADER_SIZE, available: bytes.len() });
        };
        let length = i32::from_be_bytes(field(start, AT_BATCH_LENGTH));
        let magic = start[AT_MAGIC] as i8;
        if magic != MAGIC_V2 {
            return Err(BatchError::Magic(magic));
        }
        if length < (HEADER_SIZE - LOG_OVERHEAD) as i32 {
            return Err(BatchError::Length(length));
        }
        let total_size = LOG_OVERHEAD + length as usize;
        match (bytes.first_chunk(), bytes.get(..total_size)) {
            (Some(header), Some(bytes)) => Ok(Self { header, bytes }),
            _ => Err(BatchError::Truncated { needed: total_size, available: bytes.len() }),
        }
    }

    /// The batch itself, header included.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Everything behind the header: the records, or one compressed blob of them.
    #[must_use]
    pub fn records_bytes(&self) -> &'a [u8] {
        &self.bytes[HEADER_SIZE..]
    }

    /// Bytes of the whole batch.
    #[must_use]
    pub fn total_size(&self) -> usize {
        self.bytes.len()
    }

    /// Offset of the first record the batch was made with.
    #[must_use]
    pub fn base_offset(&self) -> Offset {
        Offset(self.i64_at(AT_BASE_OFFSET))
    }

    /// Bytes after the length field.
    #[must_use]
    pub fn batch_length(&self) -> i32 {
        self.i32_at(AT_BATCH_LENGTH)
    }

    /// Epoch of the leader that appended the batch; clients send −1.
    #[must_use]
    pub fn partition_leader_epoch(&self) -> LeaderEpoch {
        LeaderEpoch(self.i32_at(AT_LEADER_EPOCH))
    }

    /// Always 2 for a parsed view.
    #[must_use]
    pub fn magic(&self) -> i8 {
        self.header[AT_MAGIC] as i8
    }

    /// The CRC-32C the batch carries.
    #[must_use]
    pub fn crc(&self) -> u32 {
        self.i32_at(AT_CRC) as u32
    }

    /// Codec and flags.
    #[must_use]
    pub fn attributes(&self) -> Attributes {
        Attributes(i16::from_be_bytes(field(self.header, AT_ATTRIBUTES)))
    }

    /// How the records are compressed; an error for the three numbers no codec has.
    pub fn codec(&self) -> Result<Codec, BatchError> {
        self.attributes().codec()
    }

    /// Last offset minus base offset, as of when the batch was made: compaction does not change it.
    #[must_use]
    pub fn last_offset_delta(&self) -> i32 {
        self.i32_at(AT_LAST_OFFSET_DELTA)
    }

    /// What record timestamps are relative to; −1 in an empty batch.
    #[must_use]
    pub fn base_timestamp(&self) -> i64 {
        self.i64_at(AT_BASE_TIMESTAMP)
    }

    /// When tombstones and markers of this batch may go (KIP-534), kept in the base timestamp's place.
    #[must_use]
    pub fn delete_horizon_ms(&self) -> Option<i64> {
        self.attributes().has_delete_horizon().then(|| self.base_timestamp())
    }

    /// Largest record timestamp, or the append time for LogAppendTime.
    #[must_use]
    pub fn max_timestamp(&self) -> i64 {
        self.i64_at(AT_MAX_TIMESTAMP)
    }

    /// Whether record timestamps are the producer's or the broker's.
    #[must_use]
    pub fn timestamp_type(&self) -> TimestampType {
        self.attributes().timestamp_type()
    }

    /// Identity of an idempotent producer.
    #[must_use]
    pub fn producer_id(&self) -> ProducerId {
        ProducerId(self.i64_at(AT_PRODUCER_ID))
    }

    /// True if an idempotent producer wrote the batch.
    #[must_use]
    pub fn has_producer_id(&self) -> bool {
        self.producer_id() > ProducerId::NONE
    }

    /// Fencing number of the producer.
    #[must_use]
    pub fn producer_epoch(&self) -> ProducerEpoch {
        ProducerEpoch(i16::from_be_bytes(field(self.header, AT_PRODUCER_EPOCH)))
    }

    /// Sequence of the first record.
    #[must_use]
    pub fn base_sequence(&self) -> Sequence {
        Sequence(self.i32_at(AT_BASE_SEQUENCE))
    }

    /// Sequence of the last record the batch was made with.
    #[must_use]
    pub fn last_sequence(&self) -> Sequence {
        match self.base_sequence() {
            Sequence::NONE => Sequence::NONE,
            base => base.plus(self.last_offset_delta()),
        }
    }

    /// How many records the batch says it holds; compaction lowers it, possibly to 0.
    #[must_use]
    pub fn record_count(&self) -> i32 {
        self.i32_at(AT_RECORD_COUNT)
    }

    /// Part of a transaction.
    #[must_use]
    pub fn is_transactional(&self) -> bool {
        self.attributes().is_transactional()
    }

    /// Holds control records (markers, quorum entries) instead of data.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.attributes().is_control()
    }

    /// Offset of the last record the batch was made with.
    #[must_use]
    pub fn last_offset(&self) -> Offset {
        Offset(self.base_offset().0.wrapping_add(i64::from(self.last_offset_delta())))
    }

    /// Offset that follows the batch.
    #[must_use]
    pub fn next_offset(&self) -> Offset {
        Offset(self.last_offset().0.wrapping_add(1))
    }

    /// Compares the CRC the batch carries with that of its bytes.
    pub fn verify_crc(&self) -> Result<(), BatchError> {
        let computed = crc(self.bytes);
        if computed == self.crc() { Ok(()) } else { Err(BatchError::Crc { stored: self.crc(), computed }) }
    }

    fn i64_at(&self, at: usize) -> i64 {
        i64::from_be_bytes(field(self.header, at))
    }

    fn i32_at(&self, at: usize) -> i32 {
        i32::from_be_bytes(field(self.header, at))
    }
}

impl std::fmt::Debug for BatchView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchView")
            .field("base_offset", &self.base_offset())
            .field("last_offset", &self.last_offset())
            .field("total_size", &self.total_size())
            .field("attributes", &self.attributes())
            .field("record_count", &self.record_count())
            .field("producer_id", &self.producer_id())
            .field("producer_epoch", &self.producer_epoch())
            .field("base_sequence", &self.base_sequence())
            .finish_non_exhaustive()
    }
}

/// A whole batch of magic 2, borrowed to be patched in place.
pub struct BatchMut<'a> {
    bytes: &'a mut [u8],
}

impl<'a> BatchMut<'a> {
    /// Takes the first batch of `bytes` under the same checks as [`BatchView::parse`].
    pub fn parse(bytes: &'a mut [u8]) -> Result<Self, BatchError> {
        let total_size = BatchView::parse(bytes)?.total_size();
        Ok(Self { bytes: &mut bytes[..total_size] })
    }

    /// Reads the batch again.
    #[must_use]
    pub fn view(&self) -> BatchView<'_> {
        let header = self.bytes.first_chunk().expect("the length was checked by parse");
        BatchView { header, bytes: self.bytes }
    }

    /// Places the batch in its partition. Outside the CRC.
    pub fn set_base_offset(&mut self, offset: Offset) {
        self.put(AT_BASE_OFFSET, offset.0.to_be_bytes());
    }

    /// Stamps the appending leader's epoch. Outside the CRC.
    pub fn set_partition_leader_epoch(&mut self, epoch: LeaderEpoch) {
        self.put(AT_LEADER_EPOCH, epoch.0.to_be_bytes());
    }

    /// States timestamp type and largest timestamp. Recomputes the CRC, and only where something changes;
    /// then the attribute bits that no version defines are cleared, as Kafka clears them.
    pub fn set_max_timestamp(&mut self, timestamp_type: TimestampType, max_timestamp: i64) {
        let view = self.view();
        let attributes = view.attributes();
        if attributes.timestamp_type() == timestamp_type && view.max_timestamp() == max_timestamp {
            return;
        }
        let attributes = attributes.with_timestamp_type(timestamp_type).defined_bits();
        self.put(AT_ATTRIBUTES, attributes.0.to_be_bytes());
        self.put(AT_MAX_TIMESTAMP, max_timestamp.to_be_bytes());
        self.recompute_crc();
    }

    /// Gives all records the time of their append.
    pub fn set_log_append_time(&mut self, now_ms: i64) {
        self.set_max_timestamp(TimestampType::LogAppendTime, now_ms);
    }

    /// Makes the CRC right again after a patch.
    pub fn recompute_crc(&mut self) {
        let crc = crc(self.bytes);
        self.put(AT_CRC, crc.to_be_bytes());
    }

    fn put<const N: usize>(&mut self, at: usize, value: [u8; N]) {
        self.bytes[at..at + N].copy_from_slice(&value);
    }
}

/// Writes the base offset into the batch that starts at `bytes`; for callers that hold a batch already
/// validated. Shorter slices are left alone.
pub fn set_base_offset(bytes: &mut [u8], offset: Offset) {
    if let Some(place) = bytes.get_mut(AT_BASE_OFFSET..AT_BASE_OFFSET + 8) {
        place.copy_from_slice(&offset.0.to_be_bytes());
    }
}

/// Writes the leader epoch into the batch that starts at `bytes`, like [`set_base_offset`].
pub fn set_partition_leader_epoch(bytes: &mut [u8], epoch: LeaderEpoch) {
    if let Some(place) = bytes.get_mut(AT_LEADER_EPOCH..AT_LEADER_EPOCH + 4) {
        place.copy_from_slice(&epoch.0.to_be_bytes());
    }
}

/// CRC-32C over everything from the attributes on; `batch` is exactly one batch.
#[must_use]
pub fn crc(batch: &[u8]) -> u32 {
    crc_fast::crc32_iscsi(batch.get(AT_ATTRIBUTES..).unwrap_or_default())
}

#[inline(always)]
fn field<const S: usize, const N: usize>(header: &[u8; S], at: usize) -> [u8; N] {
    let mut value = [0; N];
    value.copy_from_slice(&header[at..at + N]);
    value
}
