//! Message formats 0 and 1, as brokers before 0.11 wrote them: such segments may still lie on disk and must be read
//! and recovered. Only reads, and turns what it read into a batch of magic 2; no such message is ever accepted from
//! a producer (KIP-724).
//!
//! | at | size | field | at | size | field |
//! |---|---|---|---|---|---|
//! | 0 | 8 | offset | 17 | 1 | attributes: bits 0–2 codec, 3 LogAppendTime (magic 1) |
//! | 8 | 4 | size of what follows | 18 | 8 | timestamp (magic 1 only) |
//! | 12 | 4 | CRC-32 of bytes 16 .. end | 18 or 26 | 4 + n | key, length −1 for null |
//! | 16 | 1 | magic | | 4 + n | value, length −1 for null |
//!
//! A compressed message wraps a whole message set in its value and carries the offset of the last one inside. Inner
//! offsets are absolute in magic 0, relative in magic 1.

use thalweg_model::Offset;

use crate::attributes::{Codec, TimestampType};
use crate::build::BatchBuilder;
use crate::codec::{Limits, Scratch, Stream, compress};
use crate::error::BatchError;
use crate::header::{LOG_OVERHEAD, NO_TIMESTAMP, PEEK_SIZE, Peek, peek};
use crate::record::{Headers, Record};

const AT_CRC: usize = 12;
const AT_CRC_COVERED: usize = 16;

/// One message of magic 0 or 1, which may wrap others.
#[derive(Clone, Copy, Debug)]
pub struct LegacyMessage<'a> {
    bytes: &'a [u8],
    magic: i8,
    offset: Offset,
    crc: u32,
    codec: Codec,
    timestamp_type: TimestampType,
    timestamp: i64,
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
}

