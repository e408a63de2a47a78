//! Metadata, DescribeCluster and DescribeTopicPartitions: what there is.

use thalweg_wire::messages::describe_topic_partitions_request::{Cursor, TopicRequest};
use thalweg_wire::messages::metadata_request::MetadataRequestTopic;
use thalweg_wire::messages::{
    DescribeClusterRequest, DescribeClusterResponse, DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse, MetadataRequest, MetadataResponse,
};
use thalweg_wire::{Encode, ErrorCode, Uuid};

use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError, ClusterView};

/// Metadata of the named topics, or of all. Versions below 4 cannot forbid that a topic is created by asking.
pub(crate) fn metadata_call(names: Option<Vec<String>>, allow_auto_create: bool) -> Call {
    Call::new::<MetadataRequest<'_>>(1..=13, move |version, w| {
        let topics = names.as_ref().map(|names| {
            names.iter().map(|name| MetadataRequestTopic { name: Some(name), ..Default::default() }).collect()
        });
        let allow_auto_topic_creation = allow_auto_create || version < 4;
        MetadataRequest { topics, allow_auto_topic_creation, ..Default::default() }.encode(w, version)
    })
}

/// Metadata of every topic there is.
#[must_use]
pub fn all_topics() -> Call {
    metadata_call(None, false)
}

/// Metadata of these topics; asking creates none.
#[must_use]
pub fn topics_metadata(names: Vec<String>) -> Call {
    metadata_call(Some(names), false)
}

/// Brokers and the topics asked about.
pub fn read_metadata(answer: &Answer) -> Result<ClusterView, CallError> {
    let response: MetadataResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, None)?;
    let mut view = ClusterView::default();
    view.update(&response);
    Ok(view)
}

/// The cluster's id and brokers, fenced ones included where the broker can say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterDescription {
    /// The cluster's id.
    pub cluster_id: String,
    /// The broker that answers admin requests.
    pub controller: Option<i32>,
    /// All brokers.
    pub brokers: Vec<ClusterNode>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNode {
    /// Its node id.
    pub id: i32,
    /// Advertised host.
    pub host: String,
    /// Advertised port.
    pub port: i32,
    /// Its rack, if it has one.
    pub rack: Option<String>,
    /// Registered but not serving.
    pub fenced: bool,
}

/// Asks for the cluster's id and brokers.
#[must_use]
pub fn describe_cluster() -> Call {
    Call::new::<DescribeClusterRequest>(0..=2, |version, w| {
        DescribeClusterRequest { include_fenced_brokers: version >= 2, ..Default::default() }
            .encode(w, version)
    })
}

/// The answer to [`describe_cluster`].
pub fn read_cluster(answer: &Answer) -> Result<ClusterDescription, CallError> {
    let response: DescribeClusterResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, response.error_message)?;
    let brokers = response.brokers.iter().map(|broker| ClusterNode {
        id: broker.broker_id,
        host: broker.host.to_owned(),
        port: broker.port,
        rack: broker.rack.map(str::to_owned),
        fenced: broker.is_fenced,
    });
    Ok(ClusterDescription {
        cluster_id: response.cluster_id.to_owned(),
        controller: (response.controller_id >= 0).then_some(response.controller_id),
        brokers: brokers.collect(),
    })
}

/// A topic as DescribeTopicPartitions tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Why there is nothing to tell.
    pub error: Option<BrokerError>,
    /// Its id.
    pub id: Uuid,
    /// True for Kafka's own topics.
    pub is_internal: bool,
    /// Its partitions, as far as they fit the page.
    pub partitions: Vec<PartitionDescription>,
}

/// A partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionDescription {
    /// Why it cannot be used now.
    pub error: ErrorCode,
    /// Its index.
    pub index: i32,
    /// `None` while it has no leader.
    pub leader: Option<i32>,
    /// Raised whenever leadership is given anew.
    pub leader_epoch: i32,
    /// Assigned replicas.
    pub replicas: Vec<i32>,
    /// Replicas that are caught up.
    pub isr: Vec<i32>,
    /// Eligible leader replicas (KIP-966).
    pub elr: Vec<i32>,
}

/// Part of the answer, and where the next part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionsPage {
    /// Topics by name.
    pub topics: Vec<TopicDescription>,
    /// Hand this to the next [`describe_topic_partitions`].
    pub next: Option<(String, i32)>,
}

/// Asks for the partitions of these topics, from `cursor` on (KIP-966).
#[must_use]
pub fn describe_topic_partitions(mut names: Vec<String>, cursor: Option<(String, i32)>) -> Call {
    // The broker wants topics before the cursor left out, and answers in order of name.
    names.sort();
    names.dedup();
    Call::new::<DescribeTopicPartitionsRequest<'_>>(0..=0, move |version, w| {
        let topics = names.iter().map(|name| TopicRequest { name }).collect();
        let cursor =
            cursor.as_ref().map(|(topic_name, index)| Cursor { topic_name, partition_index: *index });
        DescribeTopicPartitionsRequest { topics, cursor, ..Default::default() }.encode(w, version)
    })
}

/// The answer to [`describe_topic_partitions`].
pub fn read_partitions_page(answer: &Answer) -> Result<PartitionsPage, CallError> {
    let response: DescribeTopicPartitionsResponse<'_> = answer.decode()?;
    let topics = response.topics.iter().map(|topic| TopicDescription {
        name: topic.name.unwrap_or_default().to_owned(),
        error: BrokerError::from_code(topic.error_code, None),
        id: topic.topic_id,
        is_internal: topic.is_internal,
        partitions: topic
            .partitions
            .iter()
            .map(|partition| PartitionDescription {
                error: error_code(partition.error_code),
                index: partition.partition_index,
                leader: (partition.leader_id >= 0).then_some(partition.leader_id),
                leader_epoch: partition.leader_epoch,
                replicas: partition.replica_nodes.clone(),
                isr: partition.isr_nodes.clone(),
                elr: partition.eligible_leader_replicas.clone().unwrap_or_default(),
            })
            .collect(),
    });
    let next = response.next_cursor.as_ref().map(|at| (at.topic_name.to_owned(), at.partition_index));
    Ok(PartitionsPage { topics: topics.collect(), next })
}
