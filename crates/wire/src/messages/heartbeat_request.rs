//! `HeartbeatRequest`.

use thalweg_wire_derive::Message;

use crate::messages::HeartbeatResponse;

/// Kafka's `HeartbeatRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 12, versions = "0-4", flexible = "4+", response(HeartbeatResponse))]
pub struct HeartbeatRequest<'a> {
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
}
