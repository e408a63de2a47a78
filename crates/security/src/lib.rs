//! Who may do what, and how much of it: principals, access control entries and their evaluation, quota
//! arithmetic, authentication exchanges.
//!
//! Everything here is a value or a machine: bytes, entries and times in, decisions out. Never does I/O, never
//! asks the time, never keeps a thread. The broker holds the state and asks.

pub mod acl;
pub mod audit;
pub mod distinguished_name;
pub mod principal;
pub mod quotas;
pub mod sasl;
pub mod tokens;

pub use principal::Principal;
