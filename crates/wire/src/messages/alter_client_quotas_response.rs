//! AlterClientQuotas (API key 49), response: per entity, whether it was changed.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AlterClientQuotasRequest`](super::AlterClientQuotasRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 49, versions = "0-1", flexible = "1+")]
pub struct AlterClientQuotasResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The entries.
    #[field(versions = "0+")]
    pub entries: Vec<EntryData<'a>>,
}

/// One entry of [`AlterClientQuotasResponse::entries`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// What the quota is for.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
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
