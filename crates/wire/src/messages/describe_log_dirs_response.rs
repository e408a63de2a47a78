//! DescribeLogDirs (API key 35), response: per log directory, its space and its replicas.
//!
//! Versions 1 to 5, flexible from 2.
//!
//! - v2: flexible.
//! - v3: adds `error_code`.
//! - v4: adds `results.total_bytes`, `results.usable_bytes`.
//! - v5: adds `results.is_cordoned`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeLogDirsRequest`](super::DescribeLogDirsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 35, versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "3+", ignorable)]
    pub error_code: i16,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<DescribeLogDirsResult<'a>>,
}

/// One entry of [`DescribeLogDirsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsResult<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The log directory's path.
    #[field(versions = "0+")]
    pub log_dir: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeLogDirsTopic<'a>>,
    /// The volume's size in bytes, -1 if unknown.
    #[field(versions = "4+", default = -1, ignorable)]
    pub total_bytes: i64,
    /// Bytes free on the volume, -1 if unknown.
    #[field(versions = "4+", default = -1, ignorable)]
    pub usable_bytes: i64,
    /// Whether the directory gets no new replicas.
    #[field(versions = "5+", ignorable)]
    pub is_cordoned: bool,
}

/// One entry of [`DescribeLogDirsResult::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeLogDirsPartition>,
}

/// One entry of [`DescribeLogDirsTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribeLogDirsPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The partition's size in bytes.
    #[field(versions = "0+")]
    pub partition_size: i64,
    /// How far the replica is behind: the high watermark, or the current replica's end, less its own end.
    #[field(versions = "0+")]
    pub offset_lag: i64,
    /// Whether it is a replica being moved here.
    #[field(versions = "0+")]
    pub is_future_key: bool,
}
