//! StreamsGroupTopologyValue (record type 23): a Streams group's topology.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// A Streams group's topology.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 23, versions = "0", flexible = "0+")]
pub struct StreamsGroupTopologyValue<'a> {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// The subtopologies.
    #[field(versions = "0+")]
    pub subtopologies: Vec<Subtopology<'a>>,
}

/// One entry of [`StreamsGroupTopologyValue::subtopologies`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Subtopology<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The topics read.
    #[field(versions = "0+")]
    pub source_topics: Vec<&'a str>,
    /// Regular expressions for the topics read.
    #[field(versions = "0+")]
    pub source_topic_regex: Vec<&'a str>,
    /// The changelog topics of state stores.
    #[field(versions = "0+")]
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// The internal topics written.
    #[field(versions = "0+")]
    pub repartition_sink_topics: Vec<&'a str>,
    /// The internal topics read.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
    /// Topics that must have equally many partitions.
    #[field(versions = "0+")]
    pub copartition_groups: Vec<CopartitionGroup>,
}

/// One entry of `Subtopology.state_changelog_topics`, `Subtopology.repartition_source_topics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicInfo<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: i32,
    /// Replicas per partition.
    #[field(versions = "0+")]
    pub replication_factor: i16,
    /// Configuration of the topic.
    #[field(versions = "0+")]
    pub topic_configs: Vec<TopicConfig<'a>>,
}

/// One entry of [`TopicInfo::topic_configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicConfig<'a> {
    /// The key.
    #[field(name = "key", versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(name = "value", versions = "0+")]
    pub value: &'a str,
}

/// One entry of [`Subtopology::copartition_groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CopartitionGroup {
    /// The topics read, as positions in the subtopology's list.
    #[field(versions = "0+")]
    pub source_topics: Vec<i16>,
    /// Regular expressions for the topics read, as positions in the subtopology's list.
    #[field(versions = "0+")]
    pub source_topic_regex: Vec<i16>,
    /// The internal topics read, as positions in the subtopology's list.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<i16>,
}
