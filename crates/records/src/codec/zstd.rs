//! Zstandard (RFC 8878) by the reference library. Several frames in a row are read as one stream, as Kafka and
//! librdkafka read them. Windows above 128 MiB are refused, as both refuse them; a context that had to grow
//! beyond [`CONTEXT_KEPT`] for its window is not kept.

use zstd::zstd_safe::{DCtx, InBuffer, OutBuffer, ResetDirective, get_frame_content_size};

use crate::attributes::Codec;
use crate::error::BatchError;

const BAD: BatchError = BatchError::Compressed(Codec::Zstd);
const CHUNK: usize = 128 << 10;
/// Frames that state a size up to this are decoded in one piece, without a window of their own.
const WHOLE_FRAME: u64 = 1 << 20;
const CONTEXT_KEPT: usize = 10 << 20;

pub(super) fn compress(level: i32, records: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    let compressed = zstd::bulk::compress(records, level).map_err(|_| BAD)?;
    out.extend_from_slice(&compressed);
    Ok(())
}

pub(super) struct Decoder<'a, 'b> {
    input: &'a [u8],
    context: &'b mut Option<DCtx<'static>>,
    /// Inside a frame: the input may not end here.
    open: bool,
    /// The library may hold output back that did not fit.
    flushed: bool,
}

impl<'a, 'b> Decoder<'a, 'b> {
    pub fn open(compressed: &'a [u8], context: &'b mut Option<DCtx<'static>>) -> Result<Self, BatchError> {
        match context {
            Some(context) => {
                context.reset(ResetDirective::SessionOnly).map_err(|_| BAD)?;
            }
            None => *context = Some(DCtx::try_create().ok_or(BAD)?),
        }
        // An empty blob holds no frame, and readers expect one.
        Ok(Self { input: compressed, context, open: true, flushed: true })
    }

    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<bool, BatchError> {
        let context = self.context.as_mut().ok_or(BAD)?;
        while out.is_empty() {
            if self.input.is_empty() && self.flushed {
                return if self.open { Err(BAD) } else { Ok(false) };
            }
            let room = match get_frame_content_size(self.input) {
                Ok(Some(size)) if !self.open || out.capacity() == 0 => {
                    if size <= WHOLE_FRAME {
                        size as usize
                    } else {
                        CHUNK
                    }
                }
                _ => CHUNK,
            };
            out.resize(room.max(1), 0);
            let mut input = InBuffer::around(self.input);
            let mut output = OutBuffer::around(out.as_mut_slice());
            let hint = context.decompress_stream(&mut output, &mut input).map_err(|_| BAD)?;
            let (read, written) = (input.pos(), output.pos());
            self.open = hint != 0;
            self.flushed = written < out.len() || hint == 0;
            self.input = &self.input[read..];
            out.truncate(written);
            if read == 0 && written == 0 {
                return Err(BAD);
            }
        }
        Ok(true)
    }
}

impl Drop for Decoder<'_, '_> {
    fn drop(&mut self) {
        if self.context.as_ref().is_some_and(|context| context.sizeof() > CONTEXT_KEPT) {
            *self.context = None;
        }
    }
}
