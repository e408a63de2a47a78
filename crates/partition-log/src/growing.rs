//! A list of small rows that one thread appends to (under the tail's lock) while others read it without a
//! lock: index entries that are not on disk yet. Rows never move and never change once counted.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const FIRST_CHUNK: usize = 32;
const CHUNKS: usize = 19;
/// More rows than the largest index file that is let grow; see `append::must_roll`.
pub(crate) const ROWS_MAX: u32 = 8 << 20;
const _: () = assert!(FIRST_CHUNK * ((1 << CHUNKS) - 1) > ROWS_MAX as usize);

/// Rows of `width` words. Chunks double in size, so a row's place follows from its number.
#[derive(Debug)]
pub(crate) struct Growing {
    width: usize,
    /// Rows that may be read. Stored with release after the row's words.
    len: AtomicUsize,
    chunks: [OnceLock<Box<[AtomicU64]>>; CHUNKS],
}

impl Growing {
    pub fn new(width: usize) -> Self {
        Self { width, len: AtomicUsize::new(0), chunks: [const { OnceLock::new() }; CHUNKS] }
    }

    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// Adds a row; false when full. Only one thread at a time may call it.
    pub fn push(&self, row: &[u64]) -> bool {
        debug_assert_eq!(row.len(), self.width);
        let number = self.len.load(Ordering::Relaxed);
        let (chunk, at) = place(number);
        let Some(chunk) = self.chunks.get(chunk) else { return false };
        let words = chunk.get_or_init(|| {
            let rows = FIRST_CHUNK << place(number).0;
            (0..rows * self.width).map(|_| AtomicU64::new(0)).collect()
        });
        for (word, value) in words[at * self.width..].iter().zip(row) {
            word.store(*value, Ordering::Relaxed);
        }
        self.len.store(number + 1, Ordering::Release);
        true
    }

    /// Copies a row out; `number` is below a length seen before.
    pub fn read(&self, number: usize, row: &mut [u64]) {
        let (chunk, at) = place(number);
        if let Some(words) = self.chunks.get(chunk).and_then(OnceLock::get) {
            for (value, word) in row.iter_mut().zip(&words[at * self.width..]) {
                *value = word.load(Ordering::Relaxed);
            }
        }
    }
}

/// Chunk `k` starts at row `FIRST_CHUNK * (2^k − 1)`.
fn place(number: usize) -> (usize, usize) {
    let chunk = (number / FIRST_CHUNK + 1).ilog2() as usize;
    (chunk, number - FIRST_CHUNK * ((1 << chunk) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back_across_chunks() {
        let list = Growing::new(2);
        for number in 0..1000u64 {
            assert!(list.push(&[number, number * 7]));
        }
        assert_eq!(list.len(), 1000);
        let mut row = [0; 2];
        for number in 0..1000 {
            list.read(number, &mut row);
            assert_eq!(row, [number as u64, number as u64 * 7]);
        }
    }
}
