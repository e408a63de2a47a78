//! DescribeGroups (key 15), versions 0–6: state and members of classic groups.
//!
//! v3 authorized operations · v4 static members · v6 a group that does not exist is GROUP_ID_NOT_FOUND; before
//! that it is told as dead, as Kafka does.

use thalweg_group::{Description, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use thalweg_wire::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

use super::asked_groups::AskedGroups;
use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// First version that tells a missing group as an error.
const NOT_FOUND_VERSION: i16 = 6;

/// Asks the coordinator for each group.
pub fn answer(request: &DescribeGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let asked = AskedGroups::new(&request.groups, caller);
    let operations = asked.operations(caller, request.include_authorized_operations);
    let reply = caller.reply();
    ask_groups(caller.node, asked.questions(Request::Describe), move |answers| {
        let outcomes: Vec<_> = asked.outcomes(&answers).zip(operations).collect();
        let missing: Vec<String> =
            outcomes.iter().map(|((group, _), _)| format!("Group {group} not found.")).collect();
        let is_error = reply.version() >= NOT_FOUND_VERSION;
        let refused = |code: ErrorCode| DescribedGroup { error_code: code.code(), ..Default::default() };
        let described =
            outcomes.into_iter().zip(&missing).map(|(((group_id, outcome), operations), missing)| {
                let told = match outcome {
                    Err(code) => refused(code),
                    Ok(Some(Response::Described(Ok(Some(description))))) => describe(description, operations),
                    Ok(Some(Response::Described(Ok(None)))) => {
                        let code = if is_error { ErrorCode::GroupIdNotFound } else { ErrorCode::None };
                        DescribedGroup {
                            error_message: is_error.then_some(missing.as_str()),
                            group_state: "Dead",
                            authorized_operations: if is_error { i32::MIN } else { operations },
                            ..refused(code)
                        }
                    }
                    Ok(Some(Response::Described(Err(code)))) => refused(*code),
                    Ok(_) => refused(ErrorCode::UnknownServerError),
                };
                DescribedGroup { group_id, ..told }
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
