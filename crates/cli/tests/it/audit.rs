//! The audit log as an operator has it: written by a broker, checked by the command, which names the line that somebody
//! changed.

use std::process::Command;

use crate::support::Broker;

#[test]
fn a_log_is_checked_across_its_files_and_the_changed_line_is_named() {
    let program = |_: &std::path::Path| Command::new(env!("CARGO_BIN_EXE_thalweg"));
    let options = [
        "-X",
        "thalweg.audit.log=audit/audit.log",
        "-X",
        "thalweg.audit.log.segment.bytes=4096",
        "-X",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "-X",
        "super.users=User:ANONYMOUS",
    ];
    let broker = Broker::start_by(program, &options);
    for at in 0..20 {
        broker.ok(&["topic", "create", &format!("orders-{at}")]);
    }
    broker.ok(&["produce", "orders-0", "x"]);
    let directory = broker.directory.path().join("audit");
    let pid = broker.pid().to_string();
    assert!(Command::new("kill").arg(&pid).status().unwrap().success());
    while Command::new("kill").args(["-0", &pid]).output().unwrap().status.success()
        && !std::fs::read_to_string(directory.join("audit.log")).unwrap().contains("log_stopped")
    {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }

    let all = broker.shell("cat audit/audit.log.* audit/audit.log");
    for word in [
        "log_started",
        "\"api\":\"CreateTopics\"",
        "\"resource\":\"orders-7\"",
        "\"operation\":\"WRITE\"",
        "super user",
    ] {
        assert!(all.contains(word), "{word}: {all}");
    }
    for line in all.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["time"].is_string() && value["seq"].is_u64(), "{line}");
    }
    let name = broker.shell("thalweg audit verify audit/audit.log* -o name");
    let (last, hash) = name.trim().split_once(':').unwrap();
    assert_eq!(last.parse(), Ok(all.lines().count()));
    assert!(all.trim_end().ends_with(&format!("\"hash\":\"{hash}\"}}")));
    let held = broker.shell(&format!("thalweg audit verify audit/audit.log* --holds {last}:{hash}"));
    assert!(held.contains(hash), "{held}");
    let other = hash.replace('a', "b").replace('1', "2");
    let lost =
        broker.shell(&format!("thalweg audit verify audit/audit.log* --holds {last}:{other}; echo $?"));
    assert!(lost.contains("was cut, or made anew") && lost.ends_with("1\n"), "{lost}");

    let changed = broker.shell(
        "sed -i 3s/orders/others/ audit/audit.log.000001 && thalweg audit verify audit/audit.log*; echo $?",
    );
    assert!(changed.contains("audit/audit.log.000001, line 3, does not fit: it was changed"), "{changed}");
    assert!(changed.ends_with("1\n"), "{changed}");
}

#[test]
fn a_place_among_the_partitions_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            "data",
            "-X",
            "thalweg.audit.log=data/audit.log",
        ])
        .current_dir(directory.path())
        .env("THALWEG_ADMIN_LISTENER", "off")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("thalweg.audit.log=data/audit.log") && said.contains("choose a place outside"),
        "{said}"
    );
}
