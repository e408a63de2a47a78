//! What SASL exchanges ask about users, answered from the listener's settings and the published metadata. Only looks
//! things up; logs no secret.

use std::sync::Arc;

use subtle::ConstantTimeEq;
use thalweg_metadata::MetadataImage;
use thalweg_security::sasl::oauthbearer::Bearer;
use thalweg_security::sasl::scram::{Hash, ScramKeys};
use thalweg_security::sasl::{Accounts, TokenKeys};

use super::ListenerLogin;

/// The accounts one listener knows.
#[derive(Clone)]
pub struct ListenerAccounts<'a> {
    /// The listener's own users.
    pub listener: &'a ListenerLogin,
    /// Where SCRAM credentials and tokens are.
    pub image: Arc<MetadataImage>,
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

    fn token(&self, _hash: Hash, _token_id: &str) -> Option<TokenKeys> {
        // Tokens are not made here, so there are none to log in with.
        None
    }

    fn check_bearer(&self, token: &str) -> Result<Bearer, String> {
        _ = token;
        Err("no keys to check tokens with".to_owned())
    }
}
