//! The real binary as a child process: started, waited for, and killed. Its output goes to a file beside, not inside,
//! what is cut.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;

/// A running broker.
#[derive(Debug)]
pub struct Broker {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What a start needs.
#[derive(Clone, Debug)]
pub struct Program {
    /// The binary.
    pub binary: PathBuf,
    /// Where its output is kept.
    pub output: PathBuf,
    /// Where it listens: the same in all its lives.
    pub address: SocketAddr,
}

/// How long a start may take before it counts as one that hangs.
const STARTS_WITHIN: Duration = Duration::from_secs(120);

/// A port of 127.0.0.1 that nobody listens on now.
pub fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map_err(|error| error.to_string())
}

impl Broker {
    /// Starts it on a directory and returns once it serves.
    pub fn start(program: &Program, data: &Path) -> Result<Self, String> {
        let output = OpenOptions::new().create(true).append(true).open(&program.output);
        let output = output.map_err(|error| format!("cannot write {}: {error}", program.output.display()))?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let child = Command::new(&program.binary)
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &program.address.to_string(), "--admin", "off"])
            .args(["-X", "offsets.topic.num.partitions=4"])
            .args(["-X", "transaction.state.log.num.partitions=4"])
            .args(["-X", "group.initial.rebalance.delay.ms=0"])
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.binary.display()))?;
        let mut broker = Self { child, address: program.address };
        let start = Instant::now();
        while !broker.serves() {
            if let Ok(Some(status)) = broker.child.try_wait() {
                return Err(format!("the broker did not start ({status}); see {}", program.output.display()));
            }
            if start.elapsed() > STARTS_WITHIN {
                broker.kill();
                let output = program.output.display();
                return Err(format!("the broker does not serve after {STARTS_WITHIN:?}; see {output}"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(broker)
    }

    fn serves(&self) -> bool {
        let client = Client::connect(self.address, Duration::from_secs(5));
        client.and_then(|mut client| client.topics()).is_ok()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
