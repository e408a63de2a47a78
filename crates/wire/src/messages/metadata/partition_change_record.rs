//! PartitionChangeRecord (record type 5): some of a partition's state changed; what is at its default
//! did not.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `directories`.
//! - v2: adds `eligible_leader_replicas`, `last_known_elr`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Some of a partition's state changed; what is at its default did not.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 5, versions = "0-2", flexible = "0+")]
pub struct PartitionChangeRecord {
    /// The partition number.
    #[field(versions = "0+", default = -1)]
    pub partition_id: i32,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The in-sync replicas; null for no change.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub isr: Option<Vec<i32>>,
    /// The leader; -1 for none, -2 for no change.
    #[field(versions = "0+", tag = 1, default = -2)]
    pub leader: i32,
    /// The replicas; null for no change.
    #[field(versions = "0+", nullable = "0+", tag = 2, default = null)]
    pub replicas: Option<Vec<i32>>,
    /// The replicas being removed; null for no change.
    #[field(versions = "0+", nullable = "0+", tag = 3, default = null)]
    pub removing_replicas: Option<Vec<i32>>,
    /// The replicas being added; null for no change.
    #[field(versions = "0+", nullable = "0+", tag = 4, default = null)]
    pub adding_replicas: Option<Vec<i32>>,
    /// Whether the leader recovers from an unclean election: 0 no, 1 yes, -1 for no change.
    #[field(versions = "0+", tag = 5, default = -1)]
    pub leader_recovery_state: i8,
    /// The log directory of each replica, in their order; null for no change.
    #[field(versions = "1+", nullable = "1+", tag = 8, default = null)]
    pub directories: Option<Vec<Uuid>>,
    /// Replicas outside the in-sync set that may still lead (KIP-966); null for no change.
    #[field(versions = "2+", nullable = "2+", tag = 6, default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// The last eligible leader replicas that were known (KIP-966); null for no change.
    #[field(versions = "2+", nullable = "2+", tag = 7, default = null)]
    pub last_known_elr: Option<Vec<i32>>,
}
