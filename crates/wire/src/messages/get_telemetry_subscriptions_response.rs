//! `GetTelemetrySubscriptionsResponse`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `GetTelemetrySubscriptionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 71, versions = "0", flexible = "0+")]
pub struct GetTelemetrySubscriptionsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ClientInstanceId`.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
    /// Kafka's `SubscriptionId`.
    #[field(versions = "0+")]
    pub subscription_id: i32,
    /// Kafka's `AcceptedCompressionTypes`.
    #[field(versions = "0+")]
    pub accepted_compression_types: Vec<i8>,
    /// Kafka's `PushIntervalMs`.
    #[field(versions = "0+")]
    pub push_interval_ms: i32,
    /// Kafka's `TelemetryMaxBytes`.
    #[field(versions = "0+")]
    pub telemetry_max_bytes: i32,
    /// Kafka's `DeltaTemporality`.
    #[field(versions = "0+")]
    pub delta_temporality: bool,
    /// Kafka's `RequestedMetrics`.
    #[field(versions = "0+")]
    pub requested_metrics: Vec<&'a str>,
}
