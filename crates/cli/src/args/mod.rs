//! The command line as types: every verb, option and help text. Decides what can be asked; never does it.

mod audit;
mod bench;
mod doctor;
mod generate;
mod group;
mod records;
mod security;
mod serve;
mod topic;
mod txn;

use std::time::Duration;

use clap::{Parser, Subcommand};
use thalweg_client::calls::ConfigResource;

pub use audit::AuditCommand;
pub use bench::{BenchCommand, BenchShared, ConsumeBench, LatencyBench, ProduceBench};
pub use doctor::{DoctorArgs, ExplainArgs};
pub use generate::{CertsArgs, ClientConfigArgs, GenerateCommand};
pub use group::{GroupCommand, GroupDeleteArgs, GroupResetArgs, ResetTo};
pub use records::{CodecName, ConsumeArgs, OffsetArg, ProduceArgs, TailArgs};
pub use security::{
    AclCheckArgs, AclCommand, AclFilterArgs, AclRuleArgs, EntityArgs, QuotaCommand, ResourceArgs, UserCommand,
};
pub use serve::ServeArgs;
pub use topic::{AddPartitionsArgs, AlterArgs, CreateArgs, DeleteArgs, DescribeArgs, ListArgs, TopicCommand};
pub use txn::{TxnAbortArgs, TxnCommand, TxnDescribeArgs, TxnListArgs};

use crate::output::Format;

const EXAMPLES: &str = "\
First steps:
  thalweg serve                              start a broker here, data in ./thalweg-data
  thalweg topic create hello                 in a second terminal: a topic
  echo 'hello world' | thalweg produce hello write a record
  thalweg consume hello -O start -e          read everything that is there

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such topic or key, 5 no answer in time.
Any Apache Kafka client works with Thalweg, and this command works with any Apache Kafka broker.";

/// A message log that every Apache Kafka client can use, in one binary.
#[derive(Debug, Parser)]
#[command(name = "thalweg", version, after_help = EXAMPLES, disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every verb takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Shared {
    /// Brokers to begin with; one that answers is enough
    #[arg(
        short,
        long,
        global = true,
        env = "THALWEG_BROKERS",
        default_value = "127.0.0.1:9092",
        value_delimiter = ',',
        value_name = "HOST:PORT"
    )]
    pub brokers: Vec<String>,
    /// Properties of Kafka's clients for brokers that want TLS or a login
    #[arg(long, global = true, env = "THALWEG_COMMAND_CONFIG", value_name = "FILE")]
    pub command_config: Option<std::path::PathBuf>,
    /// Form of the output
    #[arg(short, long, global = true, value_enum, default_value = "table", hide_possible_values = false)]
    pub output: Format,
    /// Longest wait for an answer, such as 500ms, 10s or 2m
    #[arg(long, global = true, default_value = "30s", value_parser = parse_duration, value_name = "TIME")]
    pub timeout: Duration,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a broker
    Serve(ServeArgs),
    /// Write records to a topic, from arguments or from lines on standard input
    Produce(ProduceArgs),
    /// Read records of a topic
    Consume(ConsumeArgs),
    /// Show a topic's last records and then every new one
    Tail(TailArgs),
    /// Create, list, describe, change and delete topics
    #[command(subcommand)]
    Topic(TopicCommand),
    /// List, describe, reset and delete groups of consumers, and see how far they lag
    #[command(subcommand)]
    Group(GroupCommand),
    /// Show, add, remove and check rules about who may do what
    #[command(subcommand)]
    Acl(AclCommand),
    /// Users that log in by SCRAM
    #[command(subcommand)]
    User(UserCommand),
    /// Check an audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Limits of users, client ids and addresses
    #[command(subcommand)]
    Quota(QuotaCommand),
    /// List, describe and abort transactions
    #[command(subcommand)]
    Txn(TxnCommand),
    /// Measure a broker: throughput and latency, honestly
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Look up settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Say what a log line of a broker or an error code of Kafka means, and what to do
    Explain(ExplainArgs),
    /// Look for what would go wrong with a broker on this machine
    Doctor(DoctorArgs),
    /// Make certificates, or the properties a client connects with
    #[command(subcommand)]
    Generate(GenerateCommand),
    /// Print version and protocol level
    Version,
    /// Print a completion script for a shell
    #[command(after_help = "For bash: thalweg completions bash > /etc/bash_completion.d/thalweg")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// `config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say what a setting means: type, unit, default, range, whether it can change at run time
    #[command(after_help = "Example: thalweg config explain retention.ms")]
    Explain {
        /// The key, such as retention.ms
        key: String,
        /// Also say what this file sets it to
        #[arg(long, value_name = "FILE")]
        config: Option<std::path::PathBuf>,
    },
    /// Show settings of a topic, a broker, all brokers, a group, a client metrics subscription or a broker's loggers
    #[command(
        after_help = "Examples:\n  thalweg config get topic:orders\n  thalweg config get broker:1 message.max.bytes"
    )]
    Get {
        /// topic:NAME, broker:ID, brokers, group:NAME, client-metrics:NAME or logger:ID
        #[arg(value_parser = parse_resource)]
        resource: ConfigResource,
        /// Only these keys
        keys: Vec<String>,
        /// Also what nobody has set
        #[arg(short, long)]
        all: bool,
    },
    /// Change settings while the brokers run
    #[command(
        after_help = "Example: thalweg config set topic:orders retention.ms=86400000 --unset segment.ms"
    )]
    Set {
        /// topic:NAME, broker:ID, brokers, group:NAME, client-metrics:NAME or logger:ID
        #[arg(value_parser = parse_resource)]
        resource: ConfigResource,
        /// New values
        #[arg(value_name = "KEY=VALUE", value_parser = parse_pair)]
        values: Vec<(String, String)>,
        /// Back to the default
        #[arg(long, value_name = "KEY")]
        unset: Vec<String>,
        /// Add to a list
        #[arg(long, value_name = "KEY=VALUE", value_parser = parse_pair)]
        append: Vec<(String, String)>,
        /// Take from a list
        #[arg(long, value_name = "KEY=VALUE", value_parser = parse_pair)]
        subtract: Vec<(String, String)>,
    },
    /// Show where two resources' settings differ
    #[command(after_help = "Example: thalweg config diff topic:orders topic:orders-copy")]
    Diff {
        /// One resource, as for `config get`
        #[arg(value_parser = parse_resource)]
        one: ConfigResource,
        /// The other
        #[arg(value_parser = parse_resource)]
        other: ConfigResource,
    },
}

