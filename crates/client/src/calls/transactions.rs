//! Transactions as administrators see them (KIP-664): who coordinates an id, what is open, and how it is ended.

use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_wire::Encode;
use thalweg_wire::messages::describe_producers_request::TopicRequest;
use thalweg_wire::messages::write_txn_markers_request::{WritableTxnMarker, WritableTxnMarkerTopic};
use thalweg_wire::messages::{
    DescribeProducersRequest, DescribeProducersResponse, DescribeTransactionsRequest,
    DescribeTransactionsResponse, FindCoordinatorRequest, FindCoordinatorResponse, InitProducerIdRequest,
    ListTransactionsRequest, ListTransactionsResponse, WriteTxnMarkersRequest, WriteTxnMarkersResponse,
};

use super::PerName;
use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError, Target};

/// A transactional id in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTransaction {
    /// The transactional id.
    pub id: String,
    /// Its producer.
    pub producer_id: ProducerId,
    /// Its state's name.
    pub state: String,
}

/// A transactional id in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedTransaction {
    /// Its state's name.
    pub state: String,
    /// Its producer.
    pub producer_id: ProducerId,
    /// The producer's epoch.
    pub producer_epoch: ProducerEpoch,
    /// After how long the coordinator aborts it, in milliseconds.
    pub timeout_ms: i32,
    /// When it began, in milliseconds since 1970; −1 when none has.
    pub start_ms: i64,
    /// What is in it.
    pub partitions: Vec<(String, i32)>,
}

/// A producer that a partition remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescribedProducer {
    /// Its id.
    pub id: ProducerId,
    /// Its epoch.
    pub epoch: ProducerEpoch,
    /// Epoch of the coordinator that wrote its last marker, −1 for none.
    pub coordinator_epoch: i32,
    /// When it wrote last, in milliseconds since 1970.
    pub last_timestamp: i64,
    /// Where its open transaction begins.
    pub txn_start_offset: Option<i64>,
}

/// Which ids [`list_transactions`] asks for; empty = all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionFilter {
    /// Names of states.
    pub states: Vec<String>,
    /// Only those that are open for longer, in milliseconds (brokers since Kafka 3.8).
    pub longer_than_ms: Option<i64>,
    /// Only ids that match this regular expression as a whole (brokers since Kafka 4.1).
    pub pattern: Option<String>,
}

/// Asks who coordinates a transactional id.
#[must_use]
pub fn find_transaction_coordinator(id: String) -> Call {
    Call::new::<FindCoordinatorRequest<'_>>(4..=6, move |version, w| {
        FindCoordinatorRequest { key_type: 1, coordinator_keys: vec![&id], ..Default::default() }
            .encode(w, version)
    })
    .retry_on(|answer| {
        let response = answer.decode::<FindCoordinatorResponse<'_>>().ok()?;
        response.coordinators.first().map(|found| error_code(found.error_code))
    })
}

/// The answer to [`find_transaction_coordinator`]: a node's id.
pub fn read_coordinator(answer: &Answer) -> Result<i32, CallError> {
    let response: FindCoordinatorResponse<'_> = answer.decode()?;
    let found = response.coordinators.first();
    let (code, message) = found.map_or((-1, None), |found| (found.error_code, found.error_message));
    BrokerError::check(code, message)?;
    Ok(found.map_or(-1, |found| found.node_id))
}

/// Asks one broker for the ids it coordinates.
#[must_use]
pub fn list_transactions(node: i32, filter: TransactionFilter) -> Call {
    // What an old broker does not understand is not asked of it: it would answer with all.
    let lowest = match (&filter.pattern, filter.longer_than_ms) {
        (Some(_), _) => 2,
        (None, Some(_)) => 1,
        (None, None) => 0,
    };
    Call::new::<ListTransactionsRequest<'_>>(lowest..=2, move |version, w| {
        ListTransactionsRequest {
            state_filters: filter.states.iter().map(String::as_str).collect(),
            producer_id_filters: Vec::new(),
            duration_filter: filter.longer_than_ms.unwrap_or(-1),
            transactional_id_pattern: filter.pattern.as_deref(),
        }
        .encode(w, version)
    })
    .to(Target::Node(node))
    .retry_on(|answer| {
        answer.decode::<ListTransactionsResponse<'_>>().ok().map(|response| error_code(response.error_code))
    })
}

/// The answer to [`list_transactions`], and the states that the broker does not know.
pub fn read_transactions(answer: &Answer) -> Result<(Vec<ListedTransaction>, Vec<String>), CallError> {
    let response: ListTransactionsResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, None)?;
    let listed = response.transaction_states.iter().map(|state| ListedTransaction {
        id: state.transactional_id.to_owned(),
        producer_id: ProducerId(state.producer_id),
        state: state.transaction_state.to_owned(),
    });
    let unknown = response.unknown_state_filters.iter().map(|&state| state.to_owned());
    Ok((listed.collect(), unknown.collect()))
}

