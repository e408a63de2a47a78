//! Snappy: xerial's framing (16 bytes of header, then length-prefixed raw blocks) on writing and reading; a raw
//! block without framing, as some clients write it, on reading only.

use crate::attributes::Codec;
use crate::error::BatchError;

const BAD: BatchError = BatchError::Compressed(Codec::Snappy);
const MAGIC: [u8; 8] = *b"\x82SNAPPY\0";
const HEADER_SIZE: usize = 16;
/// Version and lowest compatible version, both 1.
const VERSIONS: [u8; 8] = [0, 0, 0, 1, 0, 0, 0, 1];
/// The block size Kafka's clients write.
const BLOCK: usize = 32 << 10;

pub(super) fn compress(records: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSIONS);
    let mut encoder = snap::raw::Encoder::new();
    for block in records.chunks(BLOCK) {
        let start = out.len();
        out.resize(start + 4 + snap::raw::max_compress_len(block.len()), 0);
        let length = encoder.compress(block, &mut out[start + 4..]).map_err(|_| BAD)?;
        out[start..start + 4].copy_from_slice(&(length as u32).to_be_bytes());
        out.truncate(start + 4 + length);
    }
    Ok(())
}

pub(super) struct Decoder<'a> {
    input: &'a [u8],
    framed: bool,
}

impl<'a> Decoder<'a> {
    pub fn open(compressed: &'a [u8]) -> Result<Self, BatchError> {
        if !compressed.starts_with(&MAGIC) {
            return Ok(Self { input: compressed, framed: false });
        }
        let input = compressed.get(HEADER_SIZE..).ok_or(BAD)?;
        let version = [compressed[8], compressed[9], compressed[10], compressed[11]];
        if i32::from_be_bytes(version) < 1 {
            return Err(BatchError::UnsupportedCompression(Codec::Snappy));
        }
        Ok(Self { input, framed: true })
    }

    pub fn next(&mut self, out: &mut Vec<u8>, left: u64, limit: u64) -> Result<bool, BatchError> {
        if self.input.is_empty() {
            return Ok(false);
        }
        let block = if self.framed {
            let (&length, rest) = self.input.split_first_chunk().ok_or(BAD)?;
            let length = usize::try_from(i32::from_be_bytes(length)).map_err(|_| BAD)?;
            let block = rest.get(..length).ok_or(BAD)?;
            self.input = &rest[length..];
            block
        } else {
            std::mem::take(&mut self.input)
        };
        if block.is_empty() {
            return Err(BAD);
        }
        let length = snap::raw::decompress_len(block).map_err(|_| BAD)?;
        // The format's densest element copies 64 bytes and takes 3 (2 for up to 11): a block that promises more
        // than 22 for 1 lies, and nothing is reserved for it.
        if length / 22 > block.len() {
            return Err(BAD);
        }
        if length as u64 > left {
            return Err(BatchError::TooLargeDecompressed { limit });
        }
        out.resize(length, 0);
        let written = snap::raw::Decoder::new().decompress(block, out).map_err(|_| BAD)?;
        if written != length {
            return Err(BAD);
        }
        Ok(true)
    }
}
