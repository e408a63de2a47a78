//! `AlterClientQuotasRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterClientQuotasResponse;

/// Kafka's `AlterClientQuotasRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 49, versions = "0-1", flexible = "1+", response(AlterClientQuotasResponse<'r>))]
pub struct AlterClientQuotasRequest<'a> {
    /// Kafka's `Entries`.
    #[field(versions = "0+")]
    pub entries: Vec<EntryData<'a>>,
    /// Kafka's `ValidateOnly`.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// Kafka's `EntryData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// Kafka's `Entity`.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
    /// Kafka's `Ops`.
    #[field(versions = "0+")]
    pub ops: Vec<OpData<'a>>,
}

/// Kafka's `EntityData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntityData<'a> {
    /// Kafka's `EntityType`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// Kafka's `EntityName`.
    #[field(versions = "0+", nullable = "0+")]
    pub entity_name: Option<&'a str>,
}

/// Kafka's `OpData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct OpData<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+")]
    pub value: f64,
    /// Kafka's `Remove`.
    #[field(versions = "0+")]
    pub remove: bool,
}
