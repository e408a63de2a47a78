//! What SASL exchanges ask about users, answered from the listener's settings and the published metadata. Only looks
//! things up; logs no secret.

use std::sync::Arc;

use subtle::ConstantTimeEq;
use thalweg_metadata::MetadataImage;
use thalweg_security::sasl::oauthbearer::Bearer;
use thalweg_security::sasl::scram::{Hash, ScramKeys};
use thalweg_security::sasl::{Accounts, TokenKeys};

use super::ListenerLogin;
use crate::tokens::Tokens;

/// The accounts one listener knows.
#[derive(Clone)]
pub struct ListenerAccounts<'a> {
    /// The listener's own users.
    pub listener: &'a ListenerLogin,
    /// Where SCRAM credentials and tokens are.
    pub image: Arc<MetadataImage>,
    /// How tokens are made, where they are served.
    pub tokens: Option<&'a Tokens>,
    /// The wall clock, for what ends.
    pub wall_ms: i64,
}

impl Accounts for ListenerAccounts<'_> {
    fn has_password(&self, user: &str, password: &str) -> bool {
        // An unknown user costs the same comparison as a known one.
        let (known, is_known) = match self.listener.plain.get(user) {
            Some(known) => (known.as_str(), true),
            None => ("\0", false),
        };
        bool::from(known.as_bytes().ct_eq(password.as_bytes())) && is_known
    }

    fn scram_keys(&self, hash: Hash, user: &str) -> Option<ScramKeys> {
        let credential = self.image.scram.credentials.get(&(hash.code(), Arc::from(user)))?;
        Some(ScramKeys {
            salt: credential.salt.clone(),
            iterations: credential.iterations,
            stored_key: credential.stored_key.clone(),
            server_key: credential.server_key.clone(),
        })
    }

    fn token(&self, hash: Hash, token_id: &str) -> Option<TokenKeys> {
        let token = self.image.delegation_tokens.tokens.get(token_id)?;
        Some(TokenKeys {
            owner: token.owner.clone(),
            expires_at_ms: token.expiration_timestamp,
            keys: self.tokens?.scram_keys(hash, token_id),
        })
    }

    fn check_bearer(&self, token: &str) -> Result<Bearer, String> {
        match &self.listener.bearer {
            Some(keys) => keys.check(token, self.wall_ms),
            None => Err("no keys to check tokens with".to_owned()),
        }
    }
}
