//! The clock trait. A role reads it once a turn and hands the value down; nobody below a role asks again.

use std::fmt;

use thalweg_model::{Mono, Now};

/// Both clocks of the machine, or of a test.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The monotonic part never decreases between two calls on any threads ordered by a lock.
    fn now(&self) -> Now;

    /// The monotonic part alone, for those who only measure how long something takes: half the price.
    fn mono(&self) -> Mono {
        self.now().mono
    }
}
