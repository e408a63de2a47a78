//! CreateDelegationToken (key 38), versions 1–3 (KIP-48): a token for the caller, or with leave for another user
//! (v3, KIP-373). Only over connections that have authenticated, and not by a token.

use thalweg_config::SecurityProtocol;
use thalweg_controller::security::{NewToken, SecurityRequest, SecurityResponse};
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_metadata::DelegationToken;
use thalweg_model::Uuid;
use thalweg_security::Principal;
use thalweg_security::acl::ResourceType;
use thalweg_security::principal::{ANONYMOUS, USER};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{CreateDelegationTokenRequest, CreateDelegationTokenResponse};

use super::{Answer, Caller, unexpected};

/// First version that tells the requester.
const REQUESTER_VERSION: i16 = 3;

/// Hands the request to the controller.
pub fn answer(request: &CreateDelegationTokenRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let requester = Principal::clone(caller.principal);
    let owner = match (request.owner_principal_type, request.owner_principal_name) {
        (kind, Some(name)) if !name.is_empty() => Principal::new(kind.unwrap_or(USER), name),
        _ => requester.clone(),
    };
    let version = caller.version();
    let code = if !may_use_tokens(caller) {
        Some(ErrorCode::DelegationTokenRequestNotAllowed)
    } else if owner != requester && !caller.guard(ResourceType::User).allows(owner.as_str()) {
        Some(ErrorCode::DelegationTokenAuthorizationFailed)
    } else if request.renewers.iter().any(|renewer| renewer.principal_type != USER) {
        Some(ErrorCode::InvalidPrincipalType)
    } else {
        None
    };
    let tokens = match (code, &caller.node.tokens) {
        (None, Some(tokens)) => tokens,
        (code, _) => {
            let code = code.unwrap_or(ErrorCode::DelegationTokenAuthDisabled);
            let nothing = DelegationToken {
                owner: owner.as_str().to_owned(),
                requester: requester.as_str().to_owned(),
                renewers: Vec::new(),
                issue_timestamp: -1,
                max_timestamp: -1,
                expiration_timestamp: -1,
            };
            return caller.ready(&response(&nothing, "", &[], code, version));
        }
    };
    let now = caller.now.wall_ms;
    let lifetime = match request.max_lifetime_ms {
        asked if asked > 0 => asked.min(tokens.max_lifetime_ms),
        _ => tokens.max_lifetime_ms,
    };
    let max_timestamp = now.saturating_add(lifetime);
    let token = DelegationToken {
        owner: owner.as_str().to_owned(),
        requester: requester.as_str().to_owned(),
        renewers: request
            .renewers
            .iter()
            .map(|renewer| format!("{}:{}", renewer.principal_type, renewer.principal_name))
            .collect(),
        issue_timestamp: now,
        max_timestamp,
        expiration_timestamp: now.saturating_add(tokens.expiry_ms).min(max_timestamp),
    };
    let token_id = new_id(caller);
    let hmac = tokens.hmac(&token_id);
    let reply = caller.reply();
    let wanted = NewToken { token_id: token_id.clone(), token: token.clone() };
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::CreateToken(wanted)),
        Box::new(move |answered| {
            let result = match answered {
                ControllerResponse::Security(SecurityResponse::CreateToken(result)) => result,
                other => Err(unexpected(other)),
            };
            let code = result.err().map_or(ErrorCode::None, |error: ApiError| error.code);
            let (id, hmac) = if code == ErrorCode::None { (&*token_id, &*hmac) } else { ("", &[][..]) };
            reply.send(&response(&token, id, hmac, code, version));
        }),
    );
    Answer::Later
}

/// Whether tokens may be made, changed and seen over this connection: it must have shown who it is, and otherwise
/// than by a token.
pub fn may_use_tokens(caller: &Caller<'_>) -> bool {
    let protocol = caller.node.config.listeners.get(caller.listener).map(|listener| listener.protocol);
    let is_nobody = caller.principal.name() == ANONYMOUS;
    match protocol {
        None | Some(SecurityProtocol::Plaintext) => false,
        Some(SecurityProtocol::Ssl) if is_nobody => false,
        Some(_) => !caller.principal.by_token,
    }
}

fn new_id(caller: &Caller<'_>) -> String {
    loop {
        let mut bytes = [0; 16];
        caller.node.random.fill(&mut bytes);
        if let Some(id) = Uuid::from_random(bytes) {
            return id.to_string();
        }
    }
}

fn response<'a>(
    token: &'a DelegationToken,
    token_id: &'a str,
    hmac: &'a [u8],
    code: ErrorCode,
    version: i16,
) -> CreateDelegationTokenResponse<'a> {
    let (principal_type, principal_name) = token.owner.split_once(':').unwrap_or(("", ""));
    let requester = if version >= REQUESTER_VERSION { token.requester.split_once(':') } else { None };
    let (token_requester_principal_type, token_requester_principal_name) = requester.unwrap_or(("", ""));
    CreateDelegationTokenResponse {
        error_code: code.code(),
        principal_type,
        principal_name,
        token_requester_principal_type,
        token_requester_principal_name,
        issue_timestamp_ms: token.issue_timestamp,
        expiry_timestamp_ms: token.expiration_timestamp,
        max_timestamp_ms: token.max_timestamp,
        token_id,
        hmac,
        throttle_time_ms: 0,
    }
}
