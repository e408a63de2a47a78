//! Groups and transactions under kills: Kafka's own clients in one JVM (`Turnover.java`), and a broker that is killed and
//! started under them. The clients judge; this decides when the broker dies and reads the verdict.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::broker::Broker;
use crate::lives::Plan;
use crate::record::Dice;

/// What the clients did meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Kills done.
    pub kills: u64,
    /// How long it took.
    pub took: Duration,
    /// The clients' own counts, by name.
    pub counts: Vec<(String, u64)>,
}

/// How long the clients may take to begin or to end.
const PATIENCE: Duration = Duration::from_secs(240);

/// Runs the clients from `libraries` and kills the broker under them.
pub fn run(plan: &Plan, libraries: &Path) -> Result<Figures, String> {
    let data = plan.folder.join("data");
    let _ = std::fs::remove_dir_all(&data);
    let mut broker = Broker::start(&plan.program, &data)?;
    let mut clients = Clients::start(plan, libraries)?;
    clients.expect("ready")?;
    let (start, mut dice, mut kills) = (Instant::now(), Dice(plan.seed), 0);
    while kills < plan.faults && start.elapsed() < plan.limit {
        std::thread::sleep(Duration::from_millis(dice.within(500..=2500)));
        if broker.has_ended() {
            return Err("the broker ended by itself".to_owned());
        }
        broker.kill();
        kills += 1;
        // Sometimes the clients find nobody for a while.
        std::thread::sleep(Duration::from_millis(if dice.below(4) == 0 { dice.below(1500) } else { 0 }));
        broker = Broker::start(&plan.program, &data)?;
    }
    clients.finish()?;
    let verdict = clients.expect("")?;
    let figures = Figures { kills, took: start.elapsed(), counts: counts(&verdict) };
    let _ = std::fs::remove_dir_all(&data);
    if !verdict.starts_with("ok ") {
        return Err(format!("after {kills} kills of seed {}: {verdict}", plan.seed));
    }
    // A run in which nothing happened proves nothing.
    match figures.counts.iter().find(|(name, count)| NEEDED.contains(&name.as_str()) && *count < kills) {
        Some((name, count)) => Err(format!("only {count} {name} in {kills} kills")),
        None => Ok(figures),
    }
}

/// Of these there must be as many as there were kills.
const NEEDED: [&str; 2] = ["commits", "committed"];

fn counts(verdict: &str) -> Vec<(String, u64)> {
    let pairs = verdict.split(' ').filter_map(|word| word.split_once('='));
    pairs.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?))).collect()
}

/// The JVM with the clients; killed when dropped.
struct Clients {
    child: Child,
    lines: Receiver<String>,
}

impl Clients {
    fn start(plan: &Plan, libraries: &Path) -> Result<Self, String> {
        let said = plan.folder.join("clients.log");
        let errors = std::fs::File::create(&said)
            .map_err(|error| format!("cannot write {}: {error}", said.display()))?;
        let program = plan.folder.join("Turnover.java");
        std::fs::write(&program, include_str!("../Turnover.java")).map_err(|error| error.to_string())?;
        let mut child = Command::new("java")
            .args(["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
            .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
            .arg("-cp")
            .arg(libraries.join("*"))
            .arg(program)
            .arg(plan.program.address.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("cannot start java: {error}"))?;
        let lines = child.stdout.take().map(lines_of).ok_or("java has no output")?;
        Ok(Self { child, lines })
    }

    /// The next line, which begins so.
    fn expect(&mut self, start: &str) -> Result<String, String> {
        let line = self.lines.recv_timeout(PATIENCE);
        let line = line.map_err(|_| "the clients say nothing; see clients.log".to_owned())?;
        if line.starts_with(start) { Ok(line) } else { Err(line) }
    }

    fn finish(&mut self) -> Result<(), String> {
        let input = self.child.stdin.as_mut().ok_or("java has no input")?;
        input.write_all(b"finish\n").and_then(|()| input.flush()).map_err(|error| error.to_string())
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
