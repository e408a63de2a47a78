//! `AlterClientQuotasResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `AlterClientQuotasResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 49, versions = "0-1", flexible = "1+")]
pub struct AlterClientQuotasResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Entries`.
    #[field(versions = "0+")]
    pub entries: Vec<EntryData<'a>>,
}

/// Kafka's `EntryData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Entity`.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
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
