//! `thalweg produce`, `consume` and `tail`.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use thalweg_records::Compression;

use super::{parse_duration, parse_pair, parse_size};

/// Compression of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum CodecName {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

impl CodecName {
    /// At Kafka's default level.
    pub fn compression(self) -> Compression {
        match self {
            Self::None => Compression::None,
            Self::Gzip => Compression::Gzip { level: -1 },
            Self::Snappy => Compression::Snappy,
            Self::Lz4 => Compression::Lz4,
            Self::Zstd => Compression::Zstd { level: 3 },
        }
    }
}

/// `all`, 1 or 0.
fn parse_acks(text: &str) -> Result<i16, String> {
    match text {
        "all" | "-1" => Ok(-1),
        "1" => Ok(1),
        "0" => Ok(0),
        _ => Err("acks is all, 1 or 0".to_owned()),
    }
}

/// Write records to a topic.
///
/// Each VALUE is a record. Without any, each line of standard input is one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg produce orders 'first' 'second'
  thalweg produce orders --create < orders.jsonl
  thalweg produce orders -k customer-7 -H source=web '{\"item\": 3}'
  cat pairs.tsv | thalweg produce orders --key-delimiter $'\\t' -z zstd")]
pub struct ProduceArgs {
    /// The topic
    pub topic: String,
    /// Records to write
    pub values: Vec<String>,
    /// Key of every record
    #[arg(short, long, conflicts_with = "key_delimiter")]
    pub key: Option<String>,
    /// Each line is a key, this text, and a value
    #[arg(short = 'K', long, value_name = "TEXT")]
    pub key_delimiter: Option<String>,
    /// Header of every record; may be repeated
    #[arg(short = 'H', long = "header", value_parser = parse_pair, value_name = "NAME=VALUE")]
    pub headers: Vec<(String, String)>,
    /// Create the topic if it does not exist
    #[arg(long)]
    pub create: bool,
    /// Write to this partition only
    #[arg(short, long, value_name = "N")]
    pub partition: Option<i32>,
    /// Compression
    #[arg(short = 'z', long, value_enum, default_value = "none")]
    pub codec: CodecName,
    /// Who must have a record before it counts as written: all in-sync replicas, the leader (1), nobody (0)
    #[arg(short, long, default_value = "all", value_parser = parse_acks, value_name = "all|1|0")]
    pub acks: i16,
    /// An empty value is a tombstone: it deletes its key in a compacted topic
    #[arg(short = 'Z', long)]
    pub tombstone: bool,
    /// Size at which a batch is sent
    #[arg(long, default_value = "256KiB", value_parser = parse_size, value_name = "SIZE")]
    pub batch_size: u64,
    /// How long a batch waits for more records
    #[arg(long, default_value = "5ms", value_parser = parse_duration, value_name = "TIME")]
    pub linger: Duration,
    /// Do not ask the broker to drop repeated batches
    #[arg(long)]
    pub no_idempotence: bool,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetArg {
    /// The oldest record.
    Start,
    /// Only what comes from now on.
    End,
    /// So many records behind the start of each partition.
    AfterStart(i64),
    /// So many records before the end of each partition.
    BeforeEnd(i64),
    /// This offset in each partition.
    Exact(i64),
    /// The first record of this time or later; milliseconds since 1970.
    At(i64),
    /// The first record of the last so many milliseconds.
    Ago(i64),
}

impl FromStr for OffsetArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const HELP: &str = "write start, end, an offset, +N, -N, @TIMESTAMP or @-1h";
        let count = |digits: &str| match digits.parse::<i64>() {
            Ok(count) if count >= 0 => Ok(count),
            _ => Err(HELP.to_owned()),
        };
        match text {
            "start" | "earliest" | "beginning" => return Ok(Self::Start),
            "end" | "latest" => return Ok(Self::End),
            _ => {}
        }
        if let Some(ago) = text.strip_prefix("@-") {
            return Ok(Self::Ago(i64::try_from(parse_duration(ago)?.as_millis()).unwrap_or(i64::MAX)));
        }
        if let Some(time) = text.strip_prefix('@') {
            return crate::time::parse_timestamp(time).map(Self::At);
        }
        if let Some(digits) = text.strip_prefix('+') {
            return count(digits).map(Self::AfterStart);
        }
        if let Some(digits) = text.strip_prefix('-') {
            return count(digits).map(Self::BeforeEnd);
        }
        count(text).map(Self::Exact)
    }
}

/// Read records of a topic.
///
/// Prints each value on a line of its own and goes on until Ctrl-C, unless -n or -e says otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg consume orders -O start -e            everything there is, then stop
  thalweg consume orders -O -10 -n 10           the last ten of each partition, ten in all
  thalweg consume orders -O @2026-01-31T12:00:00Z
  thalweg consume orders -O @-1h -o json        the last hour, one JSON object a line
  thalweg consume orders -f '%p/%o %k: %v\\n'
  thalweg consume orders -g billing             go on where the group is; several share the partitions
In FORMAT: %t topic, %p partition, %o offset, %T timestamp (ms), %k key, %v value, %h headers, %% percent,
\\n newline, \\t tab.")]
pub struct ConsumeArgs {
    /// The topic
    pub topic: String,
    /// Where to begin: start, end, an offset, +N after the start, -N before the end, @TIMESTAMP
    #[arg(short = 'O', long, default_value = "end", allow_hyphen_values = true, value_name = "WHERE")]
    pub offset: OffsetArg,
    /// Stop after so many records
    #[arg(short, long, value_name = "N")]
    pub number: Option<u64>,
    /// Only these partitions; may be repeated
    #[arg(short, long = "partition", value_name = "P", conflicts_with = "group")]
    pub partitions: Vec<i32>,
    /// As a member of this group: begin where it is (-O says where it has not been), commit how far it comes
    #[arg(short, long, value_name = "GROUP")]
    pub group: Option<String>,
    /// How often a member of a group commits
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration, requires = "group")]
    pub commit_every: Duration,
    /// Stop at the records that are there now
    #[arg(short, long)]
    pub exit_at_end: bool,
    /// What to print of each record
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Leave out what open or aborted transactions wrote
    #[arg(long)]
    pub read_committed: bool,
}

/// Show a topic's last records and then every new one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: thalweg tail orders -n 20")]
pub struct TailArgs {
    /// The topic
    pub topic: String,
    /// How many of each partition's last records
    #[arg(short, long, default_value = "10", value_name = "N")]
    pub number: u32,
    /// What to print of each record; see consume --help
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<String>,
}
