//! OffsetCommit (key 8), versions 2–10: answered once the offsets are in `__consumer_offsets`, and on disk unless
//! `thalweg.coordinator.flush=background`.
//!
//! Also what it shares with TxnOffsetCommit: finding topics, and telling what came of each partition.
//!
//! v5 no retention time · v6 leader epoch · v7 static members · v9 member epochs (KIP-848) · v10 topic ids. Topics
//! and partitions that do not exist are refused one by one.

use std::sync::Arc;

use thalweg_group::{Commit, CommitPartition, CommitTopic, Member, Request, Response};
use thalweg_model::Uuid;
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::offset_commit_response::{
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use thalweg_wire::messages::{OffsetCommitRequest, OffsetCommitResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id_length};

/// First version that names topics by id.
const TOPIC_ID_VERSION: i16 = 10;
/// First version in which a missing group is told as such.
const MISSING_GROUP_VERSION: i16 = 9;

/// Hands the request to the coordinator.
pub fn answer(request: &OffsetCommitRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let by_id = caller.version() >= TOPIC_ID_VERSION;
    let topics: Vec<CommitTopic> = request
        .topics
        .iter()
        .map(|topic| {
            let partitions = topic.partitions.iter().map(|partition| CommitPartition {
                index: partition.partition_index,
                offset: partition.committed_offset,
                leader_epoch: partition.committed_leader_epoch,
                metadata: partition.committed_metadata.unwrap_or_default().to_owned(),
            });
            commit_topic(topic.name, by_id.then_some(topic.topic_id), partitions, caller)
        })
        .collect();
    let named: Named = topics
        .iter()
        .zip(&request.topics)
        .map(|(topic, asked)| {
            let partitions = asked.partitions.iter().map(|partition| partition.partition_index);
            (Arc::clone(&topic.name), asked.topic_id, partitions.collect())
        })
        .collect();
    let checked = caller.check_group(request.group_id);
    if let Err(code) = checked.and_then(|()| check_group_id_length(request.group_id)) {
        return caller.ready(&response(&named, &Err(code)));
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let commit = Commit {
        member: Member {
            group: Arc::clone(&group),
            generation: request.generation_id_or_member_epoch,
            member: Arc::from(request.member_id),
            instance: request.group_instance_id.map(Arc::from),
        },
        knows_missing_groups: caller.version() >= MISSING_GROUP_VERSION,
        retention_ms: Some(request.retention_time_ms).filter(|&ms| ms >= 0),
        topics,
    };
    ask_group(caller, group, Request::Commit(commit), move |reply, answered| {
        if let Response::Partitions(result) = answered {
            reply.send(&response(&named, &result));
        }
    })
}

/// Topics with the ids and partitions that were asked for.
pub type Named = Vec<(Arc<str>, Uuid, Vec<i32>)>;

/// Finds the topic, by its id where there is one; what does not exist is refused here.
pub fn commit_topic(
    name: &str,
    id: Option<Uuid>,
    partitions: impl Iterator<Item = CommitPartition>,
    caller: &mut Caller<'_>,
) -> CommitTopic {
    let (found, missing) = match id {
        Some(id) => (caller.topics.by_id(id), ErrorCode::UnknownTopicId),
        None => (caller.topics.by_name(name), ErrorCode::UnknownTopicOrPartition),
    };
    let is_named = id.is_none() || found.is_some();
    let name = found.as_ref().map_or(name, |topic| &topic.name);
    let allowed = caller.guard(ResourceType::Topic).check(name);
    let partitions = partitions.map(|partition| {
        if is_named {
            allowed?;
        }
        let topic = found.as_ref().ok_or(missing)?;
        if !topic.has_partition(partition.index) {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        Ok(partition)
    });
    CommitTopic {
        partitions: partitions.collect(),
        name: found.as_ref().map_or_else(|| Arc::from(name), |topic| Arc::clone(&topic.name)),
        id: found.as_ref().map(|topic| topic.id).unwrap_or_default(),
    }
}

/// What came of one partition, by its place.
pub fn code_of(result: &Result<Vec<Vec<ErrorCode>>, ErrorCode>, topic: usize, partition: usize) -> i16 {
    let code = match result {
        Ok(codes) => codes.get(topic).and_then(|codes| codes.get(partition)).copied(),
        Err(code) => Some(*code),
    };
    code.unwrap_or(ErrorCode::UnknownServerError).code()
}

fn response<'a>(
    named: &'a Named,
    result: &Result<Vec<Vec<ErrorCode>>, ErrorCode>,
) -> OffsetCommitResponse<'a> {
    let topics = named.iter().enumerate().map(|(place, (name, topic_id, partitions))| {
        let partitions = partitions.iter().enumerate().map(|(index, &partition_index)| {
            OffsetCommitResponsePartition { partition_index, error_code: code_of(result, place, index) }
        });
        OffsetCommitResponseTopic { name, topic_id: *topic_id, partitions: partitions.collect() }
    });
    OffsetCommitResponse { topics: topics.collect(), ..Default::default() }
}
