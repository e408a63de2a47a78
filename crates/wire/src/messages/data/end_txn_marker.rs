//! EndTxnMarker: the value of a commit or abort marker.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// The value of a commit or abort marker.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct EndTxnMarker {
    /// The epoch of the coordinator that ordered the marker.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
}
