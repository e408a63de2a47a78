//! DeleteGroups (key 42), versions 0–3: deletes empty groups with their offsets. v3 error messages.

use std::sync::Arc;

use thalweg_group::{Request, Response};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::delete_groups_response::DeletableGroupResult;
use thalweg_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// Asks the coordinator for each group.
pub fn answer(request: &DeleteGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let groups: Vec<Arc<str>> = request.groups_names.iter().map(|&group| Arc::from(group)).collect();
    let guard = caller.guard(ResourceType::Group);
    let denied: Vec<Option<ErrorCode>> = groups.iter().map(|group| guard.check(group).err()).collect();
    let questions = groups
        .iter()
        .zip(&denied)
        .filter(|(_, denied)| denied.is_none())
        .map(|(group, _)| (Arc::clone(group), Request::Delete(Arc::clone(group))));
    let reply = caller.reply();
    ask_groups(caller.node, questions.collect(), move |answers| {
        let mut answers = answers.iter();
        let results = groups.iter().zip(&denied).map(|(group, denied)| {
            let code = match denied {
                Some(code) => *code,
                None => match answers.next() {
                    Some(Response::Done(Ok(()))) => ErrorCode::None,
                    Some(Response::Done(Err(code))) => *code,
                    _ => ErrorCode::UnknownServerError,
                },
            };
            DeletableGroupResult { group_id: group, error_code: code.code(), error_message: None }
        });
        reply.send(&DeleteGroupsResponse { results: results.collect(), ..Default::default() });
    });
    Answer::Later
}
