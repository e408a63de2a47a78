//! `thalweg txn …`.

use std::time::Duration;

use clap::Subcommand;

use super::parse_duration;

/// List, describe and abort transactions
#[derive(Debug, Subcommand)]
pub enum TxnCommand {
    /// Transactional ids and where their transactions stand
    List(TxnListArgs),
    /// Producer, age and partitions of transactions
    Describe(TxnDescribeArgs),
    /// End transactions that nobody will end
    Abort(TxnAbortArgs),
}

/// Transactional ids and where their transactions stand.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg txn list --state Ongoing --longer-than 1m
  thalweg txn list --match 'orders-.*' --watch")]
pub struct TxnListArgs {
    /// Only those in this state (Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort); may be
    /// repeated
    #[arg(short, long = "state", value_name = "STATE")]
    pub states: Vec<String>,
    /// Only those that have been open for longer
    #[arg(short, long, value_parser = parse_duration, value_name = "TIME")]
    pub longer_than: Option<Duration>,
    /// Only ids that match this regular expression as a whole
    #[arg(short, long = "match", value_name = "REGEX")]
    pub pattern: Option<String>,
    /// Show it again every two seconds until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
}

/// Producer, age and partitions of transactions.
#[derive(Debug, clap::Args)]
pub struct TxnDescribeArgs {
    /// Transactional ids
    #[arg(required = true)]
    pub ids: Vec<String>,
}

/// End transactions that nobody will end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
By its id a transaction is aborted by its coordinator, and the producer that has it is fenced. A transaction that no
coordinator knows of any more, but that still holds readers of committed records back, is ended where it hangs:
  thalweg txn abort orders-7 --yes
  thalweg txn abort --topic orders --partition 3 --yes
Without --yes only what would be done is shown.")]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub struct TxnAbortArgs {
    /// Transactional id
    #[arg(group = "what")]
    pub id: Option<String>,
    /// Topic in which a transaction hangs
    #[arg(long, group = "what", requires = "partition")]
    pub topic: Option<String>,
    /// Its partition
    #[arg(long, requires = "topic")]
    pub partition: Option<i32>,
    /// Only the transaction of this producer, where several hang
    #[arg(long, requires = "topic", value_name = "ID")]
    pub producer_id: Option<i64>,
    /// Do it
    #[arg(short, long)]
    pub yes: bool,
}
