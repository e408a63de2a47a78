//! `PushTelemetryRequest`.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::PushTelemetryResponse};

/// Kafka's `PushTelemetryRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 72, versions = "0", flexible = "0+", response(PushTelemetryResponse))]
pub struct PushTelemetryRequest<'a> {
    /// Kafka's `ClientInstanceId`.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
    /// Kafka's `SubscriptionId`.
    #[field(versions = "0+")]
    pub subscription_id: i32,
    /// Kafka's `Terminating`.
    #[field(versions = "0+")]
    pub terminating: bool,
    /// Kafka's `CompressionType`.
    #[field(versions = "0+")]
    pub compression_type: i8,
    /// Kafka's `Metrics`.
    #[field(versions = "0+")]
    pub metrics: &'a [u8],
}
