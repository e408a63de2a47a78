//! StreamsGroupMemberMetadataValue (record type 19): a Streams group member: who it is and where it can
//! be reached.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// A Streams group member: who it is and where it can be reached.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 19, versions = "0", flexible = "0+")]
pub struct StreamsGroupMemberMetadataValue<'a> {
    /// The name of a static member; null for a dynamic one.
    #[field(versions = "0+", nullable = "0+")]
    pub instance_id: Option<&'a str>,
    /// The rack.
    #[field(versions = "0+", nullable = "0+")]
    pub rack_id: Option<&'a str>,
    /// The client's name for itself.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// How long members may take to rejoin or to give up partitions, in milliseconds.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// The topology's epoch.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// The process the member runs in.
    #[field(versions = "0+")]
    pub process_id: &'a str,
    /// Where the application itself can be reached.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Tags for placing standby tasks.
    #[field(versions = "0+")]
    pub client_tags: Vec<KeyValue<'a>>,
}

/// The value of [`StreamsGroupMemberMetadataValue::user_endpoint`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Endpoint<'a> {
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: u16,
}

/// One entry of [`StreamsGroupMemberMetadataValue::client_tags`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct KeyValue<'a> {
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(versions = "0+")]
    pub value: &'a str,
}
