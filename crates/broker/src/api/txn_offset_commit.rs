//! TxnOffsetCommit (key 28), versions 0–6: offsets that count when the transaction commits. Answered once they are in
//! `__consumer_offsets`.
//!
//! v2 leader epochs · v3 member and generation, so that a zombie's are refused (KIP-447) · v4 TRANSACTION_ABORTABLE ·
//! v5 the group's partition joins the transaction by this (KIP-890) · v6 topic ids (KIP-1319).

use std::sync::Arc;

use thalweg_coordinator::Producer;
use thalweg_group::{Commit, CommitPartition, CommitTopic, Member, Response};
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::txn_offset_commit_response::{
    TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};
use thalweg_wire::messages::{TxnOffsetCommitRequest, TxnOffsetCommitResponse};

use super::offset_commit::{Named, code_of, commit_topic};
use super::{Answer, Caller};
use crate::coordinators::{CoordinatorMessage, TransactionWriter, check_group_id};

/// First version that names topics by id, and in which a missing group is told as such.
const TOPIC_ID_VERSION: i16 = 6;
/// First version whose sender copes with TRANSACTION_ABORTABLE.
const ABORTABLE_VERSION: i16 = 4;
/// First version by which the group's partition joins the transaction.
const IMPLICIT_ADD_VERSION: i16 = 5;
/// First version whose sender copes with COORDINATOR_LOAD_IN_PROGRESS.
const LOADING_VERSION: i16 = 2;

/// Hands the request to the coordinators.
pub fn answer(request: &TxnOffsetCommitRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let version = caller.version();
    let by_id = version >= TOPIC_ID_VERSION;
    let topics: Vec<CommitTopic> = request
        .topics
        .iter()
        .map(|topic| {
            let partitions = topic.partitions.iter().map(|partition| CommitPartition {
                index: partition.partition_index,
                offset: partition.committed_offset,
                leader_epoch: partition.committed_leader_epoch,
                metadata: partition.committed_metadata.unwrap_or_default().to_owned(),
            });
            commit_topic(topic.name, by_id.then_some(topic.topic_id), partitions, caller)
        })
        .collect();
    let named: Named = topics
        .iter()
        .zip(&request.topics)
        .map(|(topic, asked)| {
            let partitions = asked.partitions.iter().map(|partition| partition.partition_index);
            (Arc::clone(&topic.name), asked.topic_id, partitions.collect())
        })
        .collect();
    let may_use_id = match request.transactional_id {
        "" => Err(ErrorCode::InvalidRequest),
        id => caller.guard(ResourceType::TransactionalId).check(id),
    };
    let checked = may_use_id
        .and_then(|()| caller.check_group(request.group_id))
        .and_then(|()| check_group_id(request.group_id));
    if let Err(code) = checked {
        return caller.ready(&response(&named, &Err(code)));
    }
    let refused: Vec<Vec<Option<ErrorCode>>> = topics
        .iter()
        .map(|topic| topic.partitions.iter().map(|one| one.as_ref().err().copied()).collect())
        .collect();
    // Where nothing is left to commit, nobody is asked about the producer.
    if refused.iter().flatten().all(Option::is_some) {
        let codes = refused.iter().map(|topic| topic.iter().copied().flatten().collect()).collect();
        return caller.ready(&response(&named, &Ok(codes)));
    }
    let group: Arc<str> = Arc::from(request.group_id);
    let commit = Commit {
        member: Member {
            group: Arc::clone(&group),
            generation: request.generation_id_or_member_epoch,
            member: Arc::from(request.member_id),
            instance: request.group_instance_id.map(Arc::from),
        },
        knows_missing_groups: by_id,
        retention_ms: None,
        topics,
    };
    let writer = TransactionWriter {
        id: Arc::from(request.transactional_id),
        producer: Producer {
            id: ProducerId(request.producer_id),
            epoch: ProducerEpoch(request.producer_epoch),
        },
        version: if version >= IMPLICIT_ADD_VERSION { 2 } else { 0 },
    };
    let reply = caller.reply();
    let reply = Box::new(move |answered| {
        if let Response::Partitions(result) = answered {
            // What was refused on its own keeps its reason.
            let result = result.or_else(|code| {
                let code = told(code, version);
                Ok(refused
                    .iter()
                    .map(|topic| topic.iter().map(|own| own.unwrap_or(code)).collect())
                    .collect())
            });
            reply.send(&response(&named, &result));
        }
    });
    caller.node.coordinators.send(CoordinatorMessage::CommitInTransaction { writer, group, commit, reply });
    Answer::Later
}

/// What a client of this version is told.
fn told(code: ErrorCode, version: i16) -> ErrorCode {
    match code {
        ErrorCode::ProducerFenced => ErrorCode::InvalidProducerEpoch,
        ErrorCode::TransactionAbortable if version < ABORTABLE_VERSION => ErrorCode::InvalidTxnState,
        ErrorCode::CoordinatorLoadInProgress if version < LOADING_VERSION => {
            ErrorCode::CoordinatorNotAvailable
        }
        code => code,
    }
}

fn response<'a>(
    named: &'a Named,
    result: &Result<Vec<Vec<ErrorCode>>, ErrorCode>,
) -> TxnOffsetCommitResponse<'a> {
    let topics = named.iter().enumerate().map(|(place, (name, topic_id, partitions))| {
        let partitions = partitions.iter().enumerate().map(|(index, &partition_index)| {
            TxnOffsetCommitResponsePartition { partition_index, error_code: code_of(result, place, index) }
        });
        TxnOffsetCommitResponseTopic { name, topic_id: *topic_id, partitions: partitions.collect() }
    });
    TxnOffsetCommitResponse { topics: topics.collect(), ..Default::default() }
}
