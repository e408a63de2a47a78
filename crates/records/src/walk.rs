//! The bounded walk over a batch's records: every length, the count and each header's structure are checked,
//! keys and values are skipped. It runs on every produced batch and on recovery. Never copies a record; a
//! compressed batch streams through a fixed scratch buffer under the caller's caps.

use crate::attributes::Codec;
use crate::codec::{Limits, Scratch, Stream};
use crate::error::BatchError;
use crate::header::BatchView;
use crate::varint::{Cursor, zigzag32, zigzag64};

/// The smallest record: a one-byte length and six one-byte fields.
pub(crate) const MIN_RECORD_SIZE: usize = 7;

/// What the walk tells of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordMeta {
    /// Unused in magic 2; Kafka writes 0 and checks nothing.
    pub attributes: i8,
    /// Timestamp minus the batch's base timestamp.
    pub timestamp_delta: i64,
    /// Offset minus the batch's base offset.
    pub offset_delta: i32,
    /// Bytes of the key, −1 for null.
    pub key_length: i32,
    /// Bytes of the value, −1 for null (a tombstone).
    pub value_length: i32,
    /// Number of headers.
    pub header_count: i32,
    /// Bytes of the record, its length field included.
    pub size: u32,
}

/// What a finished walk knows of the whole batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Records seen: the header's count.
    pub records: u32,
    /// Offset deltas are exactly 0, 1, 2, …: true of a fresh batch, false after compaction.
    pub dense: bool,
    /// Bytes of all records, decompressed.
    pub bytes: u64,
}

/// Walks the records of a batch in order. `visit` gets each record's place in the batch, counted from 0, and
/// what was read of it.
pub fn walk_records(
    batch: &BatchView<'_>,
    limits: &Limits,
    scratch: &mut Scratch,
    visit: impl FnMut(u32, &RecordMeta),
) -> Result<Walked, BatchError> {
    let count = record_count(batch)?;
    match batch.codec()? {
        Codec::None => walk_slice(batch.records_bytes(), count, visit),
        // An emptied batch keeps its codec but holds no stream.
        _ if count == 0 && batch.records_bytes().is_empty() => {
            Ok(Walked { records: 0, dense: true, bytes: 0 })
        }
        codec => walk_stream(Stream::open(codec, batch.records_bytes(), limits, scratch)?, count, visit),
    }
}

pub(crate) fn record_count(batch: &BatchView<'_>) -> Result<u32, BatchError> {
    let count = batch.record_count();
    u32::try_from(count).map_err(|_| BatchError::RecordCount(count))
}

/// The hot path: uncompressed records, one after the other.
#[inline]
pub(crate) fn walk_slice(
    bytes: &[u8],
    count: u32,
    mut visit: impl FnMut(u32, &RecordMeta),
) -> Result<Walked, BatchError> {
    let mut at = 0;
    let mut gaps = 0u32;
    for index in 0..count {
        let (meta, end) = match common_record(bytes, at) {
            Some(record) => record,
            None => any_record(bytes, at, index)?,
        };
        at = end;
        gaps |= index ^ meta.offset_delta as u32;
        visit(index, &meta);
    }
    if at != bytes.len() {
        return Err(BatchError::RecordsTooLong);
    }
    Ok(Walked { records: count, dense: gaps == 0, bytes: bytes.len() as u64 })
}

/// The records that nearly all batches are made of: no headers, deltas and lengths of a few bytes. Decoded from
/// whole words instead of byte by byte; the next record's place depends on the length alone, so the processor works
/// on several records at once. `None` sends anything else, malformed or not, the long way.
#[inline(always)]
fn common_record(bytes: &[u8], start: usize) -> Option<(RecordMeta, usize)> {
    // Positions are 32 bits wide so that the compiler sees that sums of them cannot overflow: a batch is below
    // 2^31 bytes, a length read here below 2^20.
    let start = start as u32;
    let word = u64::from_le_bytes(chunk_at(bytes, start)?);
    let (length, used) = short_varint(word as u32)?;
    let word = word >> (8 * used);
    let body = start + used;
    let end = body + plain_length(length)?;
    let attributes = word as i8;
    let (timestamp_delta, used) = short_varint((word >> 8) as u32)?;

    let at = body + 1 + used;
    let word = u64::from_le_bytes(chunk_at(bytes, at)?);
    let (offset_delta, used) = short_varint(word as u32)?;
    let (key_length, more) = short_varint((word >> (8 * used)) as u32)?;
    let key_bytes = if key_length == 1 { 0 } else { plain_length(key_length)? };

    // The value length, and one byte of header count at least, are still inside the record.
    let at = at + used + more + key_bytes;
    let (value_length, used) = short_varint(u32::from_le_bytes(chunk_at(bytes, at)?))?;
    let value_bytes = if value_length == 1 { 0 } else { plain_length(value_length)? };

    let at = at + used + value_bytes;
    if at + 1 != end || *bytes.get(at as usize)? != 0 {
        return None;
    }
    let meta = RecordMeta {
        attributes,
        timestamp_delta: i64::from(zigzag32(timestamp_delta)),
        offset_delta: zigzag32(offset_delta),
        key_length: zigzag32(key_length),
        value_length: zigzag32(value_length),
        header_count: 0,
        size: end - start,
    };
    Some((meta, end as usize))
}

