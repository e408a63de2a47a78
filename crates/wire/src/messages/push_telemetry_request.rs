//! PushTelemetry (API key 72), request: a client hands in its metrics (KIP-714).
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::PushTelemetryResponse};

/// A client hands in its metrics (KIP-714).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 72, versions = "0", flexible = "0+", response(PushTelemetryResponse))]
pub struct PushTelemetryRequest<'a> {
    /// The client's id for telemetry.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
    /// Which subscription.
    #[field(versions = "0+")]
    pub subscription_id: i32,
    /// Whether this is the last push.
    #[field(versions = "0+")]
    pub terminating: bool,
    /// The codec, as Kafka numbers them.
    #[field(versions = "0+")]
    pub compression_type: i8,
    /// The metrics in OTLP, compressed.
    #[field(versions = "0+")]
    pub metrics: &'a [u8],
}
