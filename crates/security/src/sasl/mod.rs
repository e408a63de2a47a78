//! Authentication exchanges (SASL) as machines: a peer's bytes in, our bytes or a verdict out.
//!
//! [`Exchange`] is the server's side of one login; [`client`] is the other side. What an exchange must know about
//! users it asks an [`Accounts`]; random bytes are handed in. Never does I/O, never asks the time. The frames around
//! the bytes (SaslHandshake, SaslAuthenticate) are the broker's.

pub mod client;
pub mod jaas;
pub mod oauthbearer;
pub mod plain;
pub mod scram;

use std::fmt;

use oauthbearer::{Bearer, BearerExchange};
use scram::{Hash, ScramExchange, ScramKeys};

/// A mechanism that is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// User and password as they are (RFC 4616).
    Plain,
    /// Salted challenge and response (RFC 5802, RFC 7677).
    Scram(Hash),
    /// A bearer token (RFC 7628).
    OAuthBearer,
}

impl Mechanism {
    /// Every mechanism there is, in the order in which they are offered.
    pub const ALL: [Self; 4] =
        [Self::Plain, Self::Scram(Hash::Sha256), Self::Scram(Hash::Sha512), Self::OAuthBearer];

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Scram(Hash::Sha256) => "SCRAM-SHA-256",
            Self::Scram(Hash::Sha512) => "SCRAM-SHA-512",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    /// By its registered name, exactly.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name() == name)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an exchange asks about users. Answers are secrets: whoever implements this logs none of them.
pub trait Accounts {
    /// Whether this user of PLAIN has this password; to be compared in constant time.
    fn has_password(&self, user: &str, password: &str) -> bool;
    /// What is kept of a user's password for SCRAM.
    fn scram_keys(&self, hash: Hash, user: &str) -> Option<ScramKeys>;
    /// A delegation token by its id: its owner, when it ends, and what SCRAM needs of its secret (KIP-48).
    fn token(&self, hash: Hash, token_id: &str) -> Option<TokenKeys>;
    /// Whether a bearer token is good, and whose it is. `Err` says why not, for the log.
    fn check_bearer(&self, token: &str) -> Result<Bearer, String>;
}

/// A delegation token as SCRAM sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKeys {
    /// Whose it is: `type:name`.
    pub owner: String,
    /// When it ends, ms since 1970.
    pub expires_at_ms: i64,
    /// The keys of its secret.
    pub keys: ScramKeys,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys").field("owner", &self.owner).finish_non_exhaustive()
    }
}

/// Who has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The name, or for a delegation token its owner as `type:name`.
    pub name: String,
    /// It was a delegation token.
    pub by_token: bool,
    /// When what it logged in with ends, ms since 1970.
    pub expires_at_ms: Option<i64>,
}

impl Login {
    fn user(name: &str) -> Self {
        Self { name: name.to_owned(), by_token: false, expires_at_ms: None }
    }
}

/// What a message has led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be sent; the peer speaks next.
    Challenge(Vec<u8>),
    /// The peer is who it says; the bytes are still to be sent.
    Done(Vec<u8>, Login),
    /// It is not.
    Failed(Failure),
}

/// Why a login failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the peer is told; `None`: only that its credentials are not valid. Says nothing about which users exist.
    pub told: Option<String>,
    /// What the log says.
    pub why: String,
}

impl Failure {
    fn quiet(why: impl Into<String>) -> Step {
        Step::Failed(Self { told: None, why: why.into() })
    }

    fn told(message: impl Into<String>) -> Step {
        let message = message.into();
        Step::Failed(Self { told: Some(message.clone()), why: message })
    }
}

/// Random bytes of one exchange.
pub type Seed = [u8; 18];

/// The server's side of one login.
#[derive(Debug)]
pub struct Exchange(Inner);

#[derive(Debug)]
enum Inner {
    Plain,
    Scram(ScramExchange),
    OAuthBearer(BearerExchange),
    Over,
}

impl Exchange {
    /// A login that has not begun. `seed` must be fresh from a source fit for secrets; `decoy` is the broker's own
    /// secret, from which users that do not exist get a salt that never changes.
    #[must_use]
    pub fn new(mechanism: Mechanism, seed: &Seed, decoy: [u8; 32]) -> Self {
        Self(match mechanism {
            Mechanism::Plain => Inner::Plain,
            Mechanism::Scram(hash) => Inner::Scram(ScramExchange::new(hash, seed, decoy)),
            Mechanism::OAuthBearer => Inner::OAuthBearer(BearerExchange::default()),
        })
    }

    /// Takes the peer's next message. After a verdict every further one is a failure.
    pub fn step(&mut self, message: &[u8], accounts: &dyn Accounts) -> Step {
        let step = match &mut self.0 {
            Inner::Plain => plain::answer(message, accounts),
            Inner::Scram(exchange) => exchange.step(message, accounts),
            Inner::OAuthBearer(exchange) => exchange.step(message, accounts),
            Inner::Over => Failure::quiet("a message behind the end of the exchange"),
        };
        if !matches!(step, Step::Challenge(_)) {
            self.0 = Inner::Over;
        }
        step
    }
}

/// Reads `=2C` and `=3D` in a name (RFC 5802 saslname). `None` for any other use of `=`.
fn unescape_name(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        name.push_str(before);
        if let Some(after) = after.strip_prefix("2C") {
            name.push(',');
            rest = after;
        } else if let Some(after) = after.strip_prefix("3D") {
            name.push('=');
            rest = after;
        } else {
            return None;
        }
    }
    name.push_str(rest);
    Some(name)
}

/// Writes a name so that it may stand in a SCRAM message.
fn escape_name(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

#[cfg(test)]
mod tests;
