//! `UnregisterControllerRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `UnregisterControllerRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 29, versions = "0", flexible = "0+")]
pub struct UnregisterControllerRecord {
    /// Kafka's `ControllerId`.
    #[field(versions = "0+")]
    pub controller_id: i32,
}
