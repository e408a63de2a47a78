//! `StreamsGroupHeartbeatRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::StreamsGroupHeartbeatResponse;

/// Kafka's `StreamsGroupHeartbeatRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 88, versions = "0-1", flexible = "0+", response(StreamsGroupHeartbeatResponse<'r>))]
pub struct StreamsGroupHeartbeatRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `EndpointInformationEpoch`.
    #[field(versions = "0+")]
    pub endpoint_information_epoch: i32,
    /// Kafka's `InstanceId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// Kafka's `RebalanceTimeoutMs`.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// Kafka's `Topology`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topology: Option<Topology<'a>>,
    /// Kafka's `ActiveTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `StandbyTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `WarmupTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `ProcessId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub process_id: Option<&'a str>,
    /// Kafka's `UserEndpoint`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Kafka's `ClientTags`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub client_tags: Option<Vec<KeyValue<'a>>>,
    /// Kafka's `TaskOffsets`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub task_offsets: Option<Vec<TaskOffset<'a>>>,
    /// Kafka's `TaskEndOffsets`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub task_end_offsets: Option<Vec<TaskOffset<'a>>>,
    /// Kafka's `ShutdownApplication`.
    #[field(versions = "0+")]
    pub shutdown_application: bool,
}

/// Kafka's `Topology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Topology<'a> {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `Subtopologies`.
    #[field(versions = "0+")]
    pub subtopologies: Vec<Subtopology<'a>>,
}

/// Kafka's `Subtopology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
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
#[part(versions = "0-1", flexible = "0+")]
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
    pub topic_configs: Vec<KeyValue<'a>>,
}

/// Kafka's `KeyValue`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct KeyValue<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+")]
    pub value: &'a str,
}

/// Kafka's `CopartitionGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
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

/// Kafka's `TaskIds`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskIds<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// Kafka's `Endpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Endpoint<'a> {
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: u16,
}

/// Kafka's `TaskOffset`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskOffset<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `Offset`.
    #[field(versions = "0+")]
    pub offset: i64,
}
