//! `thalweg group …` against a broker of our own.

use crate::support::Broker;

#[test]
fn a_group_is_moved_only_on_demand_and_moved_back_by_what_is_printed() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t", "-p", "1"]);
    let lines: String = (0..100).map(|n| format!("{n}\n")).collect();
    assert!(broker.feed(&["produce", "t"], lines.as_bytes()).status.success());
    let at = || {
        let shown = broker.ok(&["group", "lag", "g", "-o", "json"]);
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        (shown[0]["committed"].as_i64(), shown[0]["lag"].as_i64())
    };
    assert_eq!(broker.run(&["group", "describe", "g"]).status.code(), Some(3));
    broker.ok(&["group", "reset", "g", "--topic", "t", "--to", "latest", "--yes"]);
    assert_eq!(at(), (Some(100), Some(0)));
    assert_eq!(broker.ok(&["group", "list", "-o", "name"]), "g\n");
    broker.ok(&["group", "reset", "g", "--to", "-30"]);
    assert_eq!(at(), (Some(100), Some(0)), "a preview changes nothing");
    let moved = broker.run(&["group", "reset", "g", "--to", "-30", "--yes"]);
    assert_eq!(at(), (Some(70), Some(30)));
    let told = String::from_utf8_lossy(&moved.stderr).into_owned();
    assert!(told.contains("thalweg group reset g --yes --set t/0=100"), "{told}");
    broker.ok(&["group", "reset", "g", "--yes", "--set", "t/0=100"]);
    assert_eq!(at(), (Some(100), Some(0)));
    broker.ok(&["group", "reset", "g", "--to", "-1000", "--yes"]);
    assert_eq!(at(), (Some(0), Some(100)), "never before the first record");
    broker.ok(&["group", "delete", "g"]);
    assert_eq!(broker.ok(&["group", "list", "-o", "name"]), "g\n");
    broker.ok(&["group", "delete", "g", "--yes"]);
    assert_eq!(broker.ok(&["group", "list", "-o", "name"]), "");
}

#[test]
fn groups_that_are_asked_for_wrongly_are_refused_with_a_reason() {
    let broker = Broker::start();
    let code = |arguments: &[&str]| broker.run(arguments).status.code();
    assert_eq!(code(&["group", "lag", "nope"]), Some(3));
    assert_eq!(code(&["group", "delete", "nope", "--yes"]), Some(3));
    assert_eq!(code(&["group", "reset", "nope", "--to", "earliest"]), Some(3));
    assert_eq!(code(&["group", "reset", "g", "--topic", "nope", "--to", "earliest"]), Some(3));
    assert_eq!(code(&["group", "reset", "g"]), Some(2));
    assert_eq!(code(&["group", "reset", "g", "--to", "somewhere"]), Some(2));
}
