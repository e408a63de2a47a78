//! ClientQuotaRecord (record type 14): a quota was set or removed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// A quota was set or removed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 14, versions = "0", flexible = "0+")]
pub struct ClientQuotaRecord<'a> {
    /// What the quota is for.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The quota.
    #[field(versions = "0+")]
    pub value: f64,
    /// Whether to remove it.
    #[field(versions = "0+")]
    pub remove: bool,
}

/// One entry of [`ClientQuotaRecord::entity`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct EntityData<'a> {
    /// The kind of entity: `user`, `client-id` or `ip`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// The entity's name; null for the default one.
    #[field(versions = "0+", nullable = "0+")]
    pub entity_name: Option<&'a str>,
}
