//! `ShareGroupHeartbeatRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ShareGroupHeartbeatResponse;

/// Kafka's `ShareGroupHeartbeatRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 76, versions = "1", flexible = "0+", response(ShareGroupHeartbeatResponse<'r>))]
pub struct ShareGroupHeartbeatRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// Kafka's `SubscribedTopicNames`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_names: Option<Vec<&'a str>>,
}
