//! How APIs that work on the cluster as a whole say that the caller lacks leave for it. Their handlers need not ask:
//! those of [`CLUSTER_ONLY`] run only with it.

use thalweg_wire::messages::alter_partition_reassignments_response::{
    ReassignablePartitionResponse, ReassignableTopicResponse,
};
use thalweg_wire::messages::alter_replica_log_dirs_response::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult,
};
use thalweg_wire::messages::elect_leaders_response::{PartitionResult, ReplicaElectionResult};
use thalweg_wire::messages::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse, DescribeLogDirsResponse, DescribeQuorumResponse, ElectLeadersRequest,
    ElectLeadersResponse, ListConfigResourcesResponse, ListPartitionReassignmentsResponse,
    UnregisterBrokerResponse, UpdateFeaturesResponse,
};
use thalweg_wire::{ApiKey, ErrorCode};

use super::{Answer, Caller};

/// APIs whose one question is leave for the cluster, and whose refusal is written here.
pub const CLUSTER_ONLY: &[ApiKey] = &[
    ApiKey::AlterReplicaLogDirs,
    ApiKey::DescribeLogDirs,
    ApiKey::ElectLeaders,
    ApiKey::AlterPartitionReassignments,
    ApiKey::ListPartitionReassignments,
    ApiKey::DescribeQuorum,
    ApiKey::UpdateFeatures,
    ApiKey::UnregisterBroker,
    ApiKey::ListConfigResources,
];

/// Decodes a request of [`CLUSTER_ONLY`] and refuses it with this code.
pub fn refuse(body: &[u8], caller: &mut Caller<'_>, code: ErrorCode) -> Answer {
    let (error_code, error_message) = (code.code(), Some(code.message()));
    match caller.key {
        ApiKey::AlterReplicaLogDirs => super::handle(body, caller, alter_replica_log_dirs),
        ApiKey::ElectLeaders => super::handle(body, caller, elect_leaders),
        ApiKey::AlterPartitionReassignments => super::handle(body, caller, alter_partition_reassignments),
        ApiKey::DescribeLogDirs => {
            caller.ready(&DescribeLogDirsResponse {
                // Versions before the third have no place for it.
                error_code: if caller.version() >= 3 { error_code } else { 0 },
                ..Default::default()
            })
        }
        ApiKey::ListPartitionReassignments => caller.ready(&ListPartitionReassignmentsResponse {
            error_code,
            error_message,
            ..Default::default()
        }),
        ApiKey::DescribeQuorum => caller.ready(&DescribeQuorumResponse { error_code, ..Default::default() }),
        ApiKey::UpdateFeatures => {
            caller.ready(&UpdateFeaturesResponse { error_code, error_message, ..Default::default() })
        }
        ApiKey::UnregisterBroker => {
            caller.ready(&UnregisterBrokerResponse { error_code, error_message, ..Default::default() })
        }
        ApiKey::ListConfigResources => {
            caller.ready(&ListConfigResourcesResponse { error_code, ..Default::default() })
        }
        _ => Answer::Close("it may not use this API"),
    }
}

const CODE: ErrorCode = ErrorCode::ClusterAuthorizationFailed;

fn alter_replica_log_dirs(request: &AlterReplicaLogDirsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let topics = request.dirs.iter().flat_map(|dir| &dir.topics);
    let results = topics.map(|topic| AlterReplicaLogDirTopicResult {
        topic_name: topic.name,
        partitions: topic
            .partitions
            .iter()
            .map(|&partition_index| AlterReplicaLogDirPartitionResult {
                partition_index,
                error_code: CODE.code(),
            })
            .collect(),
    });
    caller.ready(&AlterReplicaLogDirsResponse { results: results.collect(), ..Default::default() })
}

fn elect_leaders(request: &ElectLeadersRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let results = request.topic_partitions.iter().flatten().map(|topic| ReplicaElectionResult {
        topic: topic.topic,
        partition_result: topic
            .partitions
            .iter()
            .map(|&partition_id| PartitionResult {
                partition_id,
                error_code: CODE.code(),
                error_message: Some(CODE.message()),
            })
            .collect(),
    });
    caller.ready(&ElectLeadersResponse {
        // Version 0 has no place for it.
        error_code: if caller.version() >= 1 { CODE.code() } else { 0 },
        replica_election_results: results.collect(),
        ..Default::default()
    })
}

fn alter_partition_reassignments(
    request: &AlterPartitionReassignmentsRequest<'_>,
    caller: &mut Caller<'_>,
) -> Answer {
    let responses = request.topics.iter().map(|topic| ReassignableTopicResponse {
        name: topic.name,
        partitions: topic
            .partitions
            .iter()
            .map(|partition| ReassignablePartitionResponse {
                partition_index: partition.partition_index,
                error_code: CODE.code(),
                error_message: Some(CODE.message()),
            })
            .collect(),
    });
    caller.ready(&AlterPartitionReassignmentsResponse {
        error_code: CODE.code(),
        error_message: Some(CODE.message()),
        responses: responses.collect(),
        ..Default::default()
    })
}
