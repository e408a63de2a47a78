//! PushTelemetry (key 72), version 0 (KIP-714): a client's metrics, compressed OpenTelemetry.
//!
//! Too large a payload is TELEMETRY_TOO_LARGE; one that grows beyond all bounds or cannot be read, INVALID_RECORD. The
//! decompressed size is capped in bytes and in proportion, so a worker's turn stays short.

use thalweg_records::Codec;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{PushTelemetryRequest, PushTelemetryResponse};

use super::get_telemetry_subscriptions::facts;
use super::{Answer, Caller};

/// Keeps the metrics and answers.
pub fn answer(request: &PushTelemetryRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let error_code = push(request, caller).err().unwrap_or(ErrorCode::None).code();
    caller.ready(&PushTelemetryResponse { error_code, ..PushTelemetryResponse::default() })
}

fn push(request: &PushTelemetryRequest<'_>, caller: &Caller<'_>) -> Result<(), ErrorCode> {
    let node = caller.node;
    let facts = facts(caller, request.client_instance_id);
    let (id, is_terminating) = (request.subscription_id, request.terminating);
    node.telemetry.admit(&node.image(), &facts, id, is_terminating, caller.now.mono)?;
    let codec = match request.compression_type {
        0 => Codec::None,
        1 => Codec::Gzip,
        2 => Codec::Snappy,
        3 => Codec::Lz4,
        4 => Codec::Zstd,
        _ => return Err(ErrorCode::UnsupportedCompressionType),
    };
    if request.metrics.len() > usize::try_from(node.config.network.telemetry_max_bytes).unwrap_or(0) {
        return Err(ErrorCode::TelemetryTooLarge);
    }
    if request.metrics.is_empty() && is_terminating {
        return Ok(());
    }
    node.telemetry.keep(request.client_instance_id, codec, request.metrics)
}
