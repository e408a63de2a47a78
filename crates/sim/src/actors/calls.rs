//! Requests that the actors make by hand, and what their answers say: those for which the client room has no machine.

use thalweg_client::{Answer, Call};
use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
use thalweg_wire::messages::join_group_request::JoinGroupRequestProtocol;
use thalweg_wire::messages::leave_group_request::MemberIdentity;
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use thalweg_wire::messages::{
    AddPartitionsToTxnRequest, AddPartitionsToTxnResponse, EndTxnRequest, FindCoordinatorRequest,
    FindCoordinatorResponse, HeartbeatRequest, InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest,
    OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, ProduceRequest,
    ProduceResponse, SyncGroupRequest,
};
use thalweg_wire::{Encode, RecordsField};

use crate::ledger::RecordId;

/// The first error code in an answer that cannot be read.
pub const UNREADABLE: i16 = -1;

/// Who coordinates a group (0) or a transactional id (1)?
pub fn find(key_type: i8, key: &str) -> Call {
    let key = key.to_owned();
    let call = Call::new::<FindCoordinatorRequest<'_>>(4..=4, move |version, writer| {
        let request = FindCoordinatorRequest {
            key_type,
            coordinator_keys: vec![&key],
            ..FindCoordinatorRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// The answer to [`find`].
pub fn found(answer: &Answer) -> i16 {
    let Ok(response) = answer.decode::<FindCoordinatorResponse<'_>>() else { return UNREADABLE };
    response.coordinators.first().map_or(UNREADABLE, |found| found.error_code)
}

/// A producer of a transactional id, in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The producer id.
    pub id: i64,
    /// The epoch.
    pub epoch: i16,
}

/// Begins an epoch, which aborts what an earlier one has left open.
pub fn init_producer(id: &str, timeout_ms: i32) -> Call {
    let id = id.to_owned();
    let call = Call::new::<InitProducerIdRequest<'_>>(4..=5, move |version, writer| {
        let request = InitProducerIdRequest {
            transactional_id: Some(&id),
            transaction_timeout_ms: timeout_ms,
            producer_id: -1,
            producer_epoch: -1,
            ..InitProducerIdRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// Adds a partition to a transaction, as clients before KIP-890 do.
pub fn add_partition(id: &str, of: Identity, topic: &'static str, partition: i32) -> Call {
    let id = id.to_owned();
    let call = Call::new::<AddPartitionsToTxnRequest<'_>>(3..=3, move |version, writer| {
        let topic = AddPartitionsToTxnTopic { name: topic, partitions: vec![partition] };
        let request = AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: &id,
            v3_and_below_producer_id: of.id,
            v3_and_below_producer_epoch: of.epoch,
            v3_and_below_topics: vec![topic],
            ..AddPartitionsToTxnRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// The answer to [`add_partition`].
pub fn partition_added(answer: &Answer) -> i16 {
    let Ok(response) = answer.decode::<AddPartitionsToTxnResponse<'_>>() else { return UNREADABLE };
    let partitions =
        response.results_by_topic_v3_and_below.iter().flat_map(|topic| &topic.results_by_partition);
    partitions.map(|partition| partition.partition_error_code).next().unwrap_or(UNREADABLE)
}

/// Writes records into a transaction. From KIP-890 on this adds the partition too.
pub fn produce(
    id: &str,
    of: Identity,
    sequence: i32,
    (topic, partition): (&'static str, i32),
    records: &[RecordId],
    (wall_ms, is_new): (i64, bool),
) -> Call {
    let id = id.to_owned();
    let mut batch = BatchBuilder::new(Compression::None)
        .producer(ProducerId(of.id), ProducerEpoch(of.epoch), Sequence(sequence))
        .transactional(true);
    for record in records {
        batch.append(wall_ms, None, Some(&record.0.to_be_bytes()), &[]);
    }
    let bytes = batch.build();
    let versions = if is_new { 12..=12 } else { 11..=11 };
    let call = Call::new::<ProduceRequest<'_>>(versions, move |version, writer| {
        let data = PartitionProduceData { index: partition, records: Some(RecordsField::Bytes(&bytes)) };
        let topic =
            TopicProduceData { name: topic, partition_data: vec![data], ..TopicProduceData::default() };
        let request = ProduceRequest {
            transactional_id: Some(&id),
            acks: -1,
            timeout_ms: 5_000,
            topic_data: vec![topic],
        };
        request.encode(writer, version)
    });
    call.once()
}

/// The answer to [`produce`].
pub fn produced(answer: &Answer) -> i16 {
    let Ok(response) = answer.decode::<ProduceResponse<'_>>() else { return UNREADABLE };
    let partitions = response.responses.iter().flat_map(|topic| &topic.partition_responses);
    partitions.map(|partition| partition.error_code).next().unwrap_or(UNREADABLE)
}

/// Ends a transaction.
pub fn end_transaction(id: &str, of: Identity, committed: bool, is_new: bool) -> Call {
    let id = id.to_owned();
    let versions = if is_new { 5..=5 } else { 4..=4 };
    let call = Call::new::<EndTxnRequest<'_>>(versions, move |version, writer| {
        let request =
            EndTxnRequest { transactional_id: &id, producer_id: of.id, producer_epoch: of.epoch, committed };
        request.encode(writer, version)
    });
    call.once()
}

/// Joins a group, or joins again.
pub fn join(group: &str, member: &str) -> Call {
    let (group, member) = (group.to_owned(), member.to_owned());
    let call = Call::new::<JoinGroupRequest<'_>>(7..=9, move |version, writer| {
        let request = JoinGroupRequest {
            group_id: &group,
            session_timeout_ms: 6_000,
            rebalance_timeout_ms: 3_000,
            member_id: &member,
            protocol_type: "sim",
            protocols: vec![JoinGroupRequestProtocol { name: "all", metadata: b"all" }],
            ..JoinGroupRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// Asks for the assignment; the leader brings everybody's.
pub fn sync(group: &str, generation: i32, member: &str, assignments: Vec<(String, Vec<u8>)>) -> Call {
    let (group, member) = (group.to_owned(), member.to_owned());
    let call = Call::new::<SyncGroupRequest<'_>>(4..=5, move |version, writer| {
        let assignments = assignments
            .iter()
            .map(|(member, bytes)| SyncGroupRequestAssignment { member_id: member, assignment: bytes });
        let request = SyncGroupRequest {
            group_id: &group,
            generation_id: generation,
            member_id: &member,
            protocol_type: Some("sim"),
            protocol_name: Some("all"),
            assignments: assignments.collect(),
            ..SyncGroupRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// Says that a member is alive.
pub fn heartbeat(group: &str, generation: i32, member: &str) -> Call {
    let (group, member) = (group.to_owned(), member.to_owned());
    let call = Call::new::<HeartbeatRequest<'_>>(4..=4, move |version, writer| {
        let request = HeartbeatRequest {
            group_id: &group,
            generation_id: generation,
            member_id: &member,
            ..HeartbeatRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// Leaves the group.
pub fn leave(group: &str, member: &str) -> Call {
    let (group, member) = (group.to_owned(), member.to_owned());
    let call = Call::new::<LeaveGroupRequest<'_>>(4..=5, move |version, writer| {
        let identity = MemberIdentity { member_id: &member, ..MemberIdentity::default() };
        let request =
            LeaveGroupRequest { group_id: &group, members: vec![identity], ..LeaveGroupRequest::default() };
        request.encode(writer, version)
    });
    call.once()
}

/// Commits an offset as a member of a generation; as nobody's with −1 and "".
pub fn commit(
    group: &str,
    (generation, member): (i32, &str),
    (topic, partition): (&'static str, i32),
    offset: i64,
) -> Call {
    let (group, member) = (group.to_owned(), member.to_owned());
    let call = Call::new::<OffsetCommitRequest<'_>>(8..=9, move |version, writer| {
        let partition = OffsetCommitRequestPartition {
            partition_index: partition,
            committed_offset: offset,
            ..OffsetCommitRequestPartition::default()
        };
        let topic = OffsetCommitRequestTopic {
            name: topic,
            partitions: vec![partition],
            ..OffsetCommitRequestTopic::default()
        };
        let request = OffsetCommitRequest {
            group_id: &group,
            generation_id_or_member_epoch: generation,
            member_id: &member,
            topics: vec![topic],
            ..OffsetCommitRequest::default()
        };
        request.encode(writer, version)
    });
    call.once()
}

/// The answer to [`commit`].
pub fn committed(answer: &Answer) -> i16 {
    let Ok(response) = answer.decode::<OffsetCommitResponse<'_>>() else { return UNREADABLE };
    let partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
    partitions.map(|partition| partition.error_code).next().unwrap_or(UNREADABLE)
}

/// Asks for committed offsets.
pub fn fetch_offsets(group: &str, topic: &'static str, partitions: Vec<i32>) -> Call {
    let group = group.to_owned();
    // Offsets are asked for by group from version 8 on (KIP-709).
    let call = Call::new::<OffsetFetchRequest<'_>>(8..=9, move |version, writer| {
        let topics = vec![OffsetFetchRequestTopics {
            name: topic,
            partition_indexes: partitions.clone(),
            ..OffsetFetchRequestTopics::default()
        }];
        let group = OffsetFetchRequestGroup {
            group_id: &group,
            topics: Some(topics),
            member_epoch: -1,
            ..OffsetFetchRequestGroup::default()
        };
        let request = OffsetFetchRequest { groups: vec![group], ..OffsetFetchRequest::default() };
        request.encode(writer, version)
    });
    call.once()
}

/// The answer to [`fetch_offsets`]: partitions that have no error, with what is committed.
pub fn fetched_offsets(answer: &Answer) -> Vec<(i32, i64)> {
    let Ok(response) = answer.decode::<OffsetFetchResponse<'_>>() else { return Vec::new() };
    let groups = response.groups.iter().filter(|group| group.error_code == 0);
    let partitions = groups.flat_map(|group| &group.topics).flat_map(|topic| &topic.partitions);
    let good = partitions.filter(|partition| partition.error_code == 0);
    good.map(|partition| (partition.partition_index, partition.committed_offset)).collect()
}
