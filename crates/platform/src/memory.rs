//! The traits in memory: a disk that can be crashed and made to fail, a network of bounded pipes with
//! epoll's edges, a clock that is set by hand, random numbers from a seed.
//!
//! One thread with zero time-outs sees the same run every time. The types are `Send` and `Sync` as the
//! traits ask, and a poller that waits does wait, so tests with threads work too.

mod clock;
mod disk;
mod faults;
mod net;
mod random;
mod torn;
mod tree;

pub use clock::ManualClock;
pub use disk::MemoryDisk;
pub use faults::Counts;
pub use net::MemoryNet;
pub use random::SeededRandom;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that panicked while it held a lock must not turn every later failure into "poisoned".
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
