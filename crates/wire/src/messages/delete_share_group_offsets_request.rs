//! `DeleteShareGroupOffsetsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DeleteShareGroupOffsetsResponse;

/// Kafka's `DeleteShareGroupOffsetsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 92, versions = "0", flexible = "0+", response(DeleteShareGroupOffsetsResponse<'r>))]
pub struct DeleteShareGroupOffsetsRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteShareGroupOffsetsRequestTopic<'a>>,
}

/// Kafka's `DeleteShareGroupOffsetsRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsRequestTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
