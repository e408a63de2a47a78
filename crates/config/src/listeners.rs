//! Decides where the broker listens and what it tells clients, from the listener keys' text.
//!
//! Pure text work on the way to the broker's boot: it never opens a socket and never looks up a name.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use crate::effective::Effective;

/// One `NAME://host:port` of `listeners` or `advertised.listeners`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The listener's name, upper case, e.g. `PLAINTEXT`.
    pub name: String,
    /// The host without brackets. `None` = every address (`listeners`), or the address the client
    /// connected to (`advertised.listeners`).
    pub host: Option<String>,
    /// The port; 0 = any free one in `listeners`, the listener's own in `advertised.listeners`.
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

/// All that the listener keys say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listeners {
    /// Where clients connect; never empty.
    pub broker: Vec<Listener>,
    /// Listeners of the controller that were named in `listeners`: recorded, not opened.
    pub controller: Vec<Listener>,
    /// What clients are told, in the order of `broker`. A listener that `advertised.listeners` leaves out is
    /// missing; without that key every one of `broker` is here.
    pub advertised: Vec<Listener>,
    /// The name of the listener brokers use among themselves; one of `broker`.
    pub inter_broker: String,
}

/// What is wrong with the listener keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerError {
    /// The key to change.
    pub key: &'static str,
    /// Why, and what to do, without the key's name in front.
    pub why: String,
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None => write!(f, "{}://:{}", self.name, self.port),
            Some(host) if host.contains(':') => write!(f, "{}://[{host}]:{}", self.name, self.port),
            Some(host) => write!(f, "{}://{host}:{}", self.name, self.port),
        }
    }
}

impl SecurityProtocol {
    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            SecurityProtocol::Plaintext => "PLAINTEXT",
            SecurityProtocol::Ssl => "SSL",
            SecurityProtocol::SaslPlaintext => "SASL_PLAINTEXT",
            SecurityProtocol::SaslSsl => "SASL_SSL",
        }
    }

    /// By Kafka's name, in any case.
    pub fn by_name(name: &str) -> Option<SecurityProtocol> {
        ALL_PROTOCOLS.into_iter().find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }

    /// Its number in the protocol (Metadata's and RegisterBroker's security protocol).
    pub fn code(self) -> i16 {
        match self {
            SecurityProtocol::Plaintext => 0,
            SecurityProtocol::Ssl => 1,
            SecurityProtocol::SaslPlaintext => 2,
            SecurityProtocol::SaslSsl => 3,
        }
    }
}

const ALL_PROTOCOLS: [SecurityProtocol; 4] = [
    SecurityProtocol::Plaintext,
    SecurityProtocol::Ssl,
    SecurityProtocol::SaslPlaintext,
    SecurityProtocol::SaslSsl,
];

impl Listeners {
    /// Reads the listener keys.
    pub fn resolve(effective: &Effective<'_>) -> Result<Listeners, ListenerError> {
        let controller_names: Vec<String> = effective
            .list("controller.listener.names")
            .unwrap_or_default()
            .iter()
            .map(|name| name.to_ascii_uppercase())
            .collect();
        let protocols = Protocols::resolve(effective, &controller_names)?;
        let all = parse_all("listeners", effective, &protocols)?;
        check_distinct(&all)?;
        let (controller, broker): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|listener| controller_names.contains(&listener.name));
        if broker.is_empty() {
            return Err(error(
                "listeners",
                "no listener is left for clients; add one, e.g. PLAINTEXT://:9092",
            ));
        }
        let inter_broker = inter_broker(effective, &broker)?;
        let told = parse_all("advertised.listeners", effective, &protocols)?;
        let advertised = advertise(&broker, &told, &controller, &controller_names)?;
        Ok(Listeners { broker, controller, advertised, inter_broker })
    }
}

