//! ShareAcknowledge (API key 79), request: a share consumer acknowledges records.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: adds `is_renew_ack`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ShareAcknowledgeResponse};

/// A share consumer acknowledges records.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 79, versions = "1-2", flexible = "0+", response(ShareAcknowledgeResponse<'r>))]
pub struct ShareAcknowledgeRequest<'a> {
    /// The group.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub group_id: Option<&'a str>,
    /// The member's id.
    #[field(versions = "0+", nullable = "0+")]
    pub member_id: Option<&'a str>,
    /// The epoch of the share session: 0 opens it, -1 closes it.
    #[field(versions = "0+")]
    pub share_session_epoch: i32,
    /// Whether acknowledgements renew locks.
    #[field(versions = "2+")]
    pub is_renew_ack: bool,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<AcknowledgeTopic>,
}

/// One entry of [`ShareAcknowledgeRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgeTopic {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<AcknowledgePartition>,
}

/// One entry of [`AcknowledgeTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgePartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Acknowledgements by range of offsets.
    #[field(versions = "0+")]
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

/// One entry of [`AcknowledgePartition::acknowledgement_batches`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgementBatch {
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Per record: 0 gap, 1 accept, 2 release, 3 reject, 4 renew; one value may stand for the range.
    #[field(versions = "0+")]
    pub acknowledge_types: Vec<i8>,
}
