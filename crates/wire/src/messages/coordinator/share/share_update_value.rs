//! ShareUpdateValue (record type 1): what changed in the delivery state of a share partition since its
//! snapshot.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// What changed in the delivery state of a share partition since its snapshot.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 1, versions = "0", flexible = "0+")]
pub struct ShareUpdateValue {
    /// The snapshot's epoch.
    #[field(versions = "0+")]
    pub snapshot_epoch: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Records past the start offset whose delivery is complete, -1 if unknown.
    #[field(versions = "0+", tag = 0, default = -1)]
    pub delivery_complete_count: i32,
    /// Delivery state by range of offsets.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// One entry of [`ShareUpdateValue::state_batches`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct StateBatch {
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// The delivery state: 0 available, 2 acknowledged, 4 archived.
    #[field(versions = "0+")]
    pub delivery_state: i8,
    /// How often the records were delivered.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}
