//! Every codec against itself, against bombs, and against forms that some reader cannot take.

use super::*;

fn sample(size: usize) -> Vec<u8> {
    (0..size).map(|i| ((i * i / 7) as u8) & 0x3f).collect()
}

#[test]
fn every_codec_gives_back_what_it_was_given() {
    let mut scratch = Scratch::new();
    for codec in Codec::ALL {
        for size in [1, 2, 100, 65_535, 65_536, 65_537, 300_000, 1_500_000] {
            let records = sample(size);
            let mut compressed = Vec::new();
            compress(codec.into(), &records, &mut compressed).unwrap();
            let mut out = vec![9; 3];
            decompress(codec, &compressed, &Limits::default(), &mut scratch, &mut out).unwrap();
            assert!(out == records, "{codec} {size}");
        }
    }
}

#[test]
fn cut_off_or_followed_by_garbage_is_an_error_in_every_codec() {
    let mut scratch = Scratch::new();
    let mut out = Vec::new();
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let mut compressed = Vec::new();
        compress(codec.into(), &sample(70_000), &mut compressed).unwrap();
        for end in 0..compressed.len() - 1 {
            // Snappy's framing has no end mark: a cut between two blocks is found by the records.
            let cut = &compressed[..end];
            let result = decompress(codec, cut, &Limits::default(), &mut scratch, &mut out);
            assert!(
                result.is_err() || (codec == Codec::Snappy && out.len() % (32 << 10) == 0),
                "{codec} {end}"
            );
        }
        compressed.push(0x55);
        let result = decompress(codec, &compressed, &Limits::default(), &mut scratch, &mut out);
        assert!(result.is_err(), "{codec}");
    }
}

#[test]
fn a_bomb_stops_at_the_cap() {
    let mut scratch = Scratch::new();
    let zeros = vec![0; 8 << 20];
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let mut compressed = Vec::new();
        compress(codec.into(), &zeros, &mut compressed).unwrap();
        let limits = Limits { bytes_max: 1 << 20, ..Limits::default() };
        let mut out = Vec::new();
        let result = decompress(codec, &compressed, &limits, &mut scratch, &mut out);
        assert_eq!(result, Err(BatchError::TooLargeDecompressed { limit: 1 << 20 }), "{codec}");
        assert!(out.len() <= 1 << 20);
        let limits = Limits { ratio_max: 2, ratio_free_bytes: 0, ..Limits::default() };
        let result = decompress(codec, &compressed, &limits, &mut scratch, &mut out);
        assert!(matches!(result, Err(BatchError::TooLargeDecompressed { .. })), "{codec}");
    }
}

#[test]
fn a_snappy_block_that_promises_gigabytes_reserves_nothing() {
    let mut scratch = Scratch::new();
    let mut out = Vec::new();
    // Declares 2^32 − 1 bytes, holds one.
    let lie = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
    let result = decompress(Codec::Snappy, &lie, &Limits::default(), &mut scratch, &mut out);
    assert_eq!(result, Err(BatchError::Compressed(Codec::Snappy)));
    assert_eq!(scratch.chunk.capacity(), 0);
}

#[test]
fn raw_snappy_is_read() {
    let records = sample(5000);
    let raw = snap::raw::Encoder::new().compress_vec(&records).unwrap();
    let mut out = Vec::new();
    decompress(Codec::Snappy, &raw, &Limits::default(), &mut Scratch::new(), &mut out).unwrap();
    assert_eq!(out, records);
}

#[test]
fn dependent_lz4_blocks_are_refused_because_java_cannot_read_them() {
    use std::io::Write;
    let mut info = lz4_flex::frame::FrameInfo::new();
    info.block_mode = lz4_flex::frame::BlockMode::Linked;
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(&sample(200_000)).unwrap();
    let frame = encoder.finish().unwrap();
    let mut out = Vec::new();
    let result = decompress(Codec::Lz4, &frame, &Limits::default(), &mut Scratch::new(), &mut out);
    assert_eq!(result, Err(BatchError::UnsupportedCompression(Codec::Lz4)));
}

#[test]
fn lz4_frames_with_every_checksum_and_block_size_are_read_and_checked() {
    use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
    use std::io::Write;
    let records = sample(3_000_000);
    let mut scratch = Scratch::new();
    for block_size in [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Max1MB, BlockSize::Max4MB] {
        let info = FrameInfo::new()
            .block_mode(BlockMode::Independent)
            .block_size(block_size)
            .block_checksums(true)
            .content_checksum(true)
            .content_size(Some(records.len() as u64));
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(&records).unwrap();
        let mut frame = encoder.finish().unwrap();
        let mut out = Vec::new();
        decompress(Codec::Lz4, &frame, &Limits::default(), &mut scratch, &mut out).unwrap();
        assert!(out == records);
        let last = frame.len() - 1;
        frame[last] ^= 1;
        let result = decompress(Codec::Lz4, &frame, &Limits::default(), &mut scratch, &mut out);
        assert_eq!(result, Err(BatchError::Compressed(Codec::Lz4)));
    }
}
