//! Builds a batch of magic 2 record by record: for the client, for metadata and control records, and where a
//! produced batch must be written anew. Records are encoded as they come, compressed once at the end.

use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Sequence};

use crate::attributes::{Attributes, Codec, TimestampType};
use crate::codec::{Compression, compress};
use crate::control::ControlType;
use crate::header::{
    AT_ATTRIBUTES, AT_BASE_OFFSET, AT_BASE_SEQUENCE, AT_BASE_TIMESTAMP, AT_BATCH_LENGTH, AT_CRC,
    AT_LAST_OFFSET_DELTA, AT_LEADER_EPOCH, AT_MAGIC, AT_MAX_TIMESTAMP, AT_PRODUCER_EPOCH, AT_PRODUCER_ID,
    AT_RECORD_COUNT, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, NO_TIMESTAMP, crc,
};
use crate::record::Header;
use crate::varint::{put_varint, put_varlong, varint_size, varlong_size};

/// A batch in the making.
#[derive(Clone, Debug)]
pub struct BatchBuilder {
    compression: Compression,
    attributes: Attributes,
    base_offset: Offset,
    leader_epoch: LeaderEpoch,
    producer_id: ProducerId,
    producer_epoch: ProducerEpoch,
    base_sequence: Sequence,
    append_time: Option<i64>,
    /// Timestamp of the first record, to which the others are relative; or the delete horizon.
    base_timestamp: Option<i64>,
    max_timestamp: i64,
    max_timestamp_delta: i32,
    last_offset_delta: Option<i32>,
    next_offset_delta: i32,
    record_count: i32,
    /// Header space, then the records, uncompressed.
    out: Vec<u8>,
}

impl BatchBuilder {
    /// An empty batch: base offset 0, no epoch, no producer id, CreateTime.
    #[must_use]
    pub fn new(compression: Compression) -> Self {
        Self {
            compression,
            attributes: Attributes::default(),
            base_offset: Offset(0),
            leader_epoch: LeaderEpoch::NONE,
            producer_id: ProducerId::NONE,
            producer_epoch: ProducerEpoch::NONE,
            base_sequence: Sequence::NONE,
            append_time: None,
            base_timestamp: None,
            max_timestamp: NO_TIMESTAMP,
            max_timestamp_delta: 0,
            last_offset_delta: None,
            next_offset_delta: 0,
            record_count: 0,
            out: vec![0; HEADER_SIZE],
        }
    }

    /// Places the batch.
    #[must_use]
    pub fn base_offset(mut self, offset: Offset) -> Self {
        self.base_offset = offset;
        self
    }

    /// Stamps the leader's epoch.
    #[must_use]
    pub fn leader_epoch(mut self, epoch: LeaderEpoch) -> Self {
        self.leader_epoch = epoch;
        self
    }

    /// Makes the batch an idempotent producer's.
    #[must_use]
    pub fn producer(mut self, id: ProducerId, epoch: ProducerEpoch, base_sequence: Sequence) -> Self {
        (self.producer_id, self.producer_epoch, self.base_sequence) = (id, epoch, base_sequence);
        self
    }

    /// Makes the batch part of a transaction.
    #[must_use]
    pub fn transactional(mut self, yes: bool) -> Self {
        self.attributes = self.attributes.with_transactional(yes);
        self
    }

    /// Makes the batch hold control records.
    #[must_use]
    pub fn control(mut self, yes: bool) -> Self {
        self.attributes = self.attributes.with_control(yes);
        self
    }

    /// Gives all records the broker's time (LogAppendTime).
    #[must_use]
    pub fn log_append_time(mut self, now_ms: i64) -> Self {
        self.append_time = Some(now_ms);
        self.attributes = self.attributes.with_timestamp_type(TimestampType::LogAppendTime);
        self
    }

    /// Marks when tombstones and markers may go (KIP-534). Before the first record.
    #[must_use]
    pub fn delete_horizon_ms(mut self, horizon_ms: i64) -> Self {
        self.base_timestamp = Some(horizon_ms);
        self.attributes = self.attributes.with_delete_horizon(true);
        self
    }

    /// Keeps the last offset of the batch this one is made from, whatever records are left (compaction).
    #[must_use]
    pub fn last_offset_delta(mut self, delta: i32) -> Self {
        self.last_offset_delta = Some(delta);
        self
    }

    /// What a batch without records says its largest timestamp is: that of the batch this one is made from.
    #[must_use]
    pub fn max_timestamp_of_none(mut self, timestamp: i64) -> Self {
        self.max_timestamp = timestamp;
        self
    }

    /// Adds a record at the next offset.
    pub fn append(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: &[Header<'_>],
    ) {
        self.append_iter(timestamp, key, value, headers.iter().copied());
    }

    /// Adds a record at the next offset, headers from an iterator that can be run twice.
    pub fn append_iter<'h>(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = Header<'h>> + Clone,
    ) {
        self.append_at(self.next_offset_delta, timestamp, key, value, headers);
    }

