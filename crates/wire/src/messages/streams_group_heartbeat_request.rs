//! StreamsGroupHeartbeat (API key 88), request: a member of a Streams group joins, stays, changes or
//! leaves (KIP-1071).
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::StreamsGroupHeartbeatResponse;

/// A member of a Streams group joins, stays, changes or leaves (KIP-1071).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 88, versions = "0-1", flexible = "0+", response(StreamsGroupHeartbeatResponse<'r>))]
pub struct StreamsGroupHeartbeatRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The epoch of what is known of endpoints.
    #[field(versions = "0+")]
    pub endpoint_information_epoch: i32,
    /// The name of a static member; null for a dynamic one.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// The rack.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// How long members may take to rejoin or to give up partitions, in milliseconds.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// The topology.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topology: Option<Topology<'a>>,
    /// The active tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// The standby tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// The warm-up tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// The process the member runs in.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub process_id: Option<&'a str>,
    /// Where the application itself can be reached.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_endpoint: Option<Endpoint<'a>>,
    /// Tags for placing standby tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub client_tags: Option<Vec<KeyValue<'a>>>,
    /// How far tasks are.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub task_offsets: Option<Vec<TaskOffset<'a>>>,
    /// Where the changelogs of tasks end.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub task_end_offsets: Option<Vec<TaskOffset<'a>>>,
    /// Whether all members of the application shall stop.
    #[field(versions = "0+")]
    pub shutdown_application: bool,
}

/// The value of [`StreamsGroupHeartbeatRequest::topology`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Topology<'a> {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// The subtopologies.
    #[field(versions = "0+")]
    pub subtopologies: Vec<Subtopology<'a>>,
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

/// One entry of `StreamsGroupHeartbeatRequest.client_tags`, `TopicInfo.topic_configs`.
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

/// One entry of [`Subtopology::copartition_groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
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

/// One entry of `StreamsGroupHeartbeatRequest.active_tasks`,
/// `StreamsGroupHeartbeatRequest.standby_tasks`, `StreamsGroupHeartbeatRequest.warmup_tasks`.
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

/// The value of [`StreamsGroupHeartbeatRequest::user_endpoint`].
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

/// One entry of `StreamsGroupHeartbeatRequest.task_offsets`,
/// `StreamsGroupHeartbeatRequest.task_end_offsets`.
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
