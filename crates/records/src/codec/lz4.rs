//! LZ4 frames, format 1.6. Kafka's Java reader takes independent blocks only, so dependent ones are refused
//! here; librdkafka checks the content size and checksum and refuses bytes behind the frame, so both are checked
//! too. Written as Kafka writes: independent 64 KiB blocks, no checksums but the header's.

use std::hash::Hasher as _;

use twox_hash::XxHash32;

use crate::attributes::Codec;
use crate::error::BatchError;

const BAD: BatchError = BatchError::Compressed(Codec::Lz4);
const UNSUPPORTED: BatchError = BatchError::UnsupportedCompression(Codec::Lz4);
const MAGIC: [u8; 4] = 0x184d_2204u32.to_le_bytes();
const VERSION_1: u8 = 0x40;
const INDEPENDENT: u8 = 0x20;
const BLOCK_CHECKSUM: u8 = 0x10;
const CONTENT_SIZE: u8 = 0x08;
const CONTENT_CHECKSUM: u8 = 0x04;
const RESERVED: u8 = 0x02;
const DICTIONARY: u8 = 0x01;
/// Top bit of a block's length: the block is stored as it is.
const STORED: u32 = 1 << 31;
const BLOCK_64_KIB: u8 = 4 << 4;
const BLOCK: usize = 64 << 10;

pub(super) fn compress(records: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    let descriptor = [VERSION_1 | INDEPENDENT, BLOCK_64_KIB];
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&descriptor);
    out.push(header_checksum(&descriptor));
    for block in records.chunks(BLOCK) {
        let start = out.len();
        out.resize(start + 4 + lz4_flex::block::get_maximum_output_size(block.len()), 0);
        let mut length = lz4_flex::block::compress_into(block, &mut out[start + 4..]).map_err(|_| BAD)?;
        let mut stated = length as u32;
        if length >= block.len() {
            length = block.len();
            stated = length as u32 | STORED;
            out[start + 4..start + 4 + length].copy_from_slice(block);
        }
        out[start..start + 4].copy_from_slice(&stated.to_le_bytes());
        out.truncate(start + 4 + length);
    }
    out.extend_from_slice(&[0; 4]);
    Ok(())
}

fn header_checksum(descriptor: &[u8]) -> u8 {
    (XxHash32::oneshot(0, descriptor) >> 8) as u8
}

pub(super) struct Decoder<'a> {
    input: &'a [u8],
    block_size: usize,
    block_checksum: bool,
    content_size: Option<u64>,
    content_hash: Option<XxHash32>,
    written: u64,
    done: bool,
}

impl<'a> Decoder<'a> {
    pub fn open(compressed: &'a [u8], check_header: bool) -> Result<Self, BatchError> {
        let (&[m0, m1, m2, m3, flags, block], mut input) = compressed.split_first_chunk().ok_or(BAD)?;
        if [m0, m1, m2, m3] != MAGIC || flags & 0xc0 != VERSION_1 || flags & RESERVED != 0 {
            return Err(BAD);
        }
        if flags & DICTIONARY != 0 || flags & INDEPENDENT == 0 {
            return Err(UNSUPPORTED);
        }
        let block_size = match block {
            0x40 => 64 << 10,
            0x50 => 256 << 10,
            0x60 => 1 << 20,
            0x70 => 4 << 20,
            _ => return Err(BAD),
        };
        let mut content_size = None;
        if flags & CONTENT_SIZE != 0 {
            let (&size, rest) = input.split_first_chunk().ok_or(BAD)?;
            (content_size, input) = (Some(u64::from_le_bytes(size)), rest);
        }
        let descriptor = &compressed[MAGIC.len()..compressed.len() - input.len()];
        let (&checksum, input) = input.split_first().ok_or(BAD)?;
        if check_header && checksum != header_checksum(descriptor) {
            return Err(BAD);
        }
        Ok(Self {
            input,
            block_size,
            block_checksum: flags & BLOCK_CHECKSUM != 0,
            content_size,
            content_hash: (flags & CONTENT_CHECKSUM != 0).then(|| XxHash32::with_seed(0)),
            written: 0,
            done: false,
        })
    }

    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, BatchError> {
        if self.done {
            return Ok(false);
        }
        let stated = self.take_u32()?;
        if stated == 0 {
            self.done = true;
            return self.check_trailer().map(|()| false);
        }
        let length = (stated & !STORED) as usize;
        let block = self.input.get(..length).ok_or(BAD)?;
        self.input = &self.input[length..];
        if length > self.block_size {
            return Err(BAD);
        }
        if self.block_checksum && self.take_u32()? != XxHash32::oneshot(0, block) {
            return Err(BAD);
        }
        if stated & STORED != 0 {
            out.extend_from_slice(block);
        } else {
            // One byte of a block gives 255 at most, so short blocks need no whole block of room.
            out.resize(self.block_size.min(length.saturating_mul(255)), 0);
            let written = lz4_flex::block::decompress_into(block, out).map_err(|_| BAD)?;
            out.truncate(written);
        }
        self.written += out.len() as u64;
        if let Some(hash) = &mut self.content_hash {
            hash.write(out);
        }
        Ok(true)
    }

    fn check_trailer(&mut self) -> Result<(), BatchError> {
        if self.content_size.is_some_and(|size| size != self.written) {
            return Err(BAD);
        }
        if let Some(hash) = self.content_hash.take()
            && self.take_u32()? != hash.finish_32()
        {
            return Err(BAD);
        }
        if self.input.is_empty() { Ok(()) } else { Err(UNSUPPORTED) }
    }

    fn take_u32(&mut self) -> Result<u32, BatchError> {
        let (&bytes, rest) = self.input.split_first_chunk().ok_or(BAD)?;
        self.input = rest;
        Ok(u32::from_le_bytes(bytes))
    }
}
