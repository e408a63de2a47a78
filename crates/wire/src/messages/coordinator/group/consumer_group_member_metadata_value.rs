//! `ConsumerGroupMemberMetadataValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ConsumerGroupMemberMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 5, versions = "0", flexible = "0+")]
pub struct ConsumerGroupMemberMetadataValue<'a> {
    /// Kafka's `InstanceId`.
    #[field(versions = "0+", nullable = "0+")]
    pub instance_id: Option<&'a str>,
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
    /// Kafka's `SubscribedTopicRegex`.
    #[field(versions = "0+", nullable = "0+")]
    pub subscribed_topic_regex: Option<&'a str>,
    /// Kafka's `RebalanceTimeoutMs`.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// Kafka's `ServerAssignor`.
    #[field(versions = "0+", nullable = "0+")]
    pub server_assignor: Option<&'a str>,
    /// Kafka's `ClassicMemberMetadata`.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub classic_member_metadata: Option<ClassicMemberMetadata<'a>>,
}

/// Kafka's `ClassicMemberMetadata`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ClassicMemberMetadata<'a> {
    /// Kafka's `SessionTimeoutMs`.
    #[field(versions = "0+")]
    pub session_timeout_ms: i32,
    /// Kafka's `SupportedProtocols`.
    #[field(versions = "0+")]
    pub supported_protocols: Vec<ClassicProtocol<'a>>,
}

/// Kafka's `ClassicProtocol`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ClassicProtocol<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Metadata`.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
