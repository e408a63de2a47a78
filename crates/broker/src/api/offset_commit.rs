//! OffsetCommit (key 8), versions 2–10: answered once the offsets are in `__consumer_offsets`, and on disk unless
//! `thalweg.coordinator.flush=background`.
//!
//! v5 no retention time · v6 leader epoch · v7 static members · v9 member epochs (KIP-848) · v10 topic ids. Topics
//! and partitions that do not exist are refused one by one.

use std::sync::Arc;

use thalweg_group::{Commit, CommitPartition, CommitTopic, Member, Request, Response};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::offset_commit_request::OffsetCommitRequestTopic;
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
    let topics: Vec<CommitTopic> =
        request.topics.iter().map(|topic| commit_topic(topic, by_id, caller)).collect();
    let partitions: Vec<Vec<i32>> = request
        .topics
        .iter()
        .map(|topic| topic.partitions.iter().map(|partition| partition.partition_index).collect())
        .collect();
    let named: Vec<(Arc<str>, thalweg_model::Uuid, Vec<i32>)> = topics
        .iter()
        .zip(request.topics.iter().zip(partitions))
        .map(|(topic, (asked, partitions))| (Arc::clone(&topic.name), asked.topic_id, partitions))
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

/// Finds the topic; what does not exist is refused here.
fn commit_topic(asked: &OffsetCommitRequestTopic<'_>, by_id: bool, caller: &mut Caller<'_>) -> CommitTopic {
    let found = if by_id { caller.topics.by_id(asked.topic_id) } else { caller.topics.by_name(asked.name) };
    let missing = if by_id { ErrorCode::UnknownTopicId } else { ErrorCode::UnknownTopicOrPartition };
    let name = found.as_ref().map_or(asked.name, |topic| &topic.name);
    let allowed = caller.guard(ResourceType::Topic).check(name);
    let partitions = asked.partitions.iter().map(|partition| {
        if !by_id || found.is_some() {
            allowed?;
        }
        let topic = found.as_ref().ok_or(missing)?;
        if !topic.has_partition(partition.partition_index) {
            return Err(ErrorCode::UnknownTopicOrPartition);
        }
        Ok(CommitPartition {
            index: partition.partition_index,
            offset: partition.committed_offset,
            leader_epoch: partition.committed_leader_epoch,
            metadata: partition.committed_metadata.unwrap_or_default().to_owned(),
        })
    });
    CommitTopic {
        partitions: partitions.collect(),
        name: found.as_ref().map_or_else(|| Arc::from(asked.name), |topic| Arc::clone(&topic.name)),
        id: found.as_ref().map(|topic| topic.id).unwrap_or_default(),
    }
}

fn response<'a>(
    named: &'a [(Arc<str>, thalweg_model::Uuid, Vec<i32>)],
    result: &Result<Vec<Vec<ErrorCode>>, ErrorCode>,
) -> OffsetCommitResponse<'a> {
    let topics = named.iter().enumerate().map(|(place, (name, topic_id, partitions))| {
        let code_of = |index: usize| match result {
            Ok(codes) => codes.get(place).and_then(|codes| codes.get(index)).copied(),
            Err(code) => Some(*code),
        };
        let partitions = partitions.iter().enumerate().map(|(index, &partition_index)| {
            let error_code = code_of(index).unwrap_or(ErrorCode::UnknownServerError).code();
            OffsetCommitResponsePartition { partition_index, error_code }
        });
        OffsetCommitResponseTopic { name, topic_id: *topic_id, partitions: partitions.collect() }
    });
    OffsetCommitResponse { topics: topics.collect(), ..Default::default() }
}
