//! One SASL login as Kafka frames it: SaslHandshake picks a mechanism, messages follow, a verdict ends it.
//!
//! Decides the order of things, what the peer is told, and how long a session lasts. Knows neither sockets nor
//! headers: the gate has those before the login, the API handlers when a session is renewed on its worker (KIP-368).

use std::sync::Arc;

use thalweg_model::{Mono, Now};
use thalweg_security::Principal;
use thalweg_security::sasl::{Exchange, Login, Mechanism, Seed, Step};
use thalweg_wire::ErrorCode;

use super::accounts::ListenerAccounts;
use super::{Identity, ListenerLogin, Session};
use crate::node::Node;

/// One login.
#[derive(Debug)]
pub struct SaslLogin {
    phase: Phase,
    /// Who logs in anew: principal and mechanism must stay.
    previous: Option<(Arc<Principal>, Mechanism)>,
    began: Mono,
    /// What was asked for, if it is offered.
    mechanism: Option<Mechanism>,
}

#[derive(Debug)]
enum Phase {
    Handshake { was_told_versions: bool },
    Exchange { mechanism: Mechanism, exchange: Exchange, is_raw: bool },
    Over,
}

/// What a login may use.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// What all roles share.
    pub node: &'a Node,
    /// What the listener asks.
    pub listener: &'a ListenerLogin,
    /// The time.
    pub now: Now,
}

/// Why a mechanism is not begun.
#[derive(Debug, PartialEq, Eq)]
pub struct Denied {
    /// For the answer.
    pub code: ErrorCode,
    /// For the log.
    pub why: String,
}

/// What a SASL message has led to.
#[derive(Debug)]
pub enum Judged {
    /// To be sent; the client speaks next.
    Challenge(Vec<u8>),
    /// The client is in.
    Accepted {
        /// To be sent.
        bytes: Vec<u8>,
        /// Who it is.
        identity: Box<Identity>,
        /// After so many ms it must log in again; 0: never.
        lifetime_ms: i64,
    },
    /// It is not.
    Refused {
        /// What it is told.
        told: String,
        /// What the log says.
        why: String,
    },
}

impl SaslLogin {
    /// A first login.
    pub fn new(now: Mono) -> Self {
        Self {
            phase: Phase::Handshake { was_told_versions: false },
            previous: None,
            began: now,
            mechanism: None,
        }
    }

    /// A login that renews a session.
    pub fn again(principal: &Arc<Principal>, session: &Session, now: Mono) -> Self {
        Self { previous: Some((Arc::clone(principal), session.mechanism)), ..Self::new(now) }
    }

