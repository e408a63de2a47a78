//! CreatePartitions and DeleteRecords.

use std::collections::BTreeMap;
use std::time::Duration;

use thalweg_wire::Encode;
use thalweg_wire::messages::create_partitions_request::CreatePartitionsTopic;
use thalweg_wire::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use thalweg_wire::messages::{
    CreatePartitionsRequest, CreatePartitionsResponse, DeleteRecordsRequest, DeleteRecordsResponse,
};

use super::{PerName, wire_ms};
use crate::{Answer, BrokerError, Call, CallError, Target};

/// Raises a topic's partition count to `total`.
#[must_use]
pub fn create_partitions(topic: String, total: i32, timeout: Duration) -> Call {
    Call::new::<CreatePartitionsRequest<'_>>(0..=3, move |version, w| {
        let topics = vec![CreatePartitionsTopic { name: &topic, count: total, assignments: None }];
        CreatePartitionsRequest { topics, timeout_ms: wire_ms(timeout), validate_only: false }
            .encode(w, version)
    })
    .to(Target::Controller)
    .within(timeout)
}

/// The answer to [`create_partitions`].
pub fn read_created_partitions(answer: &Answer) -> Result<PerName<()>, CallError> {
    let response: CreatePartitionsResponse<'_> = answer.decode()?;
    let results = response
        .results
        .iter()
        .map(|topic| (topic.name.to_owned(), BrokerError::check(topic.error_code, topic.error_message)));
    Ok(results.collect())
}

/// What DeleteRecords did to a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedBefore {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The new log start offset, or why there is none.
    pub result: Result<i64, BrokerError>,
}

/// Raises the log start offsets of partitions led by one broker; −1 stands for the high watermark.
#[must_use]
pub fn delete_records(node: i32, before: BTreeMap<String, Vec<(i32, i64)>>, timeout: Duration) -> Call {
    Call::new::<DeleteRecordsRequest<'_>>(0..=2, move |version, w| {
        let topics = before.iter().map(|(name, partitions)| DeleteRecordsTopic {
            name,
            partitions: partitions
                .iter()
                .map(|&(partition_index, offset)| DeleteRecordsPartition { partition_index, offset })
                .collect(),
        });
        DeleteRecordsRequest { topics: topics.collect(), timeout_ms: wire_ms(timeout) }.encode(w, version)
    })
    .to(Target::Node(node))
    .within(timeout)
}

/// The answer to [`delete_records`].
pub fn read_deleted_records(answer: &Answer) -> Result<Vec<DeletedBefore>, CallError> {
    let response: DeleteRecordsResponse<'_> = answer.decode()?;
    let results = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| DeletedBefore {
            topic: topic.name.to_owned(),
            partition: partition.partition_index,
            result: BrokerError::check(partition.error_code, None).map(|()| partition.low_watermark),
        })
    });
    Ok(results.collect())
}
