//! GetTelemetrySubscriptions (API key 71), response: the metrics wanted, and how often.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Answers [`GetTelemetrySubscriptionsRequest`](super::GetTelemetrySubscriptionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 71, versions = "0", flexible = "0+")]
pub struct GetTelemetrySubscriptionsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The client's id for telemetry.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
    /// Which subscription.
    #[field(versions = "0+")]
    pub subscription_id: i32,
    /// The codecs accepted, best first.
    #[field(versions = "0+")]
    pub accepted_compression_types: Vec<i8>,
    /// How long between pushes, in milliseconds.
    #[field(versions = "0+")]
    pub push_interval_ms: i32,
    /// How many bytes a push may have.
    #[field(versions = "0+")]
    pub telemetry_max_bytes: i32,
    /// Whether counters are differences since the last push.
    #[field(versions = "0+")]
    pub delta_temporality: bool,
    /// Prefixes of the metrics wanted.
    #[field(versions = "0+")]
    pub requested_metrics: Vec<&'a str>,
}
