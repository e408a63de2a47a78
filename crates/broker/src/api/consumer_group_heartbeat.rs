//! ConsumerGroupHeartbeat (key 68), versions 0–1: a member of a consumer group comes, stays, changes or leaves
//! (KIP-848).
//!
//! v1 regular expressions, and ids that members make themselves.

use std::sync::Arc;

use thalweg_group::{Beat, ConsumerHeartbeat, Request, Response, Visible};
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::consumer_group_heartbeat_response::{Assignment, TopicPartitions};
use thalweg_wire::messages::{ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id_length};

/// First version in which every member names itself.
const OWN_ID_VERSION: i16 = 1;
/// The longest text that the records of a group can hold in their keys.
const KEY_TEXT_BYTES_MAX: usize = 32_767;
/// Epoch of a member that joins.
const JOINS: i32 = 0;
/// Epoch of a member that leaves.
const LEAVES: i32 = -1;
/// Epoch of a static member that leaves for a while.
const LEAVES_FOR_A_WHILE: i32 = -2;

/// Hands the request to the coordinator.
pub fn answer(request: &ConsumerGroupHeartbeatRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    // Before the caller's rights, as in Kafka: what is not served is nobody's.
    if !caller.node.serves_consumer_protocol() {
        return caller.ready(&refusal(ErrorCode::UnsupportedVersion, None));
    }
    if let Err(code) = caller.check_group(request.group_id) {
        return caller.ready(&refusal(code, None));
    }
    if let Err((code, message)) = check(request, caller) {
        return caller.ready(&refusal(code, Some(message)));
    }
    let may_topic = caller.guard(ResourceType::Topic);
    for topic in request.subscribed_topic_names.iter().flatten() {
        if let Err(code) = may_topic.check(topic) {
            return caller.ready(&refusal(code, None));
        }
    }
    let visible = caller.node.authorizer.as_ref().map(|_| {
        let access = caller.access().quietly().owned();
        Visible(Arc::new(move |topic| access.ask().topic(Operation::Describe, topic)))
    });
    let group: Arc<str> = Arc::from(request.group_id);
    let text = |text: Option<&str>| text.map(Arc::from);
    let owned = request.topic_partitions.as_ref();
    let beat = ConsumerHeartbeat {
        group: Arc::clone(&group),
        member: Arc::from(request.member_id),
        epoch: request.member_epoch,
        instance: text(request.instance_id),
        rack: text(request.rack_id),
        rebalance_timeout_ms: request.rebalance_timeout_ms,
        topics: request
            .subscribed_topic_names
            .as_ref()
            .map(|topics| Arc::new(topics.iter().map(|topic| Arc::from(*topic)).collect())),
        regex: text(request.subscribed_topic_regex),
        visible,
        assignor: text(request.server_assignor),
        owned: owned
            .map(|topics| topics.iter().map(|topic| (topic.topic_id, topic.partitions.clone())).collect()),
        client_id: caller.client_id.to_owned(),
        client_host: format!("/{}", caller.peer.ip().to_canonical()),
    };
    ask_group(caller, group, Request::Beat(beat), |reply, answered| {
        if let Response::Beat(result) = answered {
            match result {
                Ok(beat) => reply.send(&response(&beat)),
                Err(code) => reply.send(&refusal(code, Some(code.message()))),
            }
        }
    })
}

/// What can be told without the group, in Kafka's order.
fn check(
    request: &ConsumerGroupHeartbeatRequest<'_>,
    caller: &Caller<'_>,
) -> Result<(), (ErrorCode, &'static str)> {
    let epoch = request.member_epoch;
    let invalid = |message| Err((ErrorCode::InvalidRequest, message));
    let names_itself = caller.version() >= OWN_ID_VERSION || epoch > JOINS || epoch == LEAVES;
    if names_itself && request.member_id.is_empty() {
        return invalid("MemberId can't be empty.");
    }
    if request.group_id.is_empty() {
        return invalid("GroupId can't be empty.");
    }
    if request.instance_id == Some("") {
        return invalid("InstanceId can't be empty.");
    }
    if request.rack_id == Some("") {
        return invalid("RackId can't be empty.");
    }
    if epoch == JOINS {
        if request.rebalance_timeout_ms == -1 {
            return invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        if request.topic_partitions.as_ref().is_none_or(|owned| !owned.is_empty()) {
            return invalid("TopicPartitions must be empty when (re-)joining.");
        }
        if request.subscribed_topic_names.is_none() && request.subscribed_topic_regex.is_none() {
            return invalid(
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
            );
        }
    } else if epoch == LEAVES_FOR_A_WHILE && request.instance_id.is_none() {
        return invalid("InstanceId can't be null.");
    } else if epoch < LEAVES_FOR_A_WHILE {
        return invalid("MemberEpoch is invalid.");
    }
    if check_group_id_length(request.group_id).is_err() || request.member_id.len() > KEY_TEXT_BYTES_MAX {
        return invalid("An id is longer than the records of groups can hold.");
    }
    Ok(())
}

fn refusal(code: ErrorCode, message: Option<&str>) -> ConsumerGroupHeartbeatResponse<'_> {
    ConsumerGroupHeartbeatResponse { error_code: code.code(), error_message: message, ..Default::default() }
}

fn response(beat: &Beat) -> ConsumerGroupHeartbeatResponse<'_> {
    let assignment = beat.assignment.as_ref().map(|assignment| Assignment {
        topic_partitions: assignment
            .iter()
            .map(|(topic, partitions)| TopicPartitions {
                topic_id: *topic,
                partitions: partitions.iter().copied().collect(),
            })
            .collect(),
    });
    ConsumerGroupHeartbeatResponse {
        member_id: Some(&beat.member),
        member_epoch: beat.epoch,
        heartbeat_interval_ms: beat.heartbeat_interval_ms,
        assignment,
        ..Default::default()
    }
}
