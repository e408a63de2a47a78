//! `AccessControlEntryRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `AccessControlEntryRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 18, versions = "0", flexible = "0+")]
pub struct AccessControlEntryRecord<'a> {
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `PatternType`.
    #[field(versions = "0+")]
    pub pattern_type: i8,
    /// Kafka's `Principal`.
    #[field(versions = "0+")]
    pub principal: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Operation`.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Kafka's `PermissionType`.
    #[field(versions = "0+")]
    pub permission_type: i8,
}
