//! ConfigRecord (record type 4): a configuration key was set, or deleted.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A configuration key was set, or deleted.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 4, versions = "0", flexible = "0+")]
pub struct ConfigRecord<'a> {
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The value; null deletes the key.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
