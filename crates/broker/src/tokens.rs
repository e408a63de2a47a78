//! What this broker needs to know to make delegation tokens and to recognise them: the cluster's secret and the
//! lifetimes. Who may ask is decided in `api/create_delegation_token.rs` and its neighbours.

use std::fmt;

use hashbrown::HashMap;
use parking_lot::Mutex;
use thalweg_config::{Effective, Settings};
use thalweg_metadata::DelegationTokensImage;
use thalweg_security::sasl::scram::{Hash, MIN_ITERATIONS, ScramKeys};
use thalweg_security::tokens;

/// Tokens are served when there is one of these.
pub struct Tokens {
    secret_key: String,
    /// What SCRAM needs of tokens that somebody logged in with: slow to compute.
    known: Mutex<HashMap<(Hash, String), ScramKeys>>,
    /// `delegation.token.max.lifetime.ms`.
    pub max_lifetime_ms: i64,
    /// `delegation.token.expiry.time.ms`.
    pub expiry_ms: i64,
}

/// Tokens whose keys are kept; then anew.
const KNOWN_MAX: usize = 1024;

impl fmt::Debug for Tokens {
    /// Secrets stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("expiry_ms", &self.expiry_ms).finish_non_exhaustive()
    }
}

impl Tokens {
    /// What the settings say; `None` without `delegation.token.secret.key`.
    pub fn resolve(settings: &Settings) -> Option<Self> {
        let secret_key =
            settings.get("delegation.token.secret.key").filter(|key| !key.is_empty())?.to_owned();
        let effective = Effective::of_settings(settings);
        let number = |key: &str, default: i64| effective.number(key).unwrap_or(default);
        Some(Self {
            secret_key,
            known: Mutex::default(),
            max_lifetime_ms: number("delegation.token.max.lifetime.ms", 604_800_000),
            expiry_ms: number("delegation.token.expiry.time.ms", 86_400_000),
        })
    }

    /// The secret of a token.
    pub fn hmac(&self, token_id: &str) -> Vec<u8> {
        tokens::hmac(&self.secret_key, token_id)
    }

    /// The password with which a client logs in with a token.
    pub fn password(&self, token_id: &str) -> String {
        tokens::password(&self.secret_key, token_id)
    }

    /// What a server keeps of a token's password for SCRAM.
    pub fn scram_keys(&self, hash: Hash, token_id: &str) -> ScramKeys {
        let key = (hash, token_id.to_owned());
        if let Some(keys) = self.known.lock().get(&key) {
            return keys.clone();
        }
        // The salt is no secret and must not change between two steps of a login.
        let password = self.password(token_id);
        let salt = hash.hmac(password.as_bytes(), &[b"salt"]);
        let keys = ScramKeys::of_password(hash, password.as_bytes(), salt, MIN_ITERATIONS);
        let mut known = self.known.lock();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(key, keys.clone());
        keys
    }

    /// The token that has this secret.
    pub fn find(&self, image: &DelegationTokensImage, hmac: &[u8]) -> Option<String> {
        let same = |id: &str| {
            let own = self.hmac(id);
            // Neither length nor place of a difference is told by time.
            own.len() == hmac.len() && own.iter().zip(hmac).fold(0, |all, (a, b)| all | (a ^ b)) == 0
        };
        image.tokens.keys().find(|id| same(id)).map(|id| id.to_string())
    }
}
