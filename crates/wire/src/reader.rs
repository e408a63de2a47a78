//! Reads protocol values from a slice that a stranger may have written. Decides what is too much: every
//! length is held against the bytes that remain before anything is reserved, and three budgets are shared
//! by the whole message:
//!
//! - an array has at most [`MAX_ARRAY_ELEMENTS`] elements, and so have all arrays of a message together;
//! - a structure has at most [`MAX_TAGGED_FIELDS`] tagged fields;
//! - everything reserved at one time stays within 32 bytes per byte of input plus 64 KiB, however the counts
//!   are nested. A message whose counts are true cannot reach that (a test holds every structure to it).
//!
//! Never panics, never copies strings or bytes.

use crate::codec::{Decode, RecordsField};
use crate::{DecodeError, Uuid};

/// The most elements an array may have, and all arrays of one message together.
pub const MAX_ARRAY_ELEMENTS: u32 = 1_000_000;
/// The most tagged fields one structure may have.
pub const MAX_TAGGED_FIELDS: u32 = 10_000;
/// The most elements an array reserves room for before it has read any.
pub const MAX_FIRST_CAPACITY: usize = 1_000;

const MEMORY_PER_BYTE: usize = 32;
const MEMORY_BASE: usize = 64 * 1024;
const MAX_STRING_BYTES: usize = i16::MAX as usize;

/// A position in the bytes of one message, and the budgets of that message.
#[derive(Debug)]
pub struct Reader<'a> {
    /// What has not been read yet.
    rest: &'a [u8],
    /// Length at the start; only for [`Reader::position`].
    length: usize,
    /// Array elements that may still be announced.
    elements_left: u32,
    /// Bytes of memory that may still be reserved for array elements.
    memory_left: usize,
}

