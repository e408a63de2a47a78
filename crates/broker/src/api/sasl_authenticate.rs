//! SaslAuthenticate (key 36), versions 0–2, behind the login: goes on with renewing a session (KIP-368).
//!
//! Without a SaslHandshake before it ILLEGAL_SASL_STATE, in Kafka's words. A renewal that fails ends the connection
//! behind its answer. The exchange before the login is the gate's.

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{SaslAuthenticateRequest, SaslAuthenticateResponse};

use super::{Answer, Caller};
use crate::audit;
use crate::login::exchange::{Judged, Surroundings};

/// Answers.
pub fn answer(request: &SaslAuthenticateRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let now = caller.now;
    let none = SaslAuthenticateResponse {
        error_code: 0,
        error_message: None,
        auth_bytes: &[],
        session_lifetime_ms: 0,
    };
    let surroundings = caller.node.logins.of(caller.listener).map(|listener| Surroundings {
        node: caller.node,
        listener,
        now,
    });
    let judged = match (caller.session.as_mut().and_then(|session| session.again.as_mut()), surroundings) {
        (Some(login), Some(surroundings)) => {
            let judged = login.message(request.auth_bytes, surroundings);
            if let Some(judged) = &judged {
                let (host, by) = (caller.peer.ip(), login.mechanism_name());
                audit::note_judged(caller.node, caller.listener, host, by, judged);
            }
            judged
        }
        _ => None,
    };
    match judged {
        None => caller.ready(&SaslAuthenticateResponse {
            error_code: ErrorCode::IllegalSaslState.code(),
            error_message: Some("SaslAuthenticate request received after successful authentication"),
            ..none
        }),
        Some(Judged::Challenge(bytes)) => {
            caller.ready(&SaslAuthenticateResponse { auth_bytes: &bytes, ..none })
        }
        Some(Judged::Accepted { bytes, identity, lifetime_ms }) => {
            *caller.session = identity.session;
            caller.ready(&SaslAuthenticateResponse {
                auth_bytes: &bytes,
                session_lifetime_ms: lifetime_ms,
                ..none
            })
        }
        Some(Judged::Refused { told, why }) => {
            tracing::info!(event = "login_refused", peer = %caller.peer, why);
            caller.last(&SaslAuthenticateResponse {
                error_code: ErrorCode::SaslAuthenticationFailed.code(),
                error_message: Some(&told),
                ..none
            })
        }
    }
}
