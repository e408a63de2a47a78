//! `StreamsGroupDescribeResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupDescribeResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 89, versions = "0-1", flexible = "0+")]
pub struct StreamsGroupDescribeResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// Kafka's `DescribedGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribedGroup<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `GroupState`.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// Kafka's `GroupEpoch`.
    #[field(versions = "0+")]
    pub group_epoch: i32,
    /// Kafka's `AssignmentEpoch`.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// Kafka's `Topology`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topology: Option<Topology<'a>>,
    /// Kafka's `Members`.
    #[field(versions = "0+")]
    pub members: Vec<Member<'a>>,
    /// Kafka's `AuthorizedOperations`.
    #[field(versions = "0+", default = -2147483648)]
    pub authorized_operations: i32,
    /// Kafka's `TopologyDescription`.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub topology_description: Option<TopologyDescription<'a>>,
    /// Kafka's `TopologyDescriptionStatus`.
    #[field(versions = "1+")]
    pub topology_description_status: i8,
    /// Kafka's `AssignorName`.
    #[field(versions = "1+", nullable = "1+", default = null, ignorable)]
    pub assignor_name: Option<&'a str>,
}

/// Kafka's `Topology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Topology<'a> {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `Subtopologies`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subtopologies: Option<Vec<Subtopology<'a>>>,
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
    /// Kafka's `RepartitionSinkTopics`.
    #[field(versions = "0+")]
    pub repartition_sink_topics: Vec<&'a str>,
    /// Kafka's `StateChangelogTopics`.
    #[field(versions = "0+")]
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// Kafka's `RepartitionSourceTopics`.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
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

/// Kafka's `Member`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Member<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `InstanceId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// Kafka's `ClientId`.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// Kafka's `ClientHost`.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// Kafka's `TopologyEpoch`.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// Kafka's `ProcessId`.
    #[field(versions = "0+")]
    pub process_id: &'a str,
    /// Kafka's `UserEndpoint`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Kafka's `ClientTags`.
    #[field(versions = "0+")]
    pub client_tags: Vec<KeyValue<'a>>,
    /// Kafka's `TaskOffsets`.
    #[field(versions = "0+")]
    pub task_offsets: Vec<TaskOffset<'a>>,
    /// Kafka's `TaskEndOffsets`.
    #[field(versions = "0+")]
    pub task_end_offsets: Vec<TaskOffset<'a>>,
    /// Kafka's `Assignment`.
    #[field(versions = "0+")]
    pub assignment: Assignment<'a>,
    /// Kafka's `TargetAssignment`.
    #[field(versions = "0+")]
    pub target_assignment: Assignment<'a>,
    /// Kafka's `IsClassic`.
    #[field(versions = "0+")]
    pub is_classic: bool,
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

/// Kafka's `Assignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Assignment<'a> {
    /// Kafka's `ActiveTasks`.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `StandbyTasks`.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `WarmupTasks`.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
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

/// Kafka's `TopologyDescription`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescription<'a> {
    /// Kafka's `Subtopologies`.
    #[field(versions = "1+")]
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// Kafka's `GlobalStores`.
    #[field(versions = "1+")]
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
}

/// Kafka's `TopologyDescriptionSubtopology`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionSubtopology<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "1+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Nodes`.
    #[field(versions = "1+")]
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
}

/// Kafka's `TopologyDescriptionNode`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionNode<'a> {
    /// Kafka's `Name`.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// Kafka's `NodeType`.
    #[field(versions = "1+")]
    pub node_type: i8,
    /// Kafka's `SourceTopics`.
    #[field(versions = "1+")]
    pub source_topics: Vec<&'a str>,
    /// Kafka's `SinkTopic`.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub sink_topic: Option<&'a str>,
    /// Kafka's `Stores`.
    #[field(versions = "1+")]
    pub stores: Vec<&'a str>,
    /// Kafka's `Successors`.
    #[field(versions = "1+")]
    pub successors: Vec<&'a str>,
}

/// Kafka's `TopologyDescriptionGlobalStore`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// Kafka's `Source`.
    #[field(versions = "1+")]
    pub source: TopologyDescriptionNode<'a>,
    /// Kafka's `Processor`.
    #[field(versions = "1+")]
    pub processor: TopologyDescriptionNode<'a>,
}
