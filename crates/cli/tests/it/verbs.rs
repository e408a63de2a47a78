//! Each verb against a broker of our own: data on standard output, hints on standard error, exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::Broker;

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn topics_live_from_create_to_delete() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "orders", "--partitions", "3", "--config", "retention.ms=1000"]);
    assert_eq!(broker.ok(&["topic", "list", "-o", "name"]), "orders\n");
    let described = broker.ok(&["topic", "describe", "orders", "-o", "json"]);
    let described: serde_json::Value = serde_json::from_str(&described).unwrap();
    assert_eq!(described[0]["partitions"].as_array().unwrap().len(), 3);
    assert_eq!(described[0]["configs"]["retention.ms"]["value"], "1000");
    broker.ok(&["topic", "alter", "orders", "--unset", "retention.ms", "--config", "max.message.bytes=2000"]);
    let described = broker.ok(&["topic", "describe", "orders"]);
    assert!(
        described.contains("max.message.bytes  2000") && !described.contains("retention.ms"),
        "{described}"
    );
    broker.ok(&["topic", "add-partitions", "orders", "--total", "5"]);
    assert!(broker.ok(&["topic", "list"]).contains("orders           5"));
    broker.ok(&["topic", "delete", "orders"]);
    assert_eq!(broker.ok(&["topic", "list", "-o", "name"]), "");
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let broker = Broker::start();
    let code = |arguments: &[&str]| broker.run(arguments).status.code();
    assert_eq!(code(&["topic", "describe", "nope"]), Some(3));
    assert_eq!(code(&["topic", "delete", "nope"]), Some(3));
    assert_eq!(code(&["topic", "delete", "nope", "--if-exists"]), Some(0));
    assert_eq!(code(&["consume", "nope", "-e"]), Some(3));
    assert_eq!(code(&["produce", "nope", "x"]), Some(3));
    assert_eq!(code(&["topic", "create", "a/b"]), Some(1));
    assert_eq!(code(&["consume"]), Some(2));
    assert_eq!(code(&["config", "explain", "no.such.key"]), Some(3));
    assert_eq!(code(&["config", "explain", "retention.ms"]), Some(0));
    let refused = broker.run(&["-b", "127.0.0.1:1", "topic", "list"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("thalweg serve"), "{}", stderr(&refused));
    // Somebody listens and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let late = broker.run(&["-b", &address, "topic", "list", "--timeout", "300ms"]);
    assert_eq!(late.status.code(), Some(5), "{}", stderr(&late));
}

#[test]
fn every_codec_goes_in_and_comes_out_in_order() {
    let broker = Broker::start();
    let lines: String = (0..20_000).map(|n| format!("line {n} of some text that repeats\n")).collect();
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        broker.ok(&["topic", "create", codec, "-p", "1"]);
        let output = broker.feed(&["produce", codec, "-z", codec, "--batch-size", "64KiB"], lines.as_bytes());
        assert!(output.status.success(), "{codec}: {}", stderr(&output));
        assert!(broker.ok(&["consume", codec, "-O", "start", "-e"]) == lines, "{codec}");
    }
}

#[test]
fn a_key_chooses_one_partition_and_keyless_records_lose_nothing() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t", "--partitions", "4"]);
    let pairs: String = (0..1000).map(|n| format!("k{}:{n}\n", n % 10)).collect();
    assert!(broker.feed(&["produce", "t", "-K", ":"], pairs.as_bytes()).status.success());
    let shown = broker.ok(&["consume", "t", "-O", "start", "-e", "-f", "%k %p %v\\n"]);
    let mut partition_of = std::collections::BTreeMap::new();
    let mut last = std::collections::BTreeMap::new();
    for line in shown.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        assert_eq!(partition_of.entry(fields[0]).or_insert(fields[1]), &fields[1], "{line}");
        let number: i32 = fields[2].parse().unwrap();
        assert!(last.insert(fields[0], number).is_none_or(|before| before < number), "order of {line}");
    }
    assert_eq!(shown.lines().count(), 1000);
    // Values, headers and positions reach JSON; -O and -n choose.
    broker.ok(&["produce", "t", "-p", "2", "-k", "key", "-H", "a=b", "value"]);
    let last = broker.ok(&["consume", "t", "-p", "2", "-O", "-1", "-n", "1", "-o", "json"]);
    let last: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!(
        (&last["key"], &last["value"], &last["partition"]),
        (&"key".into(), &"value".into(), &2.into())
    );
    assert_eq!(last["headers"][0]["value"], "b");
}

#[test]
fn a_waiting_reader_sees_a_record_as_soon_as_it_is_written() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t"]);
    broker.ok(&["produce", "t", "old"]);
    let mut reader = broker.command(&["tail", "t", "-n", "1"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(reader.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "old");
    // A writer at a terminal: each line goes out as it is typed.
    let mut writer =
        broker.command(&["produce", "t"]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = writer.stdin.take().unwrap();
    for word in ["one", "two"] {
        let began = Instant::now();
        writeln!(input, "{word}").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), word);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    drop(input);
    assert!(writer.wait().unwrap().success());
    reader.kill().unwrap();
    reader.wait().unwrap();
}

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t"]);
    let lines: String = (0..50_000).map(|n| format!("{n} {}\n", "x".repeat(100))).collect();
    assert!(broker.feed(&["produce", "t"], lines.as_bytes()).status.success());
    let mut child = broker
        .command(&["consume", "t", "-O", "start", "-e"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn bench_measures_and_leaves_nothing_behind() {
    let broker = Broker::start();
    for arguments in
        [&["produce"][..], &["produce", "--rate", "2000"], &["consume", "--data", "8MiB"], &["latency"]]
    {
        let common = ["-d", "500ms", "--warm-up", "100ms", "-o", "json", "--partitions", "2"];
        let report = broker.ok(&[&["bench"], arguments, &common].concat());
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert!(report["records"].as_u64().unwrap() > 0, "{report}");
        if arguments[0] != "consume" {
            assert!(report["latency_us"]["p99"].as_u64() >= report["latency_us"]["p50"].as_u64(), "{report}");
        }
    }
    assert_eq!(broker.ok(&["topic", "list", "-o", "name"]), "");
}

#[test]
fn a_broker_keeps_what_it_was_given_over_a_clean_stop() {
    let broker = Broker::start();
    broker.ok(&["produce", "t", "kept", "--create"]);
    assert!(broker.directory.path().join("thalweg-data").is_dir());
    let (took, clean) = broker.stop();
    assert!(clean && took < Duration::from_secs(5), "{took:?}");
}
