//! ClearElrRecord (record type 28): eligible leader replicas were cleared, of one topic or of all.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Eligible leader replicas were cleared, of one topic or of all.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 28, versions = "0", flexible = "0+")]
pub struct ClearElrRecord<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
