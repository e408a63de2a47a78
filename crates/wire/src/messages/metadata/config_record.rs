//! `ConfigRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `ConfigRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 4, versions = "0", flexible = "0+")]
pub struct ConfigRecord<'a> {
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
