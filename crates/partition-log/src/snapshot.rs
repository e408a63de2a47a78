//! Producer snapshots, `<offset>.snapshot`: the producer state just before that offset, so that a start need
//! not read the whole log. Only the last batch of each producer survives in it.
//!
//! | at | size | field |
//! |---|---|---|
//! | 0 | 2 | version 1 |
//! | 2 | 4 | CRC-32C of everything from byte 6 |
//! | 6 | 4 | entries |
//! | 10 | 46 each | i64 producer id, i16 epoch, i32 last sequence, i64 last offset, i32 offset delta, i64 timestamp, i32 coordinator epoch, i64 first offset of the open transaction or −1 |

use crate::producers::{BatchMeta, Producers};

const VERSION: i16 = 1;
const HEADER: usize = 10;
const ENTRY: usize = 46;
const CRC_FROM: usize = 6;

pub(crate) fn encode(producers: &Producers) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + producers.len() * ENTRY);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&(producers.len() as i32).to_be_bytes());
    for (id, producer) in producers.iter() {
        let none = BatchMeta {
            last_offset: -1,
            timestamp: producer.last_timestamp,
            last_sequence: -1,
            offset_delta: 0,
        };
        let last = producer.batches().last().unwrap_or(&none);
        out.extend_from_slice(&id.to_be_bytes());
        out.extend_from_slice(&producer.epoch.to_be_bytes());
        out.extend_from_slice(&last.last_sequence.to_be_bytes());
        out.extend_from_slice(&last.last_offset.to_be_bytes());
        out.extend_from_slice(&last.offset_delta.to_be_bytes());
        out.extend_from_slice(&producer.last_timestamp.to_be_bytes());
        out.extend_from_slice(&producer.coordinator_epoch.to_be_bytes());
        out.extend_from_slice(&producer.txn_first_offset.unwrap_or(-1).to_be_bytes());
    }
    let crc = crc_fast::crc32_iscsi(&out[CRC_FROM..]);
    out[2..CRC_FROM].copy_from_slice(&crc.to_be_bytes());
    out
}

/// `None` where the bytes are not a whole snapshot: the caller takes an older one and replays more.
pub(crate) fn decode(bytes: &[u8]) -> Option<Producers> {
    let mut reader = Reader(bytes);
    if i16::from_be_bytes(reader.take()?) != VERSION {
        return None;
    }
    if u32::from_be_bytes(reader.take()?) != crc_fast::crc32_iscsi(reader.0) {
        return None;
    }
    let count = usize::try_from(i32::from_be_bytes(reader.take()?)).ok()?;
    if reader.0.len() != count.checked_mul(ENTRY)? {
        return None;
    }
    let mut producers = Producers::default();
    for _ in 0..count {
        let id = i64::from_be_bytes(reader.take()?);
        let epoch = i16::from_be_bytes(reader.take()?);
        let last_sequence = i32::from_be_bytes(reader.take()?);
        let last_offset = i64::from_be_bytes(reader.take()?);
        let offset_delta = i32::from_be_bytes(reader.take()?);
        let timestamp = i64::from_be_bytes(reader.take()?);
        let coordinator_epoch = i32::from_be_bytes(reader.take()?);
        let txn_first = i64::from_be_bytes(reader.take()?);
        let txn_first = (txn_first >= 0).then_some(txn_first);
        let producer = Producers::loaded(epoch, coordinator_epoch, timestamp, txn_first);
        let last = BatchMeta { last_offset, timestamp, last_sequence, offset_delta };
        producers.load(id, producer, (last_offset >= 0).then_some(last));
    }
    Some(producers)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (front, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Producers {
        let mut producers = Producers::default();
        let last = BatchMeta { last_offset: 99, timestamp: 1_000, last_sequence: 4, offset_delta: 4 };
        producers.load(7, Producers::loaded(3, -1, 1_000, Some(95)), Some(last));
        producers.load(9, Producers::loaded(0, 2, 2_000, None), None);
        producers
    }

    #[test]
    fn a_snapshot_reads_back() {
        let bytes = encode(&two());
        assert_eq!(bytes.len(), HEADER + 2 * ENTRY);
        let back = decode(&bytes).expect("whole");
        assert_eq!(back.iter().collect::<Vec<_>>(), two().iter().collect::<Vec<_>>());
        assert_eq!(back.first_unstable(), Some(95));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let bytes = encode(&two());
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&damaged).is_none(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_none(), "cut at {length}");
        }
    }
}
