//! UnregisterBroker (key 64), version 0: a broker that will not come back is forgotten. Forwarded to the controller.

use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{UnregisterBrokerRequest, UnregisterBrokerResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &UnregisterBrokerRequest, caller: &mut Caller<'_>) -> Answer {
    if request.broker_id == caller.node.config.node_id {
        // Kafka forgets itself, too, and serves nothing more until it is restarted. Nobody can want that.
        let why = "This broker serves; stop it before it is unregistered.";
        return caller.ready(&response(Some(&ApiError::new(ErrorCode::InvalidRequest, why))));
    }
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::UnregisterBroker(request.broker_id),
        Box::new(move |answer| {
            let result = match answer {
                ControllerResponse::UnregisterBroker(result) => result,
                other => Err(unexpected(other)),
            };
            reply.send(&response(result.as_ref().err()));
        }),
    );
    Answer::Later
}

fn response(error: Option<&ApiError>) -> UnregisterBrokerResponse<'_> {
    UnregisterBrokerResponse {
        error_code: error.map_or(0, |error| error.code.code()),
        error_message: error.and_then(|error| error.message.as_deref()),
        ..UnregisterBrokerResponse::default()
    }
}
