//! DeleteTopics (API key 20), request: asks to delete topics, by name or id.
//!
//! Versions 1 to 6, flexible from 4.
//!
//! - v2 to v3: the layout of the version before.
//! - v4: flexible.
//! - v5: the answer explains itself.
//! - v6: adds `topics`, drops `topic_names`; topics may go by id (KIP-516).

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::DeleteTopicsResponse};

/// Asks to delete topics, by name or id.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 20, versions = "1-6", flexible = "4+", response(DeleteTopicsResponse<'r>))]
pub struct DeleteTopicsRequest<'a> {
    /// The topics.
    #[field(versions = "6+")]
    pub topics: Vec<DeleteTopicState<'a>>,
    /// The topics' names.
    #[field(versions = "0-5", ignorable)]
    pub topic_names: Vec<&'a str>,
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
}

/// One entry of [`DeleteTopicsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-6", flexible = "4+")]
pub struct DeleteTopicState<'a> {
    /// The name.
    #[field(versions = "6+", nullable = "6+", default = null)]
    pub name: Option<&'a str>,
    /// The topic's id.
    #[field(versions = "6+")]
    pub topic_id: Uuid,
}
