//! Records as a consumer wants them: key, value, headers, offset and timestamp, borrowed from the batch or from
//! the buffer it was decompressed into. Used by the client, the command line and metadata replay; never on the
//! broker's produce or fetch path.

use std::borrow::Cow;

use thalweg_model::Offset;

use crate::attributes::{Codec, TimestampType};
use crate::codec::{Limits, Scratch, decompress};
use crate::error::BatchError;
use crate::header::BatchView;
use crate::varint::Cursor;
use crate::walk::{MIN_RECORD_SIZE, record_body, record_count, skip_headers};

/// One record, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its number in the partition.
    pub offset: Offset,
    /// Milliseconds since 1970; the append time if the batch says LogAppendTime; −1 if the producer gave none.
    pub timestamp: i64,
    /// `None` is a null key.
    pub key: Option<&'a [u8]>,
    /// `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// In the order they were written; keys may repeat.
    pub headers: Headers<'a>,
}

/// The headers of a record, decoded as they are asked for. Their structure has been checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headers<'a> {
    bytes: &'a [u8],
    left: u32,
}

/// One header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// UTF-8 by convention; Kafka does not check.
    pub key: &'a [u8],
    /// `None` is null.
    pub value: Option<&'a [u8]>,
}

impl<'a> Header<'a> {
    /// The key as text, with replacement characters where it is not UTF-8 (as Java reads it).
    #[must_use]
    pub fn key_text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.key)
    }
}

impl Headers<'_> {
    /// How many are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left as usize
    }

    /// True if the record has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Header<'a>> {
        self.left = self.left.checked_sub(1)?;
        let mut cursor = Cursor::new(self.bytes);
        let key_length = usize::try_from(cursor.varint()?).ok()?;
        let key = cursor.take(key_length)?;
        let value = cursor.nullable_bytes()?;
        self.bytes = &self.bytes[cursor.at..];
        Some(Header { key, value })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

/// Iterates over the records of one batch. After an error it ends.
#[derive(Clone, Debug)]
pub struct RecordIter<'a> {
    cursor: CursorState<'a>,
    count: u32,
    index: u32,
    base_offset: i64,
    base_timestamp: i64,
    append_time: Option<i64>,
}

#[derive(Clone, Debug)]
struct CursorState<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> RecordIter<'a> {
    /// Opens a batch. A compressed one is decompressed into `buffer` (cleared first) under `limits`.
    pub fn new(
        batch: &BatchView<'a>,
        limits: &Limits,
        scratch: &mut Scratch,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, BatchError> {
        let count = record_count(batch)?;
        let bytes = match batch.codec()? {
            // Emptied by compaction: a bare header.
            _ if count == 0 && batch.records_bytes().is_empty() => &[],
            _ if count == 0 => return Err(BatchError::RecordsTooLong),
            Codec::None => batch.records_bytes(),
            codec => {
                decompress(codec, batch.records_bytes(), limits, scratch, buffer)?;
                buffer.as_slice()
            }
        };
        Ok(Self {
            cursor: CursorState { bytes, at: 0 },
            count,
            index: 0,
            base_offset: batch.base_offset().0,
            base_timestamp: batch.base_timestamp(),
            append_time: (batch.timestamp_type() == TimestampType::LogAppendTime)
                .then(|| batch.max_timestamp()),
        })
    }

    fn read(&mut self) -> Result<Record<'a>, BatchError> {
        let index = self.index;
        let mut cursor = Cursor { bytes: self.cursor.bytes, at: self.cursor.at };
        let body = record_body(&mut cursor, index)?;
        self.cursor.at = cursor.at;
        let fields = parse_record(body).ok_or(BatchError::RecordStructure { index })?;
        if index + 1 == self.count && cursor.remaining() != 0 {
            return Err(BatchError::RecordsTooLong);
        }
        Ok(Record {
            offset: Offset(self.base_offset.wrapping_add(i64::from(fields.offset_delta))),
            timestamp: self
                .append_time
                .unwrap_or_else(|| self.base_timestamp.wrapping_add(fields.timestamp_delta)),
            key: fields.key,
            value: fields.value,
            headers: fields.headers,
        })
    }
}

impl<'a> Iterator for RecordIter<'a> {
    type Item = Result<Record<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.count {
            return None;
        }
        let record = self.read();
        match &record {
            Ok(_) => self.index += 1,
            Err(_) => self.index = self.count,
        }
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.count - self.index) as usize;
        (0, Some(left.min((self.cursor.bytes.len() - self.cursor.at) / MIN_RECORD_SIZE + 1)))
    }
}

struct Fields<'a> {
    timestamp_delta: i64,
    offset_delta: i32,
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
    headers: Headers<'a>,
}

fn parse_record(body: &[u8]) -> Option<Fields<'_>> {
    let mut cursor = Cursor::new(body);
    let _attributes = cursor.byte()?;
    let timestamp_delta = cursor.varlong()?;
    let offset_delta = cursor.varint()?;
    let key = cursor.nullable_bytes()?;
    let value = cursor.nullable_bytes()?;
    let header_count = cursor.varint()?;
    let headers_start = cursor.at;
    skip_headers(&mut cursor, header_count)?;
    if cursor.remaining() != 0 {
        return None;
    }
    let headers = Headers { bytes: &body[headers_start..], left: header_count as u32 };
    Some(Fields { timestamp_delta, offset_delta, key, value, headers })
}
