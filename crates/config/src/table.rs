//! The table of every configuration key, and the ways to look one up.
//!
//! The rows are one file per area below this one, written with the `rows!` macro: name, type, default,
//! allowed values, importance, update mode, whether we serve it, then what it does. DescribeConfigs, the
//! documentation page, validation and the typed snapshots are all made from these rows.

mod client_metrics;
mod group;
mod groups;
mod identity;
mod kraft;
mod log;
mod metrics;
mod network;
mod oauth;
mod own;
mod quotas;
mod removed;
mod replication;
mod security;
mod share;
mod synonyms;
mod tiered;
mod tls;
mod topic;
mod topics;
mod transactions;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::key::{Key, Scope};

pub use removed::removed_from_kafka;
pub use synonyms::{Synonym, broker_synonyms, group_synonym, topic_synonyms};

/// Every key of `scope`, in the order of their names.
pub fn keys(scope: Scope) -> impl Iterator<Item = &'static Key> {
    index(scope).values().copied()
}

/// The key of that name, if there is one.
pub fn key(scope: Scope, name: &str) -> Option<&'static Key> {
    index(scope).get(name).copied()
}

/// The broker key a name means: itself, or behind `listener.name.<listener>.[<mechanism>.]` the key it
/// overrides for that listener.
pub fn broker_key(name: &str) -> Option<&'static Key> {
    key(Scope::Broker, name).or_else(|| key(Scope::Broker, listener_override(name)?.1))
}

/// Splits `listener.name.<listener>.<key>` into listener and key. The key is what remains after the
/// listener's name, or after the SASL mechanism that may follow it.
pub fn listener_override(name: &str) -> Option<(&str, &str)> {
    let (listener, rest) = name.strip_prefix("listener.name.")?.split_once('.')?;
    if key(Scope::Broker, rest).is_some() {
        return Some((listener, rest));
    }
    let (_mechanism, base) = rest.split_once('.')?;
    key(Scope::Broker, base).is_some().then_some((listener, base))
}

type Index = BTreeMap<&'static str, &'static Key>;

fn index(scope: Scope) -> &'static Index {
    static BROKER: LazyLock<Index> = LazyLock::new(|| by_name(&BROKER_AREAS));
    static TOPIC: LazyLock<Index> = LazyLock::new(|| by_name(&[topic::KEYS]));
    static GROUP: LazyLock<Index> = LazyLock::new(|| by_name(&[group::KEYS]));
    static CLIENT_METRICS: LazyLock<Index> = LazyLock::new(|| by_name(&[client_metrics::KEYS]));
    match scope {
        Scope::Broker => &BROKER,
        Scope::Topic => &TOPIC,
        Scope::Group => &GROUP,
        Scope::ClientMetrics => &CLIENT_METRICS,
    }
}

fn by_name(areas: &[&'static [Key]]) -> Index {
    areas.iter().flat_map(|keys| keys.iter()).map(|key| (key.name, key)).collect()
}

/// The broker's rows, area by area; also the order of the documentation page.
const BROKER_AREAS: [&[Key]; 16] = [
    identity::KEYS,
    network::KEYS,
    topics::KEYS,
    log::KEYS,
    replication::KEYS,
    kraft::KEYS,
    groups::KEYS,
    share::KEYS,
    transactions::KEYS,
    quotas::KEYS,
    security::KEYS,
    tls::KEYS,
    oauth::KEYS,
    tiered::KEYS,
    metrics::KEYS,
    own::KEYS,
];

/// One area's rows. A row is
/// `name: Kind = default, allowed, importance, update, served [internal] [deprecated "use"]; doc;`
/// where the default is a text, `null` (none) or `required`.
macro_rules! rows {
    (@default null) => { $crate::key::DefaultValue::Null };
    (@default required) => { $crate::key::DefaultValue::Required };
    (@default $text:literal) => { $crate::key::DefaultValue::Value($text) };
    (@internal) => { false };
    (@internal internal) => { true };
    (@deprecated) => { None };
    (@deprecated $use:literal) => { Some($use) };
    ($scope:ident, $($name:literal: $kind:ident = $default:tt, $allowed:expr, $importance:ident,
        $update:ident, $served:ident $($internal:ident)? $(, deprecated $use:literal)?; $doc:literal;)*) => {
        #[allow(unused_imports)]
        use $crate::key::Allowed::*;
        pub(super) const KEYS: &[$crate::key::Key] = &[$($crate::key::Key {
            name: $name,
            scope: $crate::key::Scope::$scope,
            kind: $crate::key::Kind::$kind,
            default: rows!(@default $default),
            allowed: $allowed,
            importance: $crate::key::Importance::$importance,
            update: $crate::key::UpdateMode::$update,
            served: $crate::key::Served::$served,
            internal: rows!(@internal $($internal)?),
            deprecated: rows!(@deprecated $($use)?),
            doc: $doc,
        },)*];
    };
}

use rows;
