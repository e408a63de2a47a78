//! Starts and ends the three servers, each pinned to the server's core, each with the same segments,
//! retention and deletion.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::{Outcome, load};

/// Who serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    Reference,
    Thalweg,
    Kafka,
}

impl System {
    pub const ALL: [Self; 3] = [Self::Reference, Self::Thalweg, Self::Kafka];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference loop",
            Self::Thalweg => "Thalweg",
            Self::Kafka => "Apache Kafka 4.4.0",
        }
    }

    pub fn named(word: &str) -> Outcome<Self> {
        match word {
            "reference" => Ok(Self::Reference),
            "thalweg" => Ok(Self::Thalweg),
            "kafka" => Ok(Self::Kafka),
            other => Err(format!("there is no system `{other}`: reference, thalweg, kafka")),
        }
    }

    fn port_offset(self) -> u16 {
        match self {
            Self::Reference => 0,
            Self::Thalweg => 2,
            // The controller listens on the next one.
            Self::Kafka => 4,
        }
    }
}

/// Broker settings beside the stock ones: deletion that runs as often as the load needs.
const BROKER_SETTINGS: &[&str] = &[
    "log.segment.bytes=33554432",
    "log.retention.check.interval.ms=200",
    "log.segment.delete.delay.ms=0",
    "log.initial.task.delay.ms=0",
    "auto.create.topics.enable=false",
];

/// What the reference loop has for fetches; the brokers' logs are filled through Produce.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readable {
    /// Per partition; zero: nothing.
    pub bytes: u64,
    /// In writes of so many bytes.
    pub batch: usize,
}

/// What a case wants of a server beyond an empty one with the stock settings.
#[derive(Clone, Debug, Default)]
pub struct Setup<'s> {
    pub readable: Readable,
    /// Settings of both brokers; they win over the stock ones.
    pub both: &'s [String],
    /// Settings of Thalweg alone.
    pub own: &'s [&'s str],
    /// Its data, from a server before it; none: it begins empty.
    pub data: Option<PathBuf>,
    /// Added to its port: two of a kind beside each other.
    pub shift: u16,
    /// Thalweg's program, where it is not the one that is measured.
    pub program: Option<&'s Path>,
}

/// A running server; ended and its data removed when dropped.
#[derive(Debug)]
pub struct Server {
    pub system: System,
    pub address: SocketAddr,
    pub pid: u32,
    pub data: PathBuf,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
    child: Option<Child>,
    xtask: PathBuf,
}

impl Server {
    /// Starts a system on an empty data directory; `own` are settings of Thalweg alone.
    pub fn start(settings: &Settings, system: System, readable: Readable, own: &[&str]) -> Outcome<Self> {
        Self::start_as(settings, system, Setup { readable, own, ..Setup::default() })
    }

    /// Starts a system as a case wants it.
    pub fn start_as(settings: &Settings, system: System, setup: Setup<'_>) -> Outcome<Self> {
        let port = Self::port(settings, system, setup.shift);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let data = setup.data.unwrap_or_else(|| {
            let data = settings.scratch.join(format!("data-{port}"));
            _ = std::fs::remove_dir_all(&data);
            data
        });
        let begun = Instant::now();
        let mut server = Self {
            system,
            address,
            pid: 0,
            data,
            started_in: Duration::ZERO,
            child: None,
            xtask: settings.xtask.clone(),
        };
        match system {
            System::Kafka => server.start_kafka(settings, port, setup.both)?,
            System::Thalweg => {
                let mut command = pinned(settings);
                let program = setup.program.unwrap_or(&settings.thalweg);
                command.arg(program).args(["serve", "--admin", "off", "--listen"]);
                command.arg(address.to_string()).arg("--data").arg(&server.data);
                command.args(BROKER_SETTINGS.iter().flat_map(|setting| ["-X", setting]));
                command.args(setup.both.iter().flat_map(|setting| ["-X", setting]));
                command.args(setup.own.iter().flat_map(|setting| ["-X", setting]));
                server.spawn(&mut command)?;
            }
            System::Reference => {
                let program = std::env::current_exe().map_err(|error| error.to_string())?;
                let mut command = pinned(settings);
                command.arg(program).args(["reference", "--port", &port.to_string(), "--data"]);
                command.arg(&server.data).args(["--fetch-bytes", &setup.readable.bytes.to_string()]);
                command.args(["--fetch-batch", &setup.readable.batch.to_string()]);
                server.spawn(&mut command)?;
            }
        }
        server.wait_until_it_answers()?;
        server.started_in = begun.elapsed();
        Ok(server)
    }

