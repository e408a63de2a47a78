//! `DescribeClusterResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeClusterResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 60, versions = "0-2", flexible = "0+")]
pub struct DescribeClusterResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `EndpointType`.
    #[field(versions = "1+", default = 1)]
    pub endpoint_type: i8,
    /// Kafka's `ClusterId`.
    #[field(versions = "0+")]
    pub cluster_id: &'a str,
    /// Kafka's `ControllerId`.
    #[field(versions = "0+", default = -1)]
    pub controller_id: i32,
    /// Kafka's `Brokers`.
    #[field(versions = "0+")]
    pub brokers: Vec<DescribeClusterBroker<'a>>,
    /// Kafka's `ClusterAuthorizedOperations`.
    #[field(versions = "0+", default = -2147483648)]
    pub cluster_authorized_operations: i32,
}

/// Kafka's `DescribeClusterBroker`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct DescribeClusterBroker<'a> {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: i32,
    /// Kafka's `Rack`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
    /// Kafka's `IsFenced`.
    #[field(versions = "2+")]
    pub is_fenced: bool,
}
