//! DescribeDelegationToken (key 41), versions 1–3 (KIP-48): the caller's own tokens, and others' with leave for the token
//! or its owner (KIP-373).

use thalweg_metadata::DelegationToken;
use thalweg_security::Principal;
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_security::tokens::is_own;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_delegation_token_response::{
    DescribedDelegationToken, DescribedDelegationTokenRenewer,
};
use thalweg_wire::messages::{DescribeDelegationTokenRequest, DescribeDelegationTokenResponse};

use super::create_delegation_token::may_use_tokens;
use super::{Answer, Caller};

/// First version that tells the requester.
const REQUESTER_VERSION: i16 = 3;

/// Answers from the image.
pub fn answer(request: &DescribeDelegationTokenRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let refused = |code: ErrorCode| DescribeDelegationTokenResponse {
        error_code: code.code(),
        ..DescribeDelegationTokenResponse::default()
    };
    if !may_use_tokens(caller) {
        return caller.ready(&refused(ErrorCode::DelegationTokenRequestNotAllowed));
    }
    let Some(tokens) = &caller.node.tokens else {
        return caller.ready(&refused(ErrorCode::DelegationTokenAuthDisabled));
    };
    let owners: Option<Vec<Principal>> = request.owners.as_ref().map(|owners| {
        owners.iter().map(|owner| Principal::new(owner.principal_type, owner.principal_name)).collect()
    });
    let access = caller.access().quietly();
    let is_shown = |id: &str, token: &DelegationToken| {
        let is_asked = owners.as_ref().is_none_or(|owners| owners.iter().any(|owner| is_own(token, owner)));
        is_asked
            && (is_own(token, caller.principal)
                || access.allows(Operation::Describe, ResourceType::DelegationToken, id)
                || access.allows(Operation::DescribeTokens, ResourceType::User, &token.owner))
    };
    let image = caller.node.image();
    let now = caller.now.wall_ms;
    let all = image.delegation_tokens.tokens.iter();
    let shown = all.filter(|(id, token)| token.expiration_timestamp >= now && is_shown(id, token));
    let shown: Vec<_> = shown.map(|(id, token)| (id, token, tokens.hmac(id))).collect();
    let names_requester = caller.version() >= REQUESTER_VERSION;
    let tokens = shown.iter().map(|(id, token, hmac)| {
        let (principal_type, principal_name) = split(&token.owner);
        let requester = if names_requester { split(&token.requester) } else { ("", "") };
        DescribedDelegationToken {
            principal_type,
            principal_name,
            token_requester_principal_type: requester.0,
            token_requester_principal_name: requester.1,
            issue_timestamp: token.issue_timestamp,
            expiry_timestamp: token.expiration_timestamp,
            max_timestamp: token.max_timestamp,
            token_id: id,
            hmac,
            renewers: token
                .renewers
                .iter()
                .map(|renewer| {
                    let (principal_type, principal_name) = split(renewer);
                    DescribedDelegationTokenRenewer { principal_type, principal_name }
                })
                .collect(),
        }
    });
    caller.ready(&DescribeDelegationTokenResponse {
        tokens: tokens.collect(),
        ..DescribeDelegationTokenResponse::default()
    })
}

fn split(principal: &str) -> (&str, &str) {
    principal.split_once(':').unwrap_or(("", principal))
}
