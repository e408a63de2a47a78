//! StreamsGroupMetadataValue (record type 17): a Streams group's epoch and what was validated and
//! stored for it.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// A Streams group's epoch and what was validated and stored for it.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 17, versions = "0", flexible = "0+")]
pub struct StreamsGroupMetadataValue<'a> {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// A hash of the topics the group sees.
    #[field(versions = "0+")]
    pub metadata_hash: i64,
    /// The topology epoch that was validated, -1 for none.
    #[field(versions = "0+", tag = 0, default = -1)]
    pub validated_topology_epoch: i32,
    /// The configuration the last assignment was made with.
    #[field(versions = "0+", nullable = "0+", tag = 1)]
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig<'a>>>,
    /// The topology epoch whose description is stored, -1 for none.
    #[field(versions = "0+", tag = 2, default = -1)]
    pub stored_description_topology_epoch: i32,
    /// The topology epoch whose description could not be stored, -1 for none.
    #[field(versions = "0+", tag = 3, default = -1)]
    pub failed_description_topology_epoch: i32,
}

/// One entry of [`StreamsGroupMetadataValue::last_assignment_configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct LastAssignmentConfig<'a> {
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(versions = "0+")]
    pub value: &'a str,
}
