//! DeleteTopics (key 20), versions 1–6: forwarded to the controller. v6 takes ids as well as names (KIP-516).

use thalweg_controller::{ControllerRequest, ControllerResponse, TopicReference};
use thalweg_model::Uuid;
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
    let asked = topics.clone();
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::DeleteTopics(topics),
        Box::new(move |response| {
            let results = match response {
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
