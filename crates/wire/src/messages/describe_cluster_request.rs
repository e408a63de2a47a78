//! `DescribeClusterRequest`.

use thalweg_wire_derive::Message;

use crate::messages::DescribeClusterResponse;

/// Kafka's `DescribeClusterRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 60, versions = "0-2", flexible = "0+", response(DescribeClusterResponse<'r>))]
pub struct DescribeClusterRequest {
    /// Kafka's `IncludeClusterAuthorizedOperations`.
    #[field(versions = "0+")]
    pub include_cluster_authorized_operations: bool,
    /// Kafka's `EndpointType`.
    #[field(versions = "1+", default = 1)]
    pub endpoint_type: i8,
    /// Kafka's `IncludeFencedBrokers`.
    #[field(versions = "2+")]
    pub include_fenced_brokers: bool,
}