/// The rule that keeps an open broker off the network by accident: whoever can reach it can read and write
/// everything while there is no authorizer. `Err` is the sentence to stop with.
pub fn check_exposure(listeners: &[Listener], has_authorizer: bool, insecure: bool) -> Result<(), String> {
    if has_authorizer || insecure {
        return Ok(());
    }
    match listeners.iter().find(|listener| !listener.is_loopback()) {
        None => Ok(()),
        Some(open) => Err(format!(
            "listener {open} can be reached from other machines and there is no authorizer: anyone could read \
             and write everything. Listen on 127.0.0.1 ({}://127.0.0.1:{}), set authorizer.class.name, or say \
             --insecure (thalweg.insecure=true, THALWEG_INSECURE=1)",
            open.name, open.port
        )),
    }
}

/// The same rule for the admin listener, `HOST:PORT` or `:PORT`: what it tells of topics, clients and load is for
/// whoever runs the broker.
pub fn check_admin_exposure(address: &str, has_authorizer: bool, insecure: bool) -> Result<(), String> {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    if has_authorizer || insecure || is_loopback(host.trim_start_matches('[').trim_end_matches(']')) {
        return Ok(());
    }
    Err(format!(
        "the admin listener {address} can be reached from other machines and asks nobody who they are. Listen on \
         127.0.0.1 (--admin 127.0.0.1:{port}), turn it off (--admin off), or say --insecure \
         (thalweg.insecure=true, THALWEG_INSECURE=1)"
    ))
}

impl Listener {
    /// Whether only this machine can reach it. A name other than `localhost` counts as reachable: what it
    /// means is known only later.
    pub fn is_loopback(&self) -> bool {
        self.host.as_deref().is_some_and(is_loopback)
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Listener name → protocol.
struct Protocols(BTreeMap<String, SecurityProtocol>);

impl Protocols {
    fn resolve(effective: &Effective<'_>, controller_names: &[String]) -> Result<Protocols, ListenerError> {
        const KEY: &str = "listener.security.protocol.map";
        let text = effective.text(KEY).unwrap_or_default();
        let mut map = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let Some((name, protocol)) = pair.rsplit_once(':') else {
                return Err(error(KEY, &format!("{pair:?} is not NAME:PROTOCOL")));
            };
            let Some(protocol) = SecurityProtocol::by_name(protocol.trim()) else {
                let why = "is not a protocol; choose PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL";
                return Err(error(KEY, &format!("{:?} {why}", protocol.trim())));
            };
            map.insert(name.trim().to_ascii_uppercase(), protocol);
        }
        // Kafka: while the map is not set, a controller listener without an entry is PLAINTEXT.
        if !effective.is_set(KEY) {
            for name in controller_names {
                map.entry(name.clone()).or_insert(SecurityProtocol::Plaintext);
            }
        }
        Ok(Protocols(map))
    }
}

fn parse_all(
    key: &'static str,
    effective: &Effective<'_>,
    protocols: &Protocols,
) -> Result<Vec<Listener>, ListenerError> {
    effective.list(key).unwrap_or_default().iter().map(|text| parse_one(key, text, protocols)).collect()
}

/// Reads `NAME://host:port`; the host may be empty, an address in brackets, or `auto` when advertised.
fn parse_one(key: &'static str, text: &str, protocols: &Protocols) -> Result<Listener, ListenerError> {
    let malformed =
        || error(key, &format!("{text:?} is not NAME://host:port, e.g. PLAINTEXT://127.0.0.1:9092"));
    let (name, address) = text.split_once("://").ok_or_else(malformed)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(malformed());
    }
    let advertised = key == "advertised.listeners";
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().map_err(|_| malformed())?),
        None if advertised && address == "auto" => ("auto", 0),
        None => return Err(malformed()),
    };
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').ok_or_else(malformed)?,
        None if host.contains(':') => {
            return Err(error(key, &format!("write the address of {text:?} in brackets: [{host}]")));
        }
        None => host,
    };
    if host.chars().any(|c| c.is_whitespace() || matches!(c, '/' | '@' | '[' | ']')) {
        return Err(malformed());
    }
    let name = name.to_ascii_uppercase();
    let Some(protocol) = protocols.0.get(&name).copied() else {
        return Err(error(
            key,
            &format!(
                "listener {name} has no protocol; add {name}:PLAINTEXT to listener.security.protocol.map"
            ),
        ));
    };
    let everywhere = host.is_empty() || (advertised && host == "auto");
    Ok(Listener { name, host: (!everywhere).then(|| host.to_owned()), port, protocol })
}

