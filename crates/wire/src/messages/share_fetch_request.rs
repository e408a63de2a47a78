//! ShareFetch (API key 78), request: a share consumer acquires records, and may acknowledge earlier
//! ones.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: adds `share_acquire_mode`, `is_renew_ack`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ShareFetchResponse};

/// A share consumer acquires records, and may acknowledge earlier ones.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 78, versions = "1-2", flexible = "0+", response(ShareFetchResponse<'r>))]
pub struct ShareFetchRequest<'a> {
    /// The group.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub group_id: Option<&'a str>,
    /// The member's id.
    #[field(versions = "0+", nullable = "0+")]
    pub member_id: Option<&'a str>,
    /// The epoch of the share session: 0 opens it, -1 closes it.
    #[field(versions = "0+")]
    pub share_session_epoch: i32,
    /// How long the broker may wait for records, in milliseconds.
    #[field(versions = "0+")]
    pub max_wait_ms: i32,
    /// How many bytes are worth an answer.
    #[field(versions = "0+")]
    pub min_bytes: i32,
    /// How many bytes at most.
    #[field(versions = "0+", default = 0x7fffffff)]
    pub max_bytes: i32,
    /// How many records at most.
    #[field(versions = "1+")]
    pub max_records: i32,
    /// How many records an acquired range may have.
    #[field(versions = "1+")]
    pub batch_size: i32,
    /// 0 by whole batches, 1 by the exact record limit.
    #[field(versions = "2+", ignorable)]
    pub share_acquire_mode: i8,
    /// Whether acknowledgements renew locks.
    #[field(versions = "2+")]
    pub is_renew_ack: bool,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<FetchTopic>,
    /// What an incremental fetch no longer wants.
    #[field(versions = "0+")]
    pub forgotten_topics_data: Vec<ForgottenTopic>,
}

/// One entry of [`ShareFetchRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct FetchTopic {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<FetchPartition>,
}

/// One entry of [`FetchTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct FetchPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// How many bytes of the partition at most; the first batch comes even if it is larger (KIP-74).
    #[field(versions = "0")]
    pub partition_max_bytes: i32,
    /// Acknowledgements by range of offsets.
    #[field(versions = "0+")]
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

/// One entry of [`FetchPartition::acknowledgement_batches`].
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

/// One entry of [`ShareFetchRequest::forgotten_topics_data`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ForgottenTopic {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions to forget.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
