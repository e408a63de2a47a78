//! StreamsGroupDescribe (API key 89), response: state, topology and members of each group.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `groups.topology_description`, `groups.topology_description_status`,
//!   `groups.assignor_name`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`StreamsGroupDescribeRequest`](super::StreamsGroupDescribeRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 89, versions = "0-1", flexible = "0+")]
pub struct StreamsGroupDescribeResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// One entry of [`StreamsGroupDescribeResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribedGroup<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The group's state, as Kafka names them.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// The group's epoch.
    #[field(versions = "0+")]
    pub group_epoch: i32,
    /// The epoch of the assignment.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// The topology.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topology: Option<Topology<'a>>,
    /// The members.
    #[field(versions = "0+")]
    pub members: Vec<Member<'a>>,
    /// What the caller may do, one bit per operation; the lowest number if not asked for.
    #[field(versions = "0+", default = -2147483648)]
    pub authorized_operations: i32,
    /// The description of the topology.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub topology_description: Option<TopologyDescription<'a>>,
    /// What is known of the description, as Kafka numbers it.
    #[field(versions = "1+")]
    pub topology_description_status: i8,
    /// The assignor.
    #[field(versions = "1+", nullable = "1+", default = null, ignorable)]
    pub assignor_name: Option<&'a str>,
}

/// The value of [`DescribedGroup::topology`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Topology<'a> {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// The subtopologies.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subtopologies: Option<Vec<Subtopology<'a>>>,
}

/// One entry of [`Topology::subtopologies`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Subtopology<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The topics read.
    #[field(versions = "0+")]
    pub source_topics: Vec<&'a str>,
    /// The internal topics written.
    #[field(versions = "0+")]
    pub repartition_sink_topics: Vec<&'a str>,
    /// The changelog topics of state stores.
    #[field(versions = "0+")]
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// The internal topics read.
    #[field(versions = "0+")]
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
}

/// One entry of `Subtopology.state_changelog_topics`, `Subtopology.repartition_source_topics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
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
    pub topic_configs: Vec<KeyValue<'a>>,
}

/// One entry of `Member.client_tags`, `TopicInfo.topic_configs`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct KeyValue<'a> {
    /// The key.
    #[field(versions = "0+")]
    pub key: &'a str,
    /// The value.
    #[field(versions = "0+")]
    pub value: &'a str,
}

/// One entry of [`DescribedGroup::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Member<'a> {
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The name of a static member; null for a dynamic one.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// The rack.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// The client's name for itself.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// The topology's epoch.
    #[field(versions = "0+")]
    pub topology_epoch: i32,
    /// The process the member runs in.
    #[field(versions = "0+")]
    pub process_id: &'a str,
    /// Where the application itself can be reached.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Tags for placing standby tasks.
    #[field(versions = "0+")]
    pub client_tags: Vec<KeyValue<'a>>,
    /// How far tasks are.
    #[field(versions = "0+")]
    pub task_offsets: Vec<TaskOffset<'a>>,
    /// Where the changelogs of tasks end.
    #[field(versions = "0+")]
    pub task_end_offsets: Vec<TaskOffset<'a>>,
    /// The assignment.
    #[field(versions = "0+")]
    pub assignment: Assignment<'a>,
    /// What the member shall have.
    #[field(versions = "0+")]
    pub target_assignment: Assignment<'a>,
    /// Whether the member speaks the classic protocol.
    #[field(versions = "0+")]
    pub is_classic: bool,
}

/// The value of [`Member::user_endpoint`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Endpoint<'a> {
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: u16,
}

/// One entry of `Member.task_offsets`, `Member.task_end_offsets`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskOffset<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The offset.
    #[field(versions = "0+")]
    pub offset: i64,
}

/// The value of `Member.assignment`, `Member.target_assignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Assignment<'a> {
    /// The active tasks.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// The standby tasks.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// The warm-up tasks.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
}

/// One entry of `Assignment.active_tasks`, `Assignment.standby_tasks`, `Assignment.warmup_tasks`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskIds<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// The value of [`DescribedGroup::topology_description`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescription<'a> {
    /// The subtopologies.
    #[field(versions = "1+")]
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// The global stores.
    #[field(versions = "1+")]
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
}

/// One entry of [`TopologyDescription::subtopologies`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionSubtopology<'a> {
    /// The subtopology.
    #[field(versions = "1+")]
    pub subtopology_id: &'a str,
    /// The nodes.
    #[field(versions = "1+")]
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
}

/// One entry of `TopologyDescriptionSubtopology.nodes`, `TopologyDescriptionGlobalStore.source`,
/// `TopologyDescriptionGlobalStore.processor`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionNode<'a> {
    /// The name.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// The kind of node.
    #[field(versions = "1+")]
    pub node_type: i8,
    /// The topics read.
    #[field(versions = "1+")]
    pub source_topics: Vec<&'a str>,
    /// The topic written; null if none.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub sink_topic: Option<&'a str>,
    /// The state stores.
    #[field(versions = "1+")]
    pub stores: Vec<&'a str>,
    /// The nodes that follow.
    #[field(versions = "1+")]
    pub successors: Vec<&'a str>,
}

/// One entry of [`TopologyDescription::global_stores`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// The source node.
    #[field(versions = "1+")]
    pub source: TopologyDescriptionNode<'a>,
    /// The processor node.
    #[field(versions = "1+")]
    pub processor: TopologyDescriptionNode<'a>,
}
