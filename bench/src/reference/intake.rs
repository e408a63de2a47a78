//! A connection's receive buffer: bytes are read to where they stay, frames are taken out by place. Frames
//! larger than the buffer make it grow to exactly their size, so that nothing is copied twice.

use std::ops::Range;

/// One connection's unread and unfinished bytes.
pub struct Intake {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the connection has been switched to edge-triggered readiness.
    pub edge_triggered: bool,
}

const ORDINARY: usize = 64 << 10;

impl Intake {
    pub fn new() -> Self {
        Self { buffer: vec![0; ORDINARY], start: 0, end: 0, edge_triggered: false }
    }

    /// Where the next read goes: room for the rest of a large frame, or for many small ones.
    pub fn space(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        let needed = self.frame_bytes().unwrap_or(4);
        if self.start > 0 && (needed > ORDINARY || self.end == self.buffer.len()) {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() < self.start + needed {
            self.buffer.resize(self.start + needed, 0);
        }
        // Behind a large frame nothing is read: the next one's beginning would have to be moved.
        let limit = if needed > ORDINARY { self.start + needed } else { self.buffer.len().min(ORDINARY) };
        let limit = limit.max(self.start + needed);
        &mut self.buffer[self.end..limit]
    }

    pub fn filled(&mut self, count: usize) {
        self.end += count;
    }

    /// The place of the next whole frame, which counts as taken.
    pub fn next_frame(&mut self) -> Option<Range<usize>> {
        let bytes = self.frame_bytes()?;
        if self.end - self.start < bytes {
            return None;
        }
        let frame = self.start..self.start + bytes;
        self.start = frame.end;
        Some(frame)
    }

    /// A frame's bytes, to be changed in place.
    pub fn bytes(&mut self, frame: Range<usize>) -> &mut [u8] {
        &mut self.buffer[frame]
    }

    /// A frame's bytes, as they were left.
    pub fn stored(&self, frame: Range<usize>) -> &[u8] {
        &self.buffer[frame]
    }

    /// The size of the frame that begins at `start`, once its length has arrived.
    fn frame_bytes(&self) -> Option<usize> {
        let have = &self.buffer[self.start..self.end];
        (have.len() >= 4).then(|| 4 + crate::mini::word(have, 0) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(intake: &mut Intake, mut bytes: &[u8]) -> Vec<usize> {
        let mut frames = Vec::new();
        while !bytes.is_empty() {
            let space = intake.space();
            let count = space.len().min(bytes.len());
            space[..count].copy_from_slice(&bytes[..count]);
            intake.filled(count);
            bytes = &bytes[count..];
            while let Some(frame) = intake.next_frame() {
                assert!(intake.stored(frame.clone())[4..].iter().all(|&byte| byte == 7));
                frames.push(frame.len());
            }
        }
        frames
    }

    #[test]
    fn small_and_large_frames_come_out_whole_in_order() {
        let sizes = [10_usize, 1 << 20, 4, 70_000, 65_532, 65_536, 100];
        let mut bytes = Vec::new();
        for size in sizes {
            bytes.extend_from_slice(&(size as u32).to_be_bytes());
            bytes.extend(std::iter::repeat_n(7, size));
        }
        let frames = feed(&mut Intake::new(), &bytes);
        assert_eq!(frames, sizes.map(|size| size + 4));
    }
}
