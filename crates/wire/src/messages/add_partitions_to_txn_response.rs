//! `AddPartitionsToTxnResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `AddPartitionsToTxnResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 24, versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "4+", ignorable)]
    pub error_code: i16,
    /// Kafka's `ResultsByTransaction`.
    #[field(versions = "4+")]
    pub results_by_transaction: Vec<AddPartitionsToTxnResult<'a>>,
    /// Kafka's `ResultsByTopicV3AndBelow`.
    #[field(versions = "0-3")]
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult<'a>>,
}

/// Kafka's `AddPartitionsToTxnResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnResult<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "4+")]
    pub transactional_id: &'a str,
    /// Kafka's `TopicResults`.
    #[field(versions = "4+")]
    pub topic_results: Vec<AddPartitionsToTxnTopicResult<'a>>,
}

/// Kafka's `AddPartitionsToTxnTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `ResultsByPartition`.
    #[field(versions = "0+")]
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
}

/// Kafka's `AddPartitionsToTxnPartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnPartitionResult {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `PartitionErrorCode`.
    #[field(versions = "0+")]
    pub partition_error_code: i16,
}
