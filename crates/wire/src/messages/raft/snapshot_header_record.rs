//! SnapshotHeaderRecord: the control record at the head of a snapshot.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The control record at the head of a snapshot.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct SnapshotHeaderRecord {
    /// The version.
    #[field(versions = "0+")]
    pub version: i16,
    /// The largest timestamp of the records it stands for, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub last_contained_log_timestamp: i64,
}
