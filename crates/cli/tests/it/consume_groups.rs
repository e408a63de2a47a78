//! `thalweg consume -g`: members share the work, stop where they are told to, and go on where the group is.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Broker;

/// Long enough for a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

fn produce(broker: &Broker, numbers: std::ops::Range<u32>) {
    let lines: String = numbers.map(|n| format!("{n}:{n}\n")).collect();
    assert!(broker.feed(&["produce", "t", "--key-delimiter", ":"], lines.as_bytes()).status.success());
}

fn json(broker: &Broker, arguments: &[&str]) -> serde_json::Value {
    let output = broker.run(&[arguments, &["-o", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Lag of the group, partition by partition.
fn lag(broker: &Broker) -> i64 {
    let told = json(broker, &["group", "lag", "g"]);
    told.as_array().expect("a list").iter().map(|of| of["lag"].as_i64().expect("a lag")).sum()
}

/// How many partitions each member of the group reads.
fn shares(broker: &Broker) -> Vec<usize> {
    let told = json(broker, &["group", "describe", "g"]);
    let members = told[0]["members"].as_array().cloned().unwrap_or_default();
    let mut shares: Vec<usize> =
        members.iter().map(|member| member["reads"]["t"].as_array().map_or(0, Vec::len)).collect();
    shares.sort_unstable();
    shares
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

struct Reader(Child);

impl Reader {
    fn start(broker: &Broker) -> Self {
        let mut command =
            broker.command(&["consume", "t", "-g", "g", "-O", "start", "--commit-every", "200ms"]);
        Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// SIGINT; what it printed.
    fn interrupt(mut self) -> Vec<u32> {
        assert!(Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap().success());
        let (mut told, mut complaint) = (String::new(), String::new());
        self.0.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
        assert!(self.0.wait().unwrap().success(), "{complaint}");
        told.lines().map(|line| line.parse().unwrap()).collect()
    }
}

#[test]
fn members_share_the_partitions_and_the_next_goes_on_where_they_stopped() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t", "-p", "4"]);
    produce(&broker, 0..400);
    let first = broker.ok(&["consume", "t", "-g", "g", "-O", "start", "-n", "100"]);
    assert_eq!(first.lines().count(), 100);
    assert_eq!(lag(&broker), 300, "what was printed is committed, and no more");
    assert_eq!(shares(&broker), [] as [usize; 0], "it has left");

    let readers = [Reader::start(&broker), Reader::start(&broker)];
    wait_until("both have half of the partitions", || shares(&broker) == [2, 2]);
    produce(&broker, 400..500);
    wait_until("everything is read", || lag(&broker) == 0);
    let told: Vec<Vec<u32>> = readers.map(Reader::interrupt).into();
    assert_eq!(shares(&broker), [] as [usize; 0], "nobody has to wait for a session to run out");
    let read: Vec<u32> = first.lines().map(|line| line.parse().unwrap()).chain(told.concat()).collect();
    let distinct: BTreeSet<u32> = read.iter().copied().collect();
    assert_eq!((read.len(), distinct.len()), (500, 500), "each record once");
    assert_eq!(broker.ok(&["consume", "t", "-g", "g", "-e"]), "", "nothing is left");
}

#[test]
fn a_group_that_begins_at_the_end_remembers_where_that_was() {
    let broker = Broker::start_by(
        |_| Command::new(env!("CARGO_BIN_EXE_thalweg")),
        &["-X", "group.consumer.assignment.interval.ms=0"],
    );
    broker.ok(&["topic", "create", "t", "-p", "2"]);
    produce(&broker, 0..10);
    assert_eq!(broker.ok(&["consume", "t", "-g", "g", "-e"]), "");
    produce(&broker, 10..20);
    let mut read: Vec<u32> =
        broker.ok(&["consume", "t", "-g", "g", "-e"]).lines().map(|line| line.parse().unwrap()).collect();
    read.sort_unstable();
    assert_eq!(read, (10..20).collect::<Vec<_>>());
}

#[test]
fn what_a_group_cannot_do_is_refused_with_a_reason() {
    let broker = Broker::start();
    broker.ok(&["topic", "create", "t"]);
    let code = |arguments: &[&str]| broker.run(arguments).status.code();
    assert_eq!(
        code(&["consume", "t", "-g", "g", "-p", "0"]),
        Some(2),
        "the coordinator says which partitions"
    );
    assert_eq!(code(&["consume", "nope", "-g", "g"]), Some(3));
    let old = Broker::start_by(
        |_| Command::new(env!("CARGO_BIN_EXE_thalweg")),
        &["-X", "group.coordinator.rebalance.protocols=classic"],
    );
    old.ok(&["topic", "create", "t"]);
    let refused = old.run(&["consume", "t", "-g", "g"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(why.contains("group.coordinator.rebalance.protocols"), "{why}");
}
