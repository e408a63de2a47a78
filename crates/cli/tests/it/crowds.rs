//! Crowds: ten thousand connections that say nothing, five hundred that ask and never read. Memory stays bounded, the
//! next client is served at once, and what is left is closed. Fewer where the system allows fewer descriptors.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use thalweg_platform::os::process::raise_fd_limit;

use crate::support::Broker;

const IDLE: u64 = 10_000;
const DEAF: usize = 500;

fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// A Fetch (version 4) of partition 0 from its start, as much as fits into a megabyte.
fn fetch(topic: &str) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.extend_from_slice(&1_i16.to_be_bytes());
    frame.extend_from_slice(&4_i16.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0, 9, 0xff, 0xff]);
    // Replica, wait, least, most; isolation.
    for word in [-1_i32, 0, 0, 1 << 20] {
        frame.extend_from_slice(&word.to_be_bytes());
    }
    frame.push(0);
    frame.extend_from_slice(&1_i32.to_be_bytes());
    frame.extend_from_slice(&(topic.len() as i16).to_be_bytes());
    frame.extend_from_slice(topic.as_bytes());
    frame.extend_from_slice(&1_i32.to_be_bytes());
    frame.extend_from_slice(&0_i32.to_be_bytes());
    frame.extend_from_slice(&0_i64.to_be_bytes());
    frame.extend_from_slice(&(1_i32 << 20).to_be_bytes());
    [&(frame.len() as i32).to_be_bytes()[..], &frame].concat()
}

#[test]
fn idle_and_deaf_crowds_cost_bounded_memory_and_nobody_his_service() {
    let limit = raise_fd_limit().expect("the limit can be read");
    let idle = IDLE.min(limit.saturating_sub(2_000));
    if idle < IDLE {
        eprintln!("only {idle} connections: the limit of open files is {limit}");
    }
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t"]);
    let lines: String = (0..40).map(|n| format!("{n} {}\n", "x".repeat(100_000))).collect();
    assert!(broker.feed(&["produce", "t"], lines.as_bytes()).status.success());
    let before = resident(broker.pid());

    let quiet: Vec<TcpStream> =
        (0..idle).map(|_| TcpStream::connect(&broker.address).expect("it is accepted")).collect();
    let began = Instant::now();
    assert_eq!(broker.ok(&["consume", "t", "-O", "start", "-n", "1", "-e"]).lines().count(), 1);
    eprintln!("served beside {idle} idle connections in {:?}", began.elapsed());
    let with_idle = resident(broker.pid());
    eprintln!("{} bytes a connection", with_idle.saturating_sub(before) / idle);
    assert!(with_idle - before < idle * 4_096, "{} bytes for {idle}", with_idle - before);

    // Each asks for 64 MB and reads nothing of it.
    let request = fetch("t").repeat(64);
    let deaf: Vec<TcpStream> = (0..DEAF)
        .map(|_| {
            let mut stream = TcpStream::connect(&broker.address).expect("it is accepted");
            stream.write_all(&request).expect("it is taken");
            stream
        })
        .collect();
    let began = Instant::now();
    broker.ok(&["produce", "t", "meanwhile"]);
    assert_eq!(broker.ok(&["consume", "t", "-O", "-1", "-n", "1", "-e"]), "meanwhile\n");
    eprintln!("served beside {DEAF} deaf connections in {:?}", began.elapsed());
    let with_deaf = resident(broker.pid());
    eprintln!("{} bytes a deaf connection", with_deaf.saturating_sub(with_idle) / DEAF as u64);
    assert!(with_deaf.saturating_sub(with_idle) < 64 << 20, "{} bytes", with_deaf - with_idle);

    drop((quiet, deaf));
    // Every descriptor comes back.
    let descriptors = || std::fs::read_dir(format!("/proc/{}/fd", broker.pid())).unwrap().count();
    let deadline = Instant::now() + Duration::from_secs(20);
    while descriptors() > 200 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(descriptors() <= 200, "{} descriptors are left", descriptors());
    assert!(broker.stop().1);
}
