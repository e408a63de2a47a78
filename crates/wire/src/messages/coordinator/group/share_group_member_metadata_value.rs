//! ShareGroupMemberMetadataValue (record type 10): a share group member: who it is and what it
//! subscribes to.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A share group member: who it is and what it subscribes to.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 10, versions = "0", flexible = "0+")]
pub struct ShareGroupMemberMetadataValue<'a> {
    /// The rack.
    #[field(versions = "0+", nullable = "0+")]
    pub rack_id: Option<&'a str>,
    /// The client's name for itself.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// The topics subscribed to.
    #[field(versions = "0+")]
    pub subscribed_topic_names: Vec<&'a str>,
}
