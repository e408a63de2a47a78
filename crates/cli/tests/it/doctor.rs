//! `thalweg doctor` and `thalweg explain` as somebody in trouble uses them.

use crate::support::Broker;

fn findings(broker: &Broker, options: &[&str]) -> (Option<i32>, Vec<(String, String, String)>) {
    let output = broker.run(&[&["doctor", "-o", "json"], options].concat());
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &serde_json::Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = value.as_array().unwrap().iter();
    let findings =
        findings.map(|one| (text(one, "grade"), text(one, "subject"), text(one, "finding"))).collect();
    (output.status.code(), findings)
}

#[test]
fn the_doctor_goes_where_a_running_broker_sends_its_clients_and_names_what_would_lose_data() {
    let broker = Broker::start();
    let (_, all) = findings(&broker, &[]);
    let good = format!("clients are told {}, and can come there", broker.address);
    assert!(all.iter().any(|(grade, _, says)| grade == "good" && *says == good), "{all:?}");
    for subject in ["open files", "writeback", "clock", "writes"] {
        assert!(all.iter().any(|(_, about, _)| about == subject), "{subject}: {all:?}");
    }
    let (code, all) = findings(&broker, &["-X", "min.insync.replicas=2", "--data", "/tmp/kafka-logs"]);
    assert_eq!(code, Some(1));
    for word in ["NOT_ENOUGH_REPLICAS", "emptied at restarts"] {
        let named = all.iter().any(|(grade, _, says)| grade == "problem" && says.contains(word))
            // Where that place lives in memory, that is the worse of the two.
            || word == "emptied at restarts" && all.iter().any(|(_, _, says)| says.contains("it lives in memory"));
        assert!(named, "{word}: {all:?}");
    }
    assert!(!std::path::Path::new("/tmp/kafka-logs").exists(), "looking makes nothing");

    let program = |_: &std::path::Path| std::process::Command::new(env!("CARGO_BIN_EXE_thalweg"));
    let nowhere = "advertised.listeners=PLAINTEXT://nowhere.invalid:9092";
    let lost = Broker::start_by(program, &["-X", nowhere]);
    let (code, all) = findings(&lost, &[]);
    assert_eq!(code, Some(1));
    assert!(
        all.iter().any(|(_, _, says)| says.contains("nowhere.invalid:9092, a name that means nothing")),
        "{all:?}"
    );
}

#[test]
fn codes_are_explained_by_name_and_number_and_unknown_ones_get_the_nearest() {
    let broker = Broker::start();
    let said = broker.ok(&["explain", "log_directory_offline"]);
    assert!(said.contains("Likely cause:") && said.contains("replace the disk"), "{said}");
    assert_eq!(broker.ok(&["explain", "29"]), broker.ok(&["explain", "topic_authorization_failed"]));
    assert!(broker.ok(&["explain", "-1"]).starts_with("UNKNOWN_SERVER_ERROR"));
    assert!(broker.ok(&["explain"]).lines().count() > 150);
    let unknown = broker.run(&["explain", "log_directory_ofline"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("Did you mean log_directory_offline?"));
}
