//! `StreamsGroupMemberMetadataValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupMemberMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 19, versions = "0", flexible = "0+")]
pub struct StreamsGroupMemberMetadataValue<'a> {
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
    /// Kafka's `RebalanceTimeoutMs`.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// Kafka's `TopologyEpoch`.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// Kafka's `ProcessId`.
    #[field(versions = "0+")]
    pub process_id: &'a str,
    /// Kafka's `UserEndpoint`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Kafka's `ClientTags`.
    #[field(versions = "0+")]
    pub client_tags: Vec<KeyValue<'a>>,
}

/// Kafka's `Endpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Endpoint<'a> {
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: u16,
}

/// Kafka's `KeyValue`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct KeyValue<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+")]
    pub value: &'a str,
}
