//! SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677), the server's side, and the arithmetic both sides share.
//!
//! Decides whether a peer knows a password of which only salted hashes are kept. A user that does not exist is
//! answered like one that does, with a salt that stays the same, and fails with the proof. The extension
//! `tokenauth=true` makes the name a delegation token's id (KIP-48). No channel binding: the mechanisms with `-PLUS`
//! are not offered.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use super::{Accounts, Failure, Login, Seed, Step, unescape_name};

/// The hash of a SCRAM mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// SCRAM-SHA-256.
    Sha256,
    /// SCRAM-SHA-512.
    Sha512,
}

/// Rounds a user that does not exist seems to have: what Kafka's tools give by themselves.
const DECOY_ITERATIONS: i32 = 4096;
/// Rounds below which a credential is not honoured (RFC 7677, and Kafka's own bound).
pub const MIN_ITERATIONS: i32 = 4096;
/// Rounds above which a credential is not made.
pub const MAX_ITERATIONS: i32 = 16384;

impl Hash {
    /// Its number in Kafka's credential records and requests.
    #[must_use]
    pub fn code(self) -> i8 {
        match self {
            Self::Sha256 => 1,
            Self::Sha512 => 2,
        }
    }

    /// HMAC with this hash.
    #[must_use]
    pub fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        fn run<M: Mac + hmac::digest::KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
            let Ok(mut mac) = <M as Mac>::new_from_slice(key) else {
                unreachable!("HMAC takes keys of every length")
            };
            parts.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().to_vec()
        }
        match self {
            Self::Sha256 => run::<Hmac<Sha256>>(key, parts),
            Self::Sha512 => run::<Hmac<Sha512>>(key, parts),
        }
    }

    /// The hash itself.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// `Hi` of RFC 5802: the salted password. Slow on purpose: what a client or a tool computes, never a broker
    /// for a peer that has not authenticated.
    #[must_use]
    pub fn salted_password(self, password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
        match self {
            Self::Sha256 => {
                let mut out = vec![0; 32];
                pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut out);
                out
            }
            Self::Sha512 => {
                let mut out = vec![0; 64];
                pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, &mut out);
                out
            }
        }
    }
}

/// What a server keeps of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramKeys {
    /// The salt.
    pub salt: Vec<u8>,
    /// Rounds.
    pub iterations: i32,
    /// H(HMAC(salted password, "Client Key")).
    pub stored_key: Vec<u8>,
    /// HMAC(salted password, "Server Key").
    pub server_key: Vec<u8>,
}

impl fmt::Debug for ScramKeys {
    /// Secrets stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramKeys").field("iterations", &self.iterations).finish_non_exhaustive()
    }
}

impl ScramKeys {
    /// From a salted password: what AlterUserScramCredentials carries.
    #[must_use]
    pub fn of_salted(hash: Hash, salted_password: &[u8], salt: Vec<u8>, iterations: i32) -> Self {
        let client_key = hash.hmac(salted_password, &[b"Client Key"]);
        let server_key = hash.hmac(salted_password, &[b"Server Key"]);
        Self { salt, iterations, stored_key: hash.digest(&client_key), server_key }
    }

    /// From the password.
    #[must_use]
    pub fn of_password(hash: Hash, password: &[u8], salt: Vec<u8>, iterations: i32) -> Self {
        let rounds = u32::try_from(iterations).unwrap_or(1).max(1);
        let salted = hash.salted_password(password, &salt, rounds);
        Self::of_salted(hash, &salted, salt, iterations)
    }
}

/// The server's side of one exchange.
pub(super) struct ScramExchange {
    hash: Hash,
    server_nonce: String,
    decoy: [u8; 32],
    state: State,
}

impl fmt::Debug for ScramExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramExchange").field("hash", &self.hash).finish_non_exhaustive()
    }
}

enum State {
    First,
    Final(Box<Challenged>),
}

/// What is known once the challenge is out.
struct Challenged {
    /// `None`: there is no such user, whatever proof comes.
    login: Option<Login>,
    user: String,
    keys: ScramKeys,
    /// The header whose base64 the peer must repeat as its channel binding.
    gs2_header: String,
    client_first_bare: String,
    server_first: String,
    nonce: String,
}

impl ScramExchange {
    pub(super) fn new(hash: Hash, seed: &Seed, decoy: [u8; 32]) -> Self {
        Self { hash, server_nonce: BASE64.encode(seed), decoy, state: State::First }
    }

    /// With a server's nonce that is known beforehand: the RFC's examples.
    #[cfg(test)]
    pub(super) fn with_nonce(hash: Hash, nonce: &str) -> Self {
        Self { hash, server_nonce: nonce.to_owned(), decoy: [0; 32], state: State::First }
    }

    pub(super) fn step(&mut self, message: &[u8], accounts: &dyn Accounts) -> Step {
        let Ok(text) = std::str::from_utf8(message) else {
            return Failure::quiet("a SCRAM message that is not UTF-8");
        };
        match &self.state {
            State::First => self.first(text, accounts),
            State::Final(challenged) => finish(self.hash, challenged, text),
        }
    }

