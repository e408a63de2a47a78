//! `thalweg serve`.

use std::path::PathBuf;

/// Run a broker.
///
/// Without any option it keeps its data in ./thalweg-data, which it prepares on the first start, and listens
/// on 127.0.0.1:9092, where only programs on this machine reach it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg serve
  thalweg serve --data /var/lib/thalweg --listen 0.0.0.0:9092 --advertise auto --insecure
  thalweg serve --config server.properties -X num.partitions=6
Settings: option > KAFKA_* environment > file > default. `thalweg config explain KEY` says what one means.
Stop it with Ctrl-C; a second Ctrl-C stops it at once.")]
pub struct ServeArgs {
    /// Apache Kafka's configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the data lives (log.dirs)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address to listen on (listeners)
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Address that clients are told (advertised.listeners); auto: the one each of them has used
    #[arg(long, value_name = "auto|HOST:PORT")]
    pub advertise: Option<String>,
    /// Address of metrics and health over HTTP
    #[arg(long, value_name = "HOST:PORT|off")]
    pub admin: Option<String>,
    /// Accept that anyone who reaches the address may read and write everything
    #[arg(long)]
    pub insecure: bool,
    /// Any setting of Apache Kafka's broker; may be repeated
    #[arg(short = 'X', value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl ServeArgs {
    /// The options that stand for a setting, as `key=value`, weakest first: `-X` wins over them.
    pub fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if let Some(data) = &self.data {
            flags.push(format!("log.dirs={}", data.display()));
        }
        if let Some(listen) = &self.listen {
            flags.push(format!("listeners=PLAINTEXT://{listen}"));
        }
        if let Some(advertise) = &self.advertise {
            flags.push(format!("advertised.listeners=PLAINTEXT://{advertise}"));
        }
        if self.insecure {
            flags.push("thalweg.insecure=true".to_owned());
        }
        flags.extend(self.set.iter().cloned());
        flags
    }
}
