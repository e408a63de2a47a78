//! WriteTxnMarkers (API key 27), response: per partition, whether the marker was written.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`WriteTxnMarkersRequest`](super::WriteTxnMarkersRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 27, versions = "1-2", flexible = "1+")]
pub struct WriteTxnMarkersResponse<'a> {
    /// The markers.
    #[field(versions = "0+")]
    pub markers: Vec<WritableTxnMarkerResult<'a>>,
}

/// One entry of [`WriteTxnMarkersResponse::markers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerResult<'a> {
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<WritableTxnMarkerTopicResult<'a>>,
}

/// One entry of [`WritableTxnMarkerResult::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerTopicResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<WritableTxnMarkerPartitionResult>,
}

/// One entry of [`WritableTxnMarkerTopicResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerPartitionResult {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
