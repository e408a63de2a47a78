//! DescribeLogDirs (API key 35), request: asks a broker about its log directories and what lies in
//! them.
//!
//! Versions 1 to 5, flexible from 2.
//!
//! - v2: flexible.
//! - v3 to v5: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeLogDirsResponse;

/// Asks a broker about its log directories and what lies in them.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 35, versions = "1-5", flexible = "2+", response(DescribeLogDirsResponse<'r>))]
pub struct DescribeLogDirsRequest<'a> {
    /// The topics asked for; null for all.
    #[field(versions = "0+", nullable = "0+")]
    pub topics: Option<Vec<DescribableLogDirTopic<'a>>>,
}

/// One entry of [`DescribeLogDirsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-5", flexible = "2+")]
pub struct DescribableLogDirTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
