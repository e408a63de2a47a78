//! LeaveGroup (key 13), versions 0–5: members go. v3 several members, and static ones by their instance
//! (KIP-345) · v5 reason.

use std::sync::Arc;

use thalweg_group::{Leave, Request, Response};
use thalweg_wire::messages::leave_group_response::MemberResponse;
use thalweg_wire::messages::{LeaveGroupRequest, LeaveGroupResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id};

/// First version with several members.
const SEVERAL_VERSION: i16 = 3;

/// Hands the request to the coordinator.
pub fn answer(request: &LeaveGroupRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    if let Err(code) = caller.check_group(request.group_id).and_then(|()| check_group_id(request.group_id)) {
        return caller.ready(&LeaveGroupResponse { error_code: code.code(), ..Default::default() });
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let members: Vec<(Arc<str>, Option<Arc<str>>)> = if caller.version() >= SEVERAL_VERSION {
        let of = |member: &thalweg_wire::messages::leave_group_request::MemberIdentity<'_>| {
            (Arc::from(member.member_id), member.group_instance_id.map(Arc::from))
        };
        request.members.iter().map(of).collect()
    } else {
        vec![(Arc::from(request.member_id), None)]
    };
    let leave = Leave { group: Arc::clone(&group), members: members.clone() };
    ask_group(caller, group, Request::Leave(leave), move |reply, answered| {
        let Response::Leave(result) = answered else { return };
        let response = match result {
            Err(code) => LeaveGroupResponse { error_code: code.code(), ..Default::default() },
            Ok(results) if reply.version() >= SEVERAL_VERSION => LeaveGroupResponse {
                members: members
                    .iter()
                    .zip(results)
                    .map(|((member, instance), result)| MemberResponse {
                        member_id: member,
                        group_instance_id: instance.as_deref(),
                        error_code: result.err().map_or(0, |code| code.code()),
                    })
                    .collect(),
                ..Default::default()
            },
            // One member: its result is the answer.
            Ok(results) => LeaveGroupResponse {
                error_code: results.first().and_then(|result| result.err()).map_or(0, |code| code.code()),
                ..Default::default()
            },
        };
        reply.send(&response);
    })
}
