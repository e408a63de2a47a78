//! Who comes in: what a connection must show before a worker takes it, and what the broker knows to judge it by.
//!
//! [`gate`] is the role that holds connections until they have shown it; [`exchange`] plays one SASL login, there
//! and again on the worker when a session runs out (KIP-368). Listeners without TLS and SASL never come here.

pub mod accounts;
pub mod bearer;
pub mod exchange;
pub mod follower;
pub mod gate;
mod guest;
pub mod jwks;
pub mod tls;
pub mod tls_config;
pub mod tls_listener;
mod tls_stores;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thalweg_config::{BrokerConfig, Listener, ListenerSecurity, SecurityProtocol};
use thalweg_model::Mono;
use thalweg_platform::{Disk, Random};
use thalweg_security::Principal;
use thalweg_security::sasl::scram::Hash;
use thalweg_security::sasl::{Mechanism, jaas};

use bearer::BearerKeys;
use exchange::SaslLogin;
use tls_listener::TlsListener;

/// Who a connection has shown to be. Kept with it for life.
#[derive(Debug)]
pub struct Identity {
    /// Who.
    pub principal: Arc<Principal>,
    /// The SASL session, where there is one.
    pub session: Option<Session>,
}

/// A SASL login that has succeeded.
#[derive(Debug)]
pub struct Session {
    /// By this mechanism; another may not renew it.
    pub mechanism: Mechanism,
    /// From then on nothing but a new login is served; `None`: it never ends.
    pub ends: Option<Mono>,
    /// When the client last began to log in.
    pub began: Mono,
    /// The login that is to renew it, while one is under way.
    pub again: Option<Box<SaslLogin>>,
}

/// What the broker asks of connections, listener by listener.
pub struct Logins {
    listeners: Vec<ListenerLogin>,
    /// From which users that do not exist get their salt: random for each life of the process.
    decoy: [u8; 32],
    /// `connection.failed.authentication.delay.ms`.
    pub failure_delay_ms: i64,
}

/// What one listener asks.
pub struct ListenerLogin {
    /// Its protocol.
    pub protocol: SecurityProtocol,
    /// What it offers, and after how many ms a session by that must be renewed (0: never).
    pub mechanisms: Vec<(Mechanism, i64)>,
    /// Bytes of a frame before the login.
    pub frame_bytes: usize,
    /// What TLS shows, where there is TLS.
    pub tls: Option<TlsListener>,
    /// Whose bearer tokens are believed, where OAUTHBEARER is offered.
    pub bearer: Option<BearerKeys>,
    /// Users of PLAIN with their passwords.
    plain: BTreeMap<String, String>,
}

impl fmt::Debug for Logins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logins").field("listeners", &self.listeners.len()).finish_non_exhaustive()
    }
}

/// No frame before the login may be larger, whatever `sasl.server.max.receive.size` says.
const FRAME_BYTES: usize = 64 << 10;

