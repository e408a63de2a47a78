//! `DeleteShareGroupStateResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DeleteShareGroupStateResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 86, versions = "0", flexible = "0+")]
pub struct DeleteShareGroupStateResponse<'a> {
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<DeleteStateResult<'a>>,
}

/// Kafka's `DeleteStateResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteStateResult<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// Kafka's `PartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionResult<'a> {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