#[inline(always)]
fn chunk_at<const N: usize>(bytes: &[u8], at: u32) -> Option<[u8; N]> {
    bytes.get(at as usize..at as usize + N)?.try_into().ok()
}

/// A number of one to three bytes at the low end of a word, not yet un-zigzagged, and how many bytes it took.
#[inline(always)]
fn short_varint(word: u32) -> Option<(u32, u32)> {
    if word & 0x80 == 0 {
        Some((word & 0x7f, 1))
    } else if word & 0x8000 == 0 {
        Some((word & 0x7f | word >> 1 & 0x3f80, 2))
    } else if word & 0x80_0000 == 0 {
        Some((word & 0x7f | word >> 1 & 0x3f80 | word >> 2 & 0x1f_c000, 3))
    } else {
        None
    }
}

/// Un-zigzags a length that must not be negative.
#[inline(always)]
fn plain_length(raw: u32) -> Option<u32> {
    (raw & 1 == 0).then_some(raw >> 1)
}

/// Any record, checked field by field, and where the next one starts.
#[inline(never)]
fn any_record(bytes: &[u8], start: usize, index: u32) -> Result<(RecordMeta, usize), BatchError> {
    let mut cursor = Cursor { bytes, at: start };
    let body = record_body(&mut cursor, index)?;
    match parse_body(body, (cursor.at - start) as u32) {
        Some(meta) => Ok((meta, cursor.at)),
        None => Err(BatchError::RecordStructure { index }),
    }
}

fn walk_stream(
    mut stream: Stream<'_, '_>,
    count: u32,
    mut visit: impl FnMut(u32, &RecordMeta),
) -> Result<Walked, BatchError> {
    let mut gaps = 0u32;
    for index in 0..count {
        let meta = match whole_record(stream.window(), stream.record_bytes_max, index)? {
            Some(meta) => {
                stream.consume(meta.size as usize);
                meta
            }
            // The record goes on in the next chunk.
            None => split_record(&mut stream, index)?,
        };
        gaps |= index ^ meta.offset_delta as u32;
        visit(index, &meta);
    }
    if !stream.at_end()? {
        return Err(BatchError::RecordsTooLong);
    }
    Ok(Walked { records: count, dense: gaps == 0, bytes: stream.position() })
}

/// Reads a record's length and cuts out its body.
#[inline(always)]
pub(crate) fn record_body<'a>(cursor: &mut Cursor<'a>, index: u32) -> Result<&'a [u8], BatchError> {
    let Some(length) = cursor.varint() else {
        return Err(if cursor.remaining() >= 5 {
            BatchError::RecordStructure { index }
        } else {
            BatchError::RecordsTooShort { index }
        });
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(BatchError::RecordStructure { index });
    };
    cursor.take(length).ok_or(BatchError::RecordsTooShort { index })
}

/// Reads all fields of a record but copies none. `None` if they do not fill the body exactly.
#[inline(always)]
fn parse_body(body: &[u8], size: u32) -> Option<RecordMeta> {
    let mut cursor = Cursor::new(body);
    let attributes = cursor.byte()? as i8;
    let timestamp_delta = cursor.varlong()?;
    let offset_delta = cursor.varint()?;
    let key_length = skip_nullable(&mut cursor)?;
    let value_length = skip_nullable(&mut cursor)?;
    let header_count = cursor.varint()?;
    if header_count != 0 {
        skip_headers(&mut cursor, header_count)?;
    }
    if cursor.remaining() != 0 {
        return None;
    }
    Some(RecordMeta {
        attributes,
        timestamp_delta,
        offset_delta,
        key_length,
        value_length,
        header_count,
        size,
    })
}

