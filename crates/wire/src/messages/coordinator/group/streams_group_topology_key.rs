//! StreamsGroupTopologyKey (record type 23): which Streams group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which Streams group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 23, versions = "0")]
pub struct StreamsGroupTopologyKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
