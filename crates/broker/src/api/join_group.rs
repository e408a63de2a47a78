//! JoinGroup (key 11), versions 0–9: a classic member joins; answered when the group's generation begins.
//!
//! v1 rebalance timeout · v4 a newcomer is first told its id (KIP-394) · v5 static members (KIP-345) · v7 protocol
//! type and nullable protocol · v8 reason · v9 skip_assignment (KIP-814).

use std::sync::Arc;

use thalweg_group::{Join, Joined, Request, Response};
use thalweg_model::validate_topic_name;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::join_group_response::JoinGroupResponseMember;
use thalweg_wire::messages::{JoinGroupRequest, JoinGroupResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id};

/// First version in which a newcomer must come again with the id it is told.
const KNOWN_MEMBER_VERSION: i16 = 4;
/// First version whose protocol may be null.
const NULLABLE_PROTOCOL_VERSION: i16 = 7;
/// First version with `skip_assignment`.
const SKIP_ASSIGNMENT_VERSION: i16 = 9;

/// Hands the request to the coordinator.
pub fn answer(request: &JoinGroupRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let version = caller.version();
    let member: Arc<str> = Arc::from(request.member_id);
    let is_illegal_instance =
        request.group_instance_id.is_some_and(|instance| validate_topic_name(instance).is_err());
    let checked = if is_illegal_instance {
        // An instance id follows the rules of topic names.
        Err(ErrorCode::InvalidConfig)
    } else {
        check_group_id(request.group_id)
    };
    if let Err(code) = checked.and_then(|()| caller.check_group(request.group_id)) {
        return caller.ready(&response(&Joined::refused(member, code), version));
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let join = Join {
        group: Arc::clone(&group),
        member,
        instance: request.group_instance_id.map(Arc::from),
        client_id: caller.client_id.to_owned(),
        // As Java prints an address without a name.
        client_host: format!("/{}", caller.peer.ip().to_canonical()),
        session_timeout_ms: request.session_timeout_ms,
        // Version 0 had none.
        rebalance_timeout_ms: match request.rebalance_timeout_ms {
            -1 => request.session_timeout_ms,
            ms => ms,
        },
        protocol_type: request.protocol_type.to_owned(),
        protocols: request
            .protocols
            .iter()
            .map(|protocol| (protocol.name.to_owned(), protocol.metadata.to_vec()))
            .collect(),
        requires_known_member: version >= KNOWN_MEMBER_VERSION,
        can_skip_assignment: version >= SKIP_ASSIGNMENT_VERSION,
    };
    ask_group(caller, group, Request::Join(join), move |reply, answered| {
        if let Response::Join(joined) = answered {
            reply.send(&response(&joined, version));
        }
    })
}

fn response(joined: &Joined, version: i16) -> JoinGroupResponse<'_> {
    let members = joined.members.iter().map(|(id, instance, metadata)| JoinGroupResponseMember {
        member_id: id,
        group_instance_id: instance.as_deref(),
        metadata,
    });
    let no_protocol = if version >= NULLABLE_PROTOCOL_VERSION { None } else { Some("") };
    JoinGroupResponse {
        throttle_time_ms: 0,
        error_code: joined.code.code(),
        generation_id: joined.generation,
        protocol_type: joined.protocol_type.as_deref(),
        protocol_name: joined.protocol.as_deref().or(no_protocol),
        leader: &joined.leader,
        skip_assignment: joined.skip_assignment && version >= SKIP_ASSIGNMENT_VERSION,
        member_id: &joined.member,
        members: members.collect(),
    }
}
