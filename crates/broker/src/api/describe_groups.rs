//! DescribeGroups (key 15), versions 0–6: state and members of classic groups.
//!
//! v3 authorized operations · v4 static members · v6 a group that does not exist is GROUP_ID_NOT_FOUND; before
//! that it is told as dead, as Kafka does.

use std::sync::Arc;

use thalweg_group::{Description, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use thalweg_wire::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// First version that tells a missing group as an error.
const NOT_FOUND_VERSION: i16 = 6;
/// What may be done with a group when nobody forbids anything: read, delete, describe, and both for its
/// configuration.
const ALL_OPERATIONS: i32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

/// Asks the coordinator for each group.
pub fn answer(request: &DescribeGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let groups: Vec<Arc<str>> = request.groups.iter().map(|&group| Arc::from(group)).collect();
    let questions = groups.iter().map(|group| (Arc::clone(group), Request::Describe(Arc::clone(group))));
    let operations = if request.include_authorized_operations { ALL_OPERATIONS } else { i32::MIN };
    let reply = caller.reply();
    ask_groups(caller.node, questions.collect(), move |answers| {
        let missing: Vec<String> = groups.iter().map(|group| format!("Group {group} not found.")).collect();
        let version = reply.version();
        let described = groups.iter().zip(&answers).zip(&missing).map(|((group, answer), missing)| {
            let mut described = match answer {
                Response::Described(Ok(Some(description))) => describe(description, operations),
                Response::Described(Ok(None)) => {
                    let is_error = version >= NOT_FOUND_VERSION;
                    let code = if is_error { ErrorCode::GroupIdNotFound } else { ErrorCode::None };
                    DescribedGroup {
                        error_code: code.code(),
                        error_message: is_error.then_some(missing.as_str()),
                        group_state: "Dead",
                        ..Default::default()
                    }
                }
                Response::Described(Err(code)) => {
                    DescribedGroup { error_code: code.code(), ..Default::default() }
                }
                _ => {
                    DescribedGroup { error_code: ErrorCode::UnknownServerError.code(), ..Default::default() }
                }
            };
            described.group_id = group;
            described
        });
        reply.send(&DescribeGroupsResponse { groups: described.collect(), ..Default::default() });
    });
    Answer::Later
}

fn describe(description: &Description, authorized_operations: i32) -> DescribedGroup<'_> {
    let members = description.members.iter().map(|member| DescribedGroupMember {
        member_id: &member.member,
        group_instance_id: member.instance.as_deref(),
        client_id: &member.client_id,
        client_host: &member.client_host,
        member_metadata: &member.metadata,
        member_assignment: &member.assignment,
    });
    DescribedGroup {
        group_state: description.state,
        protocol_type: &description.protocol_type,
        protocol_data: &description.protocol,
        members: members.collect(),
        authorized_operations,
        ..Default::default()
    }
}
