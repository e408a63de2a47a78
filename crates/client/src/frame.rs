//! Cuts what a socket delivers into frames. Memory grows with the bytes that have arrived, never with the
//! length that was announced; a length out of range ends the connection.

/// Collects one frame after the other.
#[derive(Debug)]
pub struct FrameReader {
    frame_bytes_max: usize,
    /// The length prefix, as far as it is there.
    prefix: [u8; 4],
    prefix_bytes: usize,
    /// The frame being collected, without its prefix.
    frame: Vec<u8>,
}

/// The announced length is negative or above the limit: whoever answers does not speak Kafka.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLength(pub i32);

/// Reserved at most before the bytes are there.
const FIRST_CAPACITY_MAX: usize = 64 * 1024;

impl FrameReader {
    /// A reader that refuses frames above `frame_bytes_max`.
    #[must_use]
    pub fn new(frame_bytes_max: usize) -> Self {
        Self { frame_bytes_max, prefix: [0; 4], prefix_bytes: 0, frame: Vec::new() }
    }

    /// Takes bytes from the front of `input`, at most to the end of a frame; returns that frame when it is
    /// complete. Call again until `input` is empty.
    pub fn take(&mut self, input: &mut &[u8]) -> Result<Option<Vec<u8>>, BadLength> {
        while self.prefix_bytes < 4 {
            let Some((&byte, rest)) = input.split_first() else { return Ok(None) };
            self.prefix[self.prefix_bytes] = byte;
            self.prefix_bytes += 1;
            *input = rest;
        }
        let announced = i32::from_be_bytes(self.prefix);
        let length = usize::try_from(announced).map_err(|_| BadLength(announced))?;
        if length > self.frame_bytes_max {
            return Err(BadLength(announced));
        }
        if self.frame.is_empty() {
            self.frame.reserve(length.min(FIRST_CAPACITY_MAX));
        }
        let (taken, rest) = input.split_at((length - self.frame.len()).min(input.len()));
        self.frame.extend_from_slice(taken);
        *input = rest;
        if self.frame.len() < length {
            return Ok(None);
        }
        self.prefix_bytes = 0;
        Ok(Some(std::mem::take(&mut self.frame)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_the_bytes_arrive() {
        let stream = [0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 1, 9];
        for step in 1..=stream.len() {
            let mut reader = FrameReader::new(100);
            let mut frames = Vec::new();
            for mut chunk in stream.chunks(step) {
                while !chunk.is_empty() {
                    frames.extend(reader.take(&mut chunk).unwrap());
                }
            }
            assert_eq!(frames, [vec![1, 2, 3], vec![], vec![9]], "chunks of {step}");
        }
    }

    #[test]
    fn a_length_out_of_range_is_refused_before_anything_is_reserved() {
        // "HTTP" as a length: what a web server answers.
        let mut reader = FrameReader::new(100 << 20);
        assert_eq!(reader.take(&mut &b"HTTP/1.1"[..]), Err(BadLength(0x4854_5450)));
        let mut reader = FrameReader::new(100);
        assert_eq!(reader.take(&mut &[0xff, 0xff, 0xff, 0xff][..]), Err(BadLength(-1)));
    }
}
