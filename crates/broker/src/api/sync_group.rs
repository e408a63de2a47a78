//! SyncGroup (key 14), versions 0–5: the leader hands in the assignment, everybody gets theirs.
//!
//! v3 static members · v5 protocol type and name, checked against the group's.

use std::sync::Arc;

use thalweg_group::{Member, Request, Response, Sync, Synced};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{SyncGroupRequest, SyncGroupResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_group, check_group_id};

/// First version that names the protocol.
const PROTOCOL_VERSION: i16 = 5;

/// Hands the request to the coordinator.
pub fn answer(request: &SyncGroupRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let is_incomplete = caller.version() >= PROTOCOL_VERSION
        && (request.protocol_type.is_none() || request.protocol_name.is_none());
    let checked = if is_incomplete {
        Err(ErrorCode::InconsistentGroupProtocol)
    } else {
        check_group_id(request.group_id)
    };
    if let Err(code) = checked.and_then(|()| caller.check_group(request.group_id)) {
        return caller.ready(&response(&Err(code)));
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let sync = Sync {
        member: Member {
            group: Arc::clone(&group),
            generation: request.generation_id,
            member: Arc::from(request.member_id),
            instance: request.group_instance_id.map(Arc::from),
        },
        protocol_type: request.protocol_type.map(ToOwned::to_owned),
        protocol: request.protocol_name.map(ToOwned::to_owned),
        assignments: request
            .assignments
            .iter()
            .map(|assignment| (Arc::from(assignment.member_id), assignment.assignment.to_vec()))
            .collect(),
    };
    ask_group(caller, group, Request::Sync(sync), |reply, answered| {
        if let Response::Sync(result) = answered {
            reply.send(&response(&result));
        }
    })
}

fn response(result: &Result<Synced, ErrorCode>) -> SyncGroupResponse<'_> {
    match result {
        Ok(synced) => SyncGroupResponse {
            throttle_time_ms: 0,
            error_code: 0,
            protocol_type: synced.protocol_type.as_deref(),
            protocol_name: synced.protocol.as_deref(),
            assignment: &synced.assignment,
        },
        Err(code) => SyncGroupResponse { error_code: code.code(), ..Default::default() },
    }
}
