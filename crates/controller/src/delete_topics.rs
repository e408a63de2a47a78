//! DeleteTopics, by name or id. A topic that a request names twice is not deleted: Kafka takes that for a mistake.

use std::collections::BTreeMap;

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::RemoveTopicRecord;

use crate::{ApiError, ControllerSettings, Decision, TopicReference};

type Answer = Vec<(Option<String>, Uuid, Result<(), ApiError>)>;

/// Decides a DeleteTopics request; answers in the order of the topics named.
pub fn delete_topics(
    settings: &ControllerSettings,
    image: &MetadataImage,
    topics: &[TopicReference],
) -> Decision<Answer> {
    let find = |reference: &TopicReference| match reference {
        TopicReference::Name(name) => image.topics.named(name),
        TopicReference::Id(id) => image.topics.with_id(*id),
    };
    let mut named: BTreeMap<Uuid, u32> = BTreeMap::new();
    for topic in topics.iter().filter_map(find) {
        *named.entry(topic.id).or_default() += 1;
    }
    let mut records = RecordList::new();
    let mut response = Answer::with_capacity(topics.len());
    for reference in topics {
        let Some(topic) = find(reference) else {
            response.push(match reference {
                TopicReference::Name(name) => {
                    let error = ApiError::bare(ErrorCode::UnknownTopicOrPartition);
                    (Some(name.clone()), Uuid::ZERO, Err(error))
                }
                TopicReference::Id(id) => (None, *id, Err(ApiError::bare(ErrorCode::UnknownTopicId))),
            });
            continue;
        };
        let result = if !settings.delete_topic_enable {
            Err(ApiError::bare(ErrorCode::TopicDeletionDisabled))
        } else if named.get(&topic.id).is_some_and(|&count| count > 1) {
            Err(ApiError::new(ErrorCode::InvalidRequest, "The topic is named more than once."))
        } else {
            let record = RemoveTopicRecord { topic_id: topic.id };
            records.push(record, 0).map_err(|_| ApiError::bare(ErrorCode::UnknownServerError))
        };
        response.push((Some(topic.name.to_string()), topic.id, result));
    }
    Decision { records, response }
}
