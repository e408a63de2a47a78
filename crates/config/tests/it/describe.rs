//! What we describe is what a real Kafka 4.4.0 described in the same state.

use thalweg_config::{
    Described, Effective, NO_OVERRIDES, Overrides, Settings, Sources, describe_broker,
    describe_client_metrics, describe_cluster_default, describe_group, describe_topic, load,
};

use crate::stock::STOCK;

const KAFKA: &str = include_str!("../data/kafka-4.4-describe.txt");

#[test]
fn a_topic_is_described_as_kafka_describes_it_before_anything_is_dynamic() {
    let cluster = overrides(&[("min.insync.replicas", "1")]);
    let settings = stock();
    let effective = Effective { settings: &settings, broker: &NO_OVERRIDES, cluster: &cluster };
    let topic = overrides(&[
        ("retention.ms", "1000"),
        ("cleanup.policy", "compact,delete"),
        ("min.cleanable.dirty.ratio", "0.25"),
    ]);
    compare("topic-before", &describe_topic(&topic, &effective, None));
}

#[test]
fn a_topic_over_a_broker_over_a_cluster_is_described_as_kafka_describes_it() {
    let (settings, broker, cluster) = (stock(), dynamic_broker(), dynamic_cluster());
    let effective = Effective { settings: &settings, broker: &broker, cluster: &cluster };
    let topic = overrides(&[
        ("cleanup.policy", " compact"),
        ("compression.type", "gzip"),
        ("internal.segment.bytes", "100"),
        ("leader.replication.throttled.replicas", "0:1,1:2,1:1"),
        ("min.cleanable.dirty.ratio", "1"),
        ("min.compaction.lag.ms", "100"),
        ("min.insync.replicas", "2"),
        ("preallocate", "TRUE"),
        ("retention.bytes", "-5"),
        ("segment.bytes", " 1048577 "),
        ("segment.ms", "+5"),
    ]);
    compare("topic-after", &describe_topic(&topic, &effective, None));
}

#[test]
fn a_broker_is_described_as_kafka_describes_it() {
    let (settings, broker, cluster) = (stock(), dynamic_broker(), dynamic_cluster());
    let effective = Effective { settings: &settings, broker: &broker, cluster: &cluster };
    let mut described = describe_broker(&effective, None);
    described.retain(|key| !key.name.starts_with("thalweg."));
    compare("broker", &described);
}

#[test]
fn the_clusters_default_is_described_as_kafka_describes_it() {
    compare("cluster-default", &describe_cluster_default(&dynamic_cluster(), None));
}

#[test]
fn a_group_is_described_as_kafka_describes_it() {
    let (settings, broker, cluster) = (stock(), dynamic_broker(), dynamic_cluster());
    let effective = Effective { settings: &settings, broker: &broker, cluster: &cluster };
    let group = overrides(&[
        ("consumer.session.timeout.ms", "50000"),
        ("share.auto.offset.reset", "by_duration:PT1H"),
    ]);
    compare("group", &describe_group(&group, &effective, None));
}

#[test]
fn a_client_metrics_subscription_is_described_as_kafka_describes_it() {
    let own = overrides(&[("interval.ms", "1000"), ("match", "client_id=a.*"), ("metrics", "*")]);
    compare("client-metrics", &describe_client_metrics(&own, None));
}

#[test]
fn only_the_keys_asked_for_are_described_and_unknown_ones_are_left_out() {
    let settings = stock();
    let described =
        describe_broker(&Effective::of_settings(&settings), Some(&["num.partitions", "no.such", "node.id"]));
    let names: Vec<_> = described.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["node.id", "num.partitions"]);
    assert!(described.iter().all(|key| key.documentation.is_some()));
}

#[test]
fn secrets_are_never_described_whatever_layer_they_stand_in() {
    let mut settings = stock();
    settings.add("ssl.key.password", "hunter2", thalweg_config::Origin::Flag);
    settings.add("listener.name.a.ssl.keystore.password", "hunter2", thalweg_config::Origin::Flag);
    settings.add("some.plugin.token", "hunter2", thalweg_config::Origin::Flag);
    let broker = overrides(&[("ssl.key.password", "hunter2"), ("ssl.keystore.key", "hunter2")]);
    let effective = Effective { settings: &settings, broker: &broker, cluster: &broker };
    let described = describe_broker(&effective, None);
    assert!(described.iter().filter(|key| key.sensitive).count() > 5);
    assert!(!format!("{described:?}").contains("hunter2"));
    assert!(!format!("{:?}", describe_cluster_default(&broker, None)).contains("hunter2"));
}

fn stock() -> Settings {
    let sources = Sources { file: Some(("server.properties", STOCK)), ..Sources::default() };
    load(sources).unwrap().settings
}

fn dynamic_broker() -> Overrides {
    let mut broker = dynamic_cluster();
    broker.remove("min.insync.replicas");
    broker.insert("listener.name.plaintext.ssl.keystore.location".to_owned(), "/x".to_owned());
    broker
}

fn dynamic_cluster() -> Overrides {
    overrides(&[
        ("background.threads", "7"),
        ("leader.replication.throttled.rate", "1000"),
        ("listener.name.plaintext.max.connections", "100"),
        ("log.cleaner.threads", "2"),
        ("log.cleanup.policy", "compact,delete"),
        ("log.retention.ms", "5000"),
        ("max.connections", "5000"),
        ("message.max.bytes", "2000000"),
        ("min.insync.replicas", "2"),
        ("no.such.key", "v"),
        ("num.io.threads", "9"),
        ("unclean.leader.election.enable", "false"),
    ])
}

fn overrides(pairs: &[(&str, &str)]) -> Overrides {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn compare(resource: &str, ours: &[Described]) {
    let prefix = format!("{resource}\t");
    let kafka: Vec<&str> = KAFKA.lines().filter_map(|line| line.strip_prefix(&prefix)).collect();
    assert!(!kafka.is_empty());
    let ours: Vec<String> = ours.iter().map(row).collect();
    for (ours, kafka) in ours.iter().zip(&kafka) {
        assert_eq!(ours, kafka);
    }
    assert_eq!(ours.len(), kafka.len());
}

fn row(key: &Described) -> String {
    let source = |source: thalweg_config::ConfigSource| match source.code() {
        1 => "DYNAMIC_TOPIC_CONFIG",
        2 => "DYNAMIC_BROKER_CONFIG",
        3 => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        4 => "STATIC_BROKER_CONFIG",
        5 => "DEFAULT_CONFIG",
        6 => "DYNAMIC_BROKER_LOGGER_CONFIG",
        7 => "DYNAMIC_CLIENT_METRICS_CONFIG",
        _ => "DYNAMIC_GROUP_CONFIG",
    };
    const TYPES: [&str; 10] =
        ["UNKNOWN", "BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"];
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "<null>".to_owned());
    let synonyms: Vec<String> = key
        .synonyms
        .iter()
        .map(|synonym| format!("{}={}@{}", synonym.name, value(&synonym.value), source(synonym.source)))
        .collect();
    [
        key.name.as_str(),
        &value(&key.value),
        source(key.source),
        if key.read_only { "ro" } else { "rw" },
        if key.sensitive { "sensitive" } else { "open" },
        TYPES[usize::try_from(key.type_code).unwrap()],
        &synonyms.join("; "),
    ]
    .join("\t")
}
