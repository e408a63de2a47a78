//! AccessControlEntryRecord (record type 18): an access rule came to be.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// An access rule came to be.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 18, versions = "0", flexible = "0+")]
pub struct AccessControlEntryRecord<'a> {
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// How the name is matched: literal (3) or prefixed (4).
    #[field(versions = "0+")]
    pub pattern_type: i8,
    /// The principal, as in `User:alice`.
    #[field(versions = "0+")]
    pub principal: &'a str,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The operation, as Kafka numbers them.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Deny (2) or allow (3).
    #[field(versions = "0+")]
    pub permission_type: i8,
}
