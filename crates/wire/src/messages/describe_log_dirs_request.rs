//! `DescribeLogDirsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeLogDirsResponse;

/// Kafka's `DescribeLogDirsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 35, versions = "1-5", flexible = "2+", response(DescribeLogDirsResponse<'r>))]
pub struct DescribeLogDirsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+", nullable = "0+")]
    pub topics: Option<Vec<DescribableLogDirTopic<'a>>>,
}

/// Kafka's `DescribableLogDirTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribableLogDirTopic<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
