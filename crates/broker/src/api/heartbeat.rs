//! Heartbeat (key 12), versions 0–4: a classic member is alive. v3 static members.

use std::sync::Arc;

use thalweg_group::{Member, Request, Response};
use thalweg_wire::messages::{HeartbeatRequest, HeartbeatResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id};

/// Hands the request to the coordinator.
pub fn answer(request: &HeartbeatRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    if let Err(code) = caller.check_group(request.group_id).and_then(|()| check_group_id(request.group_id)) {
        return caller.ready(&HeartbeatResponse { error_code: code.code(), ..Default::default() });
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let member = Member {
        group: Arc::clone(&group),
        generation: request.generation_id,
        member: Arc::from(request.member_id),
        instance: request.group_instance_id.map(Arc::from),
    };
    ask_group(caller, group, Request::Heartbeat(member), |reply, answered| {
        if let Response::Heartbeat(result) = answered {
            let error_code = result.err().map_or(0, |code| code.code());
            reply.send(&HeartbeatResponse { error_code, ..Default::default() });
        }
    })
}
