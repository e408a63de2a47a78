//! OffsetFetch (key 9), versions 1–10: how far groups have read.
//!
//! v2 all topics and a top-level error · v5 leader epoch · v7 require_stable (KIP-447) · v8 several groups
//! (KIP-709) · v9 member epochs · v10 topic ids. A group that does not exist has committed nothing: −1.

use std::sync::Arc;

use thalweg_group::{FetchOffsets, Request, Response, TopicOffsets};
use thalweg_model::TopicId;
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use thalweg_wire::messages::{OffsetFetchRequest, OffsetFetchResponse};

use super::{Answer, Caller};
use crate::authorizer::OwnedAccess;
use crate::coordinators::ask_groups;
use crate::node::Node;
use crate::worker::Reply;

/// First version with several groups.
const SEVERAL_GROUPS_VERSION: i16 = 8;
/// First version that names topics by id.
const TOPIC_ID_VERSION: i16 = 10;
/// First version with an error of the whole answer.
const TOP_LEVEL_ERROR_VERSION: i16 = 2;

/// One topic asked for.
struct Asked {
    name: Arc<str>,
    id: TopicId,
    partitions: Vec<i32>,
    /// Why the coordinator is not asked: no topic has that id, or the caller lacks leave.
    refused: Option<ErrorCode>,
}

/// One group asked for; `None`: all its topics.
struct AskedGroup {
    group: Arc<str>,
    topics: Option<Vec<Asked>>,
    /// Why the coordinator is not asked: the caller lacks leave.
    refused: Option<ErrorCode>,
    /// The member it is for, and its epoch.
    member: Option<Arc<str>>,
    member_epoch: i32,
}

/// Asks the coordinator for each group.
pub fn answer(request: &OffsetFetchRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let version = caller.version();
    let mut asked: Vec<AskedGroup> = if version >= SEVERAL_GROUPS_VERSION {
        let mut asked = Vec::with_capacity(request.groups.len());
        for group in &request.groups {
            let topics = group.topics.as_ref().map(|topics| {
                let of =
                    |topic: &thalweg_wire::messages::offset_fetch_request::OffsetFetchRequestTopics<'_>| {
                        if version < TOPIC_ID_VERSION {
                            return named(topic.name, &topic.partition_indexes);
                        }
                        let found = caller.topics.by_id(topic.topic_id);
                        Asked {
                            refused: found.is_none().then_some(ErrorCode::UnknownTopicId),
                            name: found.map_or_else(|| Arc::from(""), |found| Arc::clone(&found.name)),
                            id: topic.topic_id,
                            partitions: topic.partition_indexes.clone(),
                        }
                    };
                topics.iter().map(of).collect()
            });
            asked.push(AskedGroup {
                group: Arc::from(group.group_id),
                topics,
                refused: None,
                member: group.member_id.map(Arc::from),
                member_epoch: group.member_epoch,
            });
        }
        asked
    } else {
        let topics = request
            .topics
            .as_ref()
            .map(|topics| topics.iter().map(|topic| named(topic.name, &topic.partition_indexes)).collect());
        let group = Arc::from(request.group_id);
        vec![AskedGroup { group, topics, refused: None, member: None, member_epoch: -1 }]
    };
    let (may_group, may_topic) = (caller.guard(ResourceType::Group), caller.guard(ResourceType::Topic));
    for group in &mut asked {
        group.refused = may_group.check(&group.group).err();
        for topic in group.topics.iter_mut().flatten().filter(|topic| topic.refused.is_none()) {
            topic.refused = may_topic.check(&topic.name).err();
        }
    }
    let question = |asked: &AskedGroup| {
        let topics = asked.topics.as_ref().map(|topics| {
            let known = topics.iter().filter(|topic| topic.refused.is_none());
            known.map(|topic| (Arc::clone(&topic.name), topic.partitions.clone())).collect()
        });
        let (group, member) = (Arc::clone(&asked.group), asked.member.clone());
        let (member_epoch, require_stable) = (asked.member_epoch, request.require_stable);
        let fetch = FetchOffsets { group, topics, member, member_epoch, require_stable };
        (Arc::clone(&asked.group), Request::FetchOffsets(fetch))
    };
    let questions = asked.iter().filter(|group| group.refused.is_none()).map(question).collect();
    let (reply, node) = (caller.reply(), Arc::clone(caller.node));
    let access = caller.access().quietly().owned();
    ask_groups(caller.node, questions, move |answers| respond(reply, &node, &access, &asked, answers));
    Answer::Later
}

fn named(name: &str, partitions: &[i32]) -> Asked {
    Asked { name: Arc::from(name), id: TopicId::ZERO, partitions: partitions.to_vec(), refused: None }
}

