//! DeleteGroups (key 42), versions 0–3: deletes empty groups with their offsets. v3 error messages.

use std::sync::Arc;

use thalweg_group::{Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::delete_groups_response::DeletableGroupResult;
use thalweg_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// Asks the coordinator for each group.
pub fn answer(request: &DeleteGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let groups: Vec<Arc<str>> = request.groups_names.iter().map(|&group| Arc::from(group)).collect();
    let questions = groups.iter().map(|group| (Arc::clone(group), Request::Delete(Arc::clone(group))));
    let reply = caller.reply();
    ask_groups(caller.node, questions.collect(), move |answers| {
        let results = groups.iter().zip(&answers).map(|(group, answer)| {
            let code = match answer {
                Response::Done(Ok(())) => ErrorCode::None,
                Response::Done(Err(code)) => *code,
                _ => ErrorCode::UnknownServerError,
            };
            DeletableGroupResult { group_id: group, error_code: code.code(), error_message: None }
        });
        reply.send(&DeleteGroupsResponse { results: results.collect(), ..Default::default() });
    });
    Answer::Later
}
