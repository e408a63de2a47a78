//! AlterPartition (API key 56), request: a partition leader proposes a new in-sync set.
//!
//! Versions 2 to 3, flexible.
//!
//! - v3: adds `topics.partitions.new_isr_with_epochs`, drops `topics.partitions.new_isr`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AlterPartitionResponse};

/// A partition leader proposes a new in-sync set.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 56, versions = "2-3", flexible = "0+", response(AlterPartitionResponse))]
pub struct AlterPartitionRequest {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// One entry of [`AlterPartitionRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct TopicData {
    /// The topic's id.
    #[field(versions = "2+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The in-sync set proposed.
    #[field(versions = "0-2")]
    pub new_isr: Vec<i32>,
    /// The in-sync set proposed, with broker epochs.
    #[field(versions = "3+")]
    pub new_isr_with_epochs: Vec<BrokerState>,
    /// Whether the leader recovers from an unclean election: 0 no, 1 yes.
    #[field(versions = "1+")]
    pub leader_recovery_state: i8,
    /// The partition's epoch: one higher with every change.
    #[field(versions = "0+")]
    pub partition_epoch: i32,
}

/// One entry of [`PartitionData::new_isr_with_epochs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct BrokerState {
    /// The broker's id.
    #[field(versions = "3+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "3+", default = -1)]
    pub broker_epoch: i64,
}
