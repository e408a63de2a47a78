//! ConsumerGroupMemberMetadataValue (record type 5): a consumer group member: who it is and what it
//! subscribes to.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// A consumer group member: who it is and what it subscribes to.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 5, versions = "0", flexible = "0+")]
pub struct ConsumerGroupMemberMetadataValue<'a> {
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
    /// The topics subscribed to.
    #[field(versions = "0+")]
    pub subscribed_topic_names: Vec<&'a str>,
    /// A regular expression for the topics subscribed to.
    #[field(versions = "0+", nullable = "0+")]
    pub subscribed_topic_regex: Option<&'a str>,
    /// How long members may take to rejoin or to give up partitions, in milliseconds.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// The assignor to use; null for the group's default.
    #[field(versions = "0+", nullable = "0+")]
    pub server_assignor: Option<&'a str>,
    /// What the member says in the classic protocol; null if it speaks the new one. Kafka's default is not
    /// null: say `None`.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub classic_member_metadata: Option<ClassicMemberMetadata<'a>>,
}

/// The value of [`ConsumerGroupMemberMetadataValue::classic_member_metadata`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ClassicMemberMetadata<'a> {
    /// After how long of silence the member is out, in milliseconds.
    #[field(versions = "0+")]
    pub session_timeout_ms: i32,
    /// The protocols the member knows.
    #[field(versions = "0+")]
    pub supported_protocols: Vec<ClassicProtocol<'a>>,
}

/// One entry of [`ClassicMemberMetadata::supported_protocols`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ClassicProtocol<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Data that only members look into.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
