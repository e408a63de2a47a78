//! Groups: who coordinates them, which there are, who is in them, how far they have read.

use std::collections::BTreeMap;

use thalweg_wire::messages::data::consumer_protocol_assignment::ConsumerProtocolAssignment;
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::OffsetFetchRequestGroup;
use thalweg_wire::messages::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, DeleteGroupsRequest, DeleteGroupsResponse,
    DescribeGroupsRequest, DescribeGroupsResponse, FindCoordinatorRequest, FindCoordinatorResponse,
    ListGroupsRequest, ListGroupsResponse, OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest,
    OffsetFetchResponse,
};
use thalweg_wire::{Decode, Encode, ErrorCode, Reader};

use super::PerName;
use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError, Target};

/// FindCoordinator: the kind of key that names a group.
const GROUP_KEY: i8 = 0;

/// Asks who coordinates a group. Retried while the coordinator is being made.
#[must_use]
pub fn find_group_coordinator(group: String) -> Call {
    Call::new::<FindCoordinatorRequest<'_>>(1..=6, move |version, w| {
        let (key, coordinator_keys) =
            if version >= 4 { ("", vec![group.as_str()]) } else { (group.as_str(), vec![]) };
        FindCoordinatorRequest { key, key_type: GROUP_KEY, coordinator_keys }.encode(w, version)
    })
    .retry_on(|answer| match read_group_coordinator(answer) {
        Err(CallError::Broker(error)) if error.code.is_retriable() => Some(error.code),
        _ => None,
    })
}

/// The answer to [`find_group_coordinator`]: the node.
pub fn read_group_coordinator(answer: &Answer) -> Result<i32, CallError> {
    let response: FindCoordinatorResponse<'_> = answer.decode()?;
    match response.coordinators.first() {
        Some(found) => {
            BrokerError::check(found.error_code, found.error_message)?;
            Ok(found.node_id)
        }
        None => {
            BrokerError::check(response.error_code, response.error_message)?;
            Ok(response.node_id)
        }
    }
}

/// A group as a list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedGroup {
    /// Its name.
    pub group: String,
    /// What its members speak: `consumer`, `connect` … Empty for a group of offsets only.
    pub protocol_type: String,
    /// Its state; empty where the broker is too old to say.
    pub state: String,
    /// `classic`, `consumer` …; empty where the broker is too old to say.
    pub kind: String,
}

/// Asks one broker for the groups it coordinates.
#[must_use]
pub fn list_groups(node: i32) -> Call {
    Call::new::<ListGroupsRequest<'_>>(0..=5, |version, w| ListGroupsRequest::default().encode(w, version))
        .to(Target::Node(node))
        .retry_on(|answer| {
            let response: ListGroupsResponse<'_> = answer.decode().ok()?;
            Some(error_code(response.error_code)).filter(|code| code.is_retriable())
        })
}

/// The answer to [`list_groups`].
pub fn read_groups(answer: &Answer) -> Result<Vec<ListedGroup>, CallError> {
    let response: ListGroupsResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, None)?;
    let groups = response.groups.iter().map(|group| ListedGroup {
        group: group.group_id.to_owned(),
        protocol_type: group.protocol_type.to_owned(),
        state: group.group_state.to_owned(),
        kind: group.group_type.to_ascii_lowercase(),
    });
    Ok(groups.collect())
}

/// A group with its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDescription {
    /// Its state.
    pub state: String,
    /// `classic` or `consumer`.
    pub kind: &'static str,
    /// The protocol the members chose, or the server's assignor.
    pub assignor: String,
    /// Epoch of a consumer group.
    pub epoch: Option<i32>,
    /// Who is in it.
    pub members: Vec<GroupMember>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// Its id.
    pub id: String,
    /// Its name as a static member.
    pub instance: Option<String>,
    /// `client.id`.
    pub client_id: String,
    /// Where it came from.
    pub host: String,
    /// What it reads. Empty for members that are not consumers.
    pub assignment: BTreeMap<String, Vec<i32>>,
}

/// Asks for a group's members in the classic protocol.
#[must_use]
pub fn describe_classic_group(node: i32, group: String) -> Call {
    Call::new::<DescribeGroupsRequest<'_>>(0..=6, move |version, w| {
        DescribeGroupsRequest { groups: vec![&group], include_authorized_operations: false }
            .encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`describe_classic_group`].
pub fn read_classic_group(answer: &Answer) -> Result<GroupDescription, CallError> {
    let response: DescribeGroupsResponse<'_> = answer.decode()?;
    let group = response.groups.first().ok_or_else(nothing)?;
    BrokerError::check(group.error_code, group.error_message)?;
    let members = group.members.iter().map(|member| GroupMember {
        id: member.member_id.to_owned(),
        instance: member.group_instance_id.map(str::to_owned),
        client_id: member.client_id.to_owned(),
        host: member.client_host.to_owned(),
        assignment: match group.protocol_type {
            "consumer" => read_assignment(member.member_assignment).unwrap_or_default(),
            _ => BTreeMap::new(),
        },
    });
    Ok(GroupDescription {
        state: group.group_state.to_owned(),
        kind: "classic",
        assignor: group.protocol_data.to_owned(),
        epoch: None,
        members: members.collect(),
    })
}

/// What a classic consumer's leader gave a member.
fn read_assignment(bytes: &[u8]) -> Option<BTreeMap<String, Vec<i32>>> {
    let mut reader = Reader::new(bytes);
    let version = reader.i16().ok()?.clamp(0, 3);
    let assignment = ConsumerProtocolAssignment::decode(&mut reader, version).ok()?;
    Some(assignment.assigned_partitions.into_iter().map(|of| (of.topic.to_owned(), of.partitions)).collect())
}

