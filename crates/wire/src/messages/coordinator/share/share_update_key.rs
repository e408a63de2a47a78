//! ShareUpdateKey (record type 1): which share partition the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Which share partition the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 1, versions = "0")]
pub struct ShareUpdateKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// The topic's id.
    #[field(versions = "0")]
    pub topic_id: Uuid,
    /// The partition number.
    #[field(versions = "0")]
    pub partition: i32,
}
