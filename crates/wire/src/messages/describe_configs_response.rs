//! DescribeConfigs (API key 32), response: per resource, its keys, values and where they come from.
//!
//! Versions 1 to 4, flexible from 4.
//!
//! - v2: the layout of the version before.
//! - v3: adds `results.configs.config_type`, `results.configs.documentation`.
//! - v4: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeConfigsRequest`](super::DescribeConfigsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 32, versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<DescribeConfigsResult<'a>>,
}

/// One entry of [`DescribeConfigsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResult<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// The configuration.
    #[field(versions = "0+")]
    pub configs: Vec<DescribeConfigsResourceResult<'a>>,
}

/// One entry of [`DescribeConfigsResult::configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResourceResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The value.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
    /// Whether it cannot be changed.
    #[field(versions = "0+")]
    pub read_only: bool,
    /// Where the value comes from, as Kafka numbers them.
    #[field(versions = "1+", default = -1, ignorable)]
    pub config_source: i8,
    /// Whether the value is a secret and left out.
    #[field(versions = "0+")]
    pub is_sensitive: bool,
    /// The places the value could come from, in order.
    #[field(versions = "1+", ignorable)]
    pub synonyms: Vec<DescribeConfigsSynonym<'a>>,
    /// The value's type, as Kafka numbers them.
    #[field(versions = "3+", ignorable)]
    pub config_type: i8,
    /// The documentation; null if not asked for.
    #[field(versions = "3+", nullable = "0+", ignorable)]
    pub documentation: Option<&'a str>,
}

/// One entry of [`DescribeConfigsResourceResult::synonyms`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsSynonym<'a> {
    /// The name.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// The value.
    #[field(versions = "1+", nullable = "0+")]
    pub value: Option<&'a str>,
    /// The source node.
    #[field(versions = "1+")]
    pub source: i8,
}
