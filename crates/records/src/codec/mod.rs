//! Compressing and decompressing the records of a batch: one file per codec, one streaming shape for all.
//! Decompression goes chunk by chunk through a scratch buffer of bounded size, under caps the caller gives; it
//! answers bad bytes with an error, never with a panic, and reserves nothing on the word of a length it has not
//! checked. Never decides what an error means to a client.

mod gzip;
mod lz4;
mod snappy;
mod zstd;

use crate::attributes::Codec;
use crate::error::BatchError;

/// What decompressing one batch may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes all records of the batch may take.
    pub bytes_max: u64,
    /// Decompressed bytes per compressed byte, above [`Limits::ratio_free_bytes`].
    pub ratio_max: u32,
    /// So many bytes are allowed at any ratio: a producer that repeats itself is not an attack.
    pub ratio_free_bytes: u64,
    /// Bytes one record of a compressed batch may take, its length field aside
    /// (`max.decompressed.message.bytes`, whose default is the largest array Java can hold).
    pub record_bytes_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 512 << 20,
            ratio_max: 1024,
            ratio_free_bytes: 32 << 20,
            record_bytes_max: i32::MAX as u32 - 8,
        }
    }
}

impl Limits {
    /// The cap for a blob of so many compressed bytes.
    #[must_use]
    pub fn allowed(&self, compressed: usize) -> u64 {
        let by_ratio = (compressed as u64).saturating_mul(u64::from(self.ratio_max));
        self.bytes_max.min(by_ratio.max(self.ratio_free_bytes))
    }
}

/// A codec to write with, and how hard it tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Records as they are.
    #[default]
    None,
    /// `level` −1 (zlib's default) or 1 ..= 9.
    Gzip {
        /// `compression.gzip.level`
        level: i32,
    },
    /// Has no levels.
    Snappy,
    /// Always the fast compressor: levels change the size only, not what readers see.
    Lz4,
    /// `level` −131072 ..= 22.
    Zstd {
        /// `compression.zstd.level`
        level: i32,
    },
}

impl Compression {
    /// The codec it writes.
    #[must_use]
    pub const fn codec(self) -> Codec {
        match self {
            Self::None => Codec::None,
            Self::Gzip { .. } => Codec::Gzip,
            Self::Snappy => Codec::Snappy,
            Self::Lz4 => Codec::Lz4,
            Self::Zstd { .. } => Codec::Zstd,
        }
    }
}

impl From<Codec> for Compression {
    /// At Kafka's default level (KIP-390).
    fn from(codec: Codec) -> Self {
        match codec {
            Codec::None => Self::None,
            Codec::Gzip => Self::Gzip { level: -1 },
            Codec::Snappy => Self::Snappy,
            Codec::Lz4 => Self::Lz4,
            Codec::Zstd => Self::Zstd { level: 3 },
        }
    }
}

/// Memory that decompression uses again for the next batch: one per thread that validates or reads. Starts
/// empty; grows to one chunk (64 KiB to 4 MiB by codec) and the codecs' own state.
#[derive(Default)]
pub struct Scratch {
    chunk: Vec<u8>,
    gzip: Option<flate2::Decompress>,
    zstd: Option<::zstd::zstd_safe::DCtx<'static>>,
}

impl Scratch {
    /// Nothing reserved yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").field("chunk", &self.chunk.capacity()).finish_non_exhaustive()
    }
}

/// Chunks above this are given back after the batch.
const CHUNK_KEPT: usize = 1 << 20;

/// Appends `records` to `out`, compressed.
pub fn compress(compression: Compression, records: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    match compression {
        Compression::None => out.extend_from_slice(records),
        Compression::Gzip { level } => gzip::compress(level, records, out)?,
        Compression::Snappy => snappy::compress(records, out)?,
        Compression::Lz4 => lz4::compress(records, out)?,
        Compression::Zstd { level } => zstd::compress(level, records, out)?,
    }
    Ok(())
}

/// Decompresses a whole blob into `out`, which is cleared first.
pub fn decompress(
    codec: Codec,
    compressed: &[u8],
    limits: &Limits,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) -> Result<(), BatchError> {
    out.clear();
    if codec == Codec::None {
        out.extend_from_slice(compressed);
        return Ok(());
    }
    let mut stream = Stream::open(codec, compressed, limits, scratch)?;
    while stream.refill()? {
        out.extend_from_slice(stream.window());
        stream.consume(stream.window().len());
    }
    Ok(())
}

