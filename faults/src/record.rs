//! What the writers write: each record says which writer made it and the how manieth it is, and all its other bytes
//! follow from that, so that a reader can tell a whole record from anything else.

/// A record's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    /// Its writer.
    pub writer: u32,
    /// The how manieth it is of that writer, from 0.
    pub number: u64,
}

const HEAD: usize = 12;

/// The record's value.
pub fn value(id: RecordId) -> Vec<u8> {
    let mut state = mix(u64::from(id.writer) << 40 ^ id.number);
    let longest = if state.is_multiple_of(61) { 12_000 } else { 700 };
    let length = HEAD + usize::try_from((state >> 16) % longest).unwrap_or(0);
    let mut value = Vec::with_capacity(length + 8);
    value.extend_from_slice(&id.writer.to_be_bytes());
    value.extend_from_slice(&id.number.to_be_bytes());
    while value.len() < length {
        state = mix(state);
        value.extend_from_slice(&state.to_be_bytes());
    }
    value.truncate(length);
    value
}

/// Which record this value is, if every byte of it is right.
pub fn identify(bytes: &[u8]) -> Option<RecordId> {
    let writer = u32::from_be_bytes(*bytes.first_chunk()?);
    let number = u64::from_be_bytes(*bytes.get(4..)?.first_chunk()?);
    let id = RecordId { writer, number };
    (value(id) == bytes).then_some(id)
}

/// SplitMix64's step: also the dice of this program.
pub fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A row of numbers from a seed.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(1);
        mix(mix(self.0)) % end.max(1)
    }

    /// A number of these.
    pub fn within(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        range.start() + self.below(range.end() - range.start() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_known_by_every_byte_of_it() {
        for number in 0..200 {
            let id = RecordId { writer: 7, number };
            let mut bytes = value(id);
            assert_eq!(identify(&bytes), Some(id));
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            assert_eq!(identify(&bytes), None, "a flipped bit");
            bytes.pop();
            assert_eq!(identify(&bytes), None, "a cut tail");
        }
        assert_eq!(identify(&[]), None);
        assert_eq!(identify(&[0; 40]), None, "zeros");
    }
}
