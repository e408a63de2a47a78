//! Whether an OAUTHBEARER token is good: a JWT (RFC 7519) signed by a key of the listener's set, not expired, of the
//! issuer and for the audience that are expected; or, where the operator has said so, one that nobody has signed.
//!
//! Keys come from a file (`sasl.oauthbearer.jwks.endpoint.url=file:///…`, RFC 7517) that is read again when it changes,
//! by the gate and not by whoever checks a token, or from a server, which [`super::jwks`] asks. Never asks another host
//! itself.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parking_lot::Mutex;
use serde_json::Value;
use thalweg_config::OAuthBearerConfig;
use thalweg_model::Mono;
use thalweg_platform::{Disk, Stat, Wake};
use thalweg_security::sasl::oauthbearer::Bearer;

use super::jwks::Endpoint;

/// What one listener believes of tokens.
pub struct BearerKeys {
    config: OAuthBearerConfig,
    source: Source,
    disk: Arc<dyn Disk>,
    now: Mutex<Current>,
    /// A token has named a key that nobody knows.
    is_fetch_wanted: AtomicBool,
    /// What ends the fetcher's sleep, once it has one.
    fetcher: OnceLock<Arc<dyn Wake>>,
}

/// Where keys come from.
#[derive(Debug)]
enum Source {
    /// Nowhere: tokens without a signature are believed.
    Unsigned,
    File(PathBuf),
    Server(Endpoint),
}

struct Current {
    keys: Arc<JwkSet>,
    stat: Option<Stat>,
    looked_at: Mono,
}

impl fmt::Debug for BearerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerKeys").field("source", &self.source).finish_non_exhaustive()
    }
}

/// How often the file is looked at, while connections come.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A set of keys is not larger.
pub(super) const SET_BYTES: u64 = 1 << 20;
const KEY: &str = "sasl.oauthbearer.jwks.endpoint.url";

impl BearerKeys {
    /// Reads the keys; `Err` is a sentence that names the key. `None`: nothing says what to believe.
    pub fn open(
        config: &OAuthBearerConfig,
        is_unsecured: bool,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<Option<Self>, String> {
        let source = match config.jwks_endpoint_url.as_deref() {
            None if is_unsecured => Source::Unsigned,
            None => return Ok(None),
            Some(url) => match url.strip_prefix("file://") {
                Some(path) => Source::File(PathBuf::from(path)),
                None if Endpoint::is_safe(url) => Source::Server(endpoint(url, config)),
                None => {
                    return Err(format!(
                        "{KEY}={url}: keys are taken from https://… , from http:// on this machine, or from a file \
                         (file:///…), so that nobody can put others in their place"
                    ));
                }
            },
        };
        let (keys, stat) = match &source {
            Source::Unsigned | Source::Server(_) => (JwkSet { keys: Vec::new() }, None),
            Source::File(path) => (read(path, &**disk)?, disk.stat(path).ok()),
        };
        let now = Mutex::new(Current { keys: Arc::new(keys), stat, looked_at: now });
        let (is_fetch_wanted, fetcher) = (AtomicBool::new(false), OnceLock::new());
        let disk = Arc::clone(disk);
        Ok(Some(Self { config: config.clone(), source, disk, now, is_fetch_wanted, fetcher }))
    }

    /// The server that has the keys, if one has.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match &self.source {
            Source::Server(endpoint) => Some(endpoint),
            Source::Unsigned | Source::File(_) => None,
        }
    }

    /// From now on a key that nobody knows wakes the fetcher.
    pub fn set_fetcher(&self, wake: Arc<dyn Wake>) {
        // There is one fetcher in a process's life.
        let _ = self.fetcher.set(wake);
    }

    /// Whether a token has named a key that nobody knows since the last fetch.
    pub fn is_fetch_wanted(&self) -> bool {
        self.is_fetch_wanted.load(Ordering::Relaxed)
    }

    /// Takes over what was fetched.
    pub fn take_fetched(&self, keys: JwkSet) {
        self.now.lock().keys = Arc::new(keys);
        self.is_fetch_wanted.store(false, Ordering::Relaxed);
    }

    /// A token has named a key that nobody knows: perhaps it is a new one.
    fn want_fetch(&self) {
        if self.endpoint().is_some()
            && !self.is_fetch_wanted.swap(true, Ordering::Relaxed)
            && let Some(fetcher) = self.fetcher.get()
        {
            fetcher.wake();
        }
    }

    /// Looks now and then whether the file has changed; one that cannot be read is told, and the old keys stay.
    pub fn refresh(&self, now: Mono) {
        let Source::File(path) = &self.source else { return };
        let mut current = self.now.lock();
        if current.looked_at.until(now) < LOOK_AGAIN {
            return;
        }
        current.looked_at = now;
        let stat = self.disk.stat(path).ok();
        if stat != current.stat {
            current.stat = stat;
            match read(path, &*self.disk) {
                Ok(keys) => current.keys = Arc::new(keys),
                Err(why) => tracing::error!(event = "jwks_reload_failed", why, "the old keys stay in use"),
            }
        }
    }

    /// Judges a token; `Err` says why it is not good, for the log.
    pub fn check(&self, token: &str, wall_ms: i64) -> Result<Bearer, String> {
        let claims = match self.source {
            Source::Unsigned => unsigned_claims(token)?,
            Source::File(_) | Source::Server(_) => self.signed_claims(token)?,
        };
        self.check_claims(&claims, wall_ms)
    }

    fn signed_claims(&self, token: &str) -> Result<Value, String> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| format!("its header: {error}"))?;
        // A shared secret as key, or none at all, is nothing that a public set of keys could prove.
        if matches!(header.alg, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
            return Err("it is signed with a shared secret".to_owned());
        }
        let keys = Arc::clone(&self.now.lock().keys);
        let key = match &header.kid {
            Some(id) => keys.find(id),
            None if keys.keys.len() == 1 => keys.keys.first(),
            None => None,
        };
        let Some(key) = key else {
            self.want_fetch();
            return Err(format!("no key is known as {:?}", header.kid.unwrap_or_default()));
        };
        let key = DecodingKey::from_jwk(key).map_err(|error| format!("its key cannot be used: {error}"))?;
        let mut validation = Validation::new(header.alg);
        // Times, issuer and audience are checked below, by the broker's own clock.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &key, &validation)
            .map(|token| token.claims)
            .map_err(|error| format!("its signature: {error}"))
    }

    fn check_claims(&self, claims: &Value, wall_ms: i64) -> Result<Bearer, String> {
        let config = &self.config;
        let skew_ms = config.clock_skew_seconds.saturating_mul(1_000);
        let time =
            |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| (seconds * 1_000.0) as i64);
        let expires_at_ms = time("exp").ok_or("it never ends (no exp)")?;
        if expires_at_ms.saturating_add(skew_ms) <= wall_ms {
            return Err("it has expired".to_owned());
        }
        for name in ["nbf", "iat"] {
            if time(name).is_some_and(|at| at.saturating_sub(skew_ms) > wall_ms) {
                return Err(format!("it is not valid yet ({name})"));
            }
        }
        if let Some(expected) = &config.expected_issuer
            && claims.get("iss").and_then(Value::as_str) != Some(expected)
        {
            return Err("another issuer than sasl.oauthbearer.expected.issuer".to_owned());
        }
        if !config.expected_audience.is_empty() {
            let is_ours = |audience: &Value| {
                audience.as_str().is_some_and(|name| config.expected_audience.iter().any(|ours| ours == name))
            };
            let audience = claims.get("aud");
            let named = audience
                .and_then(Value::as_array)
                .map_or_else(|| audience.is_some_and(is_ours), |several| several.iter().any(is_ours));
            if !named {
                return Err("for none of sasl.oauthbearer.expected.audience".to_owned());
            }
        }
        let name = if config.sub_claim_name.is_empty() { "sub" } else { &config.sub_claim_name };
        match claims.get(name).and_then(Value::as_str) {
            Some(user) if !user.is_empty() => Ok(Bearer { user: user.to_owned(), expires_at_ms }),
            _ => Err(format!("it names nobody (no {name})")),
        }
    }
}

