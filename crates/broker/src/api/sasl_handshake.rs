//! SaslHandshake (key 17), versions 0–1, behind the login: begins to renew a session (KIP-368).
//!
//! Where there is no session to be renewed, or the last login began less than a second ago, ILLEGAL_SASL_STATE, as
//! Kafka. The handshake before the login is the gate's.

use std::time::Duration;

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{SaslHandshakeRequest, SaslHandshakeResponse};

use super::{Answer, Caller};
use crate::audit;
use crate::login::exchange::{SaslLogin, Surroundings};

/// Sessions are not renewed more often.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// Answers.
pub fn answer(request: &SaslHandshakeRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let now = caller.now;
    let illegal =
        SaslHandshakeResponse { error_code: ErrorCode::IllegalSaslState.code(), mechanisms: Vec::new() };
    let session = caller.session.as_mut().filter(|session| {
        session.ends.is_some() && session.began.until(now.mono) >= LEAST_PAUSE && caller.header.version > 0
    });
    let (Some(session), Some(listener)) = (session, caller.node.logins.of(caller.listener)) else {
        return caller.ready(&illegal);
    };
    let mut login = Box::new(SaslLogin::again(caller.principal, session, now.mono));
    let surroundings = Surroundings { node: caller.node, listener, now };
    let begun = login.handshake(request.mechanism, false, surroundings);
    let code = begun.as_ref().map_or_else(|denied| denied.code, |()| ErrorCode::None);
    session.began = now.mono;
    session.again = begun.is_ok().then_some(login);
    let response = SaslHandshakeResponse { error_code: code.code(), mechanisms: listener.mechanism_names() };
    match begun {
        Ok(()) => caller.ready(&response),
        Err(denied) => {
            let host = caller.peer.ip();
            audit::note_login(caller.node, caller.listener, host, request.mechanism, Err(&denied.why));
            tracing::info!(event = "login_refused", peer = %caller.peer, why = denied.why);
            caller.last(&response)
        }
    }
}