    /// The name of the mechanism it is by, for the audit log.
    pub fn mechanism_name(&self) -> &'static str {
        self.mechanism.map_or("SASL", Mechanism::name)
    }

    /// Whether SaslHandshake is awaited.
    pub fn awaits_handshake(&self) -> bool {
        matches!(self.phase, Phase::Handshake { .. })
    }

    /// Whether ApiVersions may still be asked, which is once and before the handshake.
    pub fn may_ask_versions(&self) -> bool {
        matches!(self.phase, Phase::Handshake { was_told_versions: false })
    }

    /// ApiVersions has been answered with them.
    pub fn note_versions_told(&mut self) {
        if let Phase::Handshake { was_told_versions } = &mut self.phase {
            *was_told_versions = true;
        }
    }

    /// Whether messages come in frames without a header: SaslHandshake came in version 0.
    pub fn is_raw(&self) -> bool {
        matches!(self.phase, Phase::Exchange { is_raw: true, .. })
    }

    /// Begins with a mechanism.
    pub fn handshake(
        &mut self,
        name: &str,
        is_raw: bool,
        surroundings: Surroundings<'_>,
    ) -> Result<(), Denied> {
        if !self.awaits_handshake() {
            self.phase = Phase::Over;
            let why = "a second handshake inside a login".to_owned();
            return Err(Denied { code: ErrorCode::IllegalSaslState, why });
        }
        let mechanism = Mechanism::by_name(name)
            .filter(|mechanism| surroundings.listener.mechanisms.iter().any(|(known, _)| known == mechanism));
        let Some(mechanism) = mechanism else {
            self.phase = Phase::Over;
            let why = format!("the mechanism {name:?} is not enabled on this listener");
            return Err(Denied { code: ErrorCode::UnsupportedSaslMechanism, why });
        };
        if let Some((_, before)) = &self.previous
            && *before != mechanism
        {
            self.phase = Phase::Over;
            let why = format!("a session by {before} cannot be renewed by {mechanism}");
            return Err(Denied { code: ErrorCode::UnsupportedSaslMechanism, why });
        }
        self.mechanism = Some(mechanism);
        let mut seed = Seed::default();
        surroundings.node.random.fill(&mut seed);
        let exchange = Exchange::new(mechanism, &seed, surroundings.node.logins.decoy);
        self.phase = Phase::Exchange { mechanism, exchange, is_raw };
        Ok(())
    }

    /// Takes a SASL message; `None` when none is awaited.
    pub fn message(&mut self, bytes: &[u8], surroundings: Surroundings<'_>) -> Option<Judged> {
        let Phase::Exchange { mechanism, exchange, .. } = &mut self.phase else { return None };
        let mechanism = *mechanism;
        let accounts = ListenerAccounts {
            listener: surroundings.listener,
            image: surroundings.node.image(),
            tokens: surroundings.node.tokens.as_ref(),
            wall_ms: surroundings.now.wall_ms,
        };
        let judged = match exchange.step(bytes, &accounts) {
            Step::Challenge(bytes) => return Some(Judged::Challenge(bytes)),
            Step::Done(bytes, login) => self.accept(bytes, login, mechanism, surroundings),
            Step::Failed(failure) => Judged::Refused {
                told: failure.told.unwrap_or_else(|| self.invalid_credentials(mechanism)),
                why: failure.why,
            },
        };
        self.phase = Phase::Over;
        Some(judged)
    }

    /// Kafka's words for a failure that has none of its own.
    fn invalid_credentials(&self, mechanism: Mechanism) -> String {
        let what = if self.previous.is_some() { "re-authentication" } else { "authentication" };
        format!(
            "Authentication failed during {what} due to invalid credentials with SASL mechanism {mechanism}"
        )
    }

    fn accept(
        &self,
        bytes: Vec<u8>,
        login: Login,
        mechanism: Mechanism,
        surroundings: Surroundings<'_>,
    ) -> Judged {
        let principal = if login.by_token {
            let mut owner = Principal::parse(&login.name).unwrap_or_else(|| Principal::user(&login.name));
            owner.by_token = true;
            owner
        } else {
            Principal::user(&login.name)
        };
        if let Some((before, _)) = &self.previous
            && **before != principal
        {
            let told = format!(
                "Cannot change principals during re-authentication from {}.{}: {}.{}",
                before.kind(),
                before.name(),
                principal.kind(),
                principal.name()
            );
            return Judged::Refused { why: told.clone(), told };
        }
        let Surroundings { listener, now, .. } = surroundings;
        let known = listener.mechanisms.iter().find(|(known, _)| *known == mechanism);
        let reauth_ms = known.map(|(_, ms)| *ms).filter(|ms| *ms > 0);
        let until_expiry = login.expires_at_ms.map(|at| at.saturating_sub(now.wall_ms).max(0));
        let lifetime_ms = match (until_expiry, reauth_ms) {
            (Some(expiry), Some(reauth)) => Some(expiry.min(reauth)),
            (expiry, reauth) => expiry.or(reauth),
        };
        let session = Session {
            mechanism,
            ends: lifetime_ms.map(|ms| now.mono.after_ms(ms)),
            began: self.began,
            again: None,
        };
        Judged::Accepted {
            bytes,
            identity: Box::new(Identity { principal: Arc::new(principal), session: Some(session) }),
            lifetime_ms: lifetime_ms.unwrap_or(0),
        }
    }
}
