//! CreatePartitions (key 37), versions 0–3: forwarded to the controller. The count is the new total.

use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse, CreatePartitions, MorePartitions};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::create_partitions_response::CreatePartitionsTopicResult;
use thalweg_wire::messages::{CreatePartitionsRequest, CreatePartitionsResponse};

use super::{Answer, Caller, unexpected};

/// First version that is refused, instead of told to wait, beyond the quota of changes (KIP-599).
const STRICT_VERSION: i16 = 3;

/// Hands the request to the controller.
pub fn answer(request: &CreatePartitionsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let guard = caller.guard(ResourceType::Topic);
    let (mut topics, refused): (Vec<_>, Vec<_>) =
        request.topics.iter().partition(|topic| guard.allows(topic.name));
    let code = ErrorCode::TopicAuthorizationFailed;
    let mut denied: Vec<(String, ErrorCode)> =
        refused.iter().map(|topic| (topic.name.to_owned(), code)).collect();
    if caller.node.quotas.is_any() && !request.validate_only {
        let (image, strict) = (caller.node.image(), caller.version() >= STRICT_VERSION);
        topics.retain(|topic| {
            let present = image.topics.named(topic.name).map_or(0, |found| found.partitions.len());
            let more = usize::try_from(topic.count).unwrap_or(0).saturating_sub(present);
            let counted = if present == 0 { Ok(()) } else { caller.count_mutations(more, strict) };
            counted.map_err(|code| denied.push((topic.name.to_owned(), code))).is_ok()
        });
    }
    let topics = topics.into_iter().map(|topic| MorePartitions {
        name: topic.name.to_owned(),
        count: topic.count,
        assignments: topic
            .assignments
            .as_ref()
            .map(|assignments| assignments.iter().map(|assignment| assignment.broker_ids.clone()).collect()),
    });
    let wanted = CreatePartitions { topics: topics.collect(), validate_only: request.validate_only };
    let asked: Vec<String> = wanted.topics.iter().map(|topic| topic.name.clone()).collect();
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::CreatePartitions(wanted),
        Box::new(move |response| {
            let mut results = match response {
                ControllerResponse::CreatePartitions(results) => results,
                other => {
                    let error = unexpected(other);
                    asked.into_iter().map(|name| (name, Err(error.clone()))).collect()
                }
            };
            results.extend(denied.into_iter().map(|(name, code)| (name, Err(ApiError::bare(code)))));
            let results = results.iter().map(|(name, result)| CreatePartitionsTopicResult {
                name,
                error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
                error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
            });
            reply.send(&CreatePartitionsResponse {
                results: results.collect(),
                ..CreatePartitionsResponse::default()
            });
        }),
    );
    Answer::Later
}
