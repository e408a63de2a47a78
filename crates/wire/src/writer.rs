//! Writes protocol values into a growing buffer, leaving holes for record bytes that will follow from a
//! file. Decides nothing about versions; never writes outside its buffer.

use crate::codec::{Encode, RecordsField};
use crate::{EncodeError, Uuid};

/// Record bytes that are missing from [`Writer::buf`]: they belong between `buf[..position]` and
/// `buf[position..]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Where in the buffer the bytes belong.
    pub position: usize,
    /// The caller's name for the bytes.
    pub tag: u32,
    /// How many bytes are missing.
    pub length: u32,
}

/// An output buffer and the holes in it, in order of position.
#[derive(Debug, Default)]
pub struct Writer {
    /// The bytes written.
    pub buf: Vec<u8>,
    /// The bytes left out.
    pub holes: Vec<Hole>,
}

type Result<T> = std::result::Result<T, EncodeError>;

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A writer over a buffer that is used again; what it holds stays in front.
    #[must_use]
    pub fn over(buf: Vec<u8>) -> Self {
        Self { buf, holes: Vec::new() }
    }

    /// Bytes written and bytes left out together: the length on the wire.
    #[must_use]
    pub fn length(&self) -> usize {
        self.buf.len() + self.hole_bytes()
    }

    fn hole_bytes(&self) -> usize {
        self.holes.iter().map(|hole| hole.length as usize).sum()
    }

    /// Leaves room for the length prefix of a frame; hand the result to [`Writer::end_frame`].
    pub fn begin_frame(&mut self) -> Frame {
        let frame = Frame { position: self.buf.len(), hole_bytes: self.hole_bytes() };
        self.buf.extend_from_slice(&[0; 4]);
        frame
    }

    /// Writes the frame's length into its prefix: what was written since, holes included.
    pub fn end_frame(&mut self, frame: Frame) -> Result<()> {
        let body = self.buf.len() - frame.position - 4 + self.hole_bytes() - frame.hole_bytes;
        let length = i32::try_from(body).map_err(|_| EncodeError::TooLong)?;
        self.buf[frame.position..frame.position + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    /// Raw bytes without a length.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// `bool`
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.buf.push(u8::from(value));
    }

    /// `int8`
    #[inline]
    pub fn i8(&mut self, value: i8) {
        self.raw(&value.to_be_bytes());
    }

    /// `int16`
    #[inline]
    pub fn i16(&mut self, value: i16) {
        self.raw(&value.to_be_bytes());
    }

    /// `uint16`
    #[inline]
    pub fn u16(&mut self, value: u16) {
        self.raw(&value.to_be_bytes());
    }

    /// `int32`
    #[inline]
    pub fn i32(&mut self, value: i32) {
        self.raw(&value.to_be_bytes());
    }

    /// `uint32`
    #[inline]
    pub fn u32(&mut self, value: u32) {
        self.raw(&value.to_be_bytes());
    }

    /// `int64`
    #[inline]
    pub fn i64(&mut self, value: i64) {
        self.raw(&value.to_be_bytes());
    }

    /// `float64`
    #[inline]
    pub fn f64(&mut self, value: f64) {
        self.raw(&value.to_be_bytes());
    }

    /// `uuid`
    #[inline]
    pub fn uuid(&mut self, value: Uuid) {
        self.raw(&value.0);
    }

    /// An unsigned variable-length integer.
    #[inline]
    pub fn uvarint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.buf.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.buf.push(value as u8);
    }

    fn length_prefix(&mut self, length: usize, flexible: bool) -> Result<()> {
        let length = i32::try_from(length).map_err(|_| EncodeError::TooLong)?;
        if flexible {
            self.uvarint(length as u32 + 1)
        } else {
            self.i32(length)
        }
        Ok(())
    }

    fn null(&mut self, flexible: bool, nullable: bool, field: &'static str) -> Result<()> {
        if !nullable {
            return Err(EncodeError::Null { field });
        }
        if flexible {
            self.uvarint(0)
        } else {
            self.i32(-1)
        }
        Ok(())
    }

    /// A string.
    pub fn string(&mut self, text: &str, flexible: bool) -> Result<()> {
        // Kafka holds compact strings to the same limit as the old ones.
        let length = i16::try_from(text.len()).map_err(|_| EncodeError::TooLong)?;
        if flexible {
            self.uvarint(length as u32 + 1)
        } else {
            self.i16(length)
        }
        self.raw(text.as_bytes());
        Ok(())
    }

    /// A string that may be null only where `nullable`.
    pub fn nullable_string(
        &mut self,
        text: Option<&str>,
        flexible: bool,
        nullable: bool,
        field: &'static str,
    ) -> Result<()> {
        match text {
            Some(text) => self.string(text, flexible),
            None if !nullable => Err(EncodeError::Null { field }),
            None if flexible => {
                self.uvarint(0);
                Ok(())
            }
            None => {
                self.i16(-1);
                Ok(())
            }
        }
    }

    /// Bytes.
    pub fn bytes(&mut self, bytes: &[u8], flexible: bool) -> Result<()> {
        self.length_prefix(bytes.len(), flexible)?;
        self.raw(bytes);
        Ok(())
    }

    /// Bytes that may be null only where `nullable`.
    pub fn nullable_bytes(
        &mut self,
        bytes: Option<&[u8]>,
        flexible: bool,
        nullable: bool,
        field: &'static str,
    ) -> Result<()> {
        match bytes {
            Some(bytes) => self.bytes(bytes, flexible),
            None => self.null(flexible, nullable, field),
        }
    }

    /// Records, or the length and a hole where they belong.
    pub fn records(
        &mut self,
        records: Option<RecordsField<'_>>,
        flexible: bool,
        nullable: bool,
        field: &'static str,
    ) -> Result<()> {
        match records {
            Some(RecordsField::Bytes(bytes)) => self.bytes(bytes, flexible),
            Some(RecordsField::Hole { length, tag }) => {
                self.length_prefix(length as usize, flexible)?;
                if length > 0 {
                    self.holes.push(Hole { position: self.buf.len(), tag, length });
                }
                Ok(())
            }
            None => self.null(flexible, nullable, field),
        }
    }

    /// The marker before a nullable structure; see [`Reader::struct_present`](crate::Reader::struct_present).
    #[inline]
    pub fn struct_present(&mut self, present: bool, tagged: bool) {
        self.i8(if present {
            1
        } else if tagged {
            0
        } else {
            -1
        });
    }

    /// An array's element count.
    #[inline]
    pub fn count(&mut self, count: usize, flexible: bool) -> Result<()> {
        self.length_prefix(count, flexible)
    }

    /// An array's element count, or null where `nullable`.
    #[inline]
    pub fn nullable_count(
        &mut self,
        count: Option<usize>,
        flexible: bool,
        nullable: bool,
        field: &'static str,
    ) -> Result<()> {
        match count {
            Some(count) => self.length_prefix(count, flexible),
            None => self.null(flexible, nullable, field),
        }
    }

    /// The structures of an array.
    #[inline]
    pub fn structs<T: Encode>(&mut self, list: &[T], version: i16) -> Result<()> {
        list.iter().try_for_each(|element| element.encode(self, version))
    }

    /// The elements of an array of `int8`.
    pub fn i8s(&mut self, list: &[i8]) {
        list.iter().for_each(|&value| self.i8(value));
    }

    /// The elements of an array of `int16`.
    pub fn i16s(&mut self, list: &[i16]) {
        list.iter().for_each(|&value| self.i16(value));
    }

    /// The elements of an array of `int32`.
    pub fn i32s(&mut self, list: &[i32]) {
        list.iter().for_each(|&value| self.i32(value));
    }

    /// The elements of an array of `int64`.
    pub fn i64s(&mut self, list: &[i64]) {
        list.iter().for_each(|&value| self.i64(value));
    }

    /// The elements of an array of `uuid`.
    pub fn uuids(&mut self, list: &[Uuid]) {
        list.iter().for_each(|&value| self.uuid(value));
    }

    /// The elements of an array of strings.
    pub fn strings(&mut self, list: &[&str], flexible: bool) -> Result<()> {
        list.iter().try_for_each(|text| self.string(text, flexible))
    }

    /// Begins a tagged field; hand the result to [`Writer::end_tag`] after the value.
    pub fn begin_tag(&mut self, tag: u32) -> usize {
        self.uvarint(tag);
        self.buf.push(0);
        self.buf.len()
    }

    /// Puts the value's size in front of it.
    pub fn end_tag(&mut self, start: usize) -> Result<()> {
        debug_assert!(self.holes.last().is_none_or(|hole| hole.position < start), "records are never tagged");
        let mut size = u32::try_from(self.buf.len() - start).map_err(|_| EncodeError::TooLong)?;
        if size < 0x80 {
            self.buf[start - 1] = size as u8;
            return Ok(());
        }
        self.buf[start - 1] = size as u8 | 0x80;
        size >>= 7;
        let mut more = Vec::with_capacity(4);
        while size >= 0x80 {
            more.push(size as u8 | 0x80);
            size >>= 7;
        }
        more.push(size as u8);
        self.buf.splice(start..start, more);
        Ok(())
    }
}

/// A frame that has been begun.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Frame {
    position: usize,
    hole_bytes: usize,
}
