//! ShareFetch (API key 78), response: record batches, and which of the records were acquired.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid};

/// Answers [`ShareFetchRequest`](super::ShareFetchRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 78, versions = "1-2", flexible = "0+")]
pub struct ShareFetchResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// For how long acquired records are the consumer's, in milliseconds.
    #[field(versions = "1+")]
    pub acquisition_lock_timeout_ms: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<ShareFetchableTopicResponse<'a>>,
    /// Where the brokers named above can be reached.
    #[field(versions = "0+")]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`ShareFetchResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ShareFetchableTopicResponse<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// One entry of [`ShareFetchableTopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The [`ErrorCode`](crate::ErrorCode) of the acknowledgements; 0 is success.
    #[field(versions = "0+")]
    pub acknowledge_error_code: i16,
    /// What went wrong with the acknowledgements; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub acknowledge_error_message: Option<&'a str>,
    /// The partition's leader, where the sender seems not to know it.
    #[field(versions = "0+")]
    pub current_leader: LeaderIdAndEpoch,
    /// Record batches as they lie in the log.
    #[field(versions = "0+", nullable = "0")]
    pub records: Option<RecordsField<'a>>,
    /// The records acquired, by range of offsets.
    #[field(versions = "0+")]
    pub acquired_records: Vec<AcquiredRecords>,
}

/// A partition's leader and its epoch.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// One entry of [`PartitionData::acquired_records`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcquiredRecords {
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// How often the records were delivered.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "0+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
}
