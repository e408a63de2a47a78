//! `LeaveGroupResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `LeaveGroupResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 13, versions = "0-5", flexible = "4+")]
pub struct LeaveGroupResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Members`.
    #[field(versions = "3+")]
    pub members: Vec<MemberResponse<'a>>,
}

/// Kafka's `MemberResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct MemberResponse<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "3+", nullable = "3+")]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "3+")]
    pub error_code: i16,
}
