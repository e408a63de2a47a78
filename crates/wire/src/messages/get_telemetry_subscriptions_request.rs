//! GetTelemetrySubscriptions (API key 71), request: a client asks which of its metrics the cluster
//! wants (KIP-714).
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::GetTelemetrySubscriptionsResponse};

/// A client asks which of its metrics the cluster wants (KIP-714).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 71, versions = "0", flexible = "0+", response(GetTelemetrySubscriptionsResponse<'r>))]
pub struct GetTelemetrySubscriptionsRequest {
    /// The client's id for telemetry.
    #[field(versions = "0+")]
    pub client_instance_id: Uuid,
}
