//! What the last Metadata answers said: brokers, controller, leaders. Only a memory; asking is
//! [`Client`](crate::Client)'s part.

use std::collections::BTreeMap;

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::MetadataResponse;
use thalweg_wire::messages::metadata_response::MetadataResponseTopic;

use crate::error::error_code;

/// The cluster as this client knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterView {
    /// Set by the first answer.
    pub cluster_id: Option<String>,
    /// The broker that answers admin requests; any live broker in a KRaft cluster.
    pub controller: Option<i32>,
    /// Live brokers by id.
    pub brokers: BTreeMap<i32, Broker>,
    /// The topics asked about, by name.
    pub topics: BTreeMap<String, TopicView>,
}

/// Where a broker can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// `HOST:PORT`, as the broker advertises it.
    pub address: String,
    /// Its rack, if it has one.
    pub rack: Option<String>,
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicView {
    /// Why there is nothing to know; `None` if all is well.
    pub error: ErrorCode,
    /// Zero where the broker is too old to say.
    pub id: Uuid,
    /// True for Kafka's own topics.
    pub is_internal: bool,
    /// Partitions by index.
    pub partitions: BTreeMap<i32, PartitionView>,
}

/// One partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    /// Why it cannot be used now.
    pub error: ErrorCode,
    /// `None` while it has no leader.
    pub leader: Option<i32>,
    /// −1 where the broker is too old to say.
    pub leader_epoch: i32,
    /// Assigned replicas.
    pub replicas: Vec<i32>,
    /// Replicas that are caught up.
    pub isr: Vec<i32>,
}

impl ClusterView {
    /// The leader of a partition, if it has one.
    #[must_use]
    pub fn leader(&self, topic: &str, partition: i32) -> Option<(i32, &PartitionView)> {
        let partition = self.topics.get(topic)?.partitions.get(&partition)?;
        Some((partition.leader?, partition))
    }

    /// Takes over an answer: brokers are replaced, topics are added or replaced.
    pub(crate) fn update(&mut self, response: &MetadataResponse<'_>) {
        self.cluster_id = response.cluster_id.map(str::to_owned).or(self.cluster_id.take());
        self.controller = (response.controller_id >= 0).then_some(response.controller_id);
        self.brokers = response
            .brokers
            .iter()
            .map(|broker| {
                let address = address(broker.host, broker.port);
                (broker.node_id, Broker { address, rack: broker.rack.map(str::to_owned) })
            })
            .collect();
        for topic in &response.topics {
            if let Some(name) = topic.name {
                self.topics.insert(name.to_owned(), TopicView::from_response(topic));
            }
        }
    }
}

/// `HOST:PORT`, with brackets around an IPv6 address.
fn address(host: &str, port: i32) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

impl TopicView {
    /// Takes over one topic of an answer.
    #[must_use]
    pub fn from_response(topic: &MetadataResponseTopic<'_>) -> Self {
        let partitions = topic
            .partitions
            .iter()
            .map(|partition| {
                let view = PartitionView {
                    error: error_code(partition.error_code),
                    leader: (partition.leader_id >= 0).then_some(partition.leader_id),
                    leader_epoch: partition.leader_epoch,
                    replicas: partition.replica_nodes.clone(),
                    isr: partition.isr_nodes.clone(),
                };
                (partition.partition_index, view)
            })
            .collect();
        Self {
            error: error_code(topic.error_code),
            id: topic.topic_id,
            is_internal: topic.is_internal,
            partitions,
        }
    }
}
