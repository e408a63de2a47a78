//! WriteTxnMarkers (API key 27), request: a transaction coordinator has commit or abort markers
//! appended.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: adds `markers.transaction_version`; the transaction version (KIP-1228).

use thalweg_wire_derive::{Message, Part};

use crate::messages::WriteTxnMarkersResponse;

/// A transaction coordinator has commit or abort markers appended.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 27, versions = "1-2", flexible = "1+", response(WriteTxnMarkersResponse<'r>))]
pub struct WriteTxnMarkersRequest<'a> {
    /// The markers.
    #[field(versions = "0+")]
    pub markers: Vec<WritableTxnMarker<'a>>,
}

/// One entry of [`WriteTxnMarkersRequest::markers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarker<'a> {
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// True to commit, false to abort.
    #[field(versions = "0+")]
    pub transaction_result: bool,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<WritableTxnMarkerTopic<'a>>,
    /// The coordinator's epoch.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
    /// The transaction.version of the marker.
    #[field(versions = "2+", ignorable)]
    pub transaction_version: i8,
}

/// One entry of [`WritableTxnMarker::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
