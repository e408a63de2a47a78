//! What we answer to changes is what a real Kafka 4.4.0 answered to the same changes in the same order.

use std::collections::BTreeMap;

use thalweg_config::{
    AlterErrorKind, AlterOperation, Alteration, BrokerScope, ConfigChange, Effective, NO_OVERRIDES,
    Overrides, Settings, Sources, alter_broker, alter_client_metrics, alter_group, alter_topic, check_topic,
    describe_broker, describe_client_metrics, describe_cluster_default, describe_group, describe_topic, load,
    replace_topic,
};

use crate::stock::STOCK;

const KAFKA: [&str; 2] =
    [include_str!("../data/kafka-4.4-alter.txt"), include_str!("../data/kafka-4.4-alter-more.txt")];

/// Where we differ on purpose, each with the reason.
const DIFFERENCES: [(&str, &str, &str); 9] = [
    ("listeners", "PLAINTEXT://:9092", "the controller here needs no listener"),
    ("ssl.client.auth", "required", "what a listener in use may not change is known where it is served"),
    ("leader.replication.throttled.rate", "1000", "Kafka shows it only after the next change"),
    ("log.flush.interval.ms", "-1", "Kafka lets it in and can then describe no topic"),
    ("log.cleaner.threads", "0", "Kafka divides by zero"),
    ("principal.builder.class", "x.y", "there are no Java classes here to look for"),
    ("metric.reporters", "x.Y", "there are no Java classes here to look for"),
    ("match", "client_id=[", "patterns are compiled where they are used"),
    ("streams.assignor.name", "nope", "assignors are known where they are used"),
];

#[test]
fn changes_are_answered_as_kafka_answers_them() {
    let mut world = World::new();
    let mut compared = 0;
    for script in KAFKA {
        world.restart();
        for line in script.lines().filter(|line| !line.starts_with('#')) {
            compared += usize::from(world.replay(line));
        }
    }
    assert!(compared > 200, "only {compared} answers were compared");
}

#[test]
fn the_same_key_twice_in_one_request_is_refused() {
    let set = |key, value| Alteration { key, operation: AlterOperation::Set, value: Some(value) };
    let settings = stock();
    let effective = Effective::of_settings(&settings);
    let twice = [set("segment.ms", "5"), set("segment.ms", "6")];
    let error = alter_topic(&NO_OVERRIDES, &twice, &effective).unwrap_err();
    assert_eq!(error.kind, AlterErrorKind::InvalidRequest);
    assert_eq!(error.message, "Error due to duplicate config keys");
}

#[test]
fn one_wrong_key_refuses_the_whole_request() {
    let set = |key, value| Alteration { key, operation: AlterOperation::Set, value: Some(value) };
    let settings = stock();
    let both = [set("segment.ms", "7"), set("nope", "6")];
    let error = alter_topic(&NO_OVERRIDES, &both, &Effective::of_settings(&settings)).unwrap_err();
    assert_eq!(error.message, "Unknown topic config name: nope");
}

#[test]
fn a_topic_key_that_stays_is_not_recorded_again_but_a_brokers_is() {
    let settings = stock();
    let effective = Effective::of_settings(&settings);
    let current = Overrides::from([("segment.ms".to_owned(), "5".to_owned())]);
    let same = [Alteration { key: "segment.ms", operation: AlterOperation::Set, value: Some("5") }];
    assert_eq!(alter_topic(&current, &same, &effective), Ok(vec![]));
    let current = Overrides::from([("max.connections".to_owned(), "5".to_owned())]);
    let same = [Alteration { key: "max.connections", operation: AlterOperation::Set, value: Some("5") }];
    let recorded = alter_broker(&current, &same, BrokerScope::Broker, &effective, true).unwrap();
    assert_eq!(recorded, [ConfigChange { key: "max.connections".to_owned(), value: Some("5".to_owned()) }]);
}

