//! Decides where the broker listens and what it tells clients, from the listener keys' text.
//!
//! Pure text work on the way to the broker's boot: it never opens a socket and never looks up a name.

/// One `NAME://host:port` of `listeners` or `advertised.listeners`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The listener's name, upper case, e.g. `PLAINTEXT`.
    pub name: String,
    /// The host without brackets. `None` = every address (`listeners`), or the address the client
    /// connected to (`advertised.listeners`).
    pub host: Option<String>,
    /// The port; 0 = any free one (only in `listeners`).
    pub port: u16,
    /// How bytes are protected, from `listener.security.protocol.map`.
    pub protocol: SecurityProtocol,
}

/// Kafka's four security protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityProtocol {
    /// Neither encryption nor authentication.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without encryption.
    SaslPlaintext,
    /// SASL inside TLS.
    SaslSsl,
}
