//! `SyncGroupRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::SyncGroupResponse;

/// Kafka's `SyncGroupRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 14, versions = "0-5", flexible = "4+", response(SyncGroupResponse<'r>))]
pub struct SyncGroupRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `GenerationId`.
    #[field(versions = "0+")]
    pub generation_id: i32,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `ProtocolType`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// Kafka's `ProtocolName`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_name: Option<&'a str>,
    /// Kafka's `Assignments`.
    #[field(versions = "0+")]
    pub assignments: Vec<SyncGroupRequestAssignment<'a>>,
}

/// Kafka's `SyncGroupRequestAssignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct SyncGroupRequestAssignment<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `Assignment`.
    #[field(versions = "0+")]
    pub assignment: &'a [u8],
}
