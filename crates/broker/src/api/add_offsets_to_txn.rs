//! AddOffsetsToTxn (key 25), versions 0–4: offsets of a group will be committed in a transaction, so the group's
//! partition of `__consumer_offsets` joins it. v2 PRODUCER_FENCED, told as INVALID_PRODUCER_EPOCH before (KIP-588).
//! Clients of transaction.version 2 leave this to TxnOffsetCommit.

use std::sync::Arc;

use thalweg_coordinator::{Producer, partition_for};
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::ResourceType;
use thalweg_transaction::{Add, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{AddOffsetsToTxnRequest, AddOffsetsToTxnResponse};

use super::{Answer, Caller};
use crate::coordinators::{InternalTopic, OFFSETS_TOPIC, ask_transaction, check_group_id_length};
use crate::topics::Topic;
use crate::worker::Reply;

/// First version whose sender copes with PRODUCER_FENCED.
const FENCED_VERSION: i16 = 2;

/// Asks the transaction's coordinator.
pub fn answer(request: &AddOffsetsToTxnRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let may_use_id = match request.transactional_id {
        "" => Err(ErrorCode::InvalidRequest),
        id => caller.guard(ResourceType::TransactionalId).check(id),
    };
    let checked = may_use_id
        .and_then(|()| caller.check_group(request.group_id))
        .and_then(|()| check_group_id_length(request.group_id));
    if let Err(code) = checked {
        return caller.ready(&response(Err(code)));
    }
    let id: Arc<str> = Arc::from(request.transactional_id);
    let producer =
        Producer { id: ProducerId(request.producer_id), epoch: ProducerEpoch(request.producer_epoch) };
    let (node, group, reply) = (Arc::clone(caller.node), request.group_id.to_owned(), caller.reply());
    let add = move |topic: Arc<Topic>, reply: Reply| {
        let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        let partitions = vec![(Arc::from(OFFSETS_TOPIC), partition_for(&group, count))];
        let add = Add { id: Arc::clone(&id), producer, partitions, version: 0 };
        ask_transaction(&node, id, Request::Add(add), move |answer| {
            if let Response::Done(result) = answer {
                let version = reply.version();
                reply.send(&response(result.map_err(|code| match code {
                    ErrorCode::ProducerFenced if version < FENCED_VERSION => ErrorCode::InvalidProducerEpoch,
                    code => code,
                })));
            }
        });
    };
    match caller.topics.by_name(OFFSETS_TOPIC) {
        Some(topic) => add(topic, reply),
        // A group that only ever commits in transactions has had no need for it before.
        None => InternalTopic::Offsets.create(caller.node, move |made| match made {
            Some(topic) => add(topic, reply),
            None => reply.send(&response(Err(ErrorCode::CoordinatorNotAvailable))),
        }),
    }
    Answer::Later
}

fn response(result: Result<(), ErrorCode>) -> AddOffsetsToTxnResponse {
    let error_code = result.err().map_or(0, |code| code.code());
    AddOffsetsToTxnResponse { error_code, ..Default::default() }
}
