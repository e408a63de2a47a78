//! DescribeGroups (key 15), versions 0–6: state and members of classic groups.
//!
//! v3 authorized operations · v4 static members · v6 a group that does not exist is GROUP_ID_NOT_FOUND; before
//! that it is told as dead, as Kafka does.

use std::sync::Arc;

use thalweg_group::{Description, Request, Response};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use thalweg_wire::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// First version that tells a missing group as an error.
const NOT_FOUND_VERSION: i16 = 6;

/// Asks the coordinator for each group.
pub fn answer(request: &DescribeGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let groups: Vec<Arc<str>> = request.groups.iter().map(|&group| Arc::from(group)).collect();
    let guard = caller.guard(ResourceType::Group);
    let denied: Vec<Option<ErrorCode>> = groups.iter().map(|group| guard.check(group).err()).collect();
    let questions = groups
        .iter()
        .zip(&denied)
        .filter(|(_, denied)| denied.is_none())
        .map(|(group, _)| (Arc::clone(group), Request::Describe(Arc::clone(group))));
    let access = caller.access();
    let operations: Vec<i32> = groups
        .iter()
        .map(|group| match request.include_authorized_operations {
            true => access.operations(ResourceType::Group, group),
            false => i32::MIN,
        })
        .collect();
    let reply = caller.reply();
    ask_groups(caller.node, questions.collect(), move |answers| {
        let missing: Vec<String> = groups.iter().map(|group| format!("Group {group} not found.")).collect();
        let version = reply.version();
        let mut answers = answers.iter();
        let described = groups.iter().enumerate().map(|(place, group)| {
            let answer = match denied[place] {
                Some(code) => {
                    return DescribedGroup { error_code: code.code(), group_id: group, ..Default::default() };
                }
                None => answers.next(),
            };
            let (missing, operations) = (&missing[place], operations[place]);
            let mut described = match answer {
                Some(Response::Described(Ok(Some(description)))) => describe(description, operations),
                Some(Response::Described(Ok(None))) => {
                    let is_error = version >= NOT_FOUND_VERSION;
                    let code = if is_error { ErrorCode::GroupIdNotFound } else { ErrorCode::None };
                    DescribedGroup {
                        error_code: code.code(),
                        error_message: is_error.then_some(missing.as_str()),
                        group_state: "Dead",
                        authorized_operations: if is_error { i32::MIN } else { operations },
                        ..Default::default()
                    }
                }
                Some(Response::Described(Err(code))) => {
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
