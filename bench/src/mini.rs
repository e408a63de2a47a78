//! The reference loops' own protocol: the least that makes a request and an answer, in sizes close to
//! Kafka's, so that the bytes on the socket are comparable.
//!
//! ```text
//! request, 36 bytes, then the record batch of a produce request
//!   0 length of what follows   4 kind (0 produce, 1 fetch)   8 correlation   12 partition
//!  16 byte position in the file (fetch)   24 bytes wanted (fetch)   28 zero
//! answer, 50 bytes, then the bytes of a fetch answer
//!   0 length of what follows   4 correlation   8 base offset   16 zero
//! ```

/// Bytes of a request before its batch.
pub const REQUEST: usize = 36;
/// Bytes of an answer before its data: what Kafka's answer to a one-partition Produce takes.
pub const ANSWER: usize = 50;
/// Kind of a request that appends.
pub const PRODUCE: u32 = 0;
/// Kind of a request that reads.
pub const FETCH: u32 = 1;

/// Where a number of four bytes stands.
pub fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Where a number of eight bytes stands.
pub fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from(word(bytes, at)) << 32 | u64::from(word(bytes, at + 4))
}

/// A request's first 36 bytes.
pub fn request(kind: u32, batch_bytes: usize, wanted: u32) -> Vec<u8> {
    let mut head = vec![0; REQUEST];
    head[..4].copy_from_slice(&((REQUEST - 4 + batch_bytes) as u32).to_be_bytes());
    head[4..8].copy_from_slice(&kind.to_be_bytes());
    head[24..28].copy_from_slice(&wanted.to_be_bytes());
    head
}

/// An answer's first 50 bytes.
pub fn answer(correlation: u32, base_offset: u64, data_bytes: u32) -> [u8; ANSWER] {
    let mut head = [0; ANSWER];
    head[..4].copy_from_slice(&(ANSWER as u32 - 4 + data_bytes).to_be_bytes());
    head[4..8].copy_from_slice(&correlation.to_be_bytes());
    head[8..16].copy_from_slice(&base_offset.to_be_bytes());
    head
}

/// Places of record batch v2 (magic 2) that the loops read or write.
pub mod batch {
    /// Smallest batch: its header.
    pub const HEADER: usize = 61;
    /// Bytes after the length field, 4 bytes.
    pub const LENGTH: usize = 8;
    /// Leader epoch, 4 bytes, outside the checksum.
    pub const EPOCH: usize = 12;
    /// Magic, 1 byte.
    pub const MAGIC: usize = 16;
    /// CRC-32C of everything from [`CHECKED`] on, 4 bytes.
    pub const CRC: usize = 17;
    /// First byte under the checksum.
    pub const CHECKED: usize = 21;
    /// Last offset delta, 4 bytes.
    pub const LAST_DELTA: usize = 23;
}