impl<'a> LegacyMessage<'a> {
    /// Takes the first message of `bytes`. Its structure is checked, its CRC is not.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BatchError> {
        let truncated = |needed| BatchError::Truncated { needed, available: bytes.len() };
        let Some(Peek { base_offset, total_size, magic }) = peek(bytes) else {
            return Err(truncated(PEEK_SIZE));
        };
        if !(0..=1).contains(&magic) {
            return Err(BatchError::Magic(magic));
        }
        let bytes = bytes.get(..total_size).ok_or(truncated(total_size))?;
        let length = BatchError::Length((total_size - LOG_OVERHEAD) as i32);
        let rest = bytes.get(AT_CRC..).ok_or(length)?;
        let (&crc, rest) = rest.split_first_chunk().ok_or(length)?;
        let (&[_, attributes], mut rest) = rest.split_first_chunk().ok_or(length)?;
        let mut timestamp = NO_TIMESTAMP;
        if magic == 1 {
            let (&field, behind) = rest.split_first_chunk().ok_or(length)?;
            (timestamp, rest) = (i64::from_be_bytes(field), behind);
        }
        let structure = BatchError::RecordStructure { index: 0 };
        let key = take_nullable(&mut rest).ok_or(structure)?;
        let value = take_nullable(&mut rest).ok_or(structure)?;
        if !rest.is_empty() {
            return Err(structure);
        }
        let codec = match Codec::from_id(attributes & 7)? {
            Codec::Zstd => return Err(BatchError::UnknownCodec(Codec::Zstd.id())),
            codec => codec,
        };
        let timestamp_type = match magic {
            1 if attributes & 8 != 0 => TimestampType::LogAppendTime,
            _ => TimestampType::CreateTime,
        };
        let crc = u32::from_be_bytes(crc);
        Ok(Self { bytes, magic, offset: base_offset, crc, codec, timestamp_type, timestamp, key, value })
    }

    /// Bytes of the message with its offset and size fields.
    #[must_use]
    pub fn total_size(&self) -> usize {
        self.bytes.len()
    }

    /// 0 or 1.
    #[must_use]
    pub fn magic(&self) -> i8 {
        self.magic
    }

    /// Offset of the message; of the last one inside for a wrapper.
    #[must_use]
    pub fn last_offset(&self) -> Offset {
        self.offset
    }

    /// How the messages inside are compressed.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// Whose clock gave the timestamp; magic 0 has none.
    #[must_use]
    pub fn timestamp_type(&self) -> TimestampType {
        self.timestamp_type
    }

    /// The largest timestamp inside; −1 in magic 0.
    #[must_use]
    pub fn max_timestamp(&self) -> i64 {
        self.timestamp
    }

    /// Compares the CRC-32 the message carries with that of its bytes.
    pub fn verify_crc(&self) -> Result<(), BatchError> {
        let computed = crc_fast::crc32_iso_hdlc(&self.bytes[AT_CRC_COVERED..]);
        if computed == self.crc { Ok(()) } else { Err(BatchError::Crc { stored: self.crc, computed }) }
    }

    /// The records: this one, or those it wraps, decompressed into `buffer` (cleared first).
    pub fn records(
        &self,
        limits: &Limits,
        scratch: &mut Scratch,
        buffer: &'a mut Vec<u8>,
    ) -> Result<LegacyRecords<'a>, BatchError> {
        buffer.clear();
        let mut records =
            LegacyRecords { wrapper: *self, inner: &[], inner_base: 0, index: 0, single: false };
        if self.codec == Codec::None {
            records.single = true;
            return Ok(records);
        }
        let compressed = self.value.ok_or(BatchError::Compressed(self.codec))?;
        let mut stream = Stream::open_legacy(self.codec, compressed, self.magic == 0, limits, scratch)?;
        while stream.refill()? {
            buffer.extend_from_slice(stream.window());
            stream.consume(stream.window().len());
        }
        records.inner = buffer.as_slice();
        if self.magic == 1 {
            let mut last = 0;
            let mut probe = records.clone();
            while let Some(message) = probe.next_inner() {
                last = message?.offset.0;
            }
            records.inner_base = self.offset.0.wrapping_sub(last);
        }
        Ok(records)
    }

    /// A wrapper of the same format around some of its records, as compaction leaves it. Where its codec cannot be
    /// written any more (magic 0's LZ4, whose checksum was wrong), the records stand by themselves.
    pub fn with_records(&self, records: &[Record<'_>]) -> Result<Vec<u8>, BatchError> {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(Vec::new()) };
        let is_wrapped = self.codec != Codec::None && !(self.magic == 0 && self.codec == Codec::Lz4);
        // Relative in a wrapper of magic 1 only.
        let base = if is_wrapped && self.magic == 1 { first.offset.0 } else { 0 };
        let mut inner = Vec::new();
        for record in records {
            let offset = record.offset.0.wrapping_sub(base);
            self.put(&mut inner, offset, Codec::None, record.timestamp, record.key, record.value)?;
        }
        if !is_wrapped {
            return Ok(inner);
        }
        let mut compressed = Vec::new();
        compress(self.codec.into(), &inner, &mut compressed)?;
        let timestamp = match self.timestamp_type {
            TimestampType::LogAppendTime => self.timestamp,
            TimestampType::CreateTime => {
                records.iter().map(|record| record.timestamp).max().unwrap_or(NO_TIMESTAMP)
            }
        };
        let mut out = Vec::new();
        self.put(&mut out, last.offset.0, self.codec, timestamp, None, Some(&compressed))?;
        Ok(out)
    }

    /// Appends one message of this format.
    fn put(
        &self,
        out: &mut Vec<u8>,
        offset: i64,
        codec: Codec,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
    ) -> Result<(), BatchError> {
        let start = out.len();
        out.extend_from_slice(&offset.to_be_bytes());
        out.extend_from_slice(&[0; 8]);
        let append_time = self.timestamp_type == TimestampType::LogAppendTime;
        out.extend_from_slice(&[self.magic as u8, codec.id() | u8::from(append_time) << 3]);
        if self.magic == 1 {
            out.extend_from_slice(&timestamp.to_be_bytes());
        }
        for bytes in [key, value] {
            match bytes {
                None => out.extend_from_slice(&(-1i32).to_be_bytes()),
                Some(bytes) => {
                    let too_long = BatchError::RecordTooLarge { index: 0 };
                    let length = i32::try_from(bytes.len()).map_err(|_| too_long)?;
                    out.extend_from_slice(&length.to_be_bytes());
                    out.extend_from_slice(bytes);
                }
            }
        }
        let message = &mut out[start..];
        let size = (message.len() - LOG_OVERHEAD) as i32;
        message[8..LOG_OVERHEAD].copy_from_slice(&size.to_be_bytes());
        let crc = crc_fast::crc32_iso_hdlc(&message[AT_CRC_COVERED..]);
        message[AT_CRC..AT_CRC_COVERED].copy_from_slice(&crc.to_be_bytes());
        Ok(())
    }

    /// The same records as a batch of magic 2, in the same codec.
    pub fn to_batch(&self, limits: &Limits, scratch: &mut Scratch) -> Result<Vec<u8>, BatchError> {
        let mut buffer = Vec::new();
        let mut builder = BatchBuilder::new(self.codec.into());
        let mut base_offset = None;
        let mut next_delta = 0;
        for (index, record) in (0..).zip(self.records(limits, scratch, &mut buffer)?) {
            let record = record?;
            let base = *base_offset.get_or_insert(record.offset.0);
            let delta = record.offset.0.checked_sub(base).and_then(|delta| i32::try_from(delta).ok());
            let delta = delta.filter(|delta| (next_delta..i32::MAX).contains(delta));
            let delta = delta.ok_or(BatchError::RecordStructure { index })?;
            builder.append_at(delta, record.timestamp, record.key, record.value, record.headers);
            next_delta = delta + 1;
        }
        builder = builder.base_offset(Offset(base_offset.unwrap_or(self.offset.0)));
        if self.timestamp_type == TimestampType::LogAppendTime {
            builder = builder.log_append_time(self.timestamp);
        }
        Ok(builder.build())
    }
}

