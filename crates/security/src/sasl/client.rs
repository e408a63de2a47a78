//! The client's side of a login, as a machine: what to send first, and what to answer a challenge with. Used by our
//! own commands; knows nothing of the frames around the bytes.

use std::fmt;

use subtle::ConstantTimeEq;

use super::scram::{Hash, decode, encode};
use super::{Mechanism, Seed, escape_name};

/// Rounds above which a server's challenge is not worked on: it would only burn our time.
const ITERATIONS_LIMIT: u32 = 1 << 20;

/// What a client logs in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// How.
    pub mechanism: Mechanism,
    /// The user, or a delegation token's id; not used by OAUTHBEARER.
    pub user: String,
    /// The password, a delegation token's HMAC, or the bearer token.
    pub secret: String,
    /// The user is a delegation token's id (KIP-48).
    pub is_token: bool,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mechanism, user, is_token, .. } = self;
        f.debug_struct("Credentials")
            .field("mechanism", mechanism)
            .field("user", user)
            .field("is_token", is_token)
            .finish_non_exhaustive()
    }
}

/// One login.
#[derive(Debug)]
pub struct ClientExchange {
    credentials: Credentials,
    nonce: String,
    state: State,
}

#[derive(Debug)]
enum State {
    Begun,
    /// SCRAM: the server's signature that is awaited.
    Proven(Vec<u8>),
    Over,
}

impl ClientExchange {
    /// A login that has not begun; `seed` fresh from a source fit for secrets.
    #[must_use]
    pub fn new(credentials: Credentials, seed: &Seed) -> Self {
        Self { credentials, nonce: encode(seed), state: State::Begun }
    }

    /// The first message.
    #[must_use]
    pub fn first(&self) -> Vec<u8> {
        let Credentials { mechanism, user, secret, .. } = &self.credentials;
        match mechanism {
            Mechanism::Plain => format!("\0{user}\0{secret}").into_bytes(),
            Mechanism::Scram(_) => format!("n,,{}", self.scram_bare()).into_bytes(),
            Mechanism::OAuthBearer => format!("n,,\u{1}auth=Bearer {secret}\u{1}\u{1}").into_bytes(),
        }
    }

    /// Takes what the server said to our last message. `None`: it is content, and nothing more is to be said.
    pub fn step(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>, String> {
        match (self.credentials.mechanism, std::mem::replace(&mut self.state, State::Over)) {
            (Mechanism::Plain | Mechanism::OAuthBearer, State::Begun) if challenge.is_empty() => Ok(None),
            // The server's complaint is to be acknowledged before it says so in the answer's error (RFC 7628).
            (Mechanism::OAuthBearer, State::Begun) => Ok(Some(vec![1])),
            (Mechanism::Scram(hash), State::Begun) => self.prove(hash, challenge).map(Some),
            (Mechanism::Scram(_), State::Proven(expected)) => {
                let text = std::str::from_utf8(challenge).unwrap_or_default();
                let signature = text.strip_prefix("v=").and_then(decode).unwrap_or_default();
                if bool::from(signature.ct_eq(&expected)) {
                    Ok(None)
                } else {
                    Err("the broker has not proven that it knows the password".to_owned())
                }
            }
            _ => Err("the broker goes on with a login that is over".to_owned()),
        }
    }

    fn scram_bare(&self) -> String {
        let extension = if self.credentials.is_token { ",tokenauth=true" } else { "" };
        format!("n={},r={}{extension}", escape_name(&self.credentials.user), self.nonce)
    }

    fn prove(&mut self, hash: Hash, challenge: &[u8]) -> Result<Vec<u8>, String> {
        let unreadable = || "the broker's challenge cannot be read".to_owned();
        let server_first = std::str::from_utf8(challenge).map_err(|_| unreadable())?;
        let mut fields = server_first.split(',');
        let mut field = |name: &str| fields.next().and_then(|field| field.strip_prefix(name));
        let nonce = field("r=").ok_or_else(unreadable)?;
        let salt = field("s=").and_then(decode).ok_or_else(unreadable)?;
        let iterations: u32 = field("i=").and_then(|text| text.parse().ok()).ok_or_else(unreadable)?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err("the broker's nonce does not begin with ours".to_owned());
        }
        if !(1..=ITERATIONS_LIMIT).contains(&iterations) {
            return Err(format!("the broker asks for {iterations} rounds, which is out of bounds"));
        }
        let salted = hash.salted_password(self.credentials.secret.as_bytes(), &salt, iterations);
        let without_proof = format!("c=biws,r={nonce}");
        let auth_message = format!("{},{server_first},{without_proof}", self.scram_bare());
        let client_key = hash.hmac(&salted, &[b"Client Key"]);
        let signature = hash.hmac(&hash.digest(&client_key), &[auth_message.as_bytes()]);
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let server_key = hash.hmac(&salted, &[b"Server Key"]);
        self.state = State::Proven(hash.hmac(&server_key, &[auth_message.as_bytes()]));
        Ok(format!("{without_proof},p={}", encode(&proof)).into_bytes())
    }
}
