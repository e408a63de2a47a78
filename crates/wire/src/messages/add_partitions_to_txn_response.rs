//! AddPartitionsToTxn (API key 24), response: per partition, whether it is part of the transaction.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `error_code`, `results_by_transaction`, drops `results_by_topic_v3_and_below`.
//! - v5: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AddPartitionsToTxnRequest`](super::AddPartitionsToTxnRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 24, versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "4+", ignorable)]
    pub error_code: i16,
    /// Results by transactional id.
    #[field(versions = "4+")]
    pub results_by_transaction: Vec<AddPartitionsToTxnResult<'a>>,
    /// Results by topic, in versions for one transaction.
    #[field(versions = "0-3")]
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult<'a>>,
}

/// One entry of [`AddPartitionsToTxnResponse::results_by_transaction`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnResult<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "4+")]
    pub transactional_id: &'a str,
    /// Results by topic.
    #[field(versions = "4+")]
    pub topic_results: Vec<AddPartitionsToTxnTopicResult<'a>>,
}

/// One entry of `AddPartitionsToTxnResult.topic_results`,
/// `AddPartitionsToTxnResponse.results_by_topic_v3_and_below`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTopicResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Results by partition.
    #[field(versions = "0+")]
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
}

/// One entry of [`AddPartitionsToTxnTopicResult::results_by_partition`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnPartitionResult {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode) of the partition.
    #[field(versions = "0+")]
    pub partition_error_code: i16,
}
