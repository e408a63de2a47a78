//! `thalweg doctor`, `thalweg explain`.

use std::path::PathBuf;

/// Look at this machine and at the settings a broker would have here, and at how clients reach a running broker.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg doctor --config server.properties
  thalweg doctor --data /var/lib/thalweg --brokers broker.example:9092
Give it the options of `thalweg serve`, as the user that will run it. Exit code 1: something would lose data or not work.")]
pub struct DoctorArgs {
    /// Apache Kafka's configuration file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the data lives (log.dirs)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Any setting of Apache Kafka's broker; may be repeated
    #[arg(short = 'X', value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// Say what a log line of a broker or an error code of Kafka means, and what to do.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg explain log_directory_offline
  thalweg explain NOT_ENOUGH_REPLICAS
  thalweg explain 29")]
pub struct ExplainArgs {
    /// The name at the beginning of a log line, or the name or number of an error; without it all are listed
    #[arg(allow_negative_numbers = true)]
    pub code: Option<String>,
}
