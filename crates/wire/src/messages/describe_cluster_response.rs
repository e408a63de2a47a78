//! DescribeCluster (API key 60), response: the cluster's id, controller and brokers.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `endpoint_type`.
//! - v2: adds `brokers.is_fenced`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeClusterRequest`](super::DescribeClusterRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 60, versions = "0-2", flexible = "0+")]
pub struct DescribeClusterResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Brokers (1) or controllers (2).
    #[field(versions = "1+", default = 1)]
    pub endpoint_type: i8,
    /// The cluster's id.
    #[field(versions = "0+")]
    pub cluster_id: &'a str,
    /// The active controller, or a broker that stands for it.
    #[field(versions = "0+", default = -1)]
    pub controller_id: i32,
    /// The brokers.
    #[field(versions = "0+")]
    pub brokers: Vec<DescribeClusterBroker<'a>>,
    /// What the caller may do with the cluster, one bit per operation; the lowest number if not asked for.
    #[field(versions = "0+", default = -2147483648)]
    pub cluster_authorized_operations: i32,
}

/// One entry of [`DescribeClusterResponse::brokers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct DescribeClusterBroker<'a> {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
    /// Whether the broker is fenced.
    #[field(versions = "2+")]
    pub is_fenced: bool,
}
