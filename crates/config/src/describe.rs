//! Decides what DescribeConfigs says of a resource: every key's value, where it comes from, and which other
//! values stand behind it.
//!
//! Follows Kafka's own order of synonyms, because tools compare it. Secrets are never in it. Only works on
//! what it is given; who may ask is decided elsewhere.

use std::collections::BTreeSet;

use crate::effective::{Effective, Overrides};
use crate::key::{Key, Kind, Scope, UpdateMode};
use crate::table;
use crate::value::Value;

/// Where a described value comes from. The discriminant is the code on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum ConfigSource {
    /// The topic's own configuration.
    DynamicTopic = 1,
    /// Set at run time for this broker.
    DynamicBroker = 2,
    /// Set at run time for all brokers.
    DynamicDefaultBroker = 3,
    /// What the broker was started with.
    StaticBroker = 4,
    /// The key's default.
    Default = 5,
    /// A logger's level.
    DynamicBrokerLogger = 6,
    /// The client metrics subscription's own configuration.
    DynamicClientMetrics = 7,
    /// The group's own configuration.
    DynamicGroup = 8,
}

impl ConfigSource {
    /// The code on the wire.
    pub fn code(self) -> i8 {
        self as i8
    }
}

/// One key of a DescribeConfigs answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The key.
    pub name: String,
    /// Its value; `None` if it has none or must not be shown.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether it can only change by a restart.
    pub read_only: bool,
    /// Whether its value must not be shown.
    pub sensitive: bool,
    /// The type's code on the wire, 0 for unknown.
    pub type_code: i8,
    /// What the key does.
    pub documentation: Option<&'static str>,
    /// All values that stand behind it, the one that counts first.
    pub synonyms: Vec<DescribedSynonym>,
}

/// A value that stands behind a described one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedSynonym {
    /// The key it is written under.
    pub name: String,
    /// Its value; `None` if it must not be shown.
    pub value: Option<String>,
    /// Where it was set.
    pub source: ConfigSource,
}

