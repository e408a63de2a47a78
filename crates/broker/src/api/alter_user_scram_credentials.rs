//! AlterUserScramCredentials (key 51), version 0 (KIP-554): forwarded to the controller. Passwords come salted; what
//! is kept cannot be used to log in.

use std::collections::BTreeSet;

use thalweg_controller::security::{AlterScram, ScramUpsertion, SecurityRequest, SecurityResponse};
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_wire::messages::alter_user_scram_credentials_response::AlterUserScramCredentialsResult;
use thalweg_wire::messages::{AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &AlterUserScramCredentialsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let names = request.deletions.iter().map(|one| one.name);
    let names = names.chain(request.upsertions.iter().map(|one| one.name));
    let users: BTreeSet<String> = names.map(ToOwned::to_owned).collect();
    let refused = move |error: ApiError| -> Vec<(String, Result<(), ApiError>)> {
        users.into_iter().map(|user| (user, Err(error.clone()))).collect()
    };
    if let Err(code) = caller.check_cluster() {
        return caller.ready(&response(&refused(ApiError::bare(code))));
    }
    let wanted = AlterScram {
        deletions: request.deletions.iter().map(|one| (one.name.to_owned(), one.mechanism)).collect(),
        upsertions: request
            .upsertions
            .iter()
            .map(|one| ScramUpsertion {
                name: one.name.to_owned(),
                mechanism: one.mechanism,
                iterations: one.iterations,
                salt: one.salt.to_vec(),
                salted_password: one.salted_password.to_vec(),
            })
            .collect(),
    };
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::AlterScram(wanted)),
        Box::new(move |answered| {
            let results = match answered {
                ControllerResponse::Security(SecurityResponse::AlterScram(results)) => results,
                other => refused(unexpected(other)),
            };
            reply.send(&response(&results));
        }),
    );
    Answer::Later
}

fn response(results: &[(String, Result<(), ApiError>)]) -> AlterUserScramCredentialsResponse<'_> {
    let results = results.iter().map(|(user, result)| AlterUserScramCredentialsResult {
        user,
        error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
        error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
    });
    AlterUserScramCredentialsResponse { results: results.collect(), ..Default::default() }
}
