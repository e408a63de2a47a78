//! The broker: every role of one node and how they fit together.
//!
//! A record's path: [`connection`] (bytes in) → `thalweg-wire` → [`api::produce`] → [`partition`] →
//! `thalweg-partition-log`; out: [`api::fetch`] → `thalweg-partition-log` → [`connection`] (`sendfile`). Each role
//! is a struct with a turn over the traits of `thalweg-platform`; threads only call turns, so a test or the
//! simulator runs the same code on one thread.

pub mod admission;
pub mod api;
pub mod applier;
pub mod audit;
pub mod authorizer;
pub mod boot;
pub mod committed;
pub mod compute;
pub mod connection;
pub mod controller;
pub mod coordinators;
pub mod disk;
pub mod dynamic_config;
pub mod fetch_session;
pub mod log_levels;
pub mod login;
pub mod mailbox;
pub mod memory;
pub mod metrics;
pub mod node;
pub mod opening;
pub mod partition;
pub mod quotas;
pub mod stepping;
pub mod telemetry;
pub mod threads;
pub mod timer;
pub mod tokens;
pub mod topics;
mod unopened;
mod validation;
mod verification;
pub mod worker;
