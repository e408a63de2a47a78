//! AlterReplicaLogDirs (key 34), versions 1–2: partitions that are to lie in another log directory (KIP-113).
//!
//! The answer says whether the move is taken up; DescribeLogDirs shows how far it is. The directory a partition is in
//! already ends its move. Topics of the coordinators stay where they are (POLICY_VIOLATION): their writers hold on to
//! their logs.

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::alter_replica_log_dirs_response::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult,
};
use thalweg_wire::messages::{AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse};

use super::{Answer, Caller, find_partition};

/// Takes up the moves and answers.
pub fn answer(request: &AlterReplicaLogDirsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let node = caller.node;
    let mut results: Vec<AlterReplicaLogDirTopicResult<'_>> = Vec::new();
    for dir in &request.dirs {
        let all = node.directories.all();
        let target = all.iter().position(|directory| directory.state.path().as_os_str() == dir.path);
        let target = match target {
            None => Err(ErrorCode::LogDirNotFound),
            // KIP-1066: a cordoned directory takes no partition, wherever that comes from.
            Some(place) if all[place].state.is_offline() || all[place].state.is_cordoned() => {
                Err(ErrorCode::KafkaStorageError)
            }
            Some(place) => Ok(place),
        };
        for topic in &dir.topics {
            let served = caller.topics.by_name(topic.name);
            let partitions = topic.partitions.iter().map(|&partition_index| {
                let taken_up = target.and_then(|target| {
                    let partition = find_partition(served.as_ref(), partition_index, -1)?;
                    if served.as_ref().is_some_and(|served| served.is_internal) {
                        return Err(ErrorCode::PolicyViolation);
                    }
                    node.directories.request_move(&partition, target);
                    Ok(())
                });
                let error_code = taken_up.err().unwrap_or(ErrorCode::None).code();
                AlterReplicaLogDirPartitionResult { partition_index, error_code }
            });
            results.push(AlterReplicaLogDirTopicResult {
                topic_name: topic.name,
                partitions: partitions.collect(),
            });
        }
    }
    caller.ready(&AlterReplicaLogDirsResponse { results, ..AlterReplicaLogDirsResponse::default() })
}
