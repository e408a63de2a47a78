//! Delegation tokens (KIP-48): what their secret is, and who may see and change them.
//!
//! A token's secret is derived from its id and the cluster's secret key, so that none is stored; a client logs in
//! with the id as its name and the secret, in base64, as its password.

use base64::Engine;
use thalweg_metadata::DelegationToken;

use crate::Principal;
use crate::sasl::scram::Hash;

/// The secret of a token, as its owner is told.
#[must_use]
pub fn hmac(secret_key: &str, token_id: &str) -> Vec<u8> {
    Hash::Sha512.hmac(secret_key.as_bytes(), &[token_id.as_bytes()])
}

/// The password that goes with a token.
#[must_use]
pub fn password(secret_key: &str, token_id: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(hmac(secret_key, token_id))
}

/// Whether a principal may renew and expire a token, and see it without further leave.
#[must_use]
pub fn is_own(token: &DelegationToken, principal: &Principal) -> bool {
    let text = principal.as_str();
    token.owner == text || token.requester == text || token.renewers.iter().any(|renewer| renewer == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_follows_from_key_and_id_and_own_tokens_are_known() {
        let secret = hmac("key", "id");
        assert_eq!((secret.len(), secret == hmac("key", "id")), (64, true));
        assert_ne!(secret, hmac("key", "other"));
        assert_eq!(password("key", "id").len(), 88);
        let token = DelegationToken {
            owner: "User:a".into(),
            requester: "User:b".into(),
            renewers: vec!["User:c".into()],
            issue_timestamp: 0,
            max_timestamp: 0,
            expiration_timestamp: 0,
        };
        let own = |name| is_own(&token, &Principal::user(name));
        assert!(own("a") && own("b") && own("c") && !own("d"));
    }
}
