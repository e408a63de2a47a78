//! AlterPartitionReassignments (key 45), versions 0–1: forwarded to the controller. v1 can forbid that the number of
//! replicas changes (KIP-860).

use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse, Reassign, Reassigned};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::alter_partition_reassignments_response::{
    ReassignablePartitionResponse, ReassignableTopicResponse,
};
use thalweg_wire::messages::{AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &AlterPartitionReassignmentsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let topics = request.topics.iter().map(|topic| {
        let partitions = topic.partitions.iter();
        let wanted = partitions.map(|partition| (partition.partition_index, partition.replicas.clone()));
        (topic.name.to_owned(), wanted.collect())
    });
    let allow_replication_factor_change = request.allow_replication_factor_change;
    let wanted = Reassign { topics: topics.collect(), allow_replication_factor_change };
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::Reassign(wanted),
        Box::new(move |answer| {
            let (results, error) = match answer {
                ControllerResponse::Reassign(results) => (results, None),
                other => (Reassigned::new(), Some(unexpected(other))),
            };
            reply.send(&AlterPartitionReassignmentsResponse {
                allow_replication_factor_change,
                ..response(&results, error.as_ref())
            });
        }),
    );
    Answer::Later
}

fn response<'a>(
    results: &'a Reassigned,
    error: Option<&'a ApiError>,
) -> AlterPartitionReassignmentsResponse<'a> {
    let responses = results.iter().map(|(name, partitions)| {
        let partitions = partitions.iter().map(|(index, result)| ReassignablePartitionResponse {
            partition_index: *index,
            error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
            error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
        });
        ReassignableTopicResponse { name, partitions: partitions.collect() }
    });
    AlterPartitionReassignmentsResponse {
        error_code: error.map_or(ErrorCode::None, |error| error.code).code(),
        error_message: error.and_then(|error| error.message.as_deref()),
        responses: responses.collect(),
        ..AlterPartitionReassignmentsResponse::default()
    }
}
