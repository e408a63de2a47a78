//! `DescribeGroupsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeGroupsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 15, versions = "0-6", flexible = "5+")]
pub struct DescribeGroupsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// Kafka's `DescribedGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "5+")]
pub struct DescribedGroup<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "6+", nullable = "6+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `GroupState`.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// Kafka's `ProtocolType`.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// Kafka's `ProtocolData`.
    #[field(versions = "0+")]
    pub protocol_data: &'a str,
    /// Kafka's `Members`.
    #[field(versions = "0+")]
    pub members: Vec<DescribedGroupMember<'a>>,
    /// Kafka's `AuthorizedOperations`.
    #[field(versions = "3+", default = -2147483648)]
    pub authorized_operations: i32,
}

/// Kafka's `DescribedGroupMember`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "5+")]
pub struct DescribedGroupMember<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "4+", nullable = "4+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `ClientId`.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// Kafka's `ClientHost`.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// Kafka's `MemberMetadata`.
    #[field(versions = "0+")]
    pub member_metadata: &'a [u8],
    /// Kafka's `MemberAssignment`.
    #[field(versions = "0+")]
    pub member_assignment: &'a [u8],
}
