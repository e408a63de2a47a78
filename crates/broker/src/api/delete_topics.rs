//! DeleteTopics (key 20), versions 1–6: forwarded to the controller. v6 takes ids as well as names (KIP-516).

use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse, TopicReference};
use thalweg_model::Uuid;
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::delete_topics_response::DeletableTopicResult;
use thalweg_wire::messages::{DeleteTopicsRequest, DeleteTopicsResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &DeleteTopicsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let mut topics = Vec::new();
    if caller.version() >= 6 {
        for topic in &request.topics {
            topics.push(match topic.name {
                Some(_) if !topic.topic_id.is_zero() => {
                    return Answer::Close("it named a topic by name and by id at once");
                }
                Some(name) => TopicReference::Name(name.to_owned()),
                None => TopicReference::Id(topic.topic_id),
            });
        }
    } else {
        topics.extend(request.topic_names.iter().map(|&name| TopicReference::Name(name.to_owned())));
    }
    let mut denied = Vec::new();
    if caller.node.authorizer.is_some() {
        topics = allowed(topics, caller, &mut denied);
    }
    if caller.node.quotas.is_any() {
        let (image, strict) = (caller.node.image(), caller.version() >= STRICT_VERSION);
        topics.retain(|topic| {
            let found = match topic {
                TopicReference::Name(name) => image.topics.named(name),
                TopicReference::Id(id) => image.topics.with_id(*id),
            };
            let counted = found.map(|found| (found, caller.count_mutations(found.partitions.len(), strict)));
            match counted {
                Some((found, Err(code))) => {
                    denied.push((Some(found.name.to_string()), found.id, Err(ApiError::bare(code))));
                    false
                }
                _ => true,
            }
        });
    }
    let asked = topics.clone();
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::DeleteTopics(topics),
        Box::new(move |response| {
            let mut results = match response {
                ControllerResponse::DeleteTopics(results) => results,
                other => {
                    let error = unexpected(other);
                    let failed = |topic| match topic {
                        TopicReference::Name(name) => (Some(name), Uuid::ZERO, Err(error.clone())),
                        TopicReference::Id(id) => (None, id, Err(error.clone())),
                    };
                    asked.into_iter().map(failed).collect()
                }
            };
            results.extend(denied);
            // Before v6 a name cannot be null: there every topic was asked for by its name.
            let by_name = reply.version() < 6;
            let responses = results.iter().map(|(name, id, result)| DeletableTopicResult {
                name: name.as_deref().or(by_name.then_some("")),
                topic_id: *id,
                error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
                error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
            });
            reply.send(&DeleteTopicsResponse {
                responses: responses.collect(),
                ..DeleteTopicsResponse::default()
            });
        }),
    );
    Answer::Later
}

/// First version that is refused, instead of told to wait, beyond the quota of changes (KIP-599).
const STRICT_VERSION: i16 = 5;

/// What became of one topic: its name and id as far as the caller may know them.
type Outcome = (Option<String>, Uuid, Result<(), ApiError>);

/// Takes out what the caller may not delete. Whoever may not see a topic does not learn whether it exists.
fn allowed(
    topics: Vec<TopicReference>,
    caller: &Caller<'_>,
    denied: &mut Vec<Outcome>,
) -> Vec<TopicReference> {
    let image = caller.node.image();
    let (access, guard) = (caller.access(), caller.guard(ResourceType::Topic));
    let refused = || Err(ApiError::bare(ErrorCode::TopicAuthorizationFailed));
    let mut left = Vec::with_capacity(topics.len());
    for topic in topics {
        match topic {
            TopicReference::Name(name) => {
                let sees = access.topic(Operation::Describe, &name);
                // A topic that is not there is told to be not there, to whoever may see that.
                let exists = image.topics.named(&name).is_some();
                if sees && (!exists || guard.allows(&name)) {
                    left.push(TopicReference::Name(name));
                } else {
                    denied.push((Some(name), Uuid::ZERO, refused()));
                }
            }
            TopicReference::Id(id) => match image.topics.with_id(id).map(|topic| topic.name.to_string()) {
                Some(name) if !access.topic(Operation::Describe, &name) => denied.push((None, id, refused())),
                Some(name) if !guard.allows(&name) => denied.push((Some(name), id, refused())),
                _ => left.push(TopicReference::Id(id)),
            },
        }
    }
    left
}
