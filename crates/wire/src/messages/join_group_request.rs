//! `JoinGroupRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::JoinGroupResponse;

/// Kafka's `JoinGroupRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 11, versions = "0-9", flexible = "6+", response(JoinGroupResponse<'r>))]
pub struct JoinGroupRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `SessionTimeoutMs`.
    #[field(versions = "0+")]
    pub session_timeout_ms: i32,
    /// Kafka's `RebalanceTimeoutMs`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub rebalance_timeout_ms: i32,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "5+", nullable = "5+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `ProtocolType`.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// Kafka's `Protocols`.
    #[field(versions = "0+")]
    pub protocols: Vec<JoinGroupRequestProtocol<'a>>,
    /// Kafka's `Reason`.
    #[field(versions = "8+", nullable = "8+", default = null, ignorable)]
    pub reason: Option<&'a str>,
}

/// Kafka's `JoinGroupRequestProtocol`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-9", flexible = "6+")]
pub struct JoinGroupRequestProtocol<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Metadata`.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
