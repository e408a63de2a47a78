//! PartitionRecord (record type 3): a partition with its whole state.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `directories`.
//! - v2: adds `eligible_leader_replicas`, `last_known_elr`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// A partition with its whole state.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 3, versions = "0-2", flexible = "0+")]
pub struct PartitionRecord {
    /// The partition number.
    #[field(versions = "0+", default = -1)]
    pub partition_id: i32,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The replicas, the preferred leader first.
    #[field(versions = "0+")]
    pub replicas: Vec<i32>,
    /// The in-sync replicas.
    #[field(versions = "0+")]
    pub isr: Vec<i32>,
    /// The replicas being removed.
    #[field(versions = "0+")]
    pub removing_replicas: Vec<i32>,
    /// The replicas being added.
    #[field(versions = "0+")]
    pub adding_replicas: Vec<i32>,
    /// The leader, -1 for none.
    #[field(versions = "0+", default = -1)]
    pub leader: i32,
    /// Whether the leader recovers from an unclean election: 0 no, 1 yes.
    #[field(versions = "0+", tag = 0)]
    pub leader_recovery_state: i8,
    /// The leader epoch.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// The partition's epoch: one higher with every change.
    #[field(versions = "0+", default = -1)]
    pub partition_epoch: i32,
    /// The log directory of each replica, in their order.
    #[field(versions = "1+")]
    pub directories: Vec<Uuid>,
    /// Replicas outside the in-sync set that may still lead (KIP-966).
    #[field(versions = "2+", nullable = "2+", tag = 1, default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// The last eligible leader replicas that were known (KIP-966).
    #[field(versions = "2+", nullable = "2+", tag = 2, default = null)]
    pub last_known_elr: Option<Vec<i32>>,
}
