//! The verbs that talk to a broker, one file per subject: ask, then print.

pub mod acl;
pub mod audit;
pub mod config;
pub mod consume;
mod consume_group;
pub mod generate;
pub mod group;
pub mod produce;
pub mod quota;
mod record_format;
pub mod topic;
pub mod txn;
pub mod user;
mod watching;
