//! RenewDelegationToken (key 39), versions 1–2 (KIP-48): a token lives longer, within its longest life. For its owner,
//! its requester and its renewers.

use thalweg_controller::security::{SecurityRequest, SecurityResponse, TokenChange};
use thalweg_controller::{ControllerRequest, ControllerResponse};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{RenewDelegationTokenRequest, RenewDelegationTokenResponse};

use super::create_delegation_token::may_use_tokens;
use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &RenewDelegationTokenRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let response = |result: Result<i64, ErrorCode>| RenewDelegationTokenResponse {
        error_code: result.err().map_or(0, ErrorCode::code),
        expiry_timestamp_ms: result.unwrap_or(-1),
        throttle_time_ms: 0,
    };
    let change = match change(request.hmac, caller) {
        Ok((change, expiry_ms)) => {
            let asked = request.renew_period_ms;
            TokenChange { period_ms: if asked > 0 { asked.min(expiry_ms) } else { expiry_ms }, ..change }
        }
        Err(code) => return caller.ready(&response(Err(code))),
    };
    let reply = caller.reply();
    submit(caller, change, move |result| reply.send(&response(result)));
    Answer::Later
}

/// A change of the token that has this secret, as far as both requests have it, and the life of a renewed token.
pub fn change(hmac: &[u8], caller: &Caller<'_>) -> Result<(TokenChange, i64), ErrorCode> {
    if !may_use_tokens(caller) {
        return Err(ErrorCode::DelegationTokenRequestNotAllowed);
    }
    let tokens = caller.node.tokens.as_ref().ok_or(ErrorCode::DelegationTokenAuthDisabled)?;
    let change = TokenChange {
        token_id: tokens.find(&caller.node.image().delegation_tokens, hmac),
        principal: caller.principal.as_str().to_owned(),
        period_ms: 0,
        ends: false,
        now_ms: caller.now.wall_ms,
    };
    Ok((change, tokens.expiry_ms))
}

/// Asks the controller.
pub fn submit(
    caller: &Caller<'_>,
    change: TokenChange,
    answer: impl FnOnce(Result<i64, ErrorCode>) + Send + 'static,
) {
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::ChangeToken(change)),
        Box::new(move |answered| {
            let result = match answered {
                ControllerResponse::Security(SecurityResponse::ChangeToken(result)) => result,
                other => Err(unexpected(other)),
            };
            answer(result.map_err(|error| error.code));
        }),
    );
}
