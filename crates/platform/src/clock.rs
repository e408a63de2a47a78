//! The clock trait. A role reads it once a turn and hands the value down; nobody below a role asks again.

use std::fmt;

use thalweg_model::Now;

/// Both clocks of the machine, or of a test.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The monotonic part never decreases between two calls on any threads ordered by a lock.
    fn now(&self) -> Now;
}
