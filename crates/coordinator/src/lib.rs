//! The host shape of record machines: what a group or transaction machine is, and how its records become durable
//! before anyone hears of them.
//!
//! A [`RecordMachine`] decides; a [`Shard`] keeps one machine's promises: records are replayed as soon as they are
//! decided, gathered into one batch while an earlier one is on its way, answers that rest on them wait for the
//! commit, and a failed append puts the machine back to what is in the log. Beside the record's path: the broker's
//! coordinator role carries batches to the machine's own partition. Never does I/O, never asks a clock.

mod hash;
mod machine;
mod shard;

pub use hash::{java_string_hash, partition_for};
pub use machine::{
    Context, CoordinatorRecord, Entry, Marker, Output, Producer, RecordMachine, ReplayError, RequestId,
    Waiting,
};
pub use shard::Shard;
