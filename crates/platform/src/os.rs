//! The traits over the operating system: rustix and std for files, mio for readiness, Linux first.
//!
//! Nothing here decides anything: each call is one system call with its contract written at the trait.
//! The few that no safe wrapper has (`cachestat`, `sync_file_range`) are the room's only `unsafe`, in
//! `os/raw.rs`.

mod clock;
mod disk;
pub mod machine;
mod net;
pub mod process;
mod random;
mod raw;

pub use clock::OsClock;
pub use disk::OsDisk;
pub use net::OsNet;
pub use random::OsRandom;
