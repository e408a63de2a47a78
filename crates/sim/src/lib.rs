//! A whole broker, its clients, its disk and its network in one thread and a world of its own: time is virtual, every
//! choice comes from a seed, and what the world does to the broker is worse than what a machine does. The code under
//! test is the code that ships; only `platform` is another.
//!
//! What is acknowledged is written into a [`ledger::Ledger`], which no power cut reaches, and is held against what the
//! broker says afterwards. Never reads a clock and never starts a thread: the same seed gives the same run, which
//! [`Outcome::trace`] shows.

pub mod actors;
pub mod dice;
pub mod faults;
pub mod groups;
pub mod ledger;
pub mod link;
pub mod node;
pub mod transactions;
pub mod world;

pub use world::{Outcome, Scenario, run};
