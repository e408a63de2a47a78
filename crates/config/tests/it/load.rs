//! Files, environment and flags together: what is accepted, what is said, what is refused.

use proptest::prelude::*;
use thalweg_config::{
    BrokerConfig, Effective, Loaded, NoteKind, Sources, check_exposure, load, parse_properties,
    write_property,
};

use crate::stock::STOCK;

#[test]
fn kafkas_stock_file_is_accepted_unchanged_and_the_controllers_keys_get_one_line() {
    let loaded = load_file(STOCK);
    let lines = |kind| -> Vec<&str> {
        loaded.notes.iter().filter(|note| note.kind == kind).map(|note| note.text.as_str()).collect()
    };
    assert_eq!(
        lines(NoteKind::Controller),
        ["the controller runs inside this process; recorded, no listener opened for it: \
          controller.listener.names, controller.quorum.bootstrap.servers"]
    );
    assert_eq!(
        lines(NoteKind::Recorded),
        ["accepted without effect here: num.io.threads, num.network.threads"]
    );
    for kind in [NoteKind::Unknown, NoteKind::Removed, NoteKind::Deprecated, NoteKind::Assumed] {
        assert_eq!(lines(kind), [""; 0]);
    }
    let config = broker(&loaded);
    assert_eq!(config.node_id, 1);
    assert_eq!(config.listeners.len(), 1);
    assert_eq!(config.controller_listeners[0].to_string(), "CONTROLLER://:9093");
    assert_eq!(config.advertised_listeners[0].to_string(), "PLAINTEXT://localhost:9092");
    assert_eq!(config.log_dirs, ["/data"]);
    assert!(check_exposure(&config.listeners, false, config.own.insecure).is_err());
}

#[test]
fn with_no_configuration_at_all_it_listens_on_loopback_and_writes_beside_where_it_was_started() {
    let loaded = load(Sources::default()).unwrap();
    assert_eq!(loaded.notes, []);
    let config = broker(&loaded);
    assert_eq!(config.listeners[0].to_string(), "PLAINTEXT://127.0.0.1:9092");
    assert_eq!(config.log_dirs, ["./thalweg-data"]);
    assert_eq!(config.node_id, 1);
    assert!(check_exposure(&config.listeners, false, false).is_ok());
}

