//! DescribeProducers (key 61), version 0: who writes to a partition, and whose transaction is open there (KIP-664).

use thalweg_security::acl::ResourceType;
use thalweg_wire::messages::describe_producers_response::{PartitionResponse, ProducerState, TopicResponse};
use thalweg_wire::messages::{DescribeProducersRequest, DescribeProducersResponse};

use super::{Answer, Caller, find_partition};

/// Answers from the partitions' logs.
pub fn answer(request: &DescribeProducersRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let mut topics = Vec::with_capacity(request.topics.len());
    for asked in &request.topics {
        let allowed = caller.guard(ResourceType::Topic).check(asked.name);
        let topic = caller.topics.by_name(asked.name);
        let partitions = asked.partition_indexes.iter().map(|&partition_index| {
            let found = allowed.and_then(|()| find_partition(topic.as_ref(), partition_index, -1));
            match found {
                Ok(partition) => PartitionResponse {
                    partition_index,
                    active_producers: partition.log.describe_producers().into_iter().map(state).collect(),
                    ..Default::default()
                },
                Err(code) => {
                    PartitionResponse { partition_index, error_code: code.code(), ..Default::default() }
                }
            }
        });
        topics.push(TopicResponse { name: asked.name, partitions: partitions.collect() });
    }
    caller.ready(&DescribeProducersResponse { topics, ..Default::default() })
}

fn state(producer: thalweg_partition_log::DescribedProducer) -> ProducerState {
    ProducerState {
        producer_id: producer.id.0,
        producer_epoch: i32::from(producer.epoch.0),
        last_sequence: producer.last_sequence,
        last_timestamp: producer.last_timestamp,
        coordinator_epoch: producer.coordinator_epoch,
        current_txn_start_offset: producer.txn_first_offset.unwrap_or(-1),
    }
}
