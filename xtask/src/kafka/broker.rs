//! Starts and stops one real Kafka broker in combined mode on 127.0.0.1, with the JVM flags of Kafka's own start
//! script. Keeps a pid file and a log under target/kafka/run; touches only processes that it started.

use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::{folder, install, java};
use crate::{Outcome, probe, shell};

/// How to start a broker. The defaults give one that serves on 127.0.0.1:9092.
pub struct Options {
    /// Client port; the controller listens on the next one.
    pub port: u16,
    /// Data directory; formatted `--standalone` when it holds no `meta.properties`.
    pub data: Option<PathBuf>,
    /// Broker settings that win over ours.
    pub config: Vec<(String, String)>,
    /// More arguments for the formatter.
    pub format: Vec<String>,
    /// Cores, as `taskset -c` takes them.
    pub cpus: Option<String>,
    /// Name of its pid file and log; none: its port. Brokers in different network namespaces share a port.
    pub run_name: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { port: 9092, data: None, config: Vec::new(), format: Vec::new(), cpus: None, run_name: None }
    }
}

/// A running broker.
pub struct Started {
    /// Process id of the JVM.
    pub pid: i32,
    /// Client port.
    pub port: u16,
    /// Its log.
    pub log: PathBuf,
}

/// Starts a broker and returns once it serves.
pub fn start(options: &Options) -> Result<Started, String> {
    install::install()?;
    let run = folder().join("run");
    let port = options.port;
    let name = options.run_name.clone().unwrap_or_else(|| port.to_string());
    let data = options.data.clone().unwrap_or_else(|| folder().join(format!("data-{name}")));
    let pid_file = run.join(format!("{name}.pid"));
    if let Some(pid) = running(&pid_file) {
        return Err(format!("a broker started here runs already on port {port} (pid {pid}); stop it first"));
    }
    let properties = run.join(format!("{name}.properties"));
    shell::write(&properties, &server_properties(options, &data))?;
    if !data.join("meta.properties").exists() {
        format(options, &properties)?;
    }

    let log = run.join(format!("{name}.log"));
    let output = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    let mut words: Vec<String> = Vec::new();
    if let Some(cpus) = &options.cpus {
        words.extend(["taskset", "-c", cpus].map(str::to_owned));
    }
    words.push("java".to_owned());
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .args(PRODUCTION_JVM_FLAGS)
        .arg(format!("-Dlog4j2.configurationFile={}", folder().join("log4j2.properties").display()))
        .args(["-cp", &format!("{}/libs/*", folder().display()), "kafka.Kafka"])
        .arg(&properties)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cannot start `{}`: {error}", words[0]))?;
    let pid = i32::try_from(child.id()).map_err(|error| error.to_string())?;
    shell::write(&pid_file, &format!("{pid}\n"))?;

    let mut ended = false;
    // Ten thousand partitions that were not closed take it two minutes.
    let ready = shell::wait_until(Duration::from_secs(300), || {
        ended = child.try_wait().is_ok_and(|status| status.is_some());
        ended || probe::serves(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    });
    if ended || !ready {
        if !ended {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_file(&pid_file);
        return Err(format!("Kafka did not come up on port {port}; its log: {}", log.display()));
    }
    Ok(Started { pid, port, log })
}

/// Stops the broker on this port, or every broker started here, with SIGTERM, and waits for a clean end.
pub fn stop(port: Option<u16>) -> Outcome {
    let run = folder().join("run");
    let Ok(entries) = std::fs::read_dir(&run) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let Some(name) = name.strip_suffix(".pid") else { continue };
        if port.is_some_and(|port| name != port.to_string()) {
            continue;
        }
        stop_by_file(&path)?;
    }
    Ok(())
}

/// Stops the broker that was started under this name.
pub fn stop_named(name: &str) -> Outcome {
    stop_by_file(&folder().join("run").join(format!("{name}.pid")))
}

fn stop_by_file(pid_file: &Path) -> Outcome {
    if let Some(pid) = running(pid_file) {
        end_process(pid, Duration::from_secs(60))?;
    }
    let _ = std::fs::remove_file(pid_file);
    Ok(())
}

/// SIGTERM, then SIGKILL when the time is over. Works for our own children and for processes of an earlier run.
pub fn end_process(pid: i32, limit: Duration) -> Outcome {
    let Some(process) = Pid::from_raw(pid) else { return Ok(()) };
    let _ = kill_process(process, Signal::TERM);
    if shell::wait_until(limit, || !alive(pid)) {
        return Ok(());
    }
    let _ = kill_process(process, Signal::KILL);
    shell::wait_until(Duration::from_secs(5), || !alive(pid));
    Err(format!("process {pid} did not stop within {limit:?} of SIGTERM and was killed"))
}

/// The process named in the file, if it lives and is a Kafka (a pid can be used again by another program).
fn running(pid_file: &Path) -> Option<i32> {
    let pid: i32 = std::fs::read_to_string(pid_file).ok()?.trim().parse().ok()?;
    let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    (command.contains("kafka.Kafka") && alive(pid)).then_some(pid)
}

/// Whether the process lives. A zombie (our own child, not yet waited for) counts as ended.
fn alive(pid: i32) -> bool {
    let Some(process) = Pid::from_raw(pid) else { return false };
    let zombie = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| stat.rsplit_once(") ").map(|(_, rest)| rest.starts_with('Z')))
        .unwrap_or(true);
    test_kill_process(process).is_ok() && !zombie
}

fn format(options: &Options, properties: &Path) -> Outcome {
    let mut command = java("kafka.tools.StorageTool");
    command.args(["format", "--standalone", "--cluster-id", &random_uuid()?, "--config"]);
    command.arg(properties).args(&options.format).stdout(Stdio::null());
    shell::run(&mut command)
}

/// Our defaults make one node serve everything; what the caller sets wins.
fn server_properties(options: &Options, data: &Path) -> String {
    let port = options.port;
    let mut settings: Vec<(String, String)> = [
        ("process.roles", "broker,controller".to_owned()),
        ("node.id", "1".to_owned()),
        ("listeners", format!("PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{}", port + 1)),
        ("advertised.listeners", format!("PLAINTEXT://127.0.0.1:{port}")),
        ("controller.listener.names", "CONTROLLER".to_owned()),
        ("controller.quorum.bootstrap.servers", format!("127.0.0.1:{}", port + 1)),
        ("inter.broker.listener.name", "PLAINTEXT".to_owned()),
        ("log.dirs", data.display().to_string()),
        ("offsets.topic.replication.factor", "1".to_owned()),
        ("transaction.state.log.replication.factor", "1".to_owned()),
        ("transaction.state.log.min.isr", "1".to_owned()),
        ("share.coordinator.state.topic.replication.factor", "1".to_owned()),
        ("share.coordinator.state.topic.min.isr", "1".to_owned()),
        ("group.initial.rebalance.delay.ms", "0".to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    for (key, value) in &options.config {
        settings.retain(|(known, _)| known != key);
        settings.push((key.clone(), value.clone()));
    }
    settings.iter().map(|(key, value)| format!("{key}={value}\n")).collect()
}

/// A random id in Kafka's form: 16 bytes, URL-safe base64 without padding, not starting with a dash.
fn random_uuid() -> Result<String, String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|error| error.to_string())?;
    bytes[0] &= 0x7f;
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, i| word << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    Ok(text)
}

/// What Kafka's own start script gives a broker.
const PRODUCTION_JVM_FLAGS: &[&str] = &[
    "-Xmx1G",
    "-Xms1G",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-Djava.awt.headless=true",
];
