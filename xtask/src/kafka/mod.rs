//! `cargo xtask kafka`: real Apache Kafka as oracle and rival. Parses the command line; `install` fetches it,
//! `broker` runs it.

use std::path::PathBuf;
use std::process::Command;

pub mod broker;
pub mod install;

use crate::{Outcome, shell};

/// The release that Thalweg is compared with.
pub const KAFKA_VERSION: &str = "4.4.0";
/// The newest release of the command line tools on Maven Central.
pub const TOOLS_VERSION: &str = "4.3.1";

/// Runs one `kafka` subcommand.
pub fn command(arguments: &[String]) -> Outcome {
    let Some((verb, rest)) = arguments.split_first() else {
        return Err("say install, start, stop or run".to_owned());
    };
    match verb.as_str() {
        "install" => {
            install::install()?;
            println!("Apache Kafka {KAFKA_VERSION} is in {}", folder().display());
            Ok(())
        }
        "start" => {
            let started = broker::start(&parse_start(rest)?)?;
            println!("pid {} port {} log {}", started.pid, started.port, started.log.display());
            Ok(())
        }
        "stop" => {
            let mut port = None;
            let mut words = rest.iter();
            while let Some(word) = words.next() {
                match word.as_str() {
                    "--port" => port = Some(number(words.next(), "--port")?),
                    other => return Err(format!("`kafka stop` knows no `{other}`")),
                }
            }
            broker::stop(port)
        }
        "run" => {
            let Some((class, rest)) = rest.split_first() else {
                return Err("name a class, e.g. org.apache.kafka.tools.DumpLogSegments".to_owned());
            };
            install::install()?;
            shell::run(java(class).args(rest))
        }
        other => Err(format!("`kafka` knows no `{other}`; say install, start, stop or run")),
    }
}

/// Where Kafka lives.
pub fn folder() -> PathBuf {
    shell::fetched().join("kafka")
}

/// A JVM that runs a class of 4.4.0 (the broker, the formatter) or, for the command line tools, of 4.3.1 with all
/// its own jars: the two do not mix (4.3.1's DumpLogSegments misses methods in 4.4.0's).
pub fn java(class: &str) -> Command {
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]);
    let folder = folder();
    let path = if class.starts_with("org.apache.kafka.tools.") || class.starts_with("kafka.admin.") {
        format!("{}/tools-libs/*", folder.display())
    } else {
        format!("{}/libs/*", folder.display())
    };
    command.arg(path);
    command.arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.arg(format!("-Dlog4j2.configurationFile={}", folder.join("log4j2-tools.properties").display()));
    command.arg(class);
    command
}

fn parse_start(arguments: &[String]) -> Result<broker::Options, String> {
    let mut options = broker::Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => options.port = number(words.next(), "--port")?,
            "--data" => options.data = Some(words.next().ok_or("--data wants a folder")?.into()),
            "--config" => {
                let pair =
                    words.next().and_then(|pair| pair.split_once('=')).ok_or("--config wants KEY=VALUE")?;
                options.config.push((pair.0.to_owned(), pair.1.to_owned()));
            }
            "--format" => options.format.push(words.next().ok_or("--format wants an argument")?.clone()),
            "--cpu" => options.cpus = Some(words.next().ok_or("--cpu wants a core number")?.clone()),
            other => return Err(format!("`kafka start` knows no `{other}`")),
        }
    }
    Ok(options)
}

fn number(word: Option<&String>, flag: &str) -> Result<u16, String> {
    word.and_then(|word| word.parse().ok()).ok_or_else(|| format!("{flag} wants a port number"))
}
