//! DeleteRecords (API key 21), request: asks to drop the records before an offset.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DeleteRecordsResponse;

/// Asks to drop the records before an offset.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 21, versions = "0-2", flexible = "2+", response(DeleteRecordsResponse<'r>))]
pub struct DeleteRecordsRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteRecordsTopic<'a>>,
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
}

/// One entry of [`DeleteRecordsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<DeleteRecordsPartition>,
}

/// One entry of [`DeleteRecordsTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The offset.
    #[field(versions = "0+")]
    pub offset: i64,
}
