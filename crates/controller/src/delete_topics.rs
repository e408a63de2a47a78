//! DeleteTopics, by name or id.

use std::collections::BTreeSet;

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
    let mut records = RecordList::new();
    let mut removed = BTreeSet::new();
    let mut response = Answer::with_capacity(topics.len());
    for reference in topics {
        let (topic, unknown) = match reference {
            TopicReference::Name(name) => (
                image.topics.named(name),
                (Some(name.clone()), Uuid::ZERO, ErrorCode::UnknownTopicOrPartition),
            ),
            TopicReference::Id(id) => (image.topics.with_id(*id), (None, *id, ErrorCode::UnknownTopicId)),
        };
        let Some(topic) = topic else {
            let (name, id, code) = unknown;
            response.push((name, id, Err(ApiError::bare(code))));
            continue;
        };
        let result = if !settings.delete_topic_enable {
            Err(ApiError::bare(ErrorCode::TopicDeletionDisabled))
        } else if !removed.insert(topic.id) {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Duplicate topic id."))
        } else {
            let record = RemoveTopicRecord { topic_id: topic.id };
            records.push(record, 0).map_err(|_| ApiError::bare(ErrorCode::UnknownServerError))
        };
        response.push((Some(topic.name.to_string()), topic.id, result));
    }
    Decision { records, response }
}
