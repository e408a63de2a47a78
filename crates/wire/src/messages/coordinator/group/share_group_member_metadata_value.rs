//! `ShareGroupMemberMetadataValue`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupMemberMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 10, versions = "0", flexible = "0+")]
pub struct ShareGroupMemberMetadataValue<'a> {
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+")]
    pub rack_id: Option<&'a str>,
    /// Kafka's `ClientId`.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// Kafka's `ClientHost`.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// Kafka's `SubscribedTopicNames`.
    #[field(versions = "0+")]
    pub subscribed_topic_names: Vec<&'a str>,
}
