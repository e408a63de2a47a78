//! ExpireDelegationToken (key 40), versions 1–2 (KIP-48): a token ends then, or with a negative period at once. For its
//! owner, its requester and its renewers.

use thalweg_controller::security::TokenChange;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{ExpireDelegationTokenRequest, ExpireDelegationTokenResponse};

use super::renew_delegation_token::{change, submit};
use super::{Answer, Caller};

/// Hands the request to the controller.
pub fn answer(request: &ExpireDelegationTokenRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let response = |result: Result<i64, ErrorCode>| ExpireDelegationTokenResponse {
        error_code: result.err().map_or(0, ErrorCode::code),
        expiry_timestamp_ms: result.unwrap_or(-1),
        throttle_time_ms: 0,
    };
    let change = match change(request.hmac, caller) {
        Ok((change, _)) => TokenChange { period_ms: request.expiry_time_period_ms, ends: true, ..change },
        Err(code) => return caller.ready(&response(Err(code))),
    };
    let reply = caller.reply();
    submit(caller, change, move |result| reply.send(&response(result)));
    Answer::Later
}