/// Asks a coordinator for transactional ids in full.
#[must_use]
pub fn describe_transactions(node: i32, ids: Vec<String>) -> Call {
    Call::new::<DescribeTransactionsRequest<'_>>(0..=0, move |version, w| {
        DescribeTransactionsRequest { transactional_ids: ids.iter().map(String::as_str).collect() }
            .encode(w, version)
    })
    .to(Target::Node(node))
    .retry_on(|answer| super::retriable(read_described_transactions(answer)))
}

/// The answer to [`describe_transactions`].
pub fn read_described_transactions(answer: &Answer) -> Result<PerName<DescribedTransaction>, CallError> {
    let response: DescribeTransactionsResponse<'_> = answer.decode()?;
    let described = response.transaction_states.iter().map(|state| {
        let checked = BrokerError::check(state.error_code, None).map(|()| DescribedTransaction {
            state: state.transaction_state.to_owned(),
            producer_id: ProducerId(state.producer_id),
            producer_epoch: ProducerEpoch(state.producer_epoch),
            timeout_ms: state.transaction_timeout_ms,
            start_ms: state.transaction_start_time_ms,
            partitions: state
                .topics
                .iter()
                .flat_map(|topic| topic.partitions.iter().map(|&index| (topic.topic.to_owned(), index)))
                .collect(),
        });
        (state.transactional_id.to_owned(), checked)
    });
    Ok(described.collect())
}

/// Takes a transactional id over, which aborts its open transaction and fences its producer. The answer to the first
/// is CONCURRENT_TRANSACTIONS, until the abort is done.
#[must_use]
pub fn fence_producer(node: i32, id: String) -> Call {
    Call::new::<InitProducerIdRequest<'_>>(0..=5, move |version, w| {
        // As short as possible: nobody will use what is given out.
        InitProducerIdRequest {
            transactional_id: Some(&id),
            transaction_timeout_ms: 1,
            producer_id: -1,
            producer_epoch: -1,
            ..Default::default()
        }
        .encode(w, version)
    })
    .to(Target::Node(node))
    .retry_on(|answer| {
        let response = answer.decode::<thalweg_wire::messages::InitProducerIdResponse>();
        response.ok().map(|response| error_code(response.error_code))
    })
}

/// Asks a partition's leader for its producers.
#[must_use]
pub fn describe_producers(node: i32, topic: String, partition: i32) -> Call {
    Call::new::<DescribeProducersRequest<'_>>(0..=0, move |version, w| {
        let topic = TopicRequest { name: &topic, partition_indexes: vec![partition] };
        DescribeProducersRequest { topics: vec![topic] }.encode(w, version)
    })
    .to(Target::Node(node))
}

/// The answer to [`describe_producers`].
pub fn read_producers(answer: &Answer) -> Result<Vec<DescribedProducer>, CallError> {
    let response: DescribeProducersResponse<'_> = answer.decode()?;
    let mut found = Vec::new();
    for partition in response.topics.iter().flat_map(|topic| &topic.partitions) {
        BrokerError::check(partition.error_code, partition.error_message)?;
        found.extend(partition.active_producers.iter().map(|producer| DescribedProducer {
            id: ProducerId(producer.producer_id),
            epoch: ProducerEpoch(i16::try_from(producer.producer_epoch).unwrap_or(-1)),
            coordinator_epoch: producer.coordinator_epoch,
            last_timestamp: producer.last_timestamp,
            txn_start_offset: Some(producer.current_txn_start_offset).filter(|&offset| offset >= 0),
        }));
    }
    Ok(found)
}

/// Has an abort marker written for a transaction that nobody owns any more. For a partition's leader.
#[must_use]
pub fn abort_hanging(node: i32, topic: String, partition: i32, of: DescribedProducer) -> Call {
    Call::new::<WriteTxnMarkersRequest<'_>>(1..=2, move |version, w| {
        let topic = WritableTxnMarkerTopic { name: &topic, partition_indexes: vec![partition] };
        let marker = WritableTxnMarker {
            producer_id: of.id.0,
            producer_epoch: of.epoch.0,
            transaction_result: false,
            topics: vec![topic],
            coordinator_epoch: of.coordinator_epoch,
            // The epoch has not moved, as with transactions of old.
            transaction_version: 0,
        };
        WriteTxnMarkersRequest { markers: vec![marker] }.encode(w, version)
    })
    .to(Target::Node(node))
    .once()
}

/// The answer to [`abort_hanging`].
pub fn read_aborted(answer: &Answer) -> Result<(), CallError> {
    let response: WriteTxnMarkersResponse<'_> = answer.decode()?;
    let topics = response.markers.iter().flat_map(|marker| &marker.topics);
    for partition in topics.flat_map(|topic| &topic.partitions) {
        BrokerError::check(partition.error_code, None)?;
    }
    Ok(())
}