impl Logins {
    /// Understands the security keys of every listener; `Err` is the sentence to stop with.
    pub fn resolve(
        config: &BrokerConfig,
        random: &dyn Random,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<Self, String> {
        let mut decoy = [0; 32];
        random.fill(&mut decoy);
        let listeners = config.listeners.iter().zip(&config.listener_security);
        let listeners = listeners
            .map(|(listener, security)| ListenerLogin::resolve(config, listener, security, disk, now));
        Ok(Self {
            listeners: listeners.collect::<Result<_, _>>()?,
            decoy,
            failure_delay_ms: config.network.connection_failed_authentication_delay_ms.into(),
        })
    }

    /// What the listener of that index asks; `None`: nothing, its connections go to a worker at once.
    pub fn of(&self, listener: usize) -> Option<&ListenerLogin> {
        self.listeners.get(listener).filter(|login| login.protocol != SecurityProtocol::Plaintext)
    }
}

impl ListenerLogin {
    fn resolve(
        config: &BrokerConfig,
        listener: &Listener,
        security: &ListenerSecurity,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<Self, String> {
        let protocol = listener.protocol;
        let tls = match protocol {
            SecurityProtocol::Plaintext | SecurityProtocol::SaslPlaintext => None,
            SecurityProtocol::Ssl | SecurityProtocol::SaslSsl => {
                let is_inter_broker = listener.name == config.inter_broker_listener_name;
                let opened = TlsListener::open(&security.tls, protocol, is_inter_broker, disk, now);
                Some(opened.map_err(|why| format!("listener {listener}: {why}"))?)
            }
        };
        let mut login = Self {
            protocol,
            mechanisms: Vec::new(),
            frame_bytes: usize::try_from(security.sasl_server_max_receive_size)
                .unwrap_or(0)
                .clamp(1, FRAME_BYTES),
            tls,
            bearer: None,
            plain: BTreeMap::new(),
        };
        if matches!(protocol, SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl) {
            login.resolve_sasl(config, listener, security, disk, now)?;
        }
        Ok(login)
    }

    fn resolve_sasl(
        &mut self,
        config: &BrokerConfig,
        listener: &Listener,
        security: &ListenerSecurity,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<(), String> {
        let prefix = format!("listener.name.{}", listener.name.to_ascii_lowercase());
        for (name, told) in security.sasl_enabled_mechanisms.iter().zip(&security.mechanisms) {
            let Some(mechanism) = Mechanism::by_name(name) else {
                return Err(format!(
                    "listener {listener}: the SASL mechanism {name} is not served; set \
                     {prefix}.sasl.enabled.mechanisms to some of {}",
                    Mechanism::ALL.map(Mechanism::name).join(", ")
                ));
            };
            match mechanism {
                Mechanism::Plain => {
                    self.plain = plain_users(&prefix, told.sasl_jaas_config.as_deref())?;
                    let is_readable = listener.protocol == SecurityProtocol::SaslPlaintext;
                    if is_readable && !listener.is_loopback() && !config.own.plain_without_tls {
                        return Err(format!(
                            "listener {listener} would take PLAIN passwords over connections that others can read; \
                             use SASL_SSL or SCRAM, or say thalweg.plain.without.tls=true"
                        ));
                    }
                }
                Mechanism::OAuthBearer => {
                    let is_unsecured = config.own.oauthbearer_unsecured;
                    let keys = BearerKeys::open(&security.oauthbearer, is_unsecured, disk, now)
                        .map_err(|why| format!("listener {listener}: {why}"))?;
                    self.bearer = Some(keys.ok_or_else(|| {
                        format!(
                            "listener {listener}: OAUTHBEARER has no keys to check tokens with; set \
                             sasl.oauthbearer.jwks.endpoint.url, or thalweg.oauthbearer.unsecured=true to believe \
                             everyone"
                        )
                    })?);
                }
                Mechanism::Scram(Hash::Sha256 | Hash::Sha512) => {}
            }
            self.mechanisms.push((mechanism, told.connections_max_reauth_ms));
        }
        if self.mechanisms.is_empty() {
            return Err(format!(
                "listener {listener}: set {prefix}.sasl.enabled.mechanisms, e.g. SCRAM-SHA-512"
            ));
        }
        Ok(())
    }

    /// What it offers, by name.
    pub fn mechanism_names(&self) -> Vec<&'static str> {
        self.mechanisms.iter().map(|(mechanism, _)| mechanism.name()).collect()
    }

    /// Whether a client must say who it is by SASL.
    pub fn has_sasl(&self) -> bool {
        !self.mechanisms.is_empty()
    }
}

/// The `user_NAME="password"` options of Kafka's PlainLoginModule.
fn plain_users(prefix: &str, text: Option<&str>) -> Result<BTreeMap<String, String>, String> {
    let key = format!("{prefix}.plain.sasl.jaas.config");
    let Some(text) = text else {
        return Err(format!(
            "{key} is not set, so PLAIN has no users; write \
             org.apache.kafka.common.security.plain.PlainLoginModule required user_NAME=\"PASSWORD\";"
        ));
    };
    let module = jaas::parse(text).map_err(|why| format!("{key}: {why}"))?;
    if module.simple_name() != "PlainLoginModule" {
        return Err(format!(
            "{key} names {}; only org.apache.kafka.common.security.plain.PlainLoginModule is built in",
            module.class
        ));
    }
    let users = module.options.into_iter();
    Ok(users.filter_map(|(name, value)| Some((name.strip_prefix("user_")?.to_owned(), value))).collect())
}