    /// Where a system listens; `shift` tells two of a kind apart.
    pub fn port(settings: &Settings, system: System, shift: u16) -> u16 {
        settings.port + system.port_offset() + shift
    }

    fn spawn(&mut self, command: &mut Command) -> Outcome {
        std::fs::create_dir_all(self.data.parent().unwrap_or(&self.data))
            .map_err(|error| error.to_string())?;
        let log =
            std::fs::File::create(self.data.with_extension("log")).map_err(|error| error.to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", self.system.name()))?;
        // `taskset` becomes the program it starts: same process.
        self.pid = child.id();
        self.child = Some(child);
        Ok(())
    }

    fn start_kafka(&mut self, settings: &Settings, port: u16, more: &[String]) -> Outcome {
        let mut command = Command::new(&settings.xtask);
        command.args([
            "kafka",
            "start",
            "--port",
            &port.to_string(),
            "--cpu",
            &settings.server_core,
            "--data",
        ]);
        command.arg(&self.data).args(BROKER_SETTINGS.iter().flat_map(|setting| ["--config", setting]));
        command.args(more.iter().flat_map(|setting| ["--config", setting]));
        let status =
            command.stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
        if !status.success() {
            return Err("Apache Kafka did not start".to_owned());
        }
        let found = crate::measure::pid_listening_as("kafka.Kafka", &format!("/{port}.properties"));
        self.pid = found.ok_or("the started Kafka is not to be found")?;
        Ok(())
    }

    fn wait_until_it_answers(&mut self) -> Outcome {
        let deadline = Instant::now() + Duration::from_secs(300);
        loop {
            let answers = match self.system {
                System::Reference => std::net::TcpStream::connect(self.address).is_ok(),
                _ => load::answers_api_versions(self.address),
            };
            if answers {
                return Ok(());
            }
            let ended = self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
            if ended || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.data.with_extension("log")).unwrap_or_default();
                return Err(format!("{} does not answer: {}", self.system.name(), log.trim()));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// SIGTERM, then waits for the end; the data stay.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            if let Some(pid) = rustix::process::Pid::from_raw(child.id() as i32) {
                _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            }
            for _ in 0..6000 {
                if !matches!(child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            _ = child.kill();
            _ = child.wait();
        } else if self.system == System::Kafka && self.pid != 0 {
            let port = self.address.port().to_string();
            _ = Command::new(&self.xtask).args(["kafka", "stop", "--port", &port]).status();
            self.pid = 0;
        }
    }
}

impl Server {
    /// SIGKILL, then waits for the end; the data stay.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            _ = child.kill();
            _ = child.wait();
        } else if let Some(pid) = rustix::process::Pid::from_raw(self.pid as i32).filter(|_| self.pid != 0) {
            _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            for _ in 0..2000 {
                if rustix::process::test_kill_process(pid).is_err() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            self.pid = 0;
        }
    }

    /// Ends it, cleanly or not, and hands over its data for the next one.
    pub fn leave(mut self, is_clean: bool) -> PathBuf {
        if is_clean {
            self.stop()
        } else {
            self.kill()
        }
        std::mem::take(&mut self.data)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        if !self.data.as_os_str().is_empty() {
            _ = std::fs::remove_dir_all(&self.data);
        }
    }
}

fn pinned(settings: &Settings) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &settings.server_core]);
    command
}