/// Names and ports must differ, except that one port may serve an IPv4 and an IPv6 address (KIP-797).
fn check_distinct(listeners: &[Listener]) -> Result<(), ListenerError> {
    for (index, listener) in listeners.iter().enumerate() {
        for other in &listeners[..index] {
            if listener.name == other.name {
                let why = format!("two listeners are called {}; give each a name of its own", listener.name);
                return Err(error("listeners", &why));
            }
            let same_port = listener.port != 0 && listener.port == other.port;
            if same_port && !one_is_ipv4_other_is_ipv6(listener, other) {
                let why = format!("{other} and {listener} share a port; give each a port of its own");
                return Err(error("listeners", &why));
            }
        }
    }
    Ok(())
}

fn one_is_ipv4_other_is_ipv6(a: &Listener, b: &Listener) -> bool {
    let address = |listener: &Listener| listener.host.as_ref()?.parse::<IpAddr>().ok();
    match (address(a), address(b)) {
        (Some(a), Some(b)) => a.is_ipv4() != b.is_ipv4(),
        _ => false,
    }
}

fn inter_broker(effective: &Effective<'_>, broker: &[Listener]) -> Result<String, ListenerError> {
    const KEY: &str = "inter.broker.listener.name";
    let has = |name: &String| broker.iter().any(|listener| listener.name == *name);
    if let Some(name) = effective.text(KEY) {
        if effective.is_set("security.inter.broker.protocol") {
            return Err(error(KEY, "set it or security.inter.broker.protocol, not both"));
        }
        let name = name.to_ascii_uppercase();
        return if has(&name) { Ok(name) } else { Err(error(KEY, &not_there(&name, broker))) };
    }
    let name = effective.text("security.inter.broker.protocol").unwrap_or_default();
    if has(&name) {
        return Ok(name);
    }
    if effective.is_set("security.inter.broker.protocol") {
        return Err(error("security.inter.broker.protocol", &not_there(&name, broker)));
    }
    // Kafka would refuse here. Alone there is nobody to talk to, so the first listener will do.
    Ok(broker[0].name.clone())
}

fn not_there(name: &str, listeners: &[Listener]) -> String {
    let names: Vec<&str> = listeners.iter().map(|listener| listener.name.as_str()).collect();
    format!("{name} is not one of the listeners ({})", names.join(", "))
}

fn advertise(
    broker: &[Listener],
    told: &[Listener],
    controller: &[Listener],
    controller_names: &[String],
) -> Result<Vec<Listener>, ListenerError> {
    const KEY: &str = "advertised.listeners";
    for listener in told {
        let is_controllers = controller_names.contains(&listener.name)
            || controller.iter().any(|other| other.name == listener.name);
        if !is_controllers && !broker.iter().any(|other| other.name == listener.name) {
            return Err(error(KEY, &not_there(&listener.name, broker)));
        }
        let unspecified =
            |host: &String| host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
        if listener.host.as_ref().is_some_and(unspecified) {
            let why = format!("{listener} is no address a client can connect to; name this host, or auto");
            return Err(error(KEY, &why));
        }
    }
    let one = |listener: &Listener| {
        let told = told.iter().find(|told| told.name == listener.name);
        let mut advertised = told.unwrap_or(listener).clone();
        if told.is_none() && advertised.host.as_deref().is_some_and(is_unspecified) {
            advertised.host = None;
        }
        if advertised.host.is_none() && advertised.port == 0 {
            advertised.port = listener.port;
        }
        advertised
    };
    if told.iter().any(|told| broker.iter().any(|listener| listener.name == told.name)) {
        // Kafka: once the key is set, only what it names is told; the others stay unadvertised.
        return Ok(broker.iter().filter(|l| told.iter().any(|t| t.name == l.name)).map(one).collect());
    }
    Ok(broker.iter().map(one).collect())
}

fn is_unspecified(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified())
}

fn error(key: &'static str, why: &str) -> ListenerError {
    ListenerError { key, why: why.to_owned() }
}

#[cfg(test)]
mod tests;
