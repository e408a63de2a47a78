//! Keys and values of the logs in which coordinators keep their state.

pub mod group;
pub mod share;
pub mod transaction;
