//! DeleteGroups (key 42), versions 0–3: deletes empty groups with their offsets. v3 error messages.

use thalweg_group::{Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::delete_groups_response::DeletableGroupResult;
use thalweg_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::asked_groups::AskedGroups;
use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// Asks the coordinator for each group.
pub fn answer(request: &DeleteGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let asked = AskedGroups::new(&request.groups_names, caller);
    let reply = caller.reply();
    ask_groups(caller.node, asked.questions(Request::Delete), move |answers| {
        let results = asked.outcomes(&answers).map(|(group_id, outcome)| {
            let code = match outcome {
                Err(code) => code,
                Ok(Some(Response::Done(Err(code)))) => *code,
                Ok(Some(Response::Done(Ok(())))) => ErrorCode::None,
                Ok(_) => ErrorCode::UnknownServerError,
            };
            DeletableGroupResult { group_id, error_code: code.code(), error_message: None }
        });
        reply.send(&DeleteGroupsResponse { results: results.collect(), ..Default::default() });
    });
    Answer::Later
}
