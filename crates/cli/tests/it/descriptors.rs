//! More connections than there are descriptors: who is connected goes on, segments go on being made, and afterwards
//! everything is as before.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Broker;

/// Few, but enough for a broker with a topic.
const LIMIT: usize = 160;
const LINES: usize = 60;

#[test]
fn a_flood_of_connections_takes_no_descriptor_that_a_log_needs() {
    let broker = Broker::start_by(
        |_| {
            let mut shell = Command::new("sh");
            let program = env!("CARGO_BIN_EXE_thalweg");
            shell.args(["-c", &format!("ulimit -n {LIMIT}; exec \"$0\" \"$@\""), program]);
            shell
        },
        &[],
    );
    broker.ok(&["topic", "create", "t", "-p", "2", "-c", "segment.bytes=1048576"]);
    // A producer that is there before the flood.
    let mut producer = broker.command(&["produce", "t"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = producer.stdin.take().unwrap();
    input.write_all(b"first\n").unwrap();
    let segments = || {
        let data = broker.directory.path().join("thalweg-data");
        let count = |index| {
            let files = std::fs::read_dir(data.join(format!("t-{index}"))).into_iter().flatten().flatten();
            files.filter(|file| file.path().extension().is_some_and(|end| end == "log")).count()
        };
        count(0) + count(1)
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    while segments() == 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    let flood: Vec<TcpStream> =
        (0..2 * LIMIT).filter_map(|_| TcpStream::connect(&broker.address).ok()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let used = std::fs::read_dir(format!("/proc/{}/fd", broker.pid())).unwrap().count();
    assert!(flood.len() > LIMIT && used < LIMIT, "{} connections, {used} descriptors", flood.len());

    // Several segments' worth, among them ones of a partition that has none yet.
    let line = format!("{}\n", "x".repeat(100_000));
    for _ in 0..LINES {
        input.write_all(line.as_bytes()).unwrap();
    }
    drop(input);
    assert!(producer.wait().unwrap().success());
    assert!(segments() >= 5, "{} segments", segments());

    drop(flood);
    let count = (LINES + 1).to_string();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let read = broker.run(&["consume", "t", "-O", "start", "-n", &count, "-e"]);
        if read.status.success() && read.stdout.iter().filter(|&&byte| byte == b'\n').count() == LINES + 1 {
            break;
        }
        assert!(Instant::now() < deadline, "{}", String::from_utf8_lossy(&read.stderr));
    }
    let log = std::fs::read_to_string(broker.directory.path().join("log")).unwrap();
    assert!(log.contains("kept for files") && !log.contains("log_directory_offline"), "{log}");
    assert!(broker.stop().1);
}
