//! GetTelemetrySubscriptions (key 71), version 0 (KIP-714): which metrics this client is asked for and how often.
//!
//! A client without an instance id is given one. Values are asked for as totals, not as differences: only the latest
//! push is kept.

use thalweg_model::Uuid;
use thalweg_wire::messages::{GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse};

use super::{Answer, Caller};
use crate::telemetry::{COMPRESSION_TYPES, ClientFacts};

/// Answers.
pub fn answer(request: &GetTelemetrySubscriptionsRequest, caller: &mut Caller<'_>) -> Answer {
    let instance = match request.client_instance_id {
        Uuid::ZERO => caller.node.random.uuid(),
        known => known,
    };
    let asked = caller.node.telemetry.ask(&caller.node.image(), &facts(caller, instance), caller.now.mono);
    let mut response = GetTelemetrySubscriptionsResponse {
        client_instance_id: instance,
        ..GetTelemetrySubscriptionsResponse::default()
    };
    match &asked {
        Err(code) => response.error_code = code.code(),
        Ok(asked) => {
            response.subscription_id = asked.id;
            response.accepted_compression_types = COMPRESSION_TYPES.to_vec();
            response.push_interval_ms = asked.interval_ms;
            response.telemetry_max_bytes = caller.node.config.network.telemetry_max_bytes;
            response.requested_metrics = asked.metrics.iter().map(String::as_str).collect();
        }
    }
    caller.ready(&response)
}

/// What is known of the client.
pub(super) fn facts<'a>(caller: &'a Caller<'_>, instance: Uuid) -> ClientFacts<'a> {
    ClientFacts {
        instance,
        client_id: caller.client_id,
        software_name: caller.client.software_name.as_deref().unwrap_or_default(),
        software_version: caller.client.software_version.as_deref().unwrap_or_default(),
        peer: caller.peer,
    }
}
