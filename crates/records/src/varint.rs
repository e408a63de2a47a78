//! Zig-zag variable-length integers inside records, as Kafka reads them: at most 5 (int) or 10 (long) bytes,
//! overlong forms accepted, excess bits of the last byte dropped. Used by every walk of records.

/// Position in a slice. Reads return `None` at the end of the slice or for a number that does not end.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    #[inline(always)]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    #[inline(always)]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[inline(always)]
    pub fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// Takes `count` bytes.
    #[inline(always)]
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    #[inline(always)]
    pub fn skip(&mut self, count: usize) -> Option<()> {
        if count > self.remaining() {
            return None;
        }
        self.at += count;
        Some(())
    }

    /// Lengths and deltas take one or two bytes nearly always: those are decoded in line.
    #[inline(always)]
    pub fn varint(&mut self) -> Option<i32> {
        let first = *self.bytes.get(self.at)?;
        if first < 0x80 {
            self.at += 1;
            return Some(zigzag32(u32::from(first)));
        }
        let second = *self.bytes.get(self.at + 1)?;
        if second < 0x80 {
            self.at += 2;
            return Some(zigzag32(u32::from(first & 0x7f) | u32::from(second) << 7));
        }
        self.varint_long()
    }

    #[inline(always)]
    pub fn varlong(&mut self) -> Option<i64> {
        let first = *self.bytes.get(self.at)?;
        if first < 0x80 {
            self.at += 1;
            return Some(zigzag64(u64::from(first)));
        }
        let second = *self.bytes.get(self.at + 1)?;
        if second < 0x80 {
            self.at += 2;
            return Some(zigzag64(u64::from(first & 0x7f) | u64::from(second) << 7));
        }
        self.varlong_long()
    }

    /// A length of key, value or header value: −1 is null, anything below is refused. (Java takes every
    /// negative length for null, librdkafka stops at it.)
    #[inline(always)]
    pub fn nullable_bytes(&mut self) -> Option<Option<&'a [u8]>> {
        match self.varint()? {
            -1 => Some(None),
            length => Some(Some(self.take(usize::try_from(length).ok()?)?)),
        }
    }

    #[inline(never)]
    fn varint_long(&mut self) -> Option<i32> {
        let mut value = 0u32;
        for index in 0..5 {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Some(zigzag32(value));
            }
        }
        None
    }

    #[inline(never)]
    fn varlong_long(&mut self) -> Option<i64> {
        let mut value = 0u64;
        for index in 0..10 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return Some(zigzag64(value));
            }
        }
        None
    }
}

#[inline(always)]
pub(crate) fn zigzag32(raw: u32) -> i32 {
    (raw >> 1) as i32 ^ -((raw & 1) as i32)
}

#[inline(always)]
pub(crate) fn zigzag64(raw: u64) -> i64 {
    (raw >> 1) as i64 ^ -((raw & 1) as i64)
}

pub(crate) fn put_varint(out: &mut Vec<u8>, value: i32) {
    put_varlong(out, i64::from(value));
}

pub(crate) fn put_varlong(out: &mut Vec<u8>, value: i64) {
    let mut raw = ((value << 1) ^ (value >> 63)) as u64;
    while raw >= 0x80 {
        out.push(raw as u8 | 0x80);
        raw >>= 7;
    }
    out.push(raw as u8);
}

/// Bytes that [`put_varlong`] writes.
pub(crate) fn varlong_size(value: i64) -> usize {
    let raw = ((value << 1) ^ (value >> 63)) as u64;
    (64 - (raw | 1).leading_zeros() as usize).div_ceil(7)
}

/// Bytes that [`put_varint`] writes.
pub(crate) fn varint_size(value: i32) -> usize {
    varlong_size(i64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_sizes_agree() {
        let mut values: Vec<i64> = vec![0, -1, 1, 63, -64, 64, 8191, -8192, 8192, i64::MAX, i64::MIN];
        values.extend((0..63).flat_map(|bit| [1i64 << bit, -(1i64 << bit), (1i64 << bit) - 1]));
        for value in values {
            let mut out = Vec::new();
            put_varlong(&mut out, value);
            assert_eq!(out.len(), varlong_size(value), "{value}");
            assert_eq!(Cursor::new(&out).varlong(), Some(value));
            if let Ok(small) = i32::try_from(value) {
                assert_eq!(Cursor::new(&out).varint(), Some(small));
            }
        }
    }

    #[test]
    fn a_number_that_does_not_end_is_refused() {
        assert_eq!(Cursor::new(&[0x80; 5]).varint(), None);
        assert_eq!(Cursor::new(&[0x80; 10]).varlong(), None);
        assert_eq!(Cursor::new(&[0x80]).varint(), None);
        assert_eq!(Cursor::new(&[]).varlong(), None);
        assert_eq!(Cursor::new(&[0x80, 0x80, 0x80, 0x80, 0x00]).varint(), Some(0));
    }
}