/// Decompressed bytes, one chunk at a time.
pub(crate) struct Stream<'a, 'b> {
    decoder: Decoder<'a, 'b>,
    /// The current chunk; bytes before `at` are consumed.
    chunk: &'b mut Vec<u8>,
    at: usize,
    /// Bytes of all chunks before the current one.
    earlier: u64,
    limit: u64,
    /// [`Limits::record_bytes_max`].
    pub record_bytes_max: usize,
}

enum Decoder<'a, 'b> {
    Gzip(gzip::Decoder<'a, 'b>),
    Snappy(snappy::Decoder<'a>),
    Lz4(lz4::Decoder<'a>),
    Zstd(zstd::Decoder<'a, 'b>),
}

impl<'a, 'b> Stream<'a, 'b> {
    pub fn open(
        codec: Codec,
        compressed: &'a [u8],
        limits: &Limits,
        scratch: &'b mut Scratch,
    ) -> Result<Self, BatchError> {
        Self::open_legacy(codec, compressed, false, limits, scratch)
    }

    /// Messages of magic 0 carry LZ4 frames whose header checksum was computed wrongly (KAFKA-3160).
    pub fn open_legacy(
        codec: Codec,
        compressed: &'a [u8],
        magic_0: bool,
        limits: &Limits,
        scratch: &'b mut Scratch,
    ) -> Result<Self, BatchError> {
        let limit = limits.allowed(compressed.len());
        scratch.chunk.clear();
        let Scratch { chunk, gzip, zstd } = scratch;
        let decoder = match codec {
            Codec::None => return Err(BatchError::UnknownCodec(0)),
            Codec::Gzip => Decoder::Gzip(gzip::Decoder::open(compressed, gzip)?),
            Codec::Snappy => Decoder::Snappy(snappy::Decoder::open(compressed)?),
            Codec::Lz4 => Decoder::Lz4(lz4::Decoder::open(compressed, !magic_0)?),
            Codec::Zstd => Decoder::Zstd(zstd::Decoder::open(compressed, zstd)?),
        };
        let record_bytes_max = limits.record_bytes_max as usize;
        Ok(Self { decoder, chunk, at: 0, earlier: 0, limit, record_bytes_max })
    }

    /// What is left of the current chunk.
    #[inline(always)]
    pub fn window(&self) -> &[u8] {
        &self.chunk[self.at..]
    }

    /// Drops bytes of the window.
    #[inline(always)]
    pub fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.chunk.len() - self.at);
        self.at += count;
    }

    /// Bytes consumed since the start.
    pub fn position(&self) -> u64 {
        self.earlier + self.at as u64
    }

    /// Makes sure the window is not empty; `false` at the end of the stream.
    pub fn refill(&mut self) -> Result<bool, BatchError> {
        while self.at == self.chunk.len() {
            self.earlier += self.chunk.len() as u64;
            self.chunk.clear();
            self.at = 0;
            let left = self.limit - self.earlier;
            let more = match &mut self.decoder {
                Decoder::Gzip(decoder) => decoder.next(self.chunk)?,
                Decoder::Snappy(decoder) => decoder.next(self.chunk, left, self.limit)?,
                Decoder::Lz4(decoder) => decoder.next(self.chunk)?,
                Decoder::Zstd(decoder) => decoder.next(self.chunk)?,
            };
            if self.chunk.len() as u64 > left {
                return Err(BatchError::TooLargeDecompressed { limit: self.limit });
            }
            if !more {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn byte(&mut self) -> Result<Option<u8>, BatchError> {
        if !self.refill()? {
            return Ok(None);
        }
        let byte = self.chunk[self.at];
        self.at += 1;
        Ok(Some(byte))
    }

    /// Skips bytes across chunks; `false` if the stream ends first.
    pub fn skip(&mut self, mut count: usize) -> Result<bool, BatchError> {
        while count > 0 {
            if !self.refill()? {
                return Ok(false);
            }
            let step = count.min(self.chunk.len() - self.at);
            self.at += step;
            count -= step;
        }
        Ok(true)
    }

    /// True if nothing follows: checks the codec's own trailer on the way.
    pub fn at_end(&mut self) -> Result<bool, BatchError> {
        Ok(!self.refill()?)
    }
}

impl Drop for Stream<'_, '_> {
    fn drop(&mut self) {
        if self.chunk.capacity() > CHUNK_KEPT {
            *self.chunk = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests;
