//! Metadata (API key 3), request: asks which brokers there are and who leads which partition.
//!
//! Versions 0 to 13, flexible from 9.
//!
//! - v0: an empty list asks for all topics.
//! - v1: lets `topics` be null; null asks for all topics, an empty list for none.
//! - v2 to v3: the layout of the version before.
//! - v4: adds `allow_auto_topic_creation`; auto-creation can be refused.
//! - v5 to v7: the layout of the version before.
//! - v8: adds `include_cluster_authorized_operations`, `include_topic_authorized_operations`;
//!   authorized operations can be asked for (KIP-430).
//! - v9: flexible.
//! - v10: adds `topics.topic_id`, lets `topics.name` be null; topics may be asked for by id (KIP-516).
//! - v11: drops `include_cluster_authorized_operations`; the cluster's authorized operations are
//!   DescribeCluster's business now (KIP-700).
//! - v12: ids work for every topic.
//! - v13: the answer may say REBOOTSTRAP_REQUIRED (KIP-1102).

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::MetadataResponse};

/// Asks which brokers there are and who leads which partition.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 3, versions = "0-13", flexible = "9+", response(MetadataResponse<'r>))]
pub struct MetadataRequest<'a> {
    /// The topics asked for; null for all.
    #[field(versions = "0+", nullable = "1+")]
    pub topics: Option<Vec<MetadataRequestTopic<'a>>>,
    /// Whether unknown topics may be created.
    #[field(versions = "4+", default = true)]
    pub allow_auto_topic_creation: bool,
    /// Also say what the caller may do with the cluster.
    #[field(versions = "8-10")]
    pub include_cluster_authorized_operations: bool,
    /// Also say what the caller may do with the topics.
    #[field(versions = "8+")]
    pub include_topic_authorized_operations: bool,
}

/// One entry of [`MetadataRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataRequestTopic<'a> {
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// The name.
    #[field(versions = "0+", nullable = "10+")]
    pub name: Option<&'a str>,
}
