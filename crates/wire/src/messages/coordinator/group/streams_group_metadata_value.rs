//! `StreamsGroupMetadataValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 17, versions = "0", flexible = "0+")]
pub struct StreamsGroupMetadataValue<'a> {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `MetadataHash`.
    #[field(versions = "0+")]
    pub metadata_hash: i64,
    /// Kafka's `ValidatedTopologyEpoch`.
    #[field(versions = "0+", tag = 0, default = -1)]
    pub validated_topology_epoch: i32,
    /// Kafka's `LastAssignmentConfigs`.
    #[field(versions = "0+", nullable = "0+", tag = 1)]
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig<'a>>>,
    /// Kafka's `StoredDescriptionTopologyEpoch`.
    #[field(versions = "0+", tag = 2, default = -1)]
    pub stored_description_topology_epoch: i32,
    /// Kafka's `FailedDescriptionTopologyEpoch`.
    #[field(versions = "0+", tag = 3, default = -1)]
    pub failed_description_topology_epoch: i32,
}

/// Kafka's `LastAssignmentConfig`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct LastAssignmentConfig<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+")]
    pub value: &'a str,
}
