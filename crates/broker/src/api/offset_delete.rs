//! OffsetDelete (key 47), version 0: forgets committed offsets of topics that the group does not read.

use std::sync::Arc;

use thalweg_group::{DeleteOffsets, Request, Response};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::offset_delete_response::{
    OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};
use thalweg_wire::messages::{OffsetDeleteRequest, OffsetDeleteResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id_length};

/// Hands the request to the coordinator.
pub fn answer(request: &OffsetDeleteRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let checked = caller.check_group(request.group_id);
    if let Err(code) = checked.and_then(|()| check_group_id_length(request.group_id)) {
        return caller.ready(&OffsetDeleteResponse { error_code: code.code(), ..Default::default() });
    }
    let mut topics = Vec::with_capacity(request.topics.len());
    let mut asked: Vec<(Arc<str>, Vec<i32>)> = Vec::with_capacity(request.topics.len());
    for topic in &request.topics {
        let found = caller.topics.by_name(topic.name);
        let name: Arc<str> = Arc::from(topic.name);
        let indexes: Vec<i32> = topic.partitions.iter().map(|partition| partition.partition_index).collect();
        let exists = |index: i32| found.as_ref().is_some_and(|topic| topic.has_partition(index));
        let allowed = caller.guard(ResourceType::Topic).check(topic.name);
        let checked = indexes.iter().map(|&index| {
            allowed?;
            if exists(index) { Ok(index) } else { Err(ErrorCode::UnknownTopicOrPartition) }
        });
        topics.push((Arc::clone(&name), checked.collect()));
        asked.push((name, indexes));
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let delete = DeleteOffsets { group: Arc::clone(&group), topics };
    ask_group(caller, group, Request::DeleteOffsets(delete), move |reply, answered| {
        let Response::Partitions(result) = answered else { return };
        let response = match result {
            Err(code) => OffsetDeleteResponse { error_code: code.code(), ..Default::default() },
            Ok(codes) => {
                let topics = asked.iter().zip(codes).map(|((name, partitions), codes)| {
                    let partitions = partitions.iter().zip(codes).map(|(&partition_index, code)| {
                        OffsetDeleteResponsePartition { partition_index, error_code: code.code() }
                    });
                    OffsetDeleteResponseTopic { name, partitions: partitions.collect() }
                });
                OffsetDeleteResponse { topics: topics.collect(), ..Default::default() }
            }
        };
        reply.send(&response);
    })
}
