//! `thalweg topic …`.

use clap::Subcommand;

use super::parse_pair;

/// Create, list, describe, change and delete topics
#[derive(Debug, Subcommand)]
pub enum TopicCommand {
    /// Names of all topics
    List(ListArgs),
    /// Make topics
    Create(CreateArgs),
    /// Partitions, replicas, offsets and settings of topics
    Describe(DescribeArgs),
    /// Change settings of a topic
    Alter(AlterArgs),
    /// Give a topic more partitions
    AddPartitions(AddPartitionsArgs),
    /// Delete topics and everything in them
    Delete(DeleteArgs),
}

/// Names of all topics.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Show Kafka's own topics too
    #[arg(short, long)]
    pub internal: bool,
    /// Print it again every two seconds until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
}

/// Make topics.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg topic create orders --partitions 6
  thalweg topic create users --config cleanup.policy=compact --config max.message.bytes=2097152
`thalweg config explain KEY` says what a setting means.")]
pub struct CreateArgs {
    /// Names of the topics
    #[arg(required = true)]
    pub names: Vec<String>,
    /// How many partitions; the broker's num.partitions if not given
    #[arg(short, long, value_name = "N")]
    pub partitions: Option<i32>,
    /// How many replicas; the broker's default.replication.factor if not given
    #[arg(short, long, value_name = "N")]
    pub replicas: Option<i16>,
    /// Setting of the topic; may be repeated
    #[arg(short = 'c', long = "config", value_parser = parse_pair, value_name = "KEY=VALUE")]
    pub configs: Vec<(String, String)>,
    /// A topic that exists already is fine
    #[arg(long)]
    pub if_not_exists: bool,
    /// Only check whether it could be created
    #[arg(long)]
    pub dry_run: bool,
}

/// Partitions, replicas, offsets and settings of topics.
#[derive(Debug, clap::Args)]
pub struct DescribeArgs {
    /// Names of the topics
    #[arg(required = true)]
    pub names: Vec<String>,
    /// Show every setting, not only those that differ from the default
    #[arg(short, long)]
    pub all: bool,
}

/// Change settings of a topic.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg topic alter orders --config retention.ms=86400000
  thalweg topic alter orders --unset retention.ms")]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
pub struct AlterArgs {
    /// Name of the topic
    pub name: String,
    /// Setting to change; may be repeated
    #[arg(short = 'c', long = "config", value_parser = parse_pair, value_name = "KEY=VALUE", group = "change")]
    pub configs: Vec<(String, String)>,
    /// Setting to return to its default; may be repeated
    #[arg(long, value_name = "KEY", group = "change")]
    pub unset: Vec<String>,
}

/// Give a topic more partitions.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example: thalweg topic add-partitions orders --total 12
Records that are there stay where they are; new records of a key may go to another partition than old ones.")]
#[command(group(clap::ArgGroup::new("count").required(true)))]
pub struct AddPartitionsArgs {
    /// Name of the topic
    pub name: String,
    /// So many in all
    #[arg(short, long, value_name = "N", group = "count")]
    pub total: Option<i32>,
    /// So many more
    #[arg(short = 'n', long, value_name = "N", group = "count")]
    pub add: Option<i32>,
}

/// Delete topics and everything in them.
#[derive(Debug, clap::Args)]
pub struct DeleteArgs {
    /// Names of the topics
    #[arg(required = true)]
    pub names: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// A topic that does not exist is fine
    #[arg(long)]
    pub if_exists: bool,
}
