//! ShareSnapshotValue (record type 0): the whole delivery state of a share partition.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// The whole delivery state of a share partition.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 0, versions = "0", flexible = "0+")]
pub struct ShareSnapshotValue {
    /// The snapshot's epoch.
    #[field(versions = "0+")]
    pub snapshot_epoch: i32,
    /// The epoch of the share partition's state.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Records past the start offset whose delivery is complete, -1 if unknown.
    #[field(versions = "0+", tag = 0, default = -1)]
    pub delivery_complete_count: i32,
    /// When the snapshot was first made, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub create_timestamp: i64,
    /// When the snapshot was written, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub write_timestamp: i64,
    /// Delivery state by range of offsets.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// One entry of [`ShareSnapshotValue::state_batches`].
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
