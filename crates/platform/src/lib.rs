//! The only room that touches the operating system: files, sockets, wake-ups, clocks, randomness.
//!
//! It holds the traits that every role above is written against, their versions over the operating
//! system ([`os`]), and in-memory ones ([`memory`]) on which a test runs a whole broker on one thread.
//! It decides nothing about logs or protocols. `unsafe`, where a call needs it, lives here alone.
//!
//! Everything is dynamic dispatch on purpose: one virtual call is lost beside the system call it makes,
//! and the roles stay free of type parameters.

pub mod clock;
pub mod disk;
pub mod memory;
pub mod net;
pub mod os;
pub mod random;

pub use clock::Clock;
pub use disk::{Disk, DiskLock, Entry, EntryKind, File, Open, Space, Stat};
pub use net::{Listener, Net, Poller, Ready, Stream, Wake};
pub use random::Random;
