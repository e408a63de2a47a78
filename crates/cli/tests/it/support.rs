//! A broker of our own on a free port, and the command line pointed at it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub struct Broker {
    pub address: String,
    /// What it printed until it was ready.
    pub screen: String,
    pub directory: tempfile::TempDir,
    child: Child,
    /// Keeps the pipe open and empty.
    drain: Option<JoinHandle<()>>,
}

impl Broker {
    /// `thalweg serve` in an empty directory, without any option: the port comes from the environment, as
    /// tests run side by side.
    pub fn start() -> Self {
        Self::start_by(|_| Command::new(env!("CARGO_BIN_EXE_thalweg")), &[])
    }

    /// `thalweg serve` by a program that ends in being it, with further options. The program is made from the
    /// directory in which it will run.
    pub fn start_by(program: impl FnOnce(&Path) -> Command, options: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let directory = tempfile::tempdir().unwrap();
        let mut child = program(directory.path())
            .arg("serve")
            .args(options)
            .current_dir(directory.path())
            .env("KAFKA_LISTENERS", format!("PLAINTEXT://{address}"))
            .env("THALWEG_ADMIN_LISTENER", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(directory.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut screen = String::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            screen.push_str(&line);
            screen.push('\n');
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        let drain = std::thread::spawn(move || lines.for_each(drop));
        let log = std::fs::read_to_string(directory.path().join("log")).unwrap();
        assert!(screen.contains("Ctrl-C"), "the broker did not start: {screen}{log}");
        Self { address, screen, directory, child, drain: Some(drain) }
    }

    /// A verb against this broker.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
        command.args(arguments).env("THALWEG_BROKERS", &self.address).current_dir(self.directory.path());
        command
    }

    /// Runs a verb to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a verb that must succeed; its standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a verb with something on its standard input.
    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    /// A line of shell, with `thalweg` on the path; what a terminal would show.
    pub fn shell(&self, line: &str) -> String {
        let bin = Path::new(env!("CARGO_BIN_EXE_thalweg")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .env("PATH", path)
            .env("THALWEG_BROKERS", &self.address)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The broker's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM; how long the broker took, and whether it ended well.
    pub fn stop(mut self) -> (Duration, bool) {
        let began = Instant::now();
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let took = began.elapsed();
        self.drain.take().unwrap().join().unwrap();
        (took, status.success())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
