//! `StreamsGroupTopologyValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupTopologyValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 23, versions = "0", flexible = "0+")]
pub struct StreamsGroupTopologyValue<'a> {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `Subtopologies`.
    #[field(versions = "0+")]
    pub subtopologies: Vec<Subtopology<'a>>,
}

/// Kafka's `Subtopology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Subtopology<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `SourceTopics`.
    #[field(versions = "0+")]
    pub source_topics: Vec<&'a str>,
    /// Kafka's `SourceTopicRegex`.
    #[field(versions = "0+")]
    pub source_topic_regex: Vec<&'a str>,
    /// Kafka's `StateChangelogTopics`.
    #[field(versions = "0+")]
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// Kafka's `RepartitionSinkTopics`.
    #[field(versions = "0+")]
    pub repartition_sink_topics: Vec<&'a str>,
    /// Kafka's `RepartitionSourceTopics`.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
    /// Kafka's `CopartitionGroups`.
    #[field(versions = "0+")]
    pub copartition_groups: Vec<CopartitionGroup>,
}

/// Kafka's `TopicInfo`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicInfo<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: i32,
    /// Kafka's `ReplicationFactor`.
    #[field(versions = "0+")]
    pub replication_factor: i16,
    /// Kafka's `TopicConfigs`.
    #[field(versions = "0+")]
    pub topic_configs: Vec<TopicConfig<'a>>,
}

/// Kafka's `TopicConfig`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicConfig<'a> {
    /// Kafka's `key`.
    #[field(name = "key", versions = "0+")]
    pub key: &'a str,
    /// Kafka's `value`.
    #[field(name = "value", versions = "0+")]
    pub value: &'a str,
}

/// Kafka's `CopartitionGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CopartitionGroup {
    /// Kafka's `SourceTopics`.
    #[field(versions = "0+")]
    pub source_topics: Vec<i16>,
    /// Kafka's `SourceTopicRegex`.
    #[field(versions = "0+")]
    pub source_topic_regex: Vec<i16>,
    /// Kafka's `RepartitionSourceTopics`.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<i16>,
}