/// Iterates over the records of one message. After an error it ends.
#[derive(Clone, Debug)]
pub struct LegacyRecords<'a> {
    wrapper: LegacyMessage<'a>,
    inner: &'a [u8],
    /// What inner offsets are relative to; 0 in magic 0, where they are absolute.
    inner_base: i64,
    index: u32,
    /// Nothing is wrapped, and the message itself is still to come.
    single: bool,
}

impl<'a> LegacyRecords<'a> {
    fn next_inner(&mut self) -> Option<Result<LegacyMessage<'a>, BatchError>> {
        if self.inner.is_empty() {
            return None;
        }
        let index = self.index;
        let message = LegacyMessage::parse(self.inner).map_err(|error| match error {
            BatchError::Truncated { .. } => BatchError::RecordsTooShort { index },
            _ => BatchError::RecordStructure { index },
        });
        // A wrapper holds plain messages of its own format.
        let message = message.and_then(|message| {
            let fits = message.codec == Codec::None && message.magic == self.wrapper.magic;
            if fits { Ok(message) } else { Err(BatchError::RecordStructure { index }) }
        });
        self.inner = match &message {
            Ok(message) => &self.inner[message.total_size()..],
            Err(_) => &[],
        };
        self.index += 1;
        Some(message)
    }

    fn record(&self, message: &LegacyMessage<'a>, offset: i64) -> Record<'a> {
        let timestamp = match self.wrapper.timestamp_type {
            TimestampType::LogAppendTime => self.wrapper.timestamp,
            TimestampType::CreateTime => message.timestamp,
        };
        Record {
            offset: Offset(offset),
            timestamp,
            key: message.key,
            value: message.value,
            headers: Headers::default(),
        }
    }
}

impl<'a> Iterator for LegacyRecords<'a> {
    type Item = Result<Record<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if std::mem::take(&mut self.single) {
            let wrapper = self.wrapper;
            return Some(Ok(self.record(&wrapper, wrapper.offset.0)));
        }
        let message = self.next_inner()?;
        Some(message.map(|message| {
            let offset = self.inner_base.wrapping_add(message.offset.0);
            self.record(&message, offset)
        }))
    }
}

fn take_nullable<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (&length, rest) = bytes.split_first_chunk()?;
    let length = i32::from_be_bytes(length);
    if length == -1 {
        *bytes = rest;
        return Some(None);
    }
    let (taken, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(Some(taken))
}
