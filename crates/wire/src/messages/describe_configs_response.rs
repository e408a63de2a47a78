//! `DescribeConfigsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeConfigsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 32, versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<DescribeConfigsResult<'a>>,
}

/// Kafka's `DescribeConfigsResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResult<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `Configs`.
    #[field(versions = "0+")]
    pub configs: Vec<DescribeConfigsResourceResult<'a>>,
}

/// Kafka's `DescribeConfigsResourceResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResourceResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
    /// Kafka's `ReadOnly`.
    #[field(versions = "0+")]
    pub read_only: bool,
    /// Kafka's `ConfigSource`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub config_source: i8,
    /// Kafka's `IsSensitive`.
    #[field(versions = "0+")]
    pub is_sensitive: bool,
    /// Kafka's `Synonyms`.
    #[field(versions = "1+", ignorable)]
    pub synonyms: Vec<DescribeConfigsSynonym<'a>>,
    /// Kafka's `ConfigType`.
    #[field(versions = "3+", ignorable)]
    pub config_type: i8,
    /// Kafka's `Documentation`.
    #[field(versions = "3+", nullable = "0+", ignorable)]
    pub documentation: Option<&'a str>,
}

/// Kafka's `DescribeConfigsSynonym`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsSynonym<'a> {
    /// Kafka's `Name`.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "1+", nullable = "0+")]
    pub value: Option<&'a str>,
    /// Kafka's `Source`.
    #[field(versions = "1+")]
    pub source: i8,
}