type Result<T> = std::result::Result<T, DecodeError>;

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes` with fresh budgets.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            length: bytes.len(),
            elements_left: MAX_ARRAY_ELEMENTS,
            memory_left: bytes.len().saturating_mul(MEMORY_PER_BYTE).saturating_add(MEMORY_BASE),
        }
    }

    /// How many bytes have not been read.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The bytes that have not been read.
    #[inline]
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// How many bytes have been read: after an error, roughly where it is. (Inside a tagged field's value it
    /// counts from the value's end.)
    #[must_use]
    pub fn position(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    /// The next `count` bytes.
    #[inline(always)]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// `int8`
    #[inline]
    pub fn i8(&mut self) -> Result<i8> {
        Ok(i8::from_be_bytes(self.fixed()?))
    }

    /// `bool`: any byte but zero is true.
    #[inline]
    pub fn bool(&mut self) -> Result<bool> {
        Ok(self.i8()? != 0)
    }

    /// `int16`
    #[inline]
    pub fn i16(&mut self) -> Result<i16> {
        Ok(i16::from_be_bytes(self.fixed()?))
    }

    /// `uint16`
    #[inline]
    pub fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.fixed()?))
    }

    /// `int32`
    #[inline]
    pub fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_be_bytes(self.fixed()?))
    }

    /// `uint32`
    #[inline]
    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.fixed()?))
    }

    /// `int64`
    #[inline]
    pub fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_be_bytes(self.fixed()?))
    }

    /// `float64`
    #[inline]
    pub fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_be_bytes(self.fixed()?))
    }

    /// `uuid`
    #[inline]
    pub fn uuid(&mut self) -> Result<Uuid> {
        Ok(Uuid(self.fixed()?))
    }

    /// An unsigned variable-length integer of at most 32 bits.
    #[inline(always)]
    pub fn uvarint(&mut self) -> Result<u32> {
        match *self.rest {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.rest = rest;
                Ok(u32::from(byte))
            }
            // The length of nearly every batch.
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.rest = rest;
                Ok(u32::from(low & 0x7f) | u32::from(high) << 7)
            }
            _ => self.uvarint_long(),
        }
    }

    #[cold]
    fn uvarint_long(&mut self) -> Result<u32> {
        let mut value = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.fixed()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).map_err(|_| DecodeError::Varint);
            }
        }
        Err(DecodeError::Varint)
    }

    /// The length of a string, `None` for null: one compact number or an `int16`.
    #[inline(always)]
    fn string_length(&mut self, flexible: bool) -> Result<Option<usize>> {
        let length = if flexible { i64::from(self.uvarint()?) - 1 } else { i64::from(self.i16()?) };
        match usize::try_from(length) {
            Ok(length) if length <= MAX_STRING_BYTES => Ok(Some(length)),
            Ok(_) => Err(DecodeError::Length),
            Err(_) => Ok(None),
        }
    }

    /// The length of bytes, records or an array, `None` for null: one compact number or an `int32`.
    #[inline(always)]
    fn length(&mut self, flexible: bool) -> Result<Option<usize>> {
        let length = if flexible { i64::from(self.uvarint()?) - 1 } else { i64::from(self.i32()?) };
        Ok(usize::try_from(length).ok())
    }

    /// A string that may be null only where `nullable`.
    #[inline(always)]
    pub fn nullable_string(&mut self, flexible: bool, nullable: bool) -> Result<Option<&'a str>> {
        match self.string_length(flexible)? {
            Some(length) => {
                let bytes = self.take(length)?;
                std::str::from_utf8(bytes).map(Some).map_err(|_| DecodeError::Utf8)
            }
            None if nullable => Ok(None),
            None => Err(DecodeError::Null),
        }
    }

    /// A string.
    #[inline(always)]
    pub fn string(&mut self, flexible: bool) -> Result<&'a str> {
        self.nullable_string(flexible, false).map(Option::unwrap_or_default)
    }

    /// Bytes that may be null only where `nullable`.
    #[inline(always)]
    pub fn nullable_bytes(&mut self, flexible: bool, nullable: bool) -> Result<Option<&'a [u8]>> {
        match self.length(flexible)? {
            Some(length) => self.take(length).map(Some),
            None if nullable => Ok(None),
            None => Err(DecodeError::Null),
        }
    }

    /// Bytes.
    #[inline]
    pub fn bytes(&mut self, flexible: bool) -> Result<&'a [u8]> {
        self.nullable_bytes(flexible, false).map(Option::unwrap_or_default)
    }

    /// Records that may be null only where `nullable`; never looked into.
    #[inline(always)]
    pub fn records(&mut self, flexible: bool, nullable: bool) -> Result<Option<RecordsField<'a>>> {
        Ok(self.nullable_bytes(flexible, nullable)?.map(RecordsField::Bytes))
    }

    /// True if a structure follows, false for null: the marker before a nullable structure. Kafka's generated
    /// code marks null by -1, but in a tagged field by the variable-length number 0.
    #[inline]
    pub fn struct_present(&mut self, tagged: bool) -> Result<bool> {
        if tagged { Ok(self.uvarint()? > 0) } else { Ok(self.i8()? >= 0) }
    }

    /// The element count of an array that may be null only where `nullable`. Charges the element budget.
    #[inline(always)]
    pub fn nullable_count(&mut self, flexible: bool, nullable: bool) -> Result<Option<usize>> {
        match self.length(flexible)? {
            Some(count) => match u32::try_from(count) {
                Ok(announced) if announced <= self.elements_left => {
                    self.elements_left -= announced;
                    Ok(Some(count))
                }
                _ => Err(DecodeError::TooManyElements),
            },
            None if nullable => Ok(None),
            None => Err(DecodeError::Null),
        }
    }

    /// The element count of an array.
    #[inline(always)]
    pub fn count(&mut self, flexible: bool) -> Result<usize> {
        self.nullable_count(flexible, false).map(Option::unwrap_or_default)
    }

    /// `count` structures.
    #[inline(always)]
    pub fn structs<T: Decode<'a>>(&mut self, count: usize, version: i16) -> Result<Vec<T>> {
        self.elements(count, T::least_bytes(version), |r| T::decode(r, version))
    }

    /// `count` elements of at least `least_bytes` each. Room for at most [`MAX_FIRST_CAPACITY`] is reserved
    /// first, for the rest once those have been read; neither before the bytes left could hold them all.
    #[inline(always)]
    fn elements<T>(
        &mut self,
        count: usize,
        least_bytes: usize,
        mut element: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        // Neither product overflows: a count is at most a million, and a structure is small.
        if count * least_bytes > self.rest.len() {
            return Err(DecodeError::Truncated);
        }
        let first = count.min(MAX_FIRST_CAPACITY);
        self.charge(first * size_of::<T>())?;
        let mut list = Vec::with_capacity(first);
        for _ in 0..first {
            list.push(element(self)?);
        }
        if count > first {
            self.more_elements(&mut list, count, least_bytes, element)?;
        }
        Ok(list)
    }

    #[inline(never)]
    fn more_elements<T>(
        &mut self,
        list: &mut Vec<T>,
        count: usize,
        least_bytes: usize,
        mut element: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<()> {
        if (count - list.len()) * least_bytes > self.rest.len() {
            return Err(DecodeError::Truncated);
        }
        // While the elements move, both places exist.
        self.charge(count * size_of::<T>())?;
        let moved = list.capacity() * size_of::<T>();
        list.reserve_exact(count - list.len());
        self.memory_left += moved;
        while list.len() < count {
            list.push(element(self)?);
        }
        Ok(())
    }

    #[inline(always)]
    fn charge(&mut self, bytes: usize) -> Result<()> {
        self.memory_left = self.memory_left.checked_sub(bytes).ok_or(DecodeError::TooDense)?;
        Ok(())
    }

    /// `count` values of `int8`.
    pub fn i8s(&mut self, count: usize) -> Result<Vec<i8>> {
        self.elements(count, 1, Self::i8)
    }

    /// `count` values of `int16`.
    pub fn i16s(&mut self, count: usize) -> Result<Vec<i16>> {
        self.elements(count, 2, Self::i16)
    }

    /// `count` values of `int32`.
    pub fn i32s(&mut self, count: usize) -> Result<Vec<i32>> {
        self.elements(count, 4, Self::i32)
    }

    /// `count` values of `int64`.
    pub fn i64s(&mut self, count: usize) -> Result<Vec<i64>> {
        self.elements(count, 8, Self::i64)
    }

    /// `count` values of `uuid`.
    pub fn uuids(&mut self, count: usize) -> Result<Vec<Uuid>> {
        self.elements(count, 16, Self::uuid)
    }

    /// `count` strings.
    pub fn strings(&mut self, count: usize, flexible: bool) -> Result<Vec<&'a str>> {
        self.elements(count, if flexible { 1 } else { 2 }, |r| r.string(flexible))
    }

    /// How many tagged fields follow.
    #[inline]
    pub fn tag_count(&mut self) -> Result<u32> {
        let count = self.uvarint()?;
        if count > MAX_TAGGED_FIELDS { Err(DecodeError::TooManyTaggedFields) } else { Ok(count) }
    }

    /// Goes into the next tagged field: from here on only its value can be read. Returns the tag, and what
    /// comes after the value, to be handed to [`Reader::leave_tag`] or [`Reader::skip_tag`].
    pub fn enter_tag(&mut self) -> Result<(u32, &'a [u8])> {
        let tag = self.uvarint()?;
        let size = self.uvarint()? as usize;
        let (value, after) = self.rest.split_at_checked(size).ok_or(DecodeError::Truncated)?;
        self.rest = value;
        Ok((tag, after))
    }

    /// Leaves a tagged field whose value has been read.
    #[inline]
    pub fn leave_tag(&mut self, after: &'a [u8]) -> Result<()> {
        if !self.rest.is_empty() {
            return Err(DecodeError::TagSize);
        }
        self.rest = after;
        Ok(())
    }

    /// Leaves a tagged field that nobody knows.
    #[inline]
    pub fn skip_tag(&mut self, after: &'a [u8]) {
        self.rest = after;
    }

    /// Reads over the tagged fields of a structure that declares none.
    #[inline(always)]
    pub fn skip_tags(&mut self) -> Result<()> {
        match self.rest.split_first() {
            Some((&0, rest)) => {
                self.rest = rest;
                Ok(())
            }
            _ => self.skip_some_tags(),
        }
    }

    #[cold]
    fn skip_some_tags(&mut self) -> Result<()> {
        for _ in 0..self.tag_count()? {
            let (_, after) = self.enter_tag()?;
            self.skip_tag(after);
        }
        Ok(())
    }
}
