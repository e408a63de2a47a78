//! The broker snapshot: every field follows its key, special values have become what they mean.

use super::*;
use crate::key::{Kind, Scope};
use crate::settings::{Origin, Settings};
use crate::table;

fn resolve(pairs: &[(&str, &str)]) -> BrokerConfig {
    let mut settings = Settings::default();
    settings.add("node.id", "1", Origin::Flag);
    for (key, value) in pairs {
        settings.add(key, value, Origin::Flag);
    }
    BrokerConfig::resolve(&Effective::of_settings(&settings)).unwrap()
}

/// Reads the source to find the key names it asks for, so that no misspelt one reads as 0.
#[test]
fn every_key_a_field_is_read_from_is_in_the_table_with_a_default_and_is_not_recorded_only() {
    let source = include_str!("../broker_config.rs");
    let code = &source[source.find("struct From").unwrap()..];
    let mut seen = 0;
    for text in code.split('"').skip(1).step_by(2).filter(|text| text.contains('.')) {
        let key = table::key(Scope::Broker, text).unwrap_or_else(|| panic!("no key {text}"));
        let optional = ["thalweg.workers", "thalweg.audit.log", "node.id", "broker.id"];
        assert!(key.default_text().is_some() || optional.contains(&text), "{text} has no default");
        seen += 1;
    }
    assert!(seen > 50, "found only {seen} keys");
}

/// Setting any served numeric or boolean broker key that a field exists for changes the snapshot.
#[test]
fn a_served_key_has_a_field_that_follows_it() {
    let usual = resolve(&[]);
    let source = include_str!("../broker_config.rs");
    for key in table::keys(Scope::Broker).filter(|key| source.contains(&format!("\"{}\"", key.name))) {
        let value = match key.kind {
            Kind::Boolean => (key.default_text() != Some("true")).to_string(),
            Kind::Int | Kind::Long | Kind::Short | Kind::Double => {
                if key.name == "metadata.log.segment.bytes" {
                    "9000000".to_owned()
                } else {
                    "1234".to_owned()
                }
            }
            _ => continue,
        };
        let changed = resolve(&[(key.name, &value)]);
        // With node.id set, the old name does not count.
        assert_eq!(changed != usual, key.name != "broker.id", "{}={value}", key.name);
    }
}

#[test]
fn defaults_are_kafkas() {
    let config = resolve(&[]);
    assert_eq!(config.node_id, 1);
    assert_eq!(config.network.socket_request_max_bytes, 104_857_600);
    assert_eq!(config.network.queued_max_request_bytes, None);
    assert_eq!(config.network.connections_max_idle_ms, Some(600_000));
    assert_eq!(config.fetch.fetch_max_bytes, 57_671_680);
    assert_eq!(config.log.log_cleaner_io_max_bytes_per_second, u64::MAX);
    assert_eq!(config.log_dirs, ["/tmp/kafka-logs"]);
    assert_eq!(config.own.admin_listener.as_deref(), Some("127.0.0.1:9644"));
    assert_eq!(config.topic_defaults, TopicConfig::default());
}

#[test]
fn special_values_become_none() {
    let config = resolve(&[
        ("connections.max.idle.ms", "-1"),
        ("socket.send.buffer.bytes", "-1"),
        ("thalweg.admin.listener", "off"),
        ("broker.rack", ""),
    ]);
    assert_eq!(config.network.connections_max_idle_ms, None);
    assert_eq!(config.network.socket_send_buffer_bytes, None);
    assert_eq!(config.own.admin_listener, None);
    assert_eq!(config.rack, None);
}

#[test]
fn log_dirs_wins_over_log_dir_and_names_each_directory_once() {
    let config = resolve(&[("log.dir", "/a"), ("log.dirs", "/b, /c,/b")]);
    assert_eq!(config.log_dirs, ["/b", "/c"]);
    assert_eq!(config.metadata_log_dir, "/b");
    assert_eq!(resolve(&[("log.dir", "/a,/d")]).log_dirs, ["/a", "/d"]);
    assert_eq!(resolve(&[("metadata.log.dir", "/m")]).metadata_log_dir, "/m");
}

#[test]
fn connection_limits_by_address_are_read() {
    let config = resolve(&[("max.connections.per.ip.overrides", "10.0.0.1:5, ::1:7,host:0")]);
    let expected = [("10.0.0.1".to_owned(), 5), ("::1".to_owned(), 7), ("host".to_owned(), 0)];
    assert_eq!(config.network.max_connections_per_ip_overrides, expected);
}

#[test]
fn a_dynamic_value_counts_for_dynamic_keys_only() {
    let settings = Settings::default();
    let broker = crate::Overrides::from([
        ("max.connections".to_owned(), "5".to_owned()),
        ("num.partitions".to_owned(), "9".to_owned()),
    ]);
    let effective = Effective { settings: &settings, broker: &broker, cluster: &crate::NO_OVERRIDES };
    let config = BrokerConfig::resolve(&effective).unwrap();
    assert_eq!(config.network.max_connections, 5);
    assert_eq!(config.topic_creation.num_partitions, 1);
}
