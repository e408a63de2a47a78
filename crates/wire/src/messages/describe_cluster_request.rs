//! DescribeCluster (API key 60), request: asks for the cluster's id, controller and brokers.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `endpoint_type`.
//! - v2: adds `include_fenced_brokers`.

use thalweg_wire_derive::Message;

use crate::messages::DescribeClusterResponse;

/// Asks for the cluster's id, controller and brokers.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 60, versions = "0-2", flexible = "0+", response(DescribeClusterResponse<'r>))]
pub struct DescribeClusterRequest {
    /// Also say what the caller may do with the cluster.
    #[field(versions = "0+")]
    pub include_cluster_authorized_operations: bool,
    /// Brokers (1) or controllers (2).
    #[field(versions = "1+", default = 1)]
    pub endpoint_type: i8,
    /// Also name fenced brokers.
    #[field(versions = "2+")]
    pub include_fenced_brokers: bool,
}
