//! The questions a client asks, one file per subject: a function that makes the [`crate::Call`], and one that reads
//! the [`Answer`] into plain owned values. Never sends anything.

mod cluster;
mod configs;
mod groups;
mod members;
mod offsets;
mod partitions;
mod producer_ids;
mod topics;
mod transactions;

pub(crate) use cluster::metadata_call;
pub use cluster::{
    ClusterDescription, ClusterNode, PartitionDescription, PartitionsPage, TopicDescription, all_topics,
    describe_cluster, describe_topic_partitions, read_cluster, read_metadata, read_partitions_page,
    topics_metadata,
};
pub use configs::{
    ConfigEntry, ConfigOperation, ConfigResource, ConfigSource, alter_configs, describe_configs,
    read_altered, read_configs,
};
pub use groups::{
    GroupDescription, GroupMember, GroupOffsets, ListedGroup, commit_group_offsets, delete_groups,
    describe_classic_group, describe_consumer_group, fetch_group_offsets, find_group_coordinator,
    list_groups, read_classic_group, read_committed_offsets, read_consumer_group, read_deleted_groups,
    read_group_coordinator, read_group_offsets, read_groups,
};
pub use members::{
    BeatDetails, Beaten, MemberIdentity, TopicPartition, commit_member_offsets, fetch_member_offsets,
    member_beat, read_beat, read_member_commit, read_member_offsets,
};
pub use offsets::{ListedOffset, OffsetSpec, list_offsets, read_offsets};
pub use partitions::{
    DeletedBefore, create_partitions, delete_records, read_created_partitions, read_deleted_records,
};
pub use producer_ids::{init_producer_id, read_producer_id};
pub use topics::{CreatedTopic, NewTopic, create_topics, delete_topics, read_created, read_deleted};
pub use transactions::{
    DescribedProducer, DescribedTransaction, ListedTransaction, TransactionFilter, abort_hanging,
    describe_producers, describe_transactions, fence_producer, find_transaction_coordinator,
    list_transactions, read_aborted, read_coordinator, read_described_transactions, read_producers,
    read_transactions,
};

use std::time::Duration;

use thalweg_wire::ErrorCode;

use crate::{Answer, BrokerError, CallError};

/// A name and what came of it.
pub type PerName<T> = Vec<(String, Result<T, BrokerError>)>;

/// Milliseconds as the wire has them.
fn wire_ms(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

/// The first retriable code among per-name results, for [`Call::retry_on`](crate::Call::retry_on).
fn retriable<T>(results: Result<PerName<T>, CallError>) -> Option<ErrorCode> {
    let errors = results.ok()?.into_iter().filter_map(|(_, result)| result.err());
    errors.map(|error| error.code).find(|code| code.is_retriable())
}

/// Only where nothing has been done yet is a whole request worth repeating.
fn retriable_if_all<T>(
    answer: &Answer,
    read: fn(&Answer) -> Result<PerName<T>, CallError>,
) -> Option<ErrorCode> {
    let results = read(answer).ok()?;
    results.iter().all(|(_, result)| result.is_err()).then(|| retriable(Ok(results))).flatten()
}
