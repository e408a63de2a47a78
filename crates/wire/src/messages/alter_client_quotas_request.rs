//! AlterClientQuotas (API key 49), request: sets and removes quotas.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterClientQuotasResponse;

/// Sets and removes quotas.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 49, versions = "0-1", flexible = "1+", response(AlterClientQuotasResponse<'r>))]
pub struct AlterClientQuotasRequest<'a> {
    /// The entries.
    #[field(versions = "0+")]
    pub entries: Vec<EntryData<'a>>,
    /// Only check, change nothing.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// One entry of [`AlterClientQuotasRequest::entries`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// What the quota is for.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
    /// The changes.
    #[field(versions = "0+")]
    pub ops: Vec<OpData<'a>>,
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

/// One entry of [`EntryData::ops`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct OpData<'a> {
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(versions = "0+")]
    pub value: f64,
    /// Whether to remove it.
    #[field(versions = "0+")]
    pub remove: bool,
}
