//! `JoinGroupResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `JoinGroupResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 11, versions = "0-9", flexible = "6+")]
pub struct JoinGroupResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `GenerationId`.
    #[field(versions = "0+", default = -1)]
    pub generation_id: i32,
    /// Kafka's `ProtocolType`.
    #[field(versions = "7+", nullable = "7+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// Kafka's `ProtocolName`.
    #[field(versions = "0+", nullable = "7+")]
    pub protocol_name: Option<&'a str>,
    /// Kafka's `Leader`.
    #[field(versions = "0+")]
    pub leader: &'a str,
    /// Kafka's `SkipAssignment`.
    #[field(versions = "9+")]
    pub skip_assignment: bool,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `Members`.
    #[field(versions = "0+")]
    pub members: Vec<JoinGroupResponseMember<'a>>,
}

/// Kafka's `JoinGroupResponseMember`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-9", flexible = "6+")]
pub struct JoinGroupResponseMember<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `Metadata`.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
