//! WriteTxnMarkers (key 27), versions 1–2: the end of transactions is appended to partitions of this broker, as
//! coordinators elsewhere ask, or an administrator who ends one that nobody owns any more. v2 the transaction version
//! (KIP-1228). What is in a marker is checked by the partition's log.

use std::sync::Arc;

use thalweg_coordinator::{Marker, Producer};
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::Operation;
use thalweg_transaction::TopicPartition;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::write_txn_markers_response::{
    WritableTxnMarkerPartitionResult, WritableTxnMarkerResult, WritableTxnMarkerTopicResult,
};
use thalweg_wire::messages::{WriteTxnMarkersRequest, WriteTxnMarkersResponse};

use super::{Answer, Caller};
use crate::coordinators::{CoordinatorMessage, gather};

/// A marker and the partitions it is for, by topic.
type Wanted = (Marker, Vec<(Arc<str>, Vec<i32>)>);

/// Has the coordinator role append each, and gathers the outcomes.
pub fn answer(request: &WriteTxnMarkersRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let markers: Vec<Wanted> = request
        .markers
        .iter()
        .map(|asked| {
            let marker = Marker {
                producer: Producer {
                    id: ProducerId(asked.producer_id),
                    epoch: ProducerEpoch(asked.producer_epoch),
                },
                commits: asked.transaction_result,
                coordinator_epoch: asked.coordinator_epoch,
                transaction_version: asked.transaction_version,
            };
            let topics =
                asked.topics.iter().map(|topic| (Arc::from(topic.name), topic.partition_indexes.clone()));
            (marker, topics.collect())
        })
        .collect();
    // Either leave will do: another broker's, or an administrator's who ends what nobody owns (KIP-664).
    let is_administrator = caller.access().quietly().cluster(Operation::Alter);
    if !is_administrator && let Err(code) = caller.check_cluster() {
        let refused = vec![Err(code); markers.iter().map(|(_, topics)| count(topics)).sum()];
        return caller.ready(&response(&markers, refused));
    }
    let wanted: Vec<(Marker, TopicPartition)> = markers
        .iter()
        .flat_map(|(marker, topics)| {
            let partitions = topics
                .iter()
                .flat_map(|(topic, indexes)| indexes.iter().map(move |&index| (Arc::clone(topic), index)));
            partitions.map(move |partition| (*marker, partition))
        })
        .collect();
    let reply = caller.reply();
    let takers = gather(wanted.len(), move |results| reply.send(&response(&markers, results)));
    for ((marker, partition), done) in wanted.into_iter().zip(takers) {
        caller.node.coordinators.send(CoordinatorMessage::WriteMarker { partition, marker, done });
    }
    Answer::Later
}

fn count(topics: &[(Arc<str>, Vec<i32>)]) -> usize {
    topics.iter().map(|(_, indexes)| indexes.len()).sum()
}

fn response(markers: &[Wanted], results: Vec<Result<(), ErrorCode>>) -> WriteTxnMarkersResponse<'_> {
    let mut results = results.into_iter();
    let mut next = || match results.next() {
        Some(Ok(())) => 0,
        Some(Err(code)) => code.code(),
        None => ErrorCode::UnknownServerError.code(),
    };
    let mut answered = Vec::with_capacity(markers.len());
    for (marker, topics) in markers {
        let mut told = Vec::with_capacity(topics.len());
        for (name, indexes) in topics {
            let partitions = indexes.iter().map(|&partition_index| WritableTxnMarkerPartitionResult {
                partition_index,
                error_code: next(),
            });
            told.push(WritableTxnMarkerTopicResult { name, partitions: partitions.collect() });
        }
        answered.push(WritableTxnMarkerResult { producer_id: marker.producer.id.0, topics: told });
    }
    WriteTxnMarkersResponse { markers: answered }
}
