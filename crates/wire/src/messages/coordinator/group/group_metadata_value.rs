//! `GroupMetadataValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `GroupMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 2, versions = "0-4", flexible = "4+")]
pub struct GroupMetadataValue<'a> {
    /// Kafka's `protocolType`.
    #[field(name = "protocolType", versions = "0+")]
    pub protocol_type: &'a str,
    /// Kafka's `generation`.
    #[field(name = "generation", versions = "0+")]
    pub generation: i32,
    /// Kafka's `protocol`.
    #[field(name = "protocol", versions = "0+", nullable = "0+")]
    pub protocol: Option<&'a str>,
    /// Kafka's `leader`.
    #[field(name = "leader", versions = "0+", nullable = "0+")]
    pub leader: Option<&'a str>,
    /// Kafka's `currentStateTimestamp`.
    #[field(name = "currentStateTimestamp", versions = "2+", default = -1, ignorable)]
    pub current_state_timestamp: i64,
    /// Kafka's `members`.
    #[field(name = "members", versions = "0+")]
    pub members: Vec<MemberMetadata<'a>>,
}

/// Kafka's `MemberMetadata`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "4+")]
pub struct MemberMetadata<'a> {
    /// Kafka's `memberId`.
    #[field(name = "memberId", versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `groupInstanceId`.
    #[field(name = "groupInstanceId", versions = "3+", nullable = "3+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `clientId`.
    #[field(name = "clientId", versions = "0+")]
    pub client_id: &'a str,
    /// Kafka's `clientHost`.
    #[field(name = "clientHost", versions = "0+")]
    pub client_host: &'a str,
    /// Kafka's `rebalanceTimeout`.
    #[field(name = "rebalanceTimeout", versions = "1+", default = -1, ignorable)]
    pub rebalance_timeout: i32,
    /// Kafka's `sessionTimeout`.
    #[field(name = "sessionTimeout", versions = "0+")]
    pub session_timeout: i32,
    /// Kafka's `subscription`.
    #[field(name = "subscription", versions = "0+")]
    pub subscription: &'a [u8],
    /// Kafka's `assignment`.
    #[field(name = "assignment", versions = "0+")]
    pub assignment: &'a [u8],
}
