//! ListPartitionReassignments (key 46), version 0: what the metadata says is being moved. On a node that is alone
//! nothing is, unless its directory was last used by a larger cluster.

use thalweg_metadata::TopicImage;
use thalweg_wire::messages::list_partition_reassignments_response::{
    OngoingPartitionReassignment, OngoingTopicReassignment,
};
use thalweg_wire::messages::{ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse};

use super::{Answer, Caller};

/// Answers.
pub fn answer(request: &ListPartitionReassignmentsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let image = caller.node.image();
    let topics: Vec<OngoingTopicReassignment<'_>> = match &request.topics {
        None => image.topics.by_name.values().filter_map(|topic| ongoing(topic, None)).collect(),
        Some(named) => {
            let of = |name: &str| image.topics.named(name);
            named
                .iter()
                .filter_map(|topic| ongoing(of(topic.name)?, Some(&topic.partition_indexes)))
                .collect()
        }
    };
    caller.ready(&ListPartitionReassignmentsResponse {
        topics,
        error_message: None,
        ..ListPartitionReassignmentsResponse::default()
    })
}

fn ongoing<'a>(topic: &'a TopicImage, wanted: Option<&[i32]>) -> Option<OngoingTopicReassignment<'a>> {
    let partitions = topic.partitions.iter().enumerate().filter_map(|(place, partition)| {
        let partition_index = i32::try_from(place).ok()?;
        let is_moving = !partition.adding.is_empty() || !partition.removing.is_empty();
        let is_wanted = wanted.is_none_or(|wanted| wanted.contains(&partition_index));
        (is_moving && is_wanted).then(|| OngoingPartitionReassignment {
            partition_index,
            replicas: partition.replicas.clone(),
            adding_replicas: partition.adding.clone(),
            removing_replicas: partition.removing.clone(),
        })
    });
    let partitions: Vec<_> = partitions.collect();
    (!partitions.is_empty()).then_some(OngoingTopicReassignment { name: &topic.name, partitions })
}
