//! StreamsGroupTopologyDescriptionUpdate (API key 93), request: a Streams member hands in the
//! description of its topology (KIP-1331).
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::StreamsGroupTopologyDescriptionUpdateResponse;

/// A Streams member hands in the description of its topology (KIP-1331).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 93, versions = "0", flexible = "0+", response(StreamsGroupTopologyDescriptionUpdateResponse<'r>))]
pub struct StreamsGroupTopologyDescriptionUpdateRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The topology's epoch.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// The description of the topology.
    #[field(versions = "0+")]
    pub topology_description: TopologyDescription<'a>,
}

/// The value of [`StreamsGroupTopologyDescriptionUpdateRequest::topology_description`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescription<'a> {
    /// The subtopologies.
    #[field(versions = "0+")]
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// The global stores.
    #[field(versions = "0+")]
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
}

/// One entry of [`TopologyDescription::subtopologies`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionSubtopology<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The nodes.
    #[field(versions = "0+")]
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
}

/// One entry of `TopologyDescriptionSubtopology.nodes`, `TopologyDescriptionGlobalStore.source`,
/// `TopologyDescriptionGlobalStore.processor`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionNode<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The kind of node.
    #[field(versions = "0+")]
    pub node_type: i8,
    /// The topics read.
    #[field(versions = "0+")]
    pub source_topics: Vec<&'a str>,
    /// The topic written; null if none.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub sink_topic: Option<&'a str>,
    /// The state stores.
    #[field(versions = "0+")]
    pub stores: Vec<&'a str>,
    /// The nodes that follow.
    #[field(versions = "0+")]
    pub successors: Vec<&'a str>,
}

/// One entry of [`TopologyDescription::global_stores`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// The source node.
    #[field(versions = "0+")]
    pub source: TopologyDescriptionNode<'a>,
    /// The processor node.
    #[field(versions = "0+")]
    pub processor: TopologyDescriptionNode<'a>,
}
