//! `ClientQuotaRecord`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ClientQuotaRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 14, versions = "0", flexible = "0+")]
pub struct ClientQuotaRecord<'a> {
    /// Kafka's `Entity`.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
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

/// Kafka's `EntityData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct EntityData<'a> {
    /// Kafka's `EntityType`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// Kafka's `EntityName`.
    #[field(versions = "0+", nullable = "0+")]
    pub entity_name: Option<&'a str>,
}
