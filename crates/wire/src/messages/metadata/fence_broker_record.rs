//! FenceBrokerRecord (record type 7): a broker was fenced: it is not alive.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A broker was fenced: it is not alive.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 7, versions = "0", flexible = "0+")]
pub struct FenceBrokerRecord {
    /// The id.
    #[field(versions = "0+")]
    pub id: i32,
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i64,
}