#[inline(always)]
fn skip_nullable(cursor: &mut Cursor<'_>) -> Option<i32> {
    let length = cursor.varint()?;
    if length >= 0 {
        cursor.skip(length as usize)?;
    } else if length < -1 {
        return None;
    }
    Some(length)
}

/// Checks every header: a key that is there, a value that may be null. Each takes two bytes at least, so a
/// lying count ends at the end of the record.
pub(crate) fn skip_headers(cursor: &mut Cursor<'_>, count: i32) -> Option<()> {
    for _ in 0..u32::try_from(count).ok()? {
        let key_length = cursor.varint()?;
        cursor.skip(usize::try_from(key_length).ok()?)?;
        skip_nullable(cursor)?;
    }
    Some(())
}

/// The record at the start of `window`, or `None` if it may not end inside the window.
#[inline(always)]
fn whole_record(window: &[u8], max: usize, index: u32) -> Result<Option<RecordMeta>, BatchError> {
    if let Some((meta, end)) = common_record(window, 0)
        && end <= max
    {
        return Ok(Some(meta));
    }
    let mut cursor = Cursor::new(window);
    let Some(length) = cursor.varint() else {
        return Ok(None);
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(BatchError::RecordStructure { index });
    };
    if length > max {
        return Err(BatchError::RecordTooLarge { index });
    }
    let Some(body) = cursor.take(length) else {
        return Ok(None);
    };
    match parse_body(body, cursor.at as u32) {
        Some(meta) => Ok(Some(meta)),
        None => Err(BatchError::RecordStructure { index }),
    }
}

/// The same fields read byte by byte, across chunks.
fn split_record(stream: &mut Stream<'_, '_>, index: u32) -> Result<RecordMeta, BatchError> {
    let structure = BatchError::RecordStructure { index };
    let start = stream.position();
    let length =
        usize::try_from(SplitCursor { stream, left: usize::MAX, index }.varint()?).map_err(|_| structure)?;
    if length > stream.record_bytes_max {
        return Err(BatchError::RecordTooLarge { index });
    }
    let prefix = (stream.position() - start) as usize;
    let mut cursor = SplitCursor { stream, left: length, index };
    let attributes = cursor.byte()? as i8;
    let timestamp_delta = cursor.varlong()?;
    let offset_delta = cursor.varint()?;
    let key_length = cursor.skip_nullable()?;
    let value_length = cursor.skip_nullable()?;
    let header_count = cursor.varint()?;
    for _ in 0..u32::try_from(header_count).map_err(|_| structure)? {
        let key_length = cursor.varint()?;
        cursor.skip(usize::try_from(key_length).map_err(|_| structure)?)?;
        cursor.skip_nullable()?;
    }
    if cursor.left != 0 {
        return Err(structure);
    }
    Ok(RecordMeta {
        attributes,
        timestamp_delta,
        offset_delta,
        key_length,
        value_length,
        header_count,
        size: u32::try_from(prefix + length).map_err(|_| structure)?,
    })
}

/// A [`Cursor`] over a stream, bounded by what is left of the record.
struct SplitCursor<'s, 'a, 'b> {
    stream: &'s mut Stream<'a, 'b>,
    left: usize,
    index: u32,
}

impl SplitCursor<'_, '_, '_> {
    fn byte(&mut self) -> Result<u8, BatchError> {
        self.left = self.left.checked_sub(1).ok_or(BatchError::RecordStructure { index: self.index })?;
        self.stream.byte()?.ok_or(BatchError::RecordsTooShort { index: self.index })
    }

    fn skip(&mut self, count: usize) -> Result<(), BatchError> {
        self.left = self.left.checked_sub(count).ok_or(BatchError::RecordStructure { index: self.index })?;
        match self.stream.skip(count)? {
            true => Ok(()),
            false => Err(BatchError::RecordsTooShort { index: self.index }),
        }
    }

    fn skip_nullable(&mut self) -> Result<i32, BatchError> {
        let length = self.varint()?;
        match length {
            0.. => self.skip(length as usize)?,
            -1 => {}
            _ => return Err(BatchError::RecordStructure { index: self.index }),
        }
        Ok(length)
    }

    fn varint(&mut self) -> Result<i32, BatchError> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(zigzag32(value));
            }
        }
        Err(BatchError::RecordStructure { index: self.index })
    }

    fn varlong(&mut self) -> Result<i64, BatchError> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(zigzag64(value));
            }
        }
        Err(BatchError::RecordStructure { index: self.index })
    }
}
