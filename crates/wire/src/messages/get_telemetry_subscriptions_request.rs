//! `GetTelemetrySubscriptionsRequest`.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::GetTelemetrySubscriptionsResponse};

/// Kafka's `GetTelemetrySubscriptionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 71, versions = "0", flexible = "0+", response(GetTelemetrySubscriptionsResponse<'r>))]
pub struct GetTelemetrySubscriptionsRequest {
    /// Kafka's `ClientInstanceId`.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
}
