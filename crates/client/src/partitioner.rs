//! Which partition a record goes to: Kafka's own hash of the key, so that every client of a topic agrees; a
//! record without a key stays with one partition until its batch is full, then moves on (KIP-480).

/// Chooses partitions of one topic.
#[derive(Clone, Debug, Default)]
pub struct Partitioner {
    sticky: u32,
}

impl Partitioner {
    /// Starts keyless records at a partition picked by `seed`.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self { sticky: seed }
    }

    /// The partition for a record with this key, of `count` partitions.
    #[must_use]
    pub fn partition(&self, key: Option<&[u8]>, count: u32) -> i32 {
        let count = count.max(1);
        let number = match key {
            // Java takes the hash's low 31 bits before the remainder.
            Some(key) => (murmur2(key) & 0x7fff_ffff) % count,
            None => self.sticky % count,
        };
        number as i32
    }

    /// The batch of keyless records is full: go to the next partition.
    pub fn next_batch(&mut self) {
        self.sticky = self.sticky.wrapping_add(1);
    }
}

/// MurmurHash2, 32 bits, with the seed of Kafka's Java client.
#[must_use]
pub fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c ^ data.len() as u32;
    let mut words = data.chunks_exact(4);
    for word in &mut words {
        let mut k = u32::from_le_bytes([word[0], word[1], word[2], word[3]]).wrapping_mul(M);
        k ^= k >> 24;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        for (index, &byte) in rest.iter().enumerate() {
            hash ^= u32::from(byte) << (8 * index);
        }
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of Kafka's own `Utils.murmur2`, as its tests and other clients' tests list them.
    #[test]
    fn keys_hash_as_in_the_java_client() {
        for (key, hash) in [
            ("21", -973932308),
            ("foobar", -790332482),
            ("a-little-bit-long-string", -985981536),
            ("a-little-bit-longer-string", -1486304829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ] {
            assert_eq!(murmur2(key.as_bytes()) as i32, hash, "{key}");
        }
    }

    #[test]
    fn keyless_records_stay_until_the_batch_is_full() {
        let mut partitioner = Partitioner::new(5);
        assert_eq!([partitioner.partition(None, 3), partitioner.partition(None, 3)], [2, 2]);
        partitioner.next_batch();
        assert_eq!(partitioner.partition(None, 3), 0);
    }
}
