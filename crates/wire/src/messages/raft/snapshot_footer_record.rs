//! SnapshotFooterRecord: the control record at the end of a snapshot.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The control record at the end of a snapshot.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct SnapshotFooterRecord {
    /// The version.
    #[field(versions = "0+")]
    pub version: i16,
}
