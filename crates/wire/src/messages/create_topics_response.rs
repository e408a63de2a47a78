//! `CreateTopicsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `CreateTopicsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 19, versions = "2-7", flexible = "5+")]
pub struct CreateTopicsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<CreatableTopicResult<'a>>,
}

/// Kafka's `CreatableTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "7+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "1+", nullable = "0+", ignorable)]
    pub error_message: Option<&'a str>,
    /// Kafka's `TopicConfigErrorCode`.
    #[field(versions = "5+", tag = 0, ignorable)]
    pub topic_config_error_code: i16,
    /// Kafka's `NumPartitions`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub num_partitions: i32,
    /// Kafka's `ReplicationFactor`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub replication_factor: i16,
    /// Kafka's `Configs`.
    #[field(versions = "5+", nullable = "5+", ignorable)]
    pub configs: Option<Vec<CreatableTopicConfigs<'a>>>,
}

/// Kafka's `CreatableTopicConfigs`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicConfigs<'a> {
    /// Kafka's `Name`.
    #[field(versions = "5+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "5+", nullable = "5+")]
    pub value: Option<&'a str>,
    /// Kafka's `ReadOnly`.
    #[field(versions = "5+")]
    pub read_only: bool,
    /// Kafka's `ConfigSource`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub config_source: i8,
    /// Kafka's `IsSensitive`.
    #[field(versions = "5+")]
    pub is_sensitive: bool,
}
