//! Gzip (RFC 1952): header and trailer here, deflate by flate2. One member, its CRC and length checked, nothing
//! behind it: Java would read further members, librdkafka stops after the first, so data with two is refused.

use std::io::Write;

use flate2::{Decompress, FlushDecompress, Status};

use crate::attributes::Codec;
use crate::error::BatchError;

const BAD: BatchError = BatchError::Compressed(Codec::Gzip);
const CHUNK: usize = 64 << 10;

pub(super) fn compress(level: i32, records: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    let level = match u32::try_from(level) {
        Ok(level @ 0..=9) => flate2::Compression::new(level),
        _ => flate2::Compression::default(),
    };
    let mut encoder = flate2::write::GzEncoder::new(out, level);
    encoder.write_all(records).and_then(|()| encoder.finish()).map_err(|_| BAD)?;
    Ok(())
}

pub(super) struct Decoder<'a, 'b> {
    /// The deflate stream and what is behind it.
    input: &'a [u8],
    inflate: &'b mut Decompress,
    crc: flate2::Crc,
    done: bool,
}

impl<'a, 'b> Decoder<'a, 'b> {
    pub fn open(compressed: &'a [u8], state: &'b mut Option<Decompress>) -> Result<Self, BatchError> {
        let input = skip_header(compressed).ok_or(BAD)?;
        let inflate = state.get_or_insert_with(|| Decompress::new(false));
        inflate.reset(false);
        Ok(Self { input, inflate, crc: flate2::Crc::new(), done: false })
    }

    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, BatchError> {
        if self.done {
            return Ok(false);
        }
        out.reserve(CHUNK);
        let (in_before, out_before) = (self.inflate.total_in(), out.len());
        let status = self.inflate.decompress_vec(self.input, out, FlushDecompress::None).map_err(|_| BAD)?;
        let read = (self.inflate.total_in() - in_before) as usize;
        let written = &out[out_before..];
        self.input = self.input.get(read..).ok_or(BAD)?;
        self.crc.update(written);
        match status {
            Status::StreamEnd => {
                self.done = true;
                self.check_trailer()?;
            }
            // No end, yet nothing moves: the data is cut off.
            _ if read == 0 && written.is_empty() => return Err(BAD),
            _ => {}
        }
        Ok(!self.done || !written.is_empty())
    }

    fn check_trailer(&self) -> Result<(), BatchError> {
        let trailer: &[u8; 8] = self.input.first_chunk().ok_or(BAD)?;
        let [c0, c1, c2, c3, l0, l1, l2, l3] = *trailer;
        let crc = u32::from_le_bytes([c0, c1, c2, c3]);
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        if crc != self.crc.sum() || length != self.crc.amount() {
            return Err(BAD);
        }
        if self.input.len() > trailer.len() {
            return Err(BatchError::UnsupportedCompression(Codec::Gzip));
        }
        Ok(())
    }
}

/// Cuts off the member's header, which may carry extra data, a file name and a comment.
fn skip_header(bytes: &[u8]) -> Option<&[u8]> {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let (&[0x1f, 0x8b, 8, flags, _, _, _, _, _, _], mut rest) = bytes.split_first_chunk()? else {
        return None;
    };
    if flags & 0xe0 != 0 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (&length, behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_le_bytes(length))..)?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CRC != 0 {
        let header = &bytes[..bytes.len() - rest.len()];
        let (&stated, behind) = rest.split_first_chunk()?;
        let mut crc = flate2::Crc::new();
        crc.update(header);
        if crc.sum() as u16 != u16::from_le_bytes(stated) {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}