    /// Adds a record at an offset of its own; deltas only grow.
    pub fn append_at<'h>(
        &mut self,
        offset_delta: i32,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = Header<'h>> + Clone,
    ) {
        debug_assert!(offset_delta >= self.next_offset_delta, "offset deltas only grow");
        let base_timestamp = *self.base_timestamp.get_or_insert(timestamp);
        let timestamp_delta = timestamp.wrapping_sub(base_timestamp);
        let (mut header_count, mut headers_size) = (0, 0);
        for header in headers.clone() {
            header_count += 1;
            headers_size += bytes_size(Some(header.key)) + bytes_size(header.value);
        }
        let size = 1
            + varlong_size(timestamp_delta)
            + varint_size(offset_delta)
            + bytes_size(key)
            + bytes_size(value)
            + varint_size(header_count)
            + headers_size;
        let out = &mut self.out;
        out.reserve(size + 5);
        put_varint(out, size as i32);
        let body_start = out.len();
        out.push(0);
        put_varlong(out, timestamp_delta);
        put_varint(out, offset_delta);
        put_bytes(out, key);
        put_bytes(out, value);
        put_varint(out, header_count);
        for header in headers {
            put_bytes(out, Some(header.key));
            put_bytes(out, header.value);
        }
        debug_assert_eq!(out.len() - body_start, size);

        if timestamp > self.max_timestamp || self.record_count == 0 {
            self.max_timestamp = timestamp;
            self.max_timestamp_delta = offset_delta;
        }
        self.next_offset_delta = offset_delta.saturating_add(1);
        self.record_count += 1;
    }

    /// Adds a control record. The batch should have been made with [`BatchBuilder::control`].
    pub fn append_control(&mut self, timestamp: i64, kind: ControlType, value: &[u8]) {
        self.append(timestamp, Some(&kind.key()), Some(value), &[]);
    }

    /// Records so far.
    #[must_use]
    pub fn record_count(&self) -> i32 {
        self.record_count
    }

    /// True before the first record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.record_count == 0
    }

    /// Bytes so far, before compression.
    #[must_use]
    pub fn uncompressed_size(&self) -> usize {
        self.out.len()
    }

    /// Bytes the batch would have with one more record of this size, before compression: an upper bound.
    #[must_use]
    pub fn size_with(&self, key: Option<&[u8]>, value: Option<&[u8]>, headers: &[Header<'_>]) -> usize {
        let headers: usize = headers.iter().map(|h| bytes_size(Some(h.key)) + bytes_size(h.value)).sum();
        // Length, attributes, timestamp delta, offset delta and header count at their longest.
        self.out.len() + 5 + 1 + 10 + 5 + 5 + bytes_size(key) + bytes_size(value) + headers
    }

    /// Largest timestamp so far and the offset delta of the first record that has it.
    #[must_use]
    pub fn max_timestamp(&self) -> (i64, i32) {
        (self.append_time.unwrap_or(self.max_timestamp), self.max_timestamp_delta)
    }

    /// The finished batch. Should the codec fail (it has no reason but want of memory), the records are stored
    /// uncompressed: a valid batch either way.
    #[must_use]
    pub fn build(self) -> Vec<u8> {
        let max_timestamp = self.append_time.unwrap_or(self.max_timestamp);
        let base_timestamp = self.base_timestamp.unwrap_or(NO_TIMESTAMP);
        let last_offset_delta = self.last_offset_delta.unwrap_or((self.next_offset_delta - 1).max(0));
        let mut out = self.out;
        let mut codec = Codec::None;
        if self.compression.codec() != Codec::None && self.record_count > 0 {
            let mut compressed = Vec::with_capacity(HEADER_SIZE + out.len() / 2);
            compressed.extend_from_slice(&out[..HEADER_SIZE]);
            if compress(self.compression, &out[HEADER_SIZE..], &mut compressed).is_ok() {
                codec = self.compression.codec();
                out = compressed;
            }
        }
        let length = (out.len() - LOG_OVERHEAD) as i32;
        put(&mut out, AT_BASE_OFFSET, self.base_offset.0.to_be_bytes());
        put(&mut out, AT_BATCH_LENGTH, length.to_be_bytes());
        put(&mut out, AT_LEADER_EPOCH, self.leader_epoch.0.to_be_bytes());
        put(&mut out, AT_MAGIC, MAGIC_V2.to_be_bytes());
        put(&mut out, AT_ATTRIBUTES, self.attributes.with_codec(codec).0.to_be_bytes());
        put(&mut out, AT_LAST_OFFSET_DELTA, last_offset_delta.to_be_bytes());
        put(&mut out, AT_BASE_TIMESTAMP, base_timestamp.to_be_bytes());
        put(&mut out, AT_MAX_TIMESTAMP, max_timestamp.to_be_bytes());
        put(&mut out, AT_PRODUCER_ID, self.producer_id.0.to_be_bytes());
        put(&mut out, AT_PRODUCER_EPOCH, self.producer_epoch.0.to_be_bytes());
        put(&mut out, AT_BASE_SEQUENCE, self.base_sequence.0.to_be_bytes());
        put(&mut out, AT_RECORD_COUNT, self.record_count.to_be_bytes());
        let crc = crc(&out);
        put(&mut out, AT_CRC, crc.to_be_bytes());
        out
    }
}

fn bytes_size(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |bytes| varint_size(bytes.len() as i32) + bytes.len())
}

fn put_bytes(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => put_varint(out, -1),
        Some(bytes) => {
            put_varint(out, bytes.len() as i32);
            out.extend_from_slice(bytes);
        }
    }
}

fn put<const N: usize>(out: &mut [u8], at: usize, value: [u8; N]) {
    out[at..at + N].copy_from_slice(&value);
}
