//! ElectLeaders (key 43), versions 0–2: forwarded to the controller. v1 unclean elections (KIP-460); before it every
//! election is one of the preferred replica.

use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse, ElectLeaders, ElectedLeaders};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::elect_leaders_response::{PartitionResult, ReplicaElectionResult};
use thalweg_wire::messages::{ElectLeadersRequest, ElectLeadersResponse};

use super::{Answer, Caller, unexpected};

const PREFERRED: i8 = 0;
const UNCLEAN: i8 = 1;

/// Hands the request to the controller.
pub fn answer(request: &ElectLeadersRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let asked = request.topic_partitions.as_ref().map(|topics| {
        topics.iter().map(|topic| (topic.topic.to_owned(), topic.partitions.clone())).collect::<Vec<_>>()
    });
    let election_type = if caller.version() == 0 { PREFERRED } else { request.election_type };
    if !matches!(election_type, PREFERRED | UNCLEAN) {
        let error =
            ApiError::new(ErrorCode::InvalidRequest, format!("Unknown election type {election_type}"));
        let results = refused(asked.unwrap_or_default(), &error);
        return caller.ready(&response(&results, error.code));
    }
    let wanted = ElectLeaders { unclean: election_type == UNCLEAN, partitions: asked.clone() };
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::ElectLeaders(wanted),
        Box::new(move |answer| match answer {
            ControllerResponse::ElectLeaders(results) => reply.send(&response(&results, ErrorCode::None)),
            other => {
                let error = unexpected(other);
                reply.send(&response(&refused(asked.unwrap_or_default(), &error), error.code));
            }
        }),
    );
    Answer::Later
}

fn refused(asked: Vec<(String, Vec<i32>)>, error: &ApiError) -> ElectedLeaders {
    let of = |index| (index, Err(error.clone()));
    asked.into_iter().map(|(topic, indexes)| (topic, indexes.into_iter().map(of).collect())).collect()
}

fn response(results: &ElectedLeaders, code: ErrorCode) -> ElectLeadersResponse<'_> {
    let replica_election_results = results.iter().map(|(topic, partitions)| {
        let results = partitions.iter().map(|(index, result)| PartitionResult {
            partition_id: *index,
            error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
            error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
        });
        ReplicaElectionResult { topic, partition_result: results.collect() }
    });
    ElectLeadersResponse {
        error_code: code.code(),
        replica_election_results: replica_election_results.collect(),
        ..ElectLeadersResponse::default()
    }
}