#[test]
fn a_file_that_leaves_kafkas_defaults_in_place_is_told_where_ours_differ() {
    let loaded = load_file("node.id=1\nprocess.roles=broker,controller\n");
    let expected = [
        "log.dirs is not set: log.dirs=./thalweg-data is used (Kafka would use /tmp/kafka-logs)",
        "listeners is not set: listeners=PLAINTEXT://127.0.0.1:9092 is used (Kafka would listen on every \
         address)",
    ];
    assert_eq!(texts(&loaded), expected);
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let environment = [("KAFKA_NUM_PARTITIONS", "2"), ("KAFKA_LOG_DIRS", "/e"), ("THALWEG_WORKERS", "3")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let flags = ["num.partitions=3".to_owned(), "thalweg.insecure=true".to_owned()];
    let file = "num.partitions=1\nlog.dirs=/f\nbroker.rack=r\n";
    let loaded = load(Sources { file: Some(("f", file)), environment: &environment, flags: &flags }).unwrap();
    let config = broker(&loaded);
    assert_eq!(config.topic_creation.num_partitions, 3);
    assert_eq!(config.log_dirs, ["/e"]);
    assert_eq!(config.rack.as_deref(), Some("r"));
    assert_eq!(config.own.workers, Some(3));
    assert!(config.own.insecure);
    let origins: Vec<_> =
        loaded.settings.all("num.partitions").iter().map(|setting| setting.origin.to_string()).collect();
    assert_eq!(origins, ["command line", "KAFKA_NUM_PARTITIONS", "f line 1"]);
}

#[test]
fn an_unknown_key_gets_one_warning_with_the_nearest_one() {
    let note = |line: &str| {
        let loaded = load_file(&format!("{STOCK}{line}\n"));
        let mut notes =
            loaded.notes.into_iter().filter(|note| note.text.contains(line.split('=').next().unwrap()));
        let note = notes.next().unwrap();
        assert!(notes.next().is_none());
        assert!(note.kind.is_warning());
        note.text
    };
    assert_eq!(
        note("num.partitons=1"),
        "unknown key num.partitons (server.properties line 25): did you mean num.partitions?"
    );
    assert_eq!(
        note("retention.ms=1"),
        "unknown key retention.ms (server.properties line 25): it is a topic's key; for the broker's default \
         write log.retention.ms"
    );
    assert_eq!(
        note("my.own.plugin.setting=1"),
        "unknown key my.own.plugin.setting (server.properties line 25): it is kept and has no effect"
    );
    assert_eq!(
        note("zookeeper.connect=z:2181"),
        "zookeeper.connect (server.properties line 25) is gone from Kafka 4: ZooKeeper left Kafka in 4.0; the \
         cluster's metadata is in log.dirs"
    );
    assert_eq!(
        note("remote.log.storage.system.enable=true"),
        "remote.log.storage.system.enable (server.properties line 25) is known but not implemented yet; it has \
         no effect"
    );
    assert!(note("rsm.config.bucket=b").contains("not implemented yet"));
}

#[test]
fn a_wrong_value_is_refused_with_key_value_place_reason_and_remedy() {
    assert_eq!(
        refuse("log.segment.bytes=5"),
        "log.segment.bytes=5 (server.properties line 1): Value must be at least 1048576; change it, or remove \
         it for the default 1073741824"
    );
    assert_eq!(
        refuse("num.partitions=many"),
        "num.partitions=many (server.properties line 1): Not a number of type INT; change it, or remove it for \
         the default 1"
    );
    assert_eq!(
        refuse("listener.name.a.max.connections=-1"),
        "listener.name.a.max.connections=-1 (server.properties line 1): Value must be at least 0; change it, \
         or remove it for the default 2147483647"
    );
    assert_eq!(
        refuse("log.dirs="),
        "log.dirs= (server.properties line 1): Configuration 'log.dirs' must not be empty.; change it, or \
         remove it"
    );
    assert!(refuse("a=\\u00").contains("server.properties line 1: \\u needs four hexadecimal digits"));
}

#[test]
fn values_that_do_not_go_together_are_refused() {
    assert!(refuse("node.id=1\nbroker.id=2").contains("node.id says 1; remove broker.id"));
    assert!(refuse("process.roles=broker").contains("write process.roles=broker,controller"));
    assert!(refuse("node.id=1\ncontroller.quorum.voters=1@a:1,2@b:1").contains("2@b:1 is another node"));
    assert!(refuse("node.id=1\ncontroller.quorum.voters=a:1").contains("\"a:1\" is not id@host:port"));
    assert!(refuse("log.retention.hours=0").contains("write -1 for ever"));
    assert!(refuse("queued.max.request.bytes=1000").contains("socket.request.max.bytes=104857600"));
    assert!(refuse("max.connections.per.ip=0").contains("nobody could connect"));
    assert!(refuse("max.connections.per.ip.overrides=x").contains("\"x\" is not host:count"));
    assert!(
        refuse("listeners=NOPE://:1").contains("(server.properties line 1): listener NOPE has no protocol")
    );
    assert!(refuse("log.flush.interval.ms=-1").contains("(server.properties line 1): no topic may have it"));
    let lags = "log.cleaner.min.compaction.lag.ms=9\nlog.cleaner.max.compaction.lag.ms=8";
    assert!(refuse(lags).contains("it is more than log.cleaner.max.compaction.lag.ms (8)"));
}

#[test]
fn every_problem_is_named_at_once_and_no_secret_is_in_them() {
    let text = "log.segment.bytes=5\nnum.partitions=0\nssl.key.password=hunter2\n";
    let problems = load(Sources { file: Some(("f", text)), ..Sources::default() }).unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(!format!("{problems:?}").contains("hunter2"));
}

#[test]
fn a_flag_without_an_equals_sign_is_refused() {
    let flags = ["num.partitions".to_owned()];
    let problems = load(Sources { flags: &flags, ..Sources::default() }).unwrap_err();
    assert_eq!(problems[0].to_string(), "-X num.partitions: write it as key=value");
}

#[test]
fn the_old_name_of_the_node_id_is_enough() {
    assert_eq!(broker(&load_file("broker.id=7\n")).node_id, 7);
}

proptest! {
    #[test]
    fn whatever_is_written_as_a_property_is_read_back(key in "\\PC{1,20}|[ \t\n\r\u{c}=:#!\\\\a]{1,9}",
        value in "\\PC{0,30}|[ \t\n\r\u{c}=:#!\\\\a]{0,9}") {
        let text = format!("{}{}", write_property(&key, &value), write_property("next", "n"));
        let read = parse_properties(&text).unwrap();
        prop_assert_eq!(read.len(), 2);
        prop_assert_eq!((&read[0].key, &read[0].value), (&key, &value));
        prop_assert_eq!((read[1].key.as_str(), read[1].value.as_str()), ("next", "n"));
    }

    #[test]
    fn no_text_makes_the_parser_panic_or_loses_the_line_after_it(text in "[ \t\n\r\u{c}=:#!\\\\ua01]{0,60}") {
        if let Ok(before) = parse_properties(&format!("{text}\n\n")) {
            let after = parse_properties(&format!("{text}\n\nnext=n\n")).unwrap();
            prop_assert_eq!(after.len(), before.len() + 1);
        }
    }
}

fn load_file(text: &str) -> Loaded {
    let sources = Sources { file: Some(("server.properties", text)), ..Sources::default() };
    load(sources).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The one problem this file has.
fn refuse(text: &str) -> String {
    let sources = Sources { file: Some(("server.properties", text)), ..Sources::default() };
    let problems = load(sources).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

fn texts(loaded: &Loaded) -> Vec<&str> {
    loaded.notes.iter().map(|note| note.text.as_str()).collect()
}

fn broker(loaded: &Loaded) -> BrokerConfig {
    BrokerConfig::resolve(&Effective::of_settings(&loaded.settings)).unwrap()
}
