//! EndTxn (key 26), versions 0–5: a transaction is committed or aborted. Answered once the decision is in
//! `__transaction_state` (and on disk unless `thalweg.coordinator.flush=background`); its markers follow.
//!
//! v2 PRODUCER_FENCED, told as INVALID_PRODUCER_EPOCH before (KIP-588) · v4 TRANSACTION_ABORTABLE · v5 the epoch rises
//! with every transaction, and the answer tells what the producer goes on with (KIP-890).

use std::sync::Arc;

use thalweg_coordinator::Producer;
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::ResourceType;
use thalweg_transaction::{End, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{EndTxnRequest, EndTxnResponse};

use super::init_producer_id::ProducerIds;
use super::{Answer, Caller};
use crate::coordinators::ask_transaction;
use crate::node::Node;
use crate::worker::Reply;

/// First version whose sender copes with PRODUCER_FENCED.
const FENCED_VERSION: i16 = 2;
/// First version in which the epoch rises.
const EPOCH_BUMP_VERSION: i16 = 5;

/// Asks the transaction's coordinator.
pub fn answer(request: &EndTxnRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let may_use_id = match request.transactional_id {
        "" => Err(ErrorCode::InvalidRequest),
        id => caller.guard(ResourceType::TransactionalId).check(id),
    };
    if let Err(code) = may_use_id {
        return caller.ready(&response(caller.version(), Err(code)));
    }
    let end = End {
        id: Arc::from(request.transactional_id),
        producer: Producer {
            id: ProducerId(request.producer_id),
            epoch: ProducerEpoch(request.producer_epoch),
        },
        commits: request.committed,
        version: if caller.version() >= EPOCH_BUMP_VERSION { 2 } else { 0 },
        fresh: None,
    };
    ask(Arc::clone(caller.node), end, caller.reply());
    Answer::Later
}

/// Asks, with a fresh producer id if the coordinator says that the old one has no epochs left.
fn ask(node: Arc<Node>, end: End, reply: Reply) {
    let (id, request) = (Arc::clone(&end.id), Request::End(end.clone()));
    let after = Arc::clone(&node);
    ask_transaction(&node, id, request, move |answer| match answer {
        Response::NeedsProducerId => {
            let node = Arc::clone(&after);
            let taker = move |fresh: Result<i64, ErrorCode>| match fresh {
                Ok(fresh) => ask(node, End { fresh: Some(fresh), ..end }, reply),
                Err(code) => {
                    let version = reply.version();
                    reply.send(&response(version, Err(code)));
                }
            };
            ProducerIds::take(&after, Box::new(taker));
        }
        Response::Producer(result) => {
            let version = reply.version();
            reply.send(&response(version, result));
        }
        _ => {}
    });
}

fn response(version: i16, result: Result<Producer, ErrorCode>) -> EndTxnResponse {
    match result {
        Ok(_) if version < EPOCH_BUMP_VERSION => EndTxnResponse::default(),
        Ok(Producer { id, epoch }) => {
            EndTxnResponse { producer_id: id.0, producer_epoch: epoch.0, ..Default::default() }
        }
        Err(code) => {
            let code = match code {
                ErrorCode::ProducerFenced if version < FENCED_VERSION => ErrorCode::InvalidProducerEpoch,
                code => code,
            };
            EndTxnResponse { error_code: code.code(), ..Default::default() }
        }
    }
}
