//! DescribeClientQuotas (API key 48), response: the quotas that match.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeClientQuotasRequest`](super::DescribeClientQuotasRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 48, versions = "0-1", flexible = "1+")]
pub struct DescribeClientQuotasResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The entries.
    #[field(versions = "0+", nullable = "0+")]
    pub entries: Option<Vec<EntryData<'a>>>,
}

/// One entry of [`DescribeClientQuotasResponse::entries`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// What the quota is for.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
    /// The quotas.
    #[field(versions = "0+")]
    pub values: Vec<ValueData<'a>>,
}

/// One entry of [`EntryData::entity`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntityData<'a> {
    /// The kind of entity: `user`, `client-id` or `ip`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// The entity's name; null for the default one.
    #[field(versions = "0+", nullable = "0+")]
    pub entity_name: Option<&'a str>,
}

/// One entry of [`EntryData::values`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ValueData<'a> {
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(versions = "0+")]
    pub value: f64,
}
