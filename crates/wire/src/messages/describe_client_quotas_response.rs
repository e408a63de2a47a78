//! `DescribeClientQuotasResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeClientQuotasResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 48, versions = "0-1", flexible = "1+")]
pub struct DescribeClientQuotasResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Entries`.
    #[field(versions = "0+", nullable = "0+")]
    pub entries: Option<Vec<EntryData<'a>>>,
}

/// Kafka's `EntryData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct EntryData<'a> {
    /// Kafka's `Entity`.
    #[field(versions = "0+")]
    pub entity: Vec<EntityData<'a>>,
    /// Kafka's `Values`.
    #[field(versions = "0+")]
    pub values: Vec<ValueData<'a>>,
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

/// Kafka's `ValueData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ValueData<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+")]
    pub value: f64,
}