/// Asks for a consumer group's members (KIP-848).
#[must_use]
pub fn describe_consumer_group(node: i32, group: String) -> Call {
    Call::new::<ConsumerGroupDescribeRequest<'_>>(0..=1, move |version, w| {
        ConsumerGroupDescribeRequest { group_ids: vec![&group], include_authorized_operations: false }
            .encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`describe_consumer_group`].
pub fn read_consumer_group(answer: &Answer) -> Result<GroupDescription, CallError> {
    let response: ConsumerGroupDescribeResponse<'_> = answer.decode()?;
    let group = response.groups.first().ok_or_else(nothing)?;
    BrokerError::check(group.error_code, group.error_message)?;
    let members = group.members.iter().map(|member| {
        let topics = member.assignment.topic_partitions.iter();
        GroupMember {
            id: member.member_id.to_owned(),
            instance: member.instance_id.map(str::to_owned),
            client_id: member.client_id.to_owned(),
            host: member.client_host.to_owned(),
            assignment: topics.map(|of| (of.topic_name.to_owned(), of.partitions.clone())).collect(),
        }
    });
    Ok(GroupDescription {
        state: group.group_state.to_owned(),
        kind: "consumer",
        assignor: group.assignor_name.to_owned(),
        epoch: Some(group.group_epoch),
        members: members.collect(),
    })
}

/// Offsets by topic and partition.
pub type GroupOffsets = BTreeMap<(String, i32), i64>;

/// Asks for everything a group has committed.
#[must_use]
pub fn fetch_group_offsets(node: i32, group: String) -> Call {
    // From version 10 on topics have ids in place of names.
    Call::new::<OffsetFetchRequest<'_>>(2..=9, move |version, w| {
        let mut request = OffsetFetchRequest { topics: None, ..Default::default() };
        if version >= 8 {
            // Where there is a list of groups the old fields must stand at their defaults.
            request = OffsetFetchRequest {
                groups: vec![OffsetFetchRequestGroup {
                    group_id: &group,
                    topics: None,
                    ..Default::default()
                }],
                ..Default::default()
            };
        } else {
            request.group_id = &group;
        }
        request.encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`fetch_group_offsets`].
pub fn read_group_offsets(answer: &Answer) -> Result<GroupOffsets, CallError> {
    let response: OffsetFetchResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, None)?;
    let mut offsets = GroupOffsets::new();
    for group in &response.groups {
        BrokerError::check(group.error_code, None)?;
        for topic in &group.topics {
            for partition in &topic.partitions {
                BrokerError::check(partition.error_code, None)?;
                if partition.committed_offset >= 0 {
                    offsets.insert(
                        (topic.name.to_owned(), partition.partition_index),
                        partition.committed_offset,
                    );
                }
            }
        }
    }
    for topic in &response.topics {
        for partition in &topic.partitions {
            BrokerError::check(partition.error_code, None)?;
            if partition.committed_offset >= 0 {
                offsets
                    .insert((topic.name.to_owned(), partition.partition_index), partition.committed_offset);
            }
        }
    }
    Ok(offsets)
}

/// Commits offsets for a group that has no members.
#[must_use]
pub fn commit_group_offsets(node: i32, group: String, offsets: GroupOffsets) -> Call {
    Call::new::<OffsetCommitRequest<'_>>(2..=9, move |version, w| {
        let mut topics: BTreeMap<&str, Vec<OffsetCommitRequestPartition<'_>>> = BTreeMap::new();
        for ((topic, partition), offset) in &offsets {
            topics.entry(topic).or_default().push(OffsetCommitRequestPartition {
                partition_index: *partition,
                committed_offset: *offset,
                committed_metadata: Some(""),
                ..Default::default()
            });
        }
        let topics = topics.into_iter().map(|(name, partitions)| OffsetCommitRequestTopic {
            name,
            partitions,
            ..Default::default()
        });
        OffsetCommitRequest {
            group_id: &group,
            generation_id_or_member_epoch: -1,
            topics: topics.collect(),
            ..Default::default()
        }
        .encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`commit_group_offsets`]: per partition what came of it.
pub fn read_committed_offsets(answer: &Answer) -> Result<PerName<()>, CallError> {
    let response: OffsetCommitResponse<'_> = answer.decode()?;
    let results = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| {
            let name = format!("{}-{}", topic.name, partition.partition_index);
            (name, BrokerError::check(partition.error_code, None))
        })
    });
    Ok(results.collect())
}

/// Deletes groups that have no members, with all they have committed.
#[must_use]
pub fn delete_groups(node: i32, groups: Vec<String>) -> Call {
    Call::new::<DeleteGroupsRequest<'_>>(0..=3, move |version, w| {
        DeleteGroupsRequest { groups_names: groups.iter().map(String::as_str).collect() }.encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`delete_groups`].
pub fn read_deleted_groups(answer: &Answer) -> Result<PerName<()>, CallError> {
    let response: DeleteGroupsResponse<'_> = answer.decode()?;
    let results = response
        .results
        .iter()
        .map(|group| (group.group_id.to_owned(), BrokerError::check(group.error_code, group.error_message)));
    Ok(results.collect())
}

/// A broker that answers about no group at all.
fn nothing() -> CallError {
    CallError::Broker(BrokerError { code: ErrorCode::UnknownServerError, message: None })
}
