//! CreateTopics (API key 19), response: per topic, whether it was made and what it became.
//!
//! Versions 2 to 7, flexible from 5.
//!
//! - v3 to v4: the layout of the version before.
//! - v5: flexible, adds `topics.topic_config_error_code`, `topics.num_partitions`,
//!   `topics.replication_factor`, `topics.configs`; the topic's configuration (KIP-525).
//! - v6: may say THROTTLING_QUOTA_EXCEEDED (KIP-599).
//! - v7: adds `topics.topic_id`; the topic's id (KIP-516).

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`CreateTopicsRequest`](super::CreateTopicsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 19, versions = "2-7", flexible = "5+")]
pub struct CreateTopicsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<CreatableTopicResult<'a>>,
}

/// One entry of [`CreateTopicsResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "7+", ignorable)]
    pub topic_id: Uuid,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "1+", nullable = "0+", ignorable)]
    pub error_message: Option<&'a str>,
    /// Why the configuration is left out; 0 if it is not.
    #[field(versions = "5+", tag = 0, ignorable)]
    pub topic_config_error_code: i16,
    /// How many partitions.
    #[field(versions = "5+", default = -1, ignorable)]
    pub num_partitions: i32,
    /// Replicas per partition.
    #[field(versions = "5+", default = -1, ignorable)]
    pub replication_factor: i16,
    /// The configuration.
    #[field(versions = "5+", nullable = "5+", ignorable)]
    pub configs: Option<Vec<CreatableTopicConfigs<'a>>>,
}

/// One entry of [`CreatableTopicResult::configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicConfigs<'a> {
    /// The name.
    #[field(versions = "5+")]
    pub name: &'a str,
    /// The value.
    #[field(versions = "5+", nullable = "5+")]
    pub value: Option<&'a str>,
    /// Whether it cannot be changed.
    #[field(versions = "5+")]
    pub read_only: bool,
    /// Where the value comes from, as Kafka numbers them.
    #[field(versions = "5+", default = -1, ignorable)]
    pub config_source: i8,
    /// Whether the value is a secret and left out.
    #[field(versions = "5+")]
    pub is_sensitive: bool,
}