    fn first(&mut self, text: &str, accounts: &dyn Accounts) -> Step {
        let Some(first) = ClientFirst::parse(text) else {
            return Failure::quiet("a first SCRAM message that cannot be read");
        };
        if !first.authorization.is_empty() && first.authorization != first.user {
            return Failure::told(
                "Authentication failed: Client requested an authorization id that is different from username",
            );
        }
        let found = if first.by_token {
            accounts.token(self.hash, &first.user).map(|token| {
                let expires_at_ms = Some(token.expires_at_ms);
                (Login { name: token.owner, by_token: true, expires_at_ms }, token.keys)
            })
        } else {
            accounts.scram_keys(self.hash, &first.user).map(|keys| (Login::user(&first.user), keys))
        };
        let (login, keys) = match found {
            Some((login, keys)) if keys.iterations >= MIN_ITERATIONS => (Some(login), keys),
            _ => (None, self.decoy_keys(&first.user)),
        };
        let nonce = format!("{}{}", first.nonce, self.server_nonce);
        let server_first = format!("r={nonce},s={},i={}", BASE64.encode(&keys.salt), keys.iterations);
        let challenge = server_first.clone().into_bytes();
        self.state = State::Final(Box::new(Challenged {
            login,
            user: first.user,
            keys,
            gs2_header: first.gs2_header.to_owned(),
            client_first_bare: first.bare.to_owned(),
            server_first,
            nonce,
        }));
        Step::Challenge(challenge)
    }

    /// What a user that does not exist seems to have: always the same, unlike anything that can be proven.
    fn decoy_keys(&self, user: &str) -> ScramKeys {
        let of = |label: &[u8]| self.hash.hmac(&self.decoy, &[label, user.as_bytes()]);
        let mut salt = of(b"salt");
        salt.truncate(16);
        ScramKeys { salt, iterations: DECOY_ITERATIONS, stored_key: of(b"stored"), server_key: of(b"server") }
    }
}

/// Judges the peer's proof.
fn finish(hash: Hash, challenged: &Challenged, text: &str) -> Step {
    let Some((without_proof, proof)) = text.rsplit_once(",p=") else {
        return Failure::quiet("a last SCRAM message without a proof");
    };
    let mut fields = without_proof.split(',');
    let (Some(binding), Some(nonce)) = (
        fields.next().and_then(|field| field.strip_prefix("c=")),
        fields.next().and_then(|field| field.strip_prefix("r=")),
    ) else {
        return Failure::quiet("a last SCRAM message that cannot be read");
    };
    if binding != BASE64.encode(&challenged.gs2_header) {
        return Failure::quiet("another channel binding than the first message announced");
    }
    // The RFC wants exactly the challenge's nonce; Kafka lets more stand before it, and librdkafka before 2.2 repeats its
    // own part there. The whole of ours is in it either way, so no old message can be played again.
    if !nonce.ends_with(&challenged.nonce) {
        return Failure::quiet("a nonce that is not this exchange's");
    }
    let Ok(proof) = BASE64.decode(proof) else {
        return Failure::quiet("a proof that is not base64");
    };
    let auth_message =
        format!("{},{},{without_proof}", challenged.client_first_bare, challenged.server_first);
    let keys = &challenged.keys;
    let signature = hash.hmac(&keys.stored_key, &[auth_message.as_bytes()]);
    let is_right_length = proof.len() == signature.len();
    let client_key: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
    let is_proven = bool::from(hash.digest(&client_key).ct_eq(&keys.stored_key));
    match &challenged.login {
        Some(login) if is_proven && is_right_length => {
            let signature = hash.hmac(&keys.server_key, &[auth_message.as_bytes()]);
            Step::Done(format!("v={}", BASE64.encode(signature)).into_bytes(), login.clone())
        }
        Some(_) => Failure::quiet(format!("{} has not proven its password", challenged.user)),
        None => Failure::quiet(format!("{} is no user with this mechanism", challenged.user)),
    }
}

/// The peer's first message.
struct ClientFirst<'a> {
    gs2_header: &'a str,
    authorization: String,
    bare: &'a str,
    user: String,
    nonce: &'a str,
    by_token: bool,
}

impl<'a> ClientFirst<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        // `y`: the peer could bind the channel and thinks we cannot, which is so. `p=`: it insists.
        let flag_end = text.find(',')?;
        if !matches!(&text[..flag_end], "n" | "y") {
            return None;
        }
        let header_end = flag_end + 1 + text[flag_end + 1..].find(',')? + 1;
        let authorization = match &text[flag_end + 1..header_end - 1] {
            "" => String::new(),
            given => unescape_name(given.strip_prefix("a=")?)?,
        };
        let bare = &text[header_end..];
        // `m=` is an extension that must be understood, and none is.
        let mut fields = bare.split(',');
        let user = unescape_name(fields.next()?.strip_prefix("n=")?)?;
        let nonce = fields.next()?.strip_prefix("r=")?;
        let is_printable = nonce.bytes().all(|byte| matches!(byte, 0x21..=0x7e));
        if user.is_empty() || nonce.is_empty() || !is_printable {
            return None;
        }
        let by_token = fields.any(|field| field.eq_ignore_ascii_case("tokenauth=true"));
        Some(Self { gs2_header: &text[..header_end], authorization, bare, user, nonce, by_token })
    }
}

/// Base64 as SCRAM writes it.
pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Reads base64 as SCRAM writes it.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}
