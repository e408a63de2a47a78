//! The broker and the machine it runs on: what is busy, locked, not ours, full or told to stop. Each is one line that
//! says what to do, and nothing that was acknowledged is lost.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::Broker;

/// `thalweg serve` that must not start; exit code and what it said.
fn refused(directory: &Path, options: &[&str]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .arg("serve")
        .args(options)
        .current_dir(directory)
        .env("THALWEG_ADMIN_LISTENER", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("it started: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(stdout.is_empty(), "no start screen");
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(said.lines().filter(|line| line.starts_with("error: ")).count(), 1, "one line: {said}");
    assert!(!said.contains("panicked"), "{said}");
    (status.code(), said)
}

#[test]
fn a_busy_port_is_named_with_its_listener() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let (code, said) = refused(directory.path(), &["--listen", &address]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("listener PLAINTEXT") && said.contains(&address) && said.contains("--listen"),
        "{said}"
    );
    assert!(!directory.path().join("thalweg-data").exists(), "a mistake leaves nothing behind");
    let named = format!("listeners=INSIDE://127.0.0.1:0,OUTSIDE://{address}");
    let protocols = "listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT";
    let (_, said) = refused(
        directory.path(),
        &["-X", &named, "-X", protocols, "-X", "inter.broker.listener.name=INSIDE"],
    );
    assert!(said.contains("listener OUTSIDE") && said.contains(&address), "{said}");
    let (code, said) = refused(directory.path(), &["--listen", "127.0.0.1:0", "--admin", &address]);
    assert_eq!(code, Some(1));
    assert!(said.contains("admin listener") && said.contains(&address), "{said}");
}

#[test]
fn an_address_others_reach_is_refused_for_clients_and_for_admins() {
    let directory = tempfile::tempdir().unwrap();
    let (code, said) = refused(directory.path(), &["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("PLAINTEXT://0.0.0.0:0") && said.contains("--insecure"), "{said}");
    let (code, said) = refused(directory.path(), &["--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("admin listener 0.0.0.0:0") && said.contains("--insecure"), "{said}");
    assert!(!directory.path().join("thalweg-data").exists());
}

#[test]
fn a_second_process_on_the_same_data_is_refused_and_the_first_goes_on() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t"]);
    let (code, said) = refused(broker.directory.path(), &["--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("thalweg-data is in use by another process"), "{said}");
    broker.ok(&["produce", "t", "still here"]);
    assert_eq!(broker.ok(&["consume", "t", "-O", "start", "-e"]), "still here\n");
}

#[test]
fn a_data_directory_that_cannot_be_one_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).display().to_string();
    let try_it = |data: &str| refused(directory.path(), &["--listen", "127.0.0.1:0", "--data", data]);
    std::fs::write(at("file"), "not a directory").unwrap();
    let (code, said) = try_it(&at("file"));
    assert_eq!(code, Some(1));
    assert!(said.contains("/file") && said.contains("--data"), "{said}");
    let (_, said) = try_it(&at("file/below"));
    assert!(said.contains("/file/below") && said.contains("--data"), "{said}");

    std::fs::create_dir(at("unwritable")).unwrap();
    let mut rights = std::fs::metadata(at("unwritable")).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o555);
    std::fs::set_permissions(at("unwritable"), rights).unwrap();
    if std::fs::write(at("unwritable/probe"), "").is_ok() {
        eprintln!("left out: rights do not bind this user");
    } else {
        let (code, said) = try_it(&at("unwritable"));
        assert_eq!(code, Some(1));
        assert!(said.contains("unwritable") && said.contains("--data"), "{said}");
    }

    // Partitions without a word whose they are; another node's; a file nobody can read.
    std::fs::create_dir_all(at("nameless/orders-0")).unwrap();
    let (_, said) = try_it(&at("nameless"));
    assert!(said.contains("orders-0") && said.contains("meta.properties"), "{said}");
    std::fs::create_dir(at("other")).unwrap();
    let meta =
        "version=1\nnode.id=77\ncluster.id=4L6g3nShT-eMCtK--X86sw\ndirectory.id=mX1uLVtdRZmXQ3WAfZ9LNA\n";
    std::fs::write(at("other/meta.properties"), meta).unwrap();
    let (_, said) = try_it(&at("other"));
    assert!(said.contains("node.id 77"), "{said}");
    std::fs::create_dir(at("garbled")).unwrap();
    std::fs::write(at("garbled/meta.properties"), "\u{1}\u{2}garbage").unwrap();
    let (_, said) = try_it(&at("garbled"));
    assert!(said.contains("garbled") && said.contains("meta.properties"), "{said}");
    assert_eq!(std::fs::read_to_string(at("garbled/meta.properties")).unwrap(), "\u{1}\u{2}garbage");
}

#[test]
fn directories_of_two_clusters_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for name in ["first", "second"] {
        let broker = Broker::start();
        std::fs::create_dir(directory.path().join(name)).unwrap();
        let meta = broker.directory.path().join("thalweg-data/meta.properties");
        std::fs::copy(meta, directory.path().join(name).join("meta.properties")).unwrap();
        names.push(directory.path().join(name).display().to_string());
        assert!(broker.stop().1);
    }
    let both = format!("log.dirs={}", names.join(","));
    let (code, said) = refused(directory.path(), &["--listen", "127.0.0.1:0", "-X", &both]);
    assert_eq!(code, Some(1));
    assert!(said.contains("belongs to cluster"), "{said}");
}

#[test]
fn an_idle_broker_stops_soon_and_costs_next_to_nothing() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t", "--partitions", "10"]);
    broker.ok(&["produce", "t", "x"]);
    // What start and the first append left to do is done by then.
    std::thread::sleep(Duration::from_secs(1));
    let before = cpu_ns(broker.pid());
    std::thread::sleep(Duration::from_secs(3));
    let share = (cpu_ns(broker.pid()) - before) as f64 / 3e9;
    eprintln!("idle: {:.3} % of a core", share * 100.0);
    assert!(share < 0.02, "{:.3} % of a core", share * 100.0);
    let (took, is_clean) = broker.stop();
    eprintln!("stopped in {took:?}");
    assert!(is_clean && took < Duration::from_secs(3), "{took:?}");
}

/// Time on the processor of all threads of a process, dead ones left out.
fn cpu_ns(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let of_thread = |thread: std::fs::DirEntry| -> Option<u64> {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse().ok()
    };
    threads.filter_map(|thread| of_thread(thread.ok()?)).sum()
}

#[test]
fn a_full_disk_refuses_producers_serves_readers_and_recovers() {
    // A file system of 64 MiB in a namespace of its own, with a ballast that can be taken away from outside.
    let program = |directory: &Path| {
        let data = directory.join("small");
        std::fs::create_dir(&data).unwrap();
        let script = "mount -t tmpfs -o size=64m small \"$1\" && head -c 40M /dev/zero > \"$1/ballast\" && \
                      mkdir \"$1/data\" && shift && exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["-Urm", "sh", "-c", script, "sh"]).arg(data).arg(env!("CARGO_BIN_EXE_thalweg"));
        command
    };
    let probe = Command::new("unshare").args(["-Urm", "sh", "-c", "mount -t tmpfs probe /tmp"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("left out: this machine does not let tests mount a file system");
        return;
    }
    let broker = Broker::start_by(program, &["--data", "small/data"]);
    broker.ok(&["topic", "create", "t", "--config", "segment.bytes=4194304"]);
    let lines: String = (0..400).map(|n| format!("{n} {}\n", "x".repeat(100_000))).collect();
    // More than fits. What is acknowledged is counted by what can be read.
    let output = broker.feed(&["produce", "t", "--timeout", "3s"], lines.as_bytes());
    assert!(!output.status.success(), "40 MB do not fit into 24");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    let held = broker.ok(&["consume", "t", "-O", "start", "-e"]);
    let count = held.lines().count();
    assert!((100..300).contains(&count), "{count} records");
    // Requests under way together may fail and succeed in any order; none is cut, none is there twice, and all that
    // were acknowledged are there.
    let sent: BTreeSet<&str> = lines.lines().collect();
    let written: BTreeSet<&str> = held.lines().collect();
    assert!(written.len() == count && written.is_subset(&sent));
    let (_, told) = said.split_once("allows more. ").expect("it says what was written");
    let acknowledged: usize = told.split(' ').next().and_then(|word| word.parse().ok()).expect("a count");
    assert!(acknowledged <= count, "{acknowledged} of {count}");
    assert!(!broker.feed(&["produce", "t", "--timeout", "1s"], &[b'y'; 900_000]).status.success());
    assert_eq!(broker.ok(&["consume", "t", "-O", "start", "-e"]).lines().count(), count, "reads go on");
    // Space again.
    let ballast = format!("/proc/{}/root{}/small/ballast", broker.pid(), broker.directory.path().display());
    std::fs::remove_file(ballast).unwrap();
    broker.ok(&["produce", "t", "after"]);
    broker.ok(&["topic", "create", "u"]);
    let all = broker.ok(&["consume", "t", "-O", "start", "-e"]);
    assert_eq!(all, format!("{held}after\n"));
    let log = std::fs::read_to_string(broker.directory.path().join("log")).unwrap();
    assert!(log.contains("append_failed") && !log.contains("log_directory_offline"), "{log}");
    assert!(broker.stop().1);
}