fn respond(reply: Reply, node: &Node, access: &OwnedAccess, asked: &[AskedGroup], answers: Vec<Response>) {
    let version = reply.version();
    let mut answers = answers;
    // Who asks for everything is shown what he may see; who names a topic is told that he may not.
    let answered = asked.iter().filter(|group| group.refused.is_none());
    for (asked, answer) in answered.zip(&mut answers) {
        if let (None, Response::Offsets(Ok(topics))) = (&asked.topics, answer) {
            topics.retain(|topic| access.ask().topic(Operation::Describe, &topic.name));
        }
    }
    let mut answers = answers.iter();
    let offsets = asked.iter().map(|asked| match asked.refused {
        Some(code) => (asked, Err(code)),
        None => match answers.next() {
            Some(Response::Offsets(Ok(topics))) => (asked, Ok(topics.as_slice())),
            Some(Response::Offsets(Err(code))) => (asked, Err(*code)),
            _ => (asked, Err(ErrorCode::UnknownServerError)),
        },
    });
    if version >= SEVERAL_GROUPS_VERSION {
        let groups = offsets.map(|(asked, result)| group_response(asked, result, version, node));
        return reply.send(&OffsetFetchResponse { groups: groups.collect(), ..Default::default() });
    }
    let mut response = OffsetFetchResponse::default();
    for (asked, result) in offsets {
        match result {
            Ok(topics) => {
                response.topics = topics.iter().map(old_topic).collect();
                let refusals =
                    asked.topics.iter().flatten().filter_map(|topic| Some((topic, topic.refused?)));
                response.topics.extend(refusals.map(|(topic, code)| OffsetFetchResponseTopic {
                    name: &topic.name,
                    partitions: topic.partitions.iter().map(|&index| refused(index, code)).collect(),
                }));
            }
            Err(code) => {
                if version >= TOP_LEVEL_ERROR_VERSION {
                    response.error_code = code.code();
                    continue;
                }
                // Each partition carries the error: this version has no other place.
                let topics = asked.topics.iter().flatten().map(|topic| OffsetFetchResponseTopic {
                    name: &topic.name,
                    partitions: topic.partitions.iter().map(|&index| refused(index, code)).collect(),
                });
                response.topics = topics.collect();
            }
        }
    }
    reply.send(&response);
}

fn refused<'a>(partition_index: i32, code: ErrorCode) -> OffsetFetchResponsePartition<'a> {
    OffsetFetchResponsePartition {
        partition_index,
        committed_offset: -1,
        committed_leader_epoch: -1,
        metadata: Some(""),
        error_code: code.code(),
    }
}

fn old_topic(topic: &TopicOffsets) -> OffsetFetchResponseTopic<'_> {
    let partitions = topic.partitions.iter().map(|partition| OffsetFetchResponsePartition {
        partition_index: partition.index,
        committed_offset: partition.offset,
        committed_leader_epoch: partition.leader_epoch,
        metadata: Some(&partition.metadata),
        error_code: partition.code.code(),
    });
    OffsetFetchResponseTopic { name: &topic.name, partitions: partitions.collect() }
}

fn group_response<'a>(
    asked: &'a AskedGroup,
    result: Result<&'a [TopicOffsets], ErrorCode>,
    version: i16,
    node: &Node,
) -> OffsetFetchResponseGroup<'a> {
    let group_id = &*asked.group;
    let answered = match result {
        Ok(topics) => topics,
        Err(code) => {
            return OffsetFetchResponseGroup { group_id, topics: Vec::new(), error_code: code.code() };
        }
    };
    let id_of = |name: &str| node.topics.by_name(name).map(|topic| topic.id);
    let mut answered = answered.iter();
    let mut topics = Vec::new();
    match &asked.topics {
        // Topics that are gone have no id to be told by.
        None => topics.extend(answered.filter_map(|topic| match id_of(&topic.name) {
            None if version >= TOPIC_ID_VERSION => None,
            id => Some(new_topic(topic, id.unwrap_or_default())),
        })),
        Some(asked) => {
            for topic in asked {
                if let Some(code) = topic.refused {
                    topics.push(refused_topic(topic, code));
                } else if let Some(found) = answered.next() {
                    topics.push(new_topic(found, topic.id));
                }
            }
        }
    }
    OffsetFetchResponseGroup { group_id, topics, error_code: 0 }
}

fn new_topic(topic: &TopicOffsets, topic_id: TopicId) -> OffsetFetchResponseTopics<'_> {
    let partitions = topic.partitions.iter().map(|partition| OffsetFetchResponsePartitions {
        partition_index: partition.index,
        committed_offset: partition.offset,
        committed_leader_epoch: partition.leader_epoch,
        metadata: Some(&partition.metadata),
        error_code: partition.code.code(),
    });
    OffsetFetchResponseTopics { name: &topic.name, topic_id, partitions: partitions.collect() }
}

fn refused_topic(topic: &Asked, code: ErrorCode) -> OffsetFetchResponseTopics<'_> {
    let partitions = topic.partitions.iter().map(|&partition_index| OffsetFetchResponsePartitions {
        partition_index,
        committed_offset: -1,
        committed_leader_epoch: -1,
        metadata: Some(""),
        error_code: code.code(),
    });
    OffsetFetchResponseTopics { name: &topic.name, topic_id: topic.id, partitions: partitions.collect() }
}
