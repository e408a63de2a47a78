//! `MetadataRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::MetadataResponse};

/// Kafka's `MetadataRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 3, versions = "0-13", flexible = "9+", response(MetadataResponse<'r>))]
pub struct MetadataRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+", nullable = "1+")]
    pub topics: Option<Vec<MetadataRequestTopic<'a>>>,
    /// Kafka's `AllowAutoTopicCreation`.
    #[field(versions = "4+", default = true)]
    pub allow_auto_topic_creation: bool,
    /// Kafka's `IncludeClusterAuthorizedOperations`.
    #[field(versions = "8-10")]
    pub include_cluster_authorized_operations: bool,
    /// Kafka's `IncludeTopicAuthorizedOperations`.
    #[field(versions = "8+")]
    pub include_topic_authorized_operations: bool,
}

/// Kafka's `MetadataRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataRequestTopic<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Name`.
    #[field(versions = "0+", nullable = "10+")]
    pub name: Option<&'a str>,
}
