//! OffsetForLeaderEpoch (key 23), versions 2–4 (KIP-320): where an epoch of a log ended, so that a reader finds
//! out whether what it read last is still there.

use thalweg_model::LeaderEpoch;
use thalweg_security::acl::{CLUSTER_NAME, ResourceType};
use thalweg_wire::messages::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use thalweg_wire::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};

use super::{Answer, Caller, find_partition};

/// Answers.
pub fn answer(request: &OffsetForLeaderEpochRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let mut topics = Vec::with_capacity(request.topics.len());
    // Other brokers may ask about every topic.
    let is_broker = caller.guard(ResourceType::Cluster).quietly().allows(CLUSTER_NAME);
    for topic in &request.topics {
        let served = caller.topics.by_name(topic.topic);
        let allowed = if is_broker { Ok(()) } else { caller.guard(ResourceType::Topic).check(topic.topic) };
        let partitions = topic.partitions.iter().map(|wanted| {
            match allowed
                .and_then(|()| find_partition(served.as_ref(), wanted.partition, wanted.current_leader_epoch))
            {
                Ok(partition) => {
                    // An epoch we never had has no end: both fields stay at −1.
                    let (epoch, end) = partition.log.end_offset_for_epoch(LeaderEpoch(wanted.leader_epoch));
                    EpochEndOffset {
                        error_code: 0,
                        partition: wanted.partition,
                        leader_epoch: epoch.0,
                        end_offset: end.0,
                    }
                }
                Err(code) => EpochEndOffset {
                    error_code: code.code(),
                    partition: wanted.partition,
                    ..EpochEndOffset::default()
                },
            }
        });
        topics.push(OffsetForLeaderTopicResult { topic: topic.topic, partitions: partitions.collect() });
    }
    caller.ready(&OffsetForLeaderEpochResponse { topics, ..OffsetForLeaderEpochResponse::default() })
}
