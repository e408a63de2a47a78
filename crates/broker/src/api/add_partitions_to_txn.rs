//! AddPartitionsToTxn (key 24), versions 0–5: partitions join a transaction, which begins with the first.
//!
//! v2 PRODUCER_FENCED, told as INVALID_PRODUCER_EPOCH before (KIP-588) · v4 several transactions in one request, and
//! only verification, from broker to broker (KIP-890) · v5 on behalf of clients whose epoch rises with every
//! transaction. All partitions join or none: where one is unknown the others are told that nothing was tried.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_coordinator::Producer;
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::ResourceType;
use thalweg_transaction::{Add, Request, Response, TopicPartition, Verify};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
use thalweg_wire::messages::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnResult, AddPartitionsToTxnTopicResult,
};
use thalweg_wire::messages::{AddPartitionsToTxnRequest, AddPartitionsToTxnResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_transaction, gather};

/// First version from brokers, with several transactions.
const BROKER_VERSION: i16 = 4;
/// First version on behalf of clients of transaction.version 2.
const EPOCH_BUMP_VERSION: i16 = 5;
/// First version whose sender copes with PRODUCER_FENCED.
const FENCED_VERSION: i16 = 2;

/// One transaction of the request.
struct Asked {
    id: Arc<str>,
    producer: Producer,
    verify_only: bool,
    partitions: Vec<TopicPartition>,
    /// What is known without asking, by partition.
    refused: BTreeMap<TopicPartition, ErrorCode>,
}

/// Asks the coordinator of each transaction.
pub fn answer(request: &AddPartitionsToTxnRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let version = caller.version();
    let asked: Vec<Asked> = if version < BROKER_VERSION {
        let producer = producer(request.v3_and_below_producer_id, request.v3_and_below_producer_epoch);
        let id = request.v3_and_below_transactional_id;
        vec![asked(id, producer, false, &request.v3_and_below_topics, caller)]
    } else {
        if let Err(code) = caller.check_cluster() {
            let error_code = code.code();
            return caller.ready(&AddPartitionsToTxnResponse { error_code, ..Default::default() });
        }
        let transactions = request.transactions.iter();
        transactions
            .map(|of| {
                let producer = producer(of.producer_id, of.producer_epoch);
                asked(of.transactional_id, producer, of.verify_only, &of.topics, caller)
            })
            .collect()
    };
    let questions: Vec<(Arc<str>, Request)> = asked
        .iter()
        .filter(|of| of.refused.is_empty())
        .map(|of| (Arc::clone(&of.id), question(of, version)))
        .collect();
    let reply = caller.reply();
    let takers = gather(questions.len(), move |answers: Vec<Response>| {
        let mut answers = answers.into_iter();
        let results: Vec<Vec<ErrorCode>> = asked
            .iter()
            .map(|of| match of.refused.is_empty() {
                true => codes(of, answers.next(), version),
                false => of
                    .partitions
                    .iter()
                    .map(|of_it| of.refused.get(of_it).copied().unwrap_or(ErrorCode::OperationNotAttempted))
                    .collect(),
            })
            .collect();
        let mut by_transaction: Vec<AddPartitionsToTxnResult<'_>> = asked
            .iter()
            .zip(&results)
            .map(|(of, codes)| AddPartitionsToTxnResult {
                transactional_id: &of.id,
                topic_results: by_topic(&of.partitions, codes),
            })
            .collect();
        reply.send(&match version < BROKER_VERSION {
            true => AddPartitionsToTxnResponse {
                results_by_topic_v3_and_below: by_transaction
                    .pop()
                    .map(|of| of.topic_results)
                    .unwrap_or_default(),
                ..Default::default()
            },
            false => {
                AddPartitionsToTxnResponse { results_by_transaction: by_transaction, ..Default::default() }
            }
        });
    });
    for ((id, request), taker) in questions.into_iter().zip(takers) {
        ask_transaction(caller.node, id, request, taker);
    }
    Answer::Later
}

fn asked(
    id: &str,
    producer: Producer,
    verify_only: bool,
    topics: &[AddPartitionsToTxnTopic<'_>],
    caller: &mut Caller<'_>,
) -> Asked {
    let is_broker = caller.version() >= BROKER_VERSION;
    let may_use_id = match is_broker {
        _ if id.is_empty() => Err(ErrorCode::InvalidRequest),
        true => Ok(()),
        false => caller.guard(ResourceType::TransactionalId).check(id),
    };
    let mut partitions = Vec::new();
    let mut refused = BTreeMap::new();
    for topic in topics {
        let name: Arc<str> = Arc::from(topic.name);
        let may_write = match is_broker {
            true => Ok(()),
            false => caller.guard(ResourceType::Topic).check(topic.name),
        };
        let found = caller.topics.by_name(topic.name);
        for &index in &topic.partitions {
            let partition = (Arc::clone(&name), index);
            let exists = found.as_ref().is_some_and(|topic| topic.has_partition(index));
            let code = match (may_use_id, may_write) {
                (Err(code), _) | (_, Err(code)) => Some(code),
                _ if !exists => Some(ErrorCode::UnknownTopicOrPartition),
                _ => None,
            };
            if let Some(code) = code {
                refused.insert(partition.clone(), code);
            }
            partitions.push(partition);
        }
    }
    Asked { id: Arc::from(id), producer, verify_only, partitions, refused }
}

fn question(of: &Asked, version: i16) -> Request {
    let (id, producer, partitions) = (Arc::clone(&of.id), of.producer, of.partitions.clone());
    match of.verify_only {
        true => Request::Verify(Verify { id, producer, partitions }),
        false => {
            let version = if version >= EPOCH_BUMP_VERSION { 2 } else { 0 };
            Request::Add(Add { id, producer, partitions, version })
        }
    }
}

fn codes(of: &Asked, answer: Option<Response>, version: i16) -> Vec<ErrorCode> {
    let all = |code| vec![code; of.partitions.len()];
    match answer {
        Some(Response::Verified(Ok(codes))) if codes.len() == of.partitions.len() => codes,
        Some(Response::Done(Ok(()))) => all(ErrorCode::None),
        Some(Response::Done(Err(code)) | Response::Verified(Err(code))) => all(match code {
            ErrorCode::ProducerFenced if version < FENCED_VERSION => ErrorCode::InvalidProducerEpoch,
            code => code,
        }),
        _ => all(ErrorCode::UnknownServerError),
    }
}

fn by_topic<'a>(
    partitions: &'a [TopicPartition],
    codes: &[ErrorCode],
) -> Vec<AddPartitionsToTxnTopicResult<'a>> {
    let mut results: Vec<AddPartitionsToTxnTopicResult<'a>> = Vec::new();
    for ((name, partition_index), code) in partitions.iter().zip(codes) {
        if results.last().is_none_or(|last| last.name != &**name) {
            results.push(AddPartitionsToTxnTopicResult { name, results_by_partition: Vec::new() });
        }
        if let Some(last) = results.last_mut() {
            last.results_by_partition.push(AddPartitionsToTxnPartitionResult {
                partition_index: *partition_index,
                partition_error_code: code.code(),
            });
        }
    }
    results
}

const fn producer(id: i64, epoch: i16) -> Producer {
    Producer { id: ProducerId(id), epoch: ProducerEpoch(epoch) }
}
