//! `StreamsGroupTopologyDescriptionUpdateRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::StreamsGroupTopologyDescriptionUpdateResponse;

/// Kafka's `StreamsGroupTopologyDescriptionUpdateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 93, versions = "0", flexible = "0+", response(StreamsGroupTopologyDescriptionUpdateResponse<'r>))]
pub struct StreamsGroupTopologyDescriptionUpdateRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `TopologyEpoch`.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// Kafka's `TopologyDescription`.
    #[field(versions = "0+")]
    pub topology_description: TopologyDescription<'a>,
}

/// Kafka's `TopologyDescription`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescription<'a> {
    /// Kafka's `Subtopologies`.
    #[field(versions = "0+")]
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// Kafka's `GlobalStores`.
    #[field(versions = "0+")]
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
}

/// Kafka's `TopologyDescriptionSubtopology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionSubtopology<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Nodes`.
    #[field(versions = "0+")]
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
}

/// Kafka's `TopologyDescriptionNode`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionNode<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `NodeType`.
    #[field(versions = "0+")]
    pub node_type: i8,
    /// Kafka's `SourceTopics`.
    #[field(versions = "0+")]
    pub source_topics: Vec<&'a str>,
    /// Kafka's `SinkTopic`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub sink_topic: Option<&'a str>,
    /// Kafka's `Stores`.
    #[field(versions = "0+")]
    pub stores: Vec<&'a str>,
    /// Kafka's `Successors`.
    #[field(versions = "0+")]
    pub successors: Vec<&'a str>,
}

/// Kafka's `TopologyDescriptionGlobalStore`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// Kafka's `Source`.
    #[field(versions = "0+")]
    pub source: TopologyDescriptionNode<'a>,
    /// Kafka's `Processor`.
    #[field(versions = "0+")]
    pub processor: TopologyDescriptionNode<'a>,
}
