//! Metadata (API key 3), response: brokers, topics, partitions and their leaders.
//!
//! Versions 0 to 13, flexible from 9.
//!
//! - v1: adds `brokers.rack`, `controller_id`, `topics.is_internal`.
//! - v2: adds `cluster_id`.
//! - v3: adds `throttle_time_ms`.
//! - v4: the layout of the version before.
//! - v5: adds `topics.partitions.offline_replicas`.
//! - v6: the layout of the version before.
//! - v7: adds `topics.partitions.leader_epoch`; leader epochs (KIP-320).
//! - v8: adds `topics.topic_authorized_operations`, `cluster_authorized_operations`; authorized
//!   operations (KIP-430).
//! - v9: flexible.
//! - v10: adds `topics.topic_id`; topic ids (KIP-516).
//! - v11: drops `cluster_authorized_operations`.
//! - v12: lets `topics.name` be null.
//! - v13: adds `error_code`; an error for the whole answer (KIP-1102).

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`MetadataRequest`](super::MetadataRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 3, versions = "0-13", flexible = "9+")]
pub struct MetadataResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// The brokers.
    #[field(versions = "0+")]
    pub brokers: Vec<MetadataResponseBroker<'a>>,
    /// The cluster's id.
    #[field(versions = "2+", nullable = "2+", default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// The active controller, or a broker that stands for it.
    #[field(versions = "1+", default = -1, ignorable)]
    pub controller_id: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<MetadataResponseTopic<'a>>,
    /// What the caller may do with the cluster, one bit per operation; the lowest number if not asked for.
    #[field(versions = "8-10", default = -2147483648)]
    pub cluster_authorized_operations: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "13+", ignorable)]
    pub error_code: i16,
}

/// One entry of [`MetadataResponse::brokers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponseBroker<'a> {
    /// The node's id.
    #[field(versions = "0+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "1+", nullable = "1+", default = null, ignorable)]
    pub rack: Option<&'a str>,
}

/// One entry of [`MetadataResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponseTopic<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The name.
    #[field(versions = "0+", nullable = "12+")]
    pub name: Option<&'a str>,
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Whether the topic is internal.
    #[field(versions = "1+", ignorable)]
    pub is_internal: bool,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<MetadataResponsePartition>,
    /// What the caller may do, one bit per operation; the lowest number if not asked for.
    #[field(versions = "8+", default = -2147483648)]
    pub topic_authorized_operations: i32,
}

/// One entry of [`MetadataResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponsePartition {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "7+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// The replicas, the preferred leader first.
    #[field(versions = "0+")]
    pub replica_nodes: Vec<i32>,
    /// The in-sync replicas.
    #[field(versions = "0+")]
    pub isr_nodes: Vec<i32>,
    /// The replicas that are offline.
    #[field(versions = "5+", ignorable)]
    pub offline_replicas: Vec<i32>,
}
