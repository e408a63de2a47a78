//! DescribeQuorum (key 55), versions 0–2: who leads and votes in the metadata quorum, and how far each voter is.
//!
//! v1 times of the voters' fetches (KIP-836) · v2 directory ids and the controllers' listeners (KIP-853). Any
//! other partition than the metadata log's only one is not hosted here.

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_quorum_response::{
    Listener, Node, PartitionData, ReplicaState, TopicData,
};
use thalweg_wire::messages::{DescribeQuorumRequest, DescribeQuorumResponse};

use super::{Answer, Caller};

const METADATA_TOPIC: &str = "__cluster_metadata";

/// Answers.
pub fn answer(request: &DescribeQuorumRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let image = caller.node.image();
    let node_id = caller.node.config.node_id;
    let is_ours = match request.topics.as_slice() {
        [topic] if topic.topic_name == METADATA_TOPIC => {
            matches!(topic.partitions.as_slice(), [only] if only.partition_index == 0)
        }
        _ => false,
    };
    if !is_ours {
        let topics = request.topics.iter().map(|topic| {
            let partitions = topic.partitions.iter().map(|partition| PartitionData {
                partition_index: partition.partition_index,
                error_code: ErrorCode::UnknownTopicOrPartition.code(),
                error_message: Some("This server does not host this topic-partition."),
                leader_id: 0,
                leader_epoch: 0,
                high_watermark: 0,
                current_voters: Vec::new(),
                observers: Vec::new(),
            });
            TopicData { topic_name: topic.topic_name, partitions: partitions.collect() }
        });
        return caller.ready(&DescribeQuorumResponse {
            error_message: Some(""),
            topics: topics.collect(),
            ..DescribeQuorumResponse::default()
        });
    }
    let version = caller.version();
    let log_end_offset = image.highest_offset + 1;
    let voter = |replica_id: i32, replica_directory_id: Uuid| {
        // The leader has what it has; another voter could only be a stranger to a node that runs alone.
        let (log_end_offset, seen) =
            if replica_id == node_id { (log_end_offset, caller.now.wall_ms) } else { (-1, -1) };
        ReplicaState {
            replica_id,
            replica_directory_id: if version >= 2 { replica_directory_id } else { Uuid::ZERO },
            log_end_offset,
            last_fetch_timestamp: seen,
            last_caught_up_timestamp: seen,
        }
    };
    let mut current_voters: Vec<ReplicaState> =
        image.quorum.voters.iter().map(|known| voter(known.id, known.directory_id)).collect();
    if current_voters.is_empty() {
        current_voters.push(voter(node_id, Uuid::ZERO));
    }
    let voters = image.quorum.voters.iter().map(|known| Node {
        node_id: known.id,
        listeners: known
            .endpoints
            .iter()
            .map(|endpoint| Listener { name: &endpoint.name, host: &endpoint.host, port: endpoint.port })
            .collect(),
    });
    let nodes = if version >= 2 { voters.collect() } else { Vec::new() };
    let partition = PartitionData {
        partition_index: 0,
        error_code: 0,
        error_message: Some(""),
        leader_id: image.quorum.leader_id,
        leader_epoch: image.highest_epoch,
        high_watermark: log_end_offset,
        current_voters,
        observers: Vec::new(),
    };
    caller.ready(&DescribeQuorumResponse {
        error_code: 0,
        error_message: Some(""),
        topics: vec![TopicData { topic_name: METADATA_TOPIC, partitions: vec![partition] }],
        nodes,
    })
}
