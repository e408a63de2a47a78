//! `thalweg bench …`.

use std::time::Duration;

use clap::Subcommand;

use super::{CodecName, parse_duration, parse_size};

/// Measure a broker: throughput and latency, honestly
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Write as fast as the broker takes it, or at a rate
    Produce(ProduceBench),
    /// Read what is there as fast as it comes
    Consume(ConsumeBench),
    /// Time from a record's scheduled sending until a waiting reader has it
    Latency(LatencyBench),
}

/// What all benchmarks need.
#[derive(Clone, Debug, clap::Args)]
pub struct BenchShared {
    /// The topic; created, and deleted afterwards, if not given
    #[arg(long)]
    pub topic: Option<String>,
    /// Partitions of a topic that is created
    #[arg(long, default_value = "8", value_name = "N")]
    pub partitions: i32,
    /// How long to measure
    #[arg(short, long, default_value = "10s", value_parser = parse_duration, value_name = "TIME")]
    pub duration: Duration,
    /// How long to run before measuring
    #[arg(long, default_value = "2s", value_parser = parse_duration, value_name = "TIME")]
    pub warm_up: Duration,
}

/// Write as fast as the broker takes it, or at a rate.
///
/// Batches are built before the clock starts. Closed loop: every connection sends the next batch when one is
/// acknowledged. Open loop (--rate): batches are sent when they are due, however late the answers are, and
/// latency counts from the time a batch was due.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  thalweg bench produce
  thalweg bench produce --rate 100000 --record-size 100 --batch-size 16KiB
  thalweg bench produce --batch-size 1MiB --record-size 1KiB --connections 8 -z lz4")]
pub struct ProduceBench {
    #[command(flatten)]
    pub shared: BenchShared,
    /// Records a second, over all connections; as fast as possible if not given
    #[arg(short, long, value_name = "N")]
    pub rate: Option<u64>,
    /// Bytes of a value
    #[arg(short = 's', long, default_value = "100", value_parser = parse_size, value_name = "SIZE")]
    pub record_size: u64,
    /// Bytes of a batch before compression
    #[arg(long, default_value = "16KiB", value_parser = parse_size, value_name = "SIZE")]
    pub batch_size: u64,
    /// Connections
    #[arg(short, long, default_value = "8", value_name = "N")]
    pub connections: usize,
    /// Batches on the wire per connection
    #[arg(long, default_value = "1", value_name = "N")]
    pub in_flight: usize,
    /// Compression
    #[arg(short = 'z', long, value_enum, default_value = "none")]
    pub codec: CodecName,
    /// all or 1
    #[arg(short, long, default_value = "all", value_parser = acks, value_name = "all|1")]
    pub acks: i16,
}

/// Read what is there as fast as it comes, round and round.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: thalweg bench consume --topic orders")]
pub struct ConsumeBench {
    #[command(flatten)]
    pub shared: BenchShared,
    /// Bytes of one answer
    #[arg(long, default_value = "1MiB", value_parser = parse_size, value_name = "SIZE")]
    pub fetch_size: u64,
    /// Connections
    #[arg(short, long, default_value = "8", value_name = "N")]
    pub connections: usize,
    /// Data to write first, where the topic is created
    #[arg(long, default_value = "256MiB", value_parser = parse_size, value_name = "SIZE")]
    pub data: u64,
}

/// Time from a record's scheduled sending until a waiting reader has it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: thalweg bench latency --rate 1000")]
pub struct LatencyBench {
    #[command(flatten)]
    pub shared: BenchShared,
    /// Records a second
    #[arg(short, long, default_value = "1000", value_name = "N")]
    pub rate: u64,
    /// Bytes of a value
    #[arg(short = 's', long, default_value = "100", value_parser = parse_size, value_name = "SIZE")]
    pub record_size: u64,
    /// all or 1
    #[arg(short, long, default_value = "all", value_parser = acks, value_name = "all|1")]
    pub acks: i16,
}

/// Without acknowledgements there is nothing to measure.
fn acks(text: &str) -> Result<i16, String> {
    match text {
        "all" | "-1" => Ok(-1),
        "1" => Ok(1),
        _ => Err("acks is all or 1".to_owned()),
    }
}
