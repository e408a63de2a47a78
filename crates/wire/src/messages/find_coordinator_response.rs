//! `FindCoordinatorResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `FindCoordinatorResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 10, versions = "0-6", flexible = "3+")]
pub struct FindCoordinatorResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0-3")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "1-3", nullable = "1-3", ignorable)]
    pub error_message: Option<&'a str>,
    /// Kafka's `NodeId`.
    #[field(versions = "0-3")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "0-3")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0-3")]
    pub port: i32,
    /// Kafka's `Coordinators`.
    #[field(versions = "4+")]
    pub coordinators: Vec<Coordinator<'a>>,
}

/// Kafka's `Coordinator`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct Coordinator<'a> {
    /// Kafka's `Key`.
    #[field(versions = "4+")]
    pub key: &'a str,
    /// Kafka's `NodeId`.
    #[field(versions = "4+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "4+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "4+")]
    pub port: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "4+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "4+", nullable = "4+", ignorable)]
    pub error_message: Option<&'a str>,
}
