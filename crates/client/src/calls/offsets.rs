//! ListOffsets: where partitions begin and end, and which offset belongs to a time.

use std::collections::BTreeMap;

use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use thalweg_wire::messages::{ListOffsetsRequest, ListOffsetsResponse};
use thalweg_wire::{Encode, ErrorCode};

use crate::error::error_code;
use crate::{Answer, Call, CallError, Target};

/// Which offset is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The log start offset.
    Earliest,
    /// The high watermark (the last stable offset for a reader of committed records).
    Latest,
    /// The record with the largest timestamp.
    MaxTimestamp,
    /// The first record with this timestamp or a later one; milliseconds since 1970.
    Timestamp(i64),
}

impl OffsetSpec {
    fn wire(self) -> i64 {
        match self {
            Self::Latest => -1,
            Self::Earliest => -2,
            Self::MaxTimestamp => -3,
            Self::Timestamp(ms) => ms.max(0),
        }
    }
}

/// What ListOffsets said of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOffset {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Any trouble.
    pub error: ErrorCode,
    /// −1 where no record matches.
    pub offset: i64,
    /// The timestamp of that record, −1 where there is none.
    pub timestamp: i64,
}

/// Asks one broker about partitions it leads.
#[must_use]
pub fn list_offsets(
    node: i32,
    wanted: BTreeMap<String, Vec<(i32, OffsetSpec)>>,
    read_committed: bool,
) -> Call {
    let max_timestamp = wanted.values().flatten().any(|(_, spec)| *spec == OffsetSpec::MaxTimestamp);
    let lowest = if max_timestamp { 7 } else { 1 };
    Call::new::<ListOffsetsRequest<'_>>(lowest..=10, move |version, w| {
        let topics = wanted.iter().map(|(name, partitions)| ListOffsetsTopic {
            name,
            partitions: partitions
                .iter()
                .map(|&(partition_index, spec)| ListOffsetsPartition {
                    partition_index,
                    timestamp: spec.wire(),
                    ..Default::default()
                })
                .collect(),
        });
        let isolation_level = i8::from(read_committed && version >= 2);
        ListOffsetsRequest { replica_id: -1, isolation_level, topics: topics.collect(), timeout_ms: 30_000 }
            .encode(w, version)
    })
    .to(Target::Node(node))
    .retry_on(|answer| {
        let offsets = read_offsets(answer).ok()?;
        offsets.into_iter().map(|listed| listed.error).find(|code| *code != ErrorCode::None)
    })
}

/// The answer to [`list_offsets`].
pub fn read_offsets(answer: &Answer) -> Result<Vec<ListedOffset>, CallError> {
    let response: ListOffsetsResponse<'_> = answer.decode()?;
    let offsets = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| ListedOffset {
            topic: topic.name.to_owned(),
            partition: partition.partition_index,
            error: error_code(partition.error_code),
            offset: partition.offset,
            timestamp: partition.timestamp,
        })
    });
    Ok(offsets.collect())
}
