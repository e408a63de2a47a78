//! OffsetFetch (API key 9), request: asks how far groups have read.
//!
//! Versions 1 to 10, flexible from 6.
//!
//! - v2: lets `topics` be null; null asks for all topics.
//! - v3 to v4: the layout of the version before.
//! - v5: leader epochs (KIP-320).
//! - v6: flexible.
//! - v7: adds `require_stable`; pending transactions can be waited for (KIP-447).
//! - v8: adds `groups`, drops `group_id`, `topics`; many groups at once (KIP-709).
//! - v9: adds `groups.member_id`, `groups.member_epoch`; KIP-848 groups.
//! - v10: adds `groups.topics.topic_id`, drops `groups.topics.name`; topics go by id.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::OffsetFetchResponse};

/// Asks how far groups have read.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 9, versions = "1-10", flexible = "6+", response(OffsetFetchResponse<'r>))]
pub struct OffsetFetchRequest<'a> {
    /// The group.
    #[field(versions = "0-7")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0-7", nullable = "2-7")]
    pub topics: Option<Vec<OffsetFetchRequestTopic<'a>>>,
    /// The groups.
    #[field(versions = "8+")]
    pub groups: Vec<OffsetFetchRequestGroup<'a>>,
    /// Wait for pending transactions: answer UNSTABLE_OFFSET_COMMIT instead of a value that may change.
    #[field(versions = "7+")]
    pub require_stable: bool,
}

/// One entry of [`OffsetFetchRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestTopic<'a> {
    /// The name.
    #[field(versions = "0-7")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0-7")]
    pub partition_indexes: Vec<i32>,
}

/// One entry of [`OffsetFetchRequest::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestGroup<'a> {
    /// The group.
    #[field(versions = "8+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "9+", nullable = "9+", default = null, ignorable)]
    pub member_id: Option<&'a str>,
    /// The member's epoch.
    #[field(versions = "9+", default = -1, ignorable)]
    pub member_epoch: i32,
    /// The topics.
    #[field(versions = "8+", nullable = "8+")]
    pub topics: Option<Vec<OffsetFetchRequestTopics<'a>>>,
}

/// One entry of [`OffsetFetchRequestGroup::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestTopics<'a> {
    /// The name.
    #[field(versions = "8-9", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "8+")]
    pub partition_indexes: Vec<i32>,
}
