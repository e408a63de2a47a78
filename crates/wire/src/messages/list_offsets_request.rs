//! ListOffsets (API key 2), request: asks for offsets by timestamp, or for the first, last and other
//! special ones.
//!
//! Versions 1 to 11, flexible from 6.
//!
//! - v1: one offset per partition instead of a list; version 0 went with Kafka 4.0.
//! - v2: adds `isolation_level`; isolation levels (KIP-98).
//! - v3: the layout of the version before.
//! - v4: adds `topics.partitions.current_leader_epoch`; leader epochs fence old readers (KIP-320).
//! - v5: the answer may say OFFSET_NOT_AVAILABLE.
//! - v6: flexible.
//! - v7: timestamp -3: the record with the highest timestamp (KIP-734).
//! - v8: timestamp -4: the first local offset (KIP-405).
//! - v9: timestamp -5: the last tiered offset (KIP-1005).
//! - v10: adds `timeout_ms`; remote lookups may take until `timeout_ms` (KIP-1075).
//! - v11: timestamp -6: the first offset whose upload is pending (KIP-1023).

use thalweg_wire_derive::{Message, Part};

use crate::messages::ListOffsetsResponse;

/// Asks for offsets by timestamp, or for the first, last and other special ones.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 2, versions = "1-11", flexible = "6+", response(ListOffsetsResponse<'r>))]
pub struct ListOffsetsRequest<'a> {
    /// The replica's node id, -1 for a client.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// 0 reads everything committed to the log, 1 only committed transactions.
    #[field(versions = "2+")]
    pub isolation_level: i8,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<ListOffsetsTopic<'a>>,
    /// How long a lookup in remote storage may take, in milliseconds.
    #[field(versions = "10+", ignorable)]
    pub timeout_ms: i32,
}

/// One entry of [`ListOffsetsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<ListOffsetsPartition>,
}

/// One entry of [`ListOffsetsTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The leader epoch the sender knows, -1 if it does not care.
    #[field(versions = "4+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// A timestamp in milliseconds since 1970.
    #[field(versions = "0+")]
    pub timestamp: i64,
}