/// Which keys a DescribeConfigs asks for; `None` = all.
pub type Wanted<'a> = Option<&'a [&'a str]>;

/// A topic's configuration, in the order of the keys.
pub fn describe_topic(
    overrides: &Overrides,
    effective: &Effective<'_>,
    wanted: Wanted<'_>,
) -> Vec<Described> {
    let names = own_names(Scope::Topic, overrides);
    select(names, wanted)
        .map(|name| {
            let key = table::key(Scope::Topic, name);
            let own = overrides.get(name);
            let value = key.and_then(|key| {
                own.and_then(|text| key.parse(text).ok())
                    .or_else(|| effective.topic_default(name))
                    .or_else(|| key.default_value())
            });
            let behind = match table::topic_synonyms(name).first() {
                Some(synonym) => effective_synonyms(effective, synonym.name),
                None => Vec::new(),
            };
            described_of_resource(name, key, value, own, ConfigSource::DynamicTopic, behind)
        })
        .collect()
}

/// This broker's configuration, in the order of the keys: every documented key, and whatever else was set.
pub fn describe_broker(effective: &Effective<'_>, wanted: Wanted<'_>) -> Vec<Described> {
    let mut names: BTreeSet<&str> = table::keys(Scope::Broker)
        .filter(|key| !key.internal && !is_only_dynamic(key))
        .map(|key| key.name)
        .collect();
    names.extend(effective.settings.iter().map(|(name, _)| name));
    names.extend(effective.cluster.keys().map(String::as_str));
    names.extend(effective.broker.keys().map(String::as_str));
    select(names, wanted).map(|name| describe_broker_key(name, effective)).collect()
}

/// What is set at run time for all brokers (the broker resource with the empty name).
pub fn describe_cluster_default(cluster: &Overrides, wanted: Wanted<'_>) -> Vec<Described> {
    let names = cluster.keys().map(String::as_str).collect();
    select(names, wanted)
        .map(|name| {
            let key = table::broker_key(name);
            let sensitive = key.is_none_or(Key::is_sensitive);
            let behind = table::broker_synonyms(name).into_iter().filter_map(|synonym| {
                let text = cluster.get(synonym)?;
                Some(synonym_of(synonym, text, sensitive, ConfigSource::DynamicDefaultBroker))
            });
            let value = cluster.get(name).cloned().filter(|_| !sensitive);
            described_broker(name, key, value, behind.collect())
        })
        .collect()
}

/// A group's configuration, in the order of the keys.
pub fn describe_group(
    overrides: &Overrides,
    effective: &Effective<'_>,
    wanted: Wanted<'_>,
) -> Vec<Described> {
    let names = own_names(Scope::Group, overrides);
    select(names, wanted)
        .map(|name| {
            let key = table::key(Scope::Group, name);
            let own = overrides.get(name);
            let brokers = table::group_synonym(name);
            let value = key.and_then(|key| {
                own.and_then(|text| key.parse(text).ok())
                    .or_else(|| brokers.and_then(|broker_key| effective.value(broker_key)))
                    .or_else(|| key.default_value())
            });
            let value = match (key, value) {
                // streams.assignor.name takes the first of group.streams.assignors.
                (Some(key), Some(Value::List(list))) if key.kind == Kind::Str => {
                    list.into_iter().next().map(Value::Text)
                }
                (_, value) => value,
            };
            let behind = match (brokers, key.and_then(Key::default_text)) {
                (Some(broker_key), _) => effective_synonyms(effective, broker_key),
                (None, Some(default)) => vec![synonym_of(name, default, false, ConfigSource::Default)],
                (None, None) => Vec::new(),
            };
            described_of_resource(name, key, value, own, ConfigSource::DynamicGroup, behind)
        })
        .collect()
}

/// A client metrics subscription's configuration, in the order of the keys.
pub fn describe_client_metrics(overrides: &Overrides, wanted: Wanted<'_>) -> Vec<Described> {
    let names = own_names(Scope::ClientMetrics, overrides);
    select(names, wanted)
        .map(|name| {
            let key = table::key(Scope::ClientMetrics, name);
            let own = overrides.get(name);
            let value =
                key.and_then(|key| own.and_then(|text| key.parse(text).ok()).or_else(|| key.default_value()));
            described_of_resource(name, key, value, own, ConfigSource::DynamicClientMetrics, Vec::new())
        })
        .collect()
}

fn describe_broker_key(name: &str, effective: &Effective<'_>) -> Described {
    let key = table::broker_key(name);
    let sensitive = key.is_none_or(Key::is_sensitive);
    let value = if sensitive {
        None
    } else if table::key(Scope::Broker, name).is_some() {
        effective.value(name).map(|value| value.to_string())
    } else {
        // A key for one listener: shown as it was written.
        let overrides = effective.broker.get(name).or_else(|| effective.cluster.get(name));
        overrides.map(String::as_str).or_else(|| effective.settings.get(name)).map(str::to_owned)
    };
    described_broker(name, key, value, effective_synonyms(effective, name))
}

fn described_broker(
    name: &str,
    key: Option<&'static Key>,
    value: Option<String>,
    synonyms: Vec<DescribedSynonym>,
) -> Described {
    // A key for one listener is shown as read-only although it may change: Kafka looks for the whole name.
    let read_only = table::key(Scope::Broker, name).is_none_or(|key| key.update == UpdateMode::ReadOnly);
    Described {
        name: name.to_owned(),
        value,
        source: synonyms.first().map_or(ConfigSource::Default, |synonym| synonym.source),
        read_only,
        sensitive: key.is_none_or(Key::is_sensitive),
        type_code: key.map_or(0, |key| key.kind.describe_code()),
        documentation: key.map(|key| key.doc),
        synonyms,
    }
}

/// A key of a resource that has its own configuration over `behind`.
fn described_of_resource(
    name: &str,
    key: Option<&'static Key>,
    value: Option<Value>,
    own: Option<&String>,
    own_source: ConfigSource,
    behind: Vec<DescribedSynonym>,
) -> Described {
    let value = value.map(|value| value.to_string());
    let mut synonyms = Vec::with_capacity(behind.len() + 1);
    if own.is_some() {
        synonyms.push(DescribedSynonym { name: name.to_owned(), value: value.clone(), source: own_source });
    }
    synonyms.extend(behind);
    Described {
        name: name.to_owned(),
        value,
        source: synonyms.first().map_or(ConfigSource::Default, |synonym| synonym.source),
        read_only: false,
        sensitive: key.is_none_or(Key::is_sensitive),
        type_code: key.map_or(0, |key| key.kind.describe_code()),
        documentation: key.map(|key| key.doc),
        synonyms,
    }
}

/// Everything set under `name` or a key that says the same: layer by layer, in each layer key by key. What
/// comes before `name` itself is dropped, as in Kafka, so that an hours key behind an unset milliseconds
/// key is not shown for it.
fn effective_synonyms(effective: &Effective<'_>, name: &str) -> Vec<DescribedSynonym> {
    let names = table::broker_synonyms(name);
    let sensitive = table::broker_key(name).is_none_or(Key::is_sensitive);
    let mut synonyms = Vec::new();
    let mut layer = |source: ConfigSource, get: &dyn Fn(&str) -> Option<String>| {
        for synonym in &names {
            if let Some(text) = get(synonym) {
                synonyms.push(synonym_of(synonym, &text, sensitive, source));
            }
        }
    };
    let dynamic = |overrides: &Overrides, name: &str| {
        let may_change = table::key(Scope::Broker, name).is_none_or(Key::is_dynamic);
        overrides.get(name).filter(|_| may_change).cloned()
    };
    layer(ConfigSource::DynamicBroker, &|name| dynamic(effective.broker, name));
    layer(ConfigSource::DynamicDefaultBroker, &|name| dynamic(effective.cluster, name));
    layer(ConfigSource::StaticBroker, &|name| effective.settings.get(name).map(str::to_owned));
    layer(ConfigSource::Default, &|name| {
        let key = table::key(Scope::Broker, name).filter(|key| !is_only_dynamic(key))?;
        key.default_text().map(str::to_owned)
    });
    synonyms.into_iter().skip_while(|synonym| synonym.name != name).collect()
}

fn synonym_of(name: &str, text: &str, sensitive: bool, source: ConfigSource) -> DescribedSynonym {
    DescribedSynonym { name: name.to_owned(), value: (!sensitive).then(|| text.to_owned()), source }
}

/// Replication throttles exist only as dynamic values: Kafka shows them once they are set.
fn is_only_dynamic(key: &Key) -> bool {
    matches!(
        key.name,
        "leader.replication.throttled.rate"
            | "follower.replication.throttled.rate"
            | "replica.alter.log.dirs.io.max.bytes.per.second"
    )
}

/// The documented keys of a scope and whatever else the resource has set.
fn own_names(scope: Scope, overrides: &Overrides) -> BTreeSet<&str> {
    let documented = table::keys(scope).filter(|key| !key.internal).map(|key| key.name);
    documented.chain(overrides.keys().map(String::as_str)).collect()
}

fn select<'a>(names: BTreeSet<&'a str>, wanted: Wanted<'_>) -> impl Iterator<Item = &'a str> {
    names.into_iter().filter(move |name| wanted.is_none_or(|wanted| wanted.contains(name)))
}
