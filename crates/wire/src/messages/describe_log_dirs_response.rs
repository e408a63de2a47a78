//! `DescribeLogDirsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeLogDirsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 35, versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "3+", ignorable)]
    pub error_code: i16,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<DescribeLogDirsResult<'a>>,
}

/// Kafka's `DescribeLogDirsResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsResult<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `LogDir`.
    #[field(versions = "0+")]
    pub log_dir: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeLogDirsTopic<'a>>,
    /// Kafka's `TotalBytes`.
    #[field(versions = "4+", default = -1, ignorable)]
    pub total_bytes: i64,
    /// Kafka's `UsableBytes`.
    #[field(versions = "4+", default = -1, ignorable)]
    pub usable_bytes: i64,
    /// Kafka's `IsCordoned`.
    #[field(versions = "5+", ignorable)]
    pub is_cordoned: bool,
}

/// Kafka's `DescribeLogDirsTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeLogDirsPartition>,
}

/// Kafka's `DescribeLogDirsPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `PartitionSize`.
    #[field(versions = "0+")]
    pub partition_size: i64,
    /// Kafka's `OffsetLag`.
    #[field(versions = "0+")]
    pub offset_lag: i64,
    /// Kafka's `IsFutureKey`.
    #[field(versions = "0+")]
    pub is_future_key: bool,
}
