//! Starts the broker that a suite is judged against, with the profile of `compat/profile.toml`: our release binary,
//! or real Kafka as oracle. One broker on 127.0.0.1:9092, in the network namespace that the caller has already
//! entered.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::suite::Suite;
use crate::{Outcome, kafka, probe, shell};

/// The port that several suites have wired in.
pub const PORT: u16 = 9092;

/// profile.toml as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    both: BTreeMap<String, String>,
    kafka: BTreeMap<String, String>,
    thalweg: BTreeMap<String, String>,
}

/// A broker under test.
pub enum Broker {
    /// Real Kafka, known by its pid file.
    Kafka { log: PathBuf, run_name: String },
    /// Our binary.
    Thalweg { child: Child, log: PathBuf },
}

/// Starts a broker on an empty data directory and returns once it serves.
pub fn start(suite: &Suite, real_kafka: bool, data: &Path) -> Result<Broker, String> {
    let path = shell::root().join("compat/profile.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read profile.toml: {error}"))?;
    let profile: Profile = toml::from_str(&text).map_err(|error| format!("profile.toml: {error}"))?;
    let mut settings = profile.both;
    settings.extend(if real_kafka { profile.kafka } else { profile.thalweg });
    if let Some(port) = suite.sasl_port {
        settings.extend(sasl_listener(suite, port, real_kafka));
    }
    settings.extend(suite.broker.clone());
    if real_kafka { start_kafka(suite, settings, data) } else { start_thalweg(suite, settings, data) }
}

/// The settings of a second listener with the users that the suites have wired in. SCRAM users are in the metadata:
/// who needs them makes them.
fn sasl_listener(suite: &Suite, port: u16, real_kafka: bool) -> Vec<(String, String)> {
    let host = &suite.advertise;
    let controller =
        if real_kafka { format!(",CONTROLLER://127.0.0.1:{}", PORT + 10) } else { String::new() };
    let module = |name| format!("org.apache.kafka.common.security.{name} required");
    let plain = format!(
        "{} user_admin=\"admin-secret\" user_adminplain=\"admin-secret\";",
        module("plain.PlainLoginModule")
    );
    let scram = format!("{};", module("scram.ScramLoginModule"));
    let mechanism = |name: &str| format!("listener.name.sasl_plaintext.{name}.sasl.jaas.config");
    let mut settings = vec![
        (
            "listeners".to_owned(),
            format!("PLAINTEXT://127.0.0.1:{PORT},SASL_PLAINTEXT://127.0.0.1:{port}{controller}"),
        ),
        (
            "advertised.listeners".to_owned(),
            format!("PLAINTEXT://{host}:{PORT},SASL_PLAINTEXT://{host}:{port}"),
        ),
        ("sasl.enabled.mechanisms".to_owned(), "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512".to_owned()),
        (mechanism("plain"), plain),
        (mechanism("scram-sha-256"), scram.clone()),
        (mechanism("scram-sha-512"), scram),
        ("super.users".to_owned(), "User:ANONYMOUS;User:admin;User:adminplain".to_owned()),
    ];
    if real_kafka {
        let map = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT";
        settings.push(("listener.security.protocol.map".to_owned(), map.to_owned()));
        settings.push(("controller.quorum.bootstrap.servers".to_owned(), format!("127.0.0.1:{}", PORT + 10)));
    }
    settings
}

fn start_kafka(suite: &Suite, settings: BTreeMap<String, String>, data: &Path) -> Result<Broker, String> {
    let mut config: Vec<_> = settings.into_iter().collect();
    if suite.sasl_port.is_none() {
        config.push(("advertised.listeners".to_owned(), format!("PLAINTEXT://{}:{PORT}", suite.advertise)));
    }
    let run_name = format!("compat-{}", suite.name);
    let started = kafka::broker::start(&kafka::broker::Options {
        port: PORT,
        data: Some(data.to_owned()),
        config,
        run_name: Some(run_name.clone()),
        ..kafka::broker::Options::default()
    })?;
    Ok(Broker::Kafka { log: started.log, run_name })
}

fn start_thalweg(suite: &Suite, settings: BTreeMap<String, String>, data: &Path) -> Result<Broker, String> {
    let log = suite.work().join("broker.log");
    let output = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    let mut command = Command::new(binary());
    command.arg("serve").arg("--data").arg(data);
    command.args(["--listen", &format!("127.0.0.1:{PORT}"), "--admin", "off"]);
    command.args(["--advertise", &format!("{}:{PORT}", suite.advertise)]);
    for (key, value) in settings {
        command.args(["-X", &format!("{key}={value}")]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", binary().display()))?;
    let mut ended = false;
    let ready = shell::wait_until(Duration::from_secs(20), || {
        ended = child.try_wait().is_ok_and(|status| status.is_some());
        ended || probe::serves((std::net::Ipv4Addr::LOCALHOST, PORT).into())
    });
    if ended || !ready {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("did not come up: {}", last_line(&log)));
    }
    Ok(Broker::Thalweg { child, log })
}

/// Our release binary; `THALWEG` names another one.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("THALWEG") {
        return path.into();
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from);
    target.join("release/thalweg")
}

impl Broker {
    /// Stops it cleanly. An error says what it did wrong while it ran: died, panicked, did not stop.
    pub fn stop(self) -> Outcome {
        match self {
            Broker::Kafka { log, run_name } => {
                kafka::broker::stop_named(&run_name).map_err(|error| format!("{error}; {}", log.display()))
            }
            Broker::Thalweg { mut child, log } => {
                if let Ok(Some(status)) = child.try_wait() {
                    return Err(format!("died ({status}): {}", last_line(&log)));
                }
                let pid = i32::try_from(child.id()).map_err(|error| error.to_string())?;
                let stopped = kafka::broker::end_process(pid, Duration::from_secs(20));
                let status = child.wait().map_err(|error| error.to_string())?;
                stopped.map_err(|error| format!("did not stop: {error}"))?;
                let text = std::fs::read(&log).unwrap_or_default();
                if let Some(line) =
                    String::from_utf8_lossy(&text).lines().find(|line| line.contains("panicked at"))
                {
                    return Err(format!("panicked: {line}"));
                }
                if status.success() {
                    Ok(())
                } else {
                    Err(format!("stopped with {status}: {}", last_line(&log)))
                }
            }
        }
    }
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("its log is empty");
    line.to_owned()
}