fn endpoint(url: &str, config: &OAuthBearerConfig) -> Endpoint {
    let time = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
    Endpoint {
        url: url.to_owned(),
        refresh: time(config.jwks_endpoint_refresh_ms),
        backoff: time(config.jwks_endpoint_retry_backoff_ms),
        backoff_max: time(config.jwks_endpoint_retry_backoff_max_ms),
    }
}

fn read(path: &Path, disk: &dyn Disk) -> Result<JwkSet, String> {
    let bytes = disk
        .read(path, SET_BYTES)
        .map_err(|error| format!("{KEY}=file://{}: it cannot be read: {error}", path.display()))?;
    let keys: JwkSet = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{KEY}=file://{}: it is no JSON set of keys: {error}", path.display()))?;
    if keys.keys.is_empty() {
        return Err(format!("{KEY}=file://{}: it holds no key", path.display()));
    }
    Ok(keys)
}

/// The claims of an unsecured JWS (RFC 7515, appendix A.5): `alg` is `none`, the signature is empty.
fn unsigned_claims(token: &str) -> Result<Value, String> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(""), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("no unsecured JWS: its signature must be there and empty".to_owned());
    };
    let decoded = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
    };
    if decoded(header).and_then(|header| Some(header.get("alg")? == "none")) != Some(true) {
        return Err("no unsecured JWS: its algorithm is not none".to_owned());
    }
    decoded(claims).filter(Value::is_object).ok_or_else(|| "its claims cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::json;
    use thalweg_platform::memory::MemoryDisk;

    use super::*;

    const NOW_MS: i64 = 1_700_000_000_000;

    fn config() -> OAuthBearerConfig {
        OAuthBearerConfig {
            clock_skew_seconds: 30,
            sub_claim_name: "sub".to_owned(),
            expected_issuer: Some("mill".to_owned()),
            expected_audience: vec!["log".to_owned()],
            ..OAuthBearerConfig::default()
        }
    }

    fn claims() -> Value {
        json!({"sub": "ann", "exp": NOW_MS / 1_000 + 60, "iss": "mill", "aud": ["x", "log"]})
    }

    fn unsigned(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(header), part(claims))
    }

    fn disk() -> Arc<dyn Disk> {
        Arc::new(MemoryDisk::new())
    }

    #[test]
    fn tokens_without_a_signature_are_believed_only_when_told() {
        assert!(BearerKeys::open(&config(), false, &disk(), Mono(0)).unwrap().is_none());
        let keys = BearerKeys::open(&config(), true, &disk(), Mono(0)).unwrap().unwrap();
        let none = json!({"alg": "none"});
        let good = keys.check(&unsigned(&none, &claims()), NOW_MS).unwrap();
        assert_eq!((good.user.as_str(), good.expires_at_ms), ("ann", NOW_MS + 60_000));
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            keys.check(&unsigned(&none, &claims), NOW_MS)
        };
        let seconds = NOW_MS / 1_000;
        assert!(with("exp", json!(seconds - 29)).is_ok() && with("exp", json!(seconds - 30)).is_err());
        assert!(with("nbf", json!(seconds + 31)).is_err() && with("iat", json!(seconds + 31)).is_err());
        for (name, value) in [
            ("exp", Value::Null),
            ("iss", json!("other")),
            ("aud", json!("x")),
            ("sub", json!("")),
            ("sub", json!(1)),
        ] {
            assert!(with(name, value).is_err(), "{name}");
        }
        assert!(keys.check(&unsigned(&json!({"alg": "HS256"}), &claims()), NOW_MS).is_err());
        for bad in ["", ".", "..", "a.b.c", "....", "a.b."] {
            assert!(keys.check(bad, NOW_MS).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_signature_must_be_of_a_known_key_and_a_public_one() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let point = pair.public_key_raw();
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
            "x": coordinate(&point[1..33]), "y": coordinate(&point[33..])}]});
        let private = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
        let disk = disk();
        disk.create_dir_all(Path::new("/k")).unwrap();
        disk.replace(Path::new("/k/jwks.json"), set.to_string().as_bytes()).unwrap();
        let config =
            OAuthBearerConfig { jwks_endpoint_url: Some("file:///k/jwks.json".to_owned()), ..config() };
        let keys = BearerKeys::open(&config, true, &disk, Mono(0)).unwrap().unwrap();
        let sign = |kid: &str| {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::ES256) };
            jsonwebtoken::encode(&header, &claims(), &private).unwrap()
        };
        assert_eq!(keys.check(&sign("k1"), NOW_MS).unwrap().user, "ann");
        assert!(keys.check(&sign("k2"), NOW_MS).is_err(), "an unknown key");
        let good = sign("k1");
        let (signed, signature) = good.rsplit_once('.').unwrap();
        let (header, _) = signed.split_once('.').unwrap();
        let mut forged = claims();
        forged["sub"] = json!("bob");
        let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
        assert!(keys.check(&format!("{header}.{forged}.{signature}"), NOW_MS).is_err(), "another content");
        assert!(keys.check(&unsigned(&json!({"alg": "none"}), &claims()), NOW_MS).is_err(), "no signature");
        let secret = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::HS256) };
        let secret = jsonwebtoken::encode(&secret, &claims(), &EncodingKey::from_secret(b"x")).unwrap();
        assert!(keys.check(&secret, NOW_MS).is_err(), "a shared secret");
    }

    #[test]
    fn keys_over_an_open_network_are_refused_in_a_sentence_and_unknown_ones_are_asked_for() {
        let with = |url: &str| OAuthBearerConfig { jwks_endpoint_url: Some(url.to_owned()), ..config() };
        let why = BearerKeys::open(&with("http://x/jwks"), false, &disk(), Mono(0)).unwrap_err();
        assert!(why.contains("https://") && why.contains("file:///"), "{why}");
        let keys = BearerKeys::open(&with("https://x/jwks"), true, &disk(), Mono(0)).unwrap().unwrap();
        assert!(keys.check(&unsigned(&json!({"alg": "none"}), &claims()), NOW_MS).is_err());
        assert!(!keys.is_fetch_wanted(), "a token without a signature asks for no key");
        let pair = rcgen::KeyPair::generate().unwrap();
        let private = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
        let header = Header { kid: Some("new".to_owned()), ..Header::new(Algorithm::ES256) };
        let token = jsonwebtoken::encode(&header, &claims(), &private).unwrap();
        assert!(keys.check(&token, NOW_MS).unwrap_err().contains("new"));
        assert!(keys.is_fetch_wanted());
        let point = pair.public_key_raw();
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "new", "alg": "ES256", "use": "sig",
            "x": coordinate(&point[1..33]), "y": coordinate(&point[33..])}]});
        keys.take_fetched(serde_json::from_value(set).unwrap());
        assert_eq!(keys.check(&token, NOW_MS).unwrap().user, "ann");
        assert!(!keys.is_fetch_wanted());
    }
}
