//! Decides on changes of the broker resource: this broker, or the default of all brokers.
//!
//! What is refused here is what could not take effect, or would stop topics from being served. Keys this
//! crate does not know are let through, as Kafka does for plug-ins.

use super::{AlterError, AlterOperation, Alteration, ConfigChange, apply, check_shape, with_changes};
use crate::check::parse_connection_overrides;
use crate::effective::{Effective, NO_OVERRIDES, Overrides};
use crate::key::{Key, Scope, UpdateMode};
use crate::listeners::Listeners;
use crate::table;
use crate::value::{Value, check};

/// Whose configuration a change of the broker resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokerScope {
    /// One broker's.
    Broker,
    /// The default of all brokers: the resource with the empty name.
    Cluster,
}

/// What `alterations` come to for a broker resource that has `current`. Every key asked for is in it, even
/// if its value stays: Kafka records it again so that brokers read changed files anew (KAFKA-14136).
///
/// `effective` is what counts on this broker now. With `eligible_leader_replicas` (the feature
/// eligible.leader.replicas.version ≥ 1), `min.insync.replicas` is the cluster's alone (KIP-966).
pub fn alter_broker(
    current: &Overrides,
    alterations: &[Alteration<'_>],
    scope: BrokerScope,
    effective: &Effective<'_>,
    eligible_leader_replicas: bool,
) -> Result<Vec<ConfigChange>, AlterError> {
    check_shape(alterations)?;
    let changes = apply(current, alterations, table::broker_key, |alteration| {
        match table::broker_key(alteration.key) {
            None => AlterError::config(format!("Unknown config name: {}", alteration.key)),
            Some(_) => {
                let operation = alteration.operation.name().to_ascii_lowercase();
                let key = alteration.key;
                AlterError::config(format!("Config value {operation} is not allowed for config key: {key}"))
            }
        }
    })?;
    let after = with_changes(current, &changes);
    check_may_change(&after, scope)?;
    check_values(&after)?;
    check_min_insync_replicas(alterations, scope, eligible_leader_replicas)?;
    let then = match scope {
        BrokerScope::Broker => Effective { broker: &after, ..*effective },
        // What this broker has of its own does not hide the new default from the checks.
        BrokerScope::Cluster => Effective { broker: &NO_OVERRIDES, cluster: &after, ..*effective },
    };
    check_effect(effective, &then)?;
    Ok(changes)
}

fn check_may_change(after: &Overrides, scope: BrokerScope) -> Result<(), AlterError> {
    let refuse = |names: Vec<&str>, why: &str| match names.is_empty() {
        true => Ok(()),
        false => Err(AlterError::request(format!("{why}: [{}]", names.join(", ")))),
    };
    let select = |predicate: &dyn Fn(&str) -> bool| -> Vec<&str> {
        after.keys().map(String::as_str).filter(|name| predicate(name)).collect()
    };
    let known = |name: &str| table::key(Scope::Broker, name);
    let fixed = |name: &str| known(name).is_some_and(|key| key.update == UpdateMode::ReadOnly);
    refuse(select(&fixed), "Cannot update these configs dynamically")?;
    let needs_listener = |name: &str| ONLY_PER_LISTENER.contains(&name);
    let why = "These security configs can be dynamically updated only per-listener using the listener prefix";
    refuse(select(&needs_listener), why)?;
    if scope == BrokerScope::Cluster {
        let one_brokers = |name: &str| match table::listener_override(name) {
            Some((_, base)) => !CLUSTER_LEVEL_FOR_LISTENERS.contains(&base),
            None => known(name).is_some_and(|key| key.update == UpdateMode::PerBroker),
        };
        let why = "Cannot update these configs at default cluster level, broker id must be specified";
        refuse(select(&one_brokers), why)?;
    }
    Ok(())
}

fn check_values(after: &Overrides) -> Result<(), AlterError> {
    for (name, text) in after {
        if let Some(key) = table::broker_key(name) {
            key.parse(text).map_err(|why| AlterError::request(why.message))?;
        }
    }
    Ok(())
}

/// KIP-966: with eligible leader replicas the least number in sync is one for the cluster, and must be there.
fn check_min_insync_replicas(
    alterations: &[Alteration<'_>],
    scope: BrokerScope,
    eligible_leader_replicas: bool,
) -> Result<(), AlterError> {
    const KEY: &str = "min.insync.replicas";
    let alteration = alterations.iter().find(|alteration| alteration.key == KEY);
    match (alteration, scope) {
        (Some(_), BrokerScope::Broker) if eligible_leader_replicas => {
            Err(AlterError::config(format!("Broker-level {KEY} cannot be altered while ELR is enabled.")))
        }
        (Some(alteration), BrokerScope::Cluster)
            if eligible_leader_replicas && alteration.operation == AlterOperation::Delete =>
        {
            Err(AlterError::config(format!("Cluster-level {KEY} cannot be removed while ELR is enabled.")))
        }
        _ => Ok(()),
    }
}

/// What the change would do to the running broker.
fn check_effect(now: &Effective<'_>, then: &Effective<'_>) -> Result<(), AlterError> {
    for name in THREADS {
        let (Some(before), Some(after)) = (now.number(name), then.number(name)) else { continue };
        let failed =
            format!("Dynamic thread count update validation failed for {name}={after}, value should");
        if after < before / 2 {
            let message = format!("{failed} be at least half the current value {before}");
            return Err(AlterError::request(message));
        }
        if after > before * 2 {
            let message = format!("{failed} not be greater than double the current value {before}");
            return Err(AlterError::request(message));
        }
    }
    check_cleaner(now, then)?;
    if then.number("log.retention.ms") == Some(0) {
        let message = "log.retention.ms must be unlimited (-1) or, greater than or equal to 1";
        return Err(AlterError::request(message));
    }
    let overrides = then.text("max.connections.per.ip.overrides").unwrap_or_default();
    let overrides = parse_connection_overrides(&overrides).map_err(|pair| {
        let key = "max.connections.per.ip.overrides";
        AlterError::request(format!(
            "Error parsing configuration property '{key}': {pair:?} is not host:count"
        ))
    })?;
    if then.number("max.connections.per.ip") == Some(0) && overrides.is_empty() {
        let message = "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides \
                       property is set.";
        return Err(AlterError::request(message));
    }
    check_cordoned(then)?;
    Listeners::resolve(then).map_err(|error| AlterError::request(format!("{}: {}", error.key, error.why)))?;
    check_topic_defaults(then)
}

fn check_cleaner(now: &Effective<'_>, then: &Effective<'_>) -> Result<(), AlterError> {
    let threads = |effective: &Effective<'_>| effective.number("log.cleaner.threads").unwrap_or(1);
    let (before, after) = (threads(now), threads(then));
    let message = if after < 1 {
        "Log cleaner threads should be at least 1".to_owned()
    } else if after < before / 2 {
        format!("Log cleaner threads cannot be reduced to less than half the current value {before}")
    } else if after > before * 2 {
        format!("Log cleaner threads cannot be increased to more than double the current value {before}")
    } else if then.number("log.cleaner.dedupe.buffer.size").is_some_and(|bytes| bytes / after <= 1 << 20) {
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.".to_owned()
    } else {
        return Ok(());
    };
    Err(AlterError::request(message))
}

fn check_cordoned(then: &Effective<'_>) -> Result<(), AlterError> {
    illegal_cordon(then).map_or(Ok(()), |why| Err(AlterError::request(why)))
}

/// Why `cordoned.log.dirs` cannot be.
pub(crate) fn illegal_cordon(then: &Effective<'_>) -> Option<String> {
    let cordoned = then.list("cordoned.log.dirs").unwrap_or_default();
    let dirs = then.list("log.dirs").or_else(|| then.list("log.dir")).unwrap_or_default();
    let missing: Vec<String> = cordoned.into_iter().filter(|dir| dir != "*" && !dirs.contains(dir)).collect();
    let why = "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries :";
    (!missing.is_empty()).then(|| format!("{why} {}", missing.join(", ")))
}

/// A broker value that no topic may have. Kafka lets some in (`log.flush.interval.ms=-1`) and can then
/// neither describe nor create a topic.
fn check_topic_defaults(then: &Effective<'_>) -> Result<(), AlterError> {
    illegal_topic_default(then).map_or(Ok(()), |(name, why)| {
        Err(AlterError::request(format!("{name} is every topic's default: {why}")))
    })
}

/// The first broker key whose value would be illegal as the default of the topic key it stands for.
pub(crate) fn illegal_topic_default(effective: &Effective<'_>) -> Option<(&'static str, String)> {
    table::keys(Scope::Topic).find_map(|key: &Key| {
        let value: Value = effective.topic_default(key.name)?;
        let why = check(key, value).err()?;
        let synonyms = table::topic_synonyms(key.name).iter();
        let set = synonyms.map(|synonym| synonym.name).find(|name| effective.value(name).is_some())?;
        Some((set, why.message))
    })
}

/// Keys that size a pool: a change may at most halve or double it.
const THREADS: [&str; 9] = [
    "num.io.threads",
    "num.network.threads",
    "background.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
    "remote.log.reader.threads",
    "remote.log.manager.copier.thread.pool.size",
    "remote.log.manager.expiration.thread.pool.size",
    "remote.log.manager.follower.thread.pool.size",
];

/// Key material belongs to a listener.
const ONLY_PER_LISTENER: [&str; 10] = [
    "ssl.key.password",
    "ssl.keystore.certificate.chain",
    "ssl.keystore.key",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.truststore.certificates",
    "ssl.truststore.location",
    "ssl.truststore.password",
    "ssl.truststore.type",
];

/// Keys that may be the cluster's default although they are for one listener.
const CLUSTER_LEVEL_FOR_LISTENERS: [&str; 3] =
    ["max.connection.creation.rate", "max.connections", "num.network.threads"];