#[test]
fn the_older_alter_configs_removes_what_it_does_not_name() {
    let settings = stock();
    let map = |pairs: &[(&str, &str)]| -> Overrides {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let current = map(&[("retention.ms", "1"), ("segment.ms", "2"), ("flush.ms", "3")]);
    let wanted = map(&[("retention.ms", "1"), ("segment.ms", "4")]);
    let changes = replace_topic(&current, &wanted, &Effective::of_settings(&settings)).unwrap();
    let pairs: Vec<_> = changes.iter().map(|change| (change.key.as_str(), change.value.as_deref())).collect();
    assert_eq!(pairs, [("segment.ms", Some("4")), ("flush.ms", None)]);
}

#[test]
fn a_new_topic_may_not_have_what_an_old_one_may_not_get() {
    let settings = stock();
    let check = |key: &str, value: &str| {
        let overrides = Overrides::from([(key.to_owned(), value.to_owned())]);
        check_topic(&overrides, &Effective::of_settings(&settings)).map_err(|error| error.message)
    };
    assert_eq!(check("nope", "1").unwrap_err(), "Unknown topic config name: nope");
    assert_eq!(
        check("segment.bytes", "1").unwrap_err(),
        "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"
    );
    assert_eq!(check("segment.bytes", "1048576"), Ok(()));
}

/// The dynamic state of one broker and its resources.
struct World {
    settings: Settings,
    /// By resource type and name.
    resources: BTreeMap<(String, String), Overrides>,
}

impl World {
    fn new() -> World {
        World { settings: stock(), resources: BTreeMap::new() }
    }

    /// A new broker, as the second script found it.
    fn restart(&mut self) {
        self.resources.clear();
        let min_insync = Overrides::from([("min.insync.replicas".to_owned(), "1".to_owned())]);
        self.resources.insert(("BROKER".to_owned(), String::new()), min_insync);
    }

    fn overrides(&self, kind: &str, name: &str) -> Overrides {
        self.resources.get(&(kind.to_owned(), name.to_owned())).cloned().unwrap_or_default()
    }

    /// Makes one change and compares answer and description; false for a difference on purpose.
    fn replay(&mut self, line: &str) -> bool {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, name, operation, key, value, answer, described] = fields[..] else {
            panic!("{line:?} has {} fields", fields.len());
        };
        let operation = match operation {
            "SET" => AlterOperation::Set,
            "DELETE" => AlterOperation::Delete,
            "APPEND" => AlterOperation::Append,
            _ => AlterOperation::Subtract,
        };
        let value = (value != "<null>").then_some(value);
        let on_purpose = DIFFERENCES.iter().any(|(k, v, _)| *k == key && Some(*v) == value);
        let result = self.alter(kind, name, Alteration { key, operation, value });
        if let Ok(changes) = &result {
            let overrides = self.resources.entry((kind.to_owned(), name.to_owned())).or_default();
            for change in changes {
                match &change.value {
                    Some(value) => overrides.insert(change.key.clone(), value.clone()),
                    None => overrides.remove(&change.key),
                };
            }
        }
        if on_purpose {
            return false;
        }
        match (&result, answer) {
            (Ok(_), "ok") => {}
            (Err(error), _) if answer != "ok" => {
                let (class, message) = answer.split_once(": ").unwrap();
                let kind = match class {
                    "InvalidConfigurationException" => AlterErrorKind::InvalidConfig,
                    _ => AlterErrorKind::InvalidRequest,
                };
                assert_eq!(error.kind, kind, "{line}: {error}");
                // Kafka wraps some of its sentences in "requirement failed" or in a second exception.
                assert!(
                    message.contains(error.message.as_str()) || error.message.contains("is not host:count"),
                    "{line}\nours: {error}"
                );
            }
            _ => panic!("{line}\nours: {result:?}"),
        }
        assert_eq!(self.described(kind, name, key), described, "{line}");
        true
    }

    fn alter(
        &self,
        kind: &str,
        name: &str,
        alteration: Alteration<'_>,
    ) -> Result<Vec<ConfigChange>, thalweg_config::AlterError> {
        let current = self.overrides(kind, name);
        let (broker, cluster) = (self.overrides("BROKER", "1"), self.overrides("BROKER", ""));
        let effective = Effective { settings: &self.settings, broker: &broker, cluster: &cluster };
        let alterations = [alteration];
        match (kind, name) {
            ("TOPIC", _) => alter_topic(&current, &alterations, &effective),
            ("BROKER", "") => alter_broker(&current, &alterations, BrokerScope::Cluster, &effective, true),
            ("BROKER", _) => alter_broker(&current, &alterations, BrokerScope::Broker, &effective, true),
            ("GROUP", _) => alter_group(&current, &alterations, &effective),
            _ => alter_client_metrics(&current, &alterations),
        }
    }

    fn described(&self, kind: &str, name: &str, key: &str) -> String {
        let own = self.overrides(kind, name);
        let (broker, cluster) = (self.overrides("BROKER", "1"), self.overrides("BROKER", ""));
        let effective = Effective { settings: &self.settings, broker: &broker, cluster: &cluster };
        let wanted: Option<&[&str]> = Some(&[key]);
        let described = match (kind, name) {
            ("TOPIC", _) => describe_topic(&own, &effective, wanted),
            ("BROKER", "") => describe_cluster_default(&own, wanted),
            ("BROKER", _) => describe_broker(&effective, wanted),
            ("GROUP", _) => describe_group(&own, &effective, wanted),
            _ => describe_client_metrics(&own, wanted),
        };
        const SOURCES: [&str; 9] = [
            "UNKNOWN",
            "DYNAMIC_TOPIC_CONFIG",
            "DYNAMIC_BROKER_CONFIG",
            "DYNAMIC_DEFAULT_BROKER_CONFIG",
            "STATIC_BROKER_CONFIG",
            "DEFAULT_CONFIG",
            "DYNAMIC_BROKER_LOGGER_CONFIG",
            "DYNAMIC_CLIENT_METRICS_CONFIG",
            "DYNAMIC_GROUP_CONFIG",
        ];
        match described.first() {
            None => "-".to_owned(),
            Some(found) => {
                let value = found.value.clone().unwrap_or_else(|| "null".to_owned());
                format!("{value}@{}", SOURCES[usize::try_from(found.source.code()).unwrap()])
            }
        }
    }
}

fn stock() -> Settings {
    let sources = Sources { file: Some(("server.properties", STOCK)), ..Sources::default() };
    load(sources).unwrap().settings
}
