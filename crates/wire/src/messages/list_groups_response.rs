//! `ListGroupsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ListGroupsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 16, versions = "0-5", flexible = "3+")]
pub struct ListGroupsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<ListedGroup<'a>>,
}

/// Kafka's `ListedGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct ListedGroup<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `ProtocolType`.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// Kafka's `GroupState`.
    #[field(versions = "4+", ignorable)]
    pub group_state: &'a str,
    /// Kafka's `GroupType`.
    #[field(versions = "5+", ignorable)]
    pub group_type: &'a str,
}
