//! UnregisterControllerRecord (record type 29): a controller's registration was removed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A controller's registration was removed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 29, versions = "0", flexible = "0+")]
pub struct UnregisterControllerRecord {
    /// The active controller, or a broker that stands for it.
    #[field(versions = "0+")]
    pub controller_id: i32,
}
