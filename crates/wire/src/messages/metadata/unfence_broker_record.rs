//! UnfenceBrokerRecord (record type 8): a broker is alive.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A broker is alive.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 8, versions = "0", flexible = "0+")]
pub struct UnfenceBrokerRecord {
    /// The id.
    #[field(versions = "0+")]
    pub id: i32,
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i64,
}