/// `topic:NAME`, `broker:ID`, `brokers`, `group:NAME`, `client-metrics:NAME` or `logger:ID`.
pub fn parse_resource(text: &str) -> Result<ConfigResource, String> {
    let id = |text: &str| text.parse().map_err(|_| format!("'{text}' is no broker's id"));
    match text.split_once(':') {
        Some(("topic", name)) if !name.is_empty() => Ok(ConfigResource::Topic(name.to_owned())),
        Some(("group", name)) if !name.is_empty() => Ok(ConfigResource::Group(name.to_owned())),
        Some(("client-metrics", name)) if !name.is_empty() => {
            Ok(ConfigResource::ClientMetrics(name.to_owned()))
        }
        Some(("broker", text)) => Ok(ConfigResource::Broker(id(text)?)),
        Some(("logger", text)) => Ok(ConfigResource::Loggers(id(text)?)),
        None if text == "brokers" => Ok(ConfigResource::AllBrokers),
        _ => {
            Err("write topic:NAME, broker:ID, brokers, group:NAME, client-metrics:NAME or logger:ID"
                .to_owned())
        }
    }
}

/// A duration with its unit: `500ms`, `10s`, `2m`, `1h`, `1d`; a bare number is seconds.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| "write it as 500ms, 10s, 2m, 1h or 1d".to_owned())?;
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return Err(format!("unknown unit '{unit}'; use ms, s, m, h or d")),
    };
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "that is too long".to_owned())
}

/// A size with its unit: `512`, `16KiB`, `1MiB`, `1k` (k, M, G are powers of 1024 too).
pub fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| "write it as 512, 16KiB or 1MiB".to_owned())?;
    let factor = match unit.to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err(format!("unknown unit '{unit}'; use KiB, MiB or GiB")),
    };
    number.checked_mul(factor).ok_or_else(|| "that is too much".to_owned())
}

/// `NAME=VALUE`, split at the first `=`.
pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests;
