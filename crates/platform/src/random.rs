//! The randomness trait: ids, jitter, session numbers. Machines get the numbers, not this.

use std::fmt;

use thalweg_model::Uuid;

/// A source of random numbers. The operating system's is fit for secrets; a test's is seeded.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number.
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A random id of the kind Kafka hands out.
    fn uuid(&self) -> Uuid {
        loop {
            let mut bytes = [0; 16];
            self.fill(&mut bytes);
            if let Some(id) = Uuid::from_random(bytes) {
                return id;
            }
        }
    }
}
