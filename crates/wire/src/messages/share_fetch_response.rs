//! `ShareFetchResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid};

/// Kafka's `ShareFetchResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 78, versions = "1-2", flexible = "0+")]
pub struct ShareFetchResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `AcquisitionLockTimeoutMs`.
    #[field(versions = "1+")]
    pub acquisition_lock_timeout_ms: i32,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<ShareFetchableTopicResponse<'a>>,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "0+")]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// Kafka's `ShareFetchableTopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ShareFetchableTopicResponse<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `AcknowledgeErrorCode`.
    #[field(versions = "0+")]
    pub acknowledge_error_code: i16,
    /// Kafka's `AcknowledgeErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub acknowledge_error_message: Option<&'a str>,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "0+")]
    pub current_leader: LeaderIdAndEpoch,
    /// Kafka's `Records`.
    #[field(versions = "0+", nullable = "0")]
    pub records: Option<RecordsField<'a>>,
    /// Kafka's `AcquiredRecords`.
    #[field(versions = "0+")]
    pub acquired_records: Vec<AcquiredRecords>,
}

/// Kafka's `LeaderIdAndEpoch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Kafka's `AcquiredRecords`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcquiredRecords {
    /// Kafka's `FirstOffset`.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `DeliveryCount`.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "0+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: i32,
    /// Kafka's `Rack`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
}
