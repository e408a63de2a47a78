//! The table holds every key Kafka 4.4.0 defines, with Kafka's type, default, importance and update mode.

use thalweg_config::{DefaultValue, Importance, Key, Scope, Served, UpdateMode, table};

const KAFKA_KEYS: &str = include_str!("../data/kafka-4.4-keys.txt");

const SCOPES: [(&str, Scope); 4] = [
    ("broker", Scope::Broker),
    ("client-metrics", Scope::ClientMetrics),
    ("group", Scope::Group),
    ("topic", Scope::Topic),
];

#[test]
fn every_key_of_kafka_is_in_the_table_as_kafka_defines_it_and_no_other() {
    let mut ours = Vec::new();
    for (name, scope) in SCOPES {
        ours.extend(
            table::keys(scope).filter(|key| !key.name.starts_with("thalweg.")).map(|key| row(name, key)),
        );
    }
    let kafka: Vec<&str> = KAFKA_KEYS.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(kafka.len(), 450);
    for line in &kafka {
        assert!(ours.iter().any(|row| row == line), "Kafka has {line:?}, the table does not");
    }
    for row in &ours {
        assert!(kafka.contains(&row.as_str()), "the table has {row:?}, Kafka does not");
    }
}

#[test]
fn every_default_is_a_legal_value_of_its_key_and_every_key_is_explained() {
    for (_, scope) in SCOPES {
        for key in table::keys(scope) {
            if let DefaultValue::Value(text) = key.default {
                let value = key.parse(text).unwrap_or_else(|why| panic!("{}: {why}", key.name));
                assert_eq!(value.to_string(), text, "{} is not written as it is read", key.name);
            }
            assert!(key.doc.ends_with('.') && key.doc.len() > 20, "{} has no explanation", key.name);
        }
    }
}

#[test]
fn our_own_keys_all_begin_with_our_name_and_are_served() {
    let own: Vec<_> = table::keys(Scope::Broker).filter(|key| key.name.starts_with("thalweg.")).collect();
    assert!(own.len() >= 5);
    assert!(own.iter().all(|key| key.served == Served::Yes));
}

#[test]
fn every_synonym_is_a_broker_key() {
    for key in table::keys(Scope::Topic) {
        for synonym in table::topic_synonyms(key.name) {
            assert!(table::key(Scope::Broker, synonym.name).is_some(), "{} of {}", synonym.name, key.name);
        }
    }
    for key in table::keys(Scope::Group) {
        if let Some(synonym) = table::group_synonym(key.name) {
            assert!(table::key(Scope::Broker, synonym).is_some(), "{synonym} of {}", key.name);
        }
    }
}

#[test]
fn a_listener_prefix_leads_to_the_key_it_overrides() {
    let base = |name| table::broker_key(name).map(|key| key.name);
    assert_eq!(base("listener.name.external.ssl.keystore.location"), Some("ssl.keystore.location"));
    assert_eq!(base("listener.name.a.scram-sha-256.sasl.jaas.config"), Some("sasl.jaas.config"));
    assert_eq!(base("listener.name.a.nonsense"), None);
    assert_eq!(base("num.partitions"), Some("num.partitions"));
}

fn row(scope: &str, key: &Key) -> String {
    let default = match key.default {
        DefaultValue::Null => "-",
        DefaultValue::Required => "!",
        DefaultValue::Value("") => "\"\"",
        DefaultValue::Value(text) => text,
    };
    let importance = match key.importance {
        Importance::High => "HIGH",
        Importance::Medium => "MEDIUM",
        Importance::Low => "LOW",
    };
    let update = match (key.scope, key.update) {
        (Scope::Broker, UpdateMode::ReadOnly) => "read-only",
        (Scope::Broker, UpdateMode::PerBroker) => "per-broker",
        (Scope::Broker, UpdateMode::ClusterWide) => "cluster-wide",
        _ => "dynamic",
    };
    let mut row = [scope, key.name, key.kind.name(), default, importance, update].join("\t");
    if key.internal {
        row.push_str("\tinternal");
    }
    row
}
