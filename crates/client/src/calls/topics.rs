//! CreateTopics and DeleteTopics.

use std::time::Duration;

use thalweg_wire::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use thalweg_wire::messages::delete_topics_request::DeleteTopicState;
use thalweg_wire::messages::{
    CreateTopicsRequest, CreateTopicsResponse, DeleteTopicsRequest, DeleteTopicsResponse,
};
use thalweg_wire::{Encode, Uuid};

use super::{PerName, retriable_if_all, wire_ms};
use crate::{Answer, BrokerError, Call, CallError, Target};

/// A topic to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// `None` leaves it to the broker (`num.partitions`).
    pub partitions: Option<i32>,
    /// `None` leaves it to the broker (`default.replication.factor`).
    pub replication_factor: Option<i16>,
    /// Settings that differ from the broker's.
    pub configs: Vec<(String, String)>,
}

/// A topic that has been created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTopic {
    /// Zero where the broker is too old to say.
    pub id: Uuid,
    /// −1 where the broker is too old to say.
    pub partitions: i32,
    /// −1 where the broker is too old to say.
    pub replication_factor: i16,
}

/// Creates topics, or only checks whether they could be created.
#[must_use]
pub fn create_topics(topics: Vec<NewTopic>, validate_only: bool, timeout: Duration) -> Call {
    // −1 for partitions and replication factor is understood from version 4 on (KIP-464).
    let counted = topics.iter().all(|topic| topic.partitions.is_some() && topic.replication_factor.is_some());
    let versions = if counted { 2..=7 } else { 4..=7 };
    Call::new::<CreateTopicsRequest<'_>>(versions, move |version, w| {
        let topics = topics.iter().map(|topic| CreatableTopic {
            name: &topic.name,
            num_partitions: topic.partitions.unwrap_or(-1),
            replication_factor: topic.replication_factor.unwrap_or(-1),
            configs: topic
                .configs
                .iter()
                .map(|(name, value)| CreatableTopicConfig { name, value: Some(value) })
                .collect(),
            ..Default::default()
        });
        CreateTopicsRequest { topics: topics.collect(), timeout_ms: wire_ms(timeout), validate_only }
            .encode(w, version)
    })
    .to(Target::Controller)
    .within(timeout)
    .retry_on(|answer| retriable_if_all(answer, read_created))
}

/// The answer to [`create_topics`], per topic.
pub fn read_created(answer: &Answer) -> Result<PerName<CreatedTopic>, CallError> {
    let response: CreateTopicsResponse<'_> = answer.decode()?;
    let results = response.topics.iter().map(|topic| {
        let created = CreatedTopic {
            id: topic.topic_id,
            partitions: topic.num_partitions,
            replication_factor: topic.replication_factor,
        };
        let checked = BrokerError::check(topic.error_code, topic.error_message);
        (topic.name.to_owned(), checked.map(|()| created))
    });
    Ok(results.collect())
}

/// Deletes topics and all they hold.
#[must_use]
pub fn delete_topics(names: Vec<String>, timeout: Duration) -> Call {
    Call::new::<DeleteTopicsRequest<'_>>(1..=6, move |version, w| {
        let mut request = DeleteTopicsRequest { timeout_ms: wire_ms(timeout), ..Default::default() };
        if version >= 6 {
            let state = |name| DeleteTopicState { name: Some(name), topic_id: Uuid::ZERO };
            request.topics = names.iter().map(String::as_str).map(state).collect();
        } else {
            request.topic_names = names.iter().map(String::as_str).collect();
        }
        request.encode(w, version)
    })
    .to(Target::Controller)
    .within(timeout)
    .retry_on(|answer| retriable_if_all(answer, read_deleted).filter(|code| *code != UNKNOWN))
}

/// Kafka counts it among the retriable ones, but a topic that is not there will not appear by itself.
const UNKNOWN: thalweg_wire::ErrorCode = thalweg_wire::ErrorCode::UnknownTopicOrPartition;

/// The answer to [`delete_topics`], per topic.
pub fn read_deleted(answer: &Answer) -> Result<PerName<()>, CallError> {
    let response: DeleteTopicsResponse<'_> = answer.decode()?;
    let results = response.responses.iter().map(|topic| {
        (topic.name.unwrap_or_default().to_owned(), BrokerError::check(topic.error_code, topic.error_message))
    });
    Ok(results.collect())
}
