//! Transactions: who may write under a transactional id, what belongs to the open transaction, and how it ends.
//!
//! One [`TransactionMachine`] decides for one partition of `__transaction_state` and all transactional ids placed
//! on it. A record machine (`thalweg-coordinator`): its records are Kafka's own, and replaying them is how it
//! starts, so what was decided before a crash is carried out after it. Markers are not written here: the machine
//! asks for them ([`Command`]) and is told what became of them. Never does I/O, never asks a clock.

mod admin;
mod config;
mod end;
mod init;
mod machine;
mod partitions;
mod request;
mod state;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

pub use config::TransactionConfig;
pub use machine::{Command, Event, TransactionMachine};
pub use request::{
    Add, Description, End, Init, Listing, MarkerWritten, Request, Response, TopicPartition, Verify,
};
pub use state::TransactionState;
