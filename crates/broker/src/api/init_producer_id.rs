//! InitProducerId (key 22), versions 0–5: a producer id for an idempotent producer, or id and epoch of a
//! transactional one, which fences whoever had the transactional id.
//!
//! v3 goes on with id and epoch it has (KIP-360) · v4 PRODUCER_FENCED, told as INVALID_PRODUCER_EPOCH before
//! (KIP-588) · v5 TRANSACTION_ABORTABLE. Version 6 (two-phase commit, KIP-939) is unstable in Kafka 4.4 and not
//! served. Ids come from blocks that the controller hands out; a block is used up here without asking again.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_controller::{ControllerRequest, ControllerResponse};
use thalweg_coordinator::Producer;
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_security::acl::ResourceType;
use thalweg_transaction::{Init, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{InitProducerIdRequest, InitProducerIdResponse};

use super::{Answer, Caller, unexpected};
use crate::coordinators::ask_transaction;
use crate::node::Node;
use crate::worker::Reply;

/// Takes a fresh producer id.
type Taker = Box<dyn FnOnce(Result<i64, ErrorCode>) + Send>;

/// The broker's producer ids: what is left of the present block, and who waits for the next one.
#[derive(Default)]
pub struct ProducerIds {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    left: Range<i64>,
    waiting: VecDeque<Taker>,
}

impl std::fmt::Debug for ProducerIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProducerIds").field("left", &self.inner.lock().left).finish_non_exhaustive()
    }
}

impl ProducerIds {
    /// Gives `taker` the next id: now, or when the controller has given another block. Others call it then.
    pub fn take(node: &Arc<Node>, taker: Taker) {
        let mut inner = node.producer_ids.inner.lock();
        if let Some(id) = inner.left.next() {
            drop(inner);
            return taker(Ok(id));
        }
        inner.waiting.push_back(taker);
        let is_first = inner.waiting.len() == 1;
        drop(inner);
        if is_first {
            fetch_block(node);
        }
    }

    /// A block has come, or not: answers those who waited. True: some still wait and another block is needed.
    fn refill(&self, block: Result<Range<i64>, ErrorCode>) -> bool {
        let mut ready = Vec::new();
        let mut inner = self.inner.lock();
        match block {
            Ok(block) => {
                inner.left = block;
                while !inner.waiting.is_empty()
                    && let Some(id) = inner.left.next()
                {
                    ready.extend(inner.waiting.pop_front().map(|taker| (taker, Ok(id))));
                }
            }
            Err(code) => ready.extend(inner.waiting.drain(..).map(|taker| (taker, Err(code)))),
        }
        let needs_more = !inner.waiting.is_empty();
        drop(inner);
        for (taker, id) in ready {
            taker(id);
        }
        needs_more
    }
}

/// Answers from the block at hand, or once the controller has given another.
pub fn answer(request: &InitProducerIdRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    // Who may write to some topic may be idempotent at it (KIP-679).
    let allowed = match request.transactional_id {
        Some(id) => caller.guard(ResourceType::TransactionalId).check(id),
        None if caller.access().writes_somewhere() => Ok(()),
        None => caller.check_cluster(),
    };
    if let Err(code) = allowed {
        return caller.ready(&response(Err(code)));
    }
    let Some(id) = request.transactional_id else {
        let reply = caller.reply();
        let answered = move |id: Result<i64, ErrorCode>| {
            let fresh = id.map(|id| Producer { id: ProducerId(id), epoch: ProducerEpoch(0) });
            reply.send(&response(fresh));
        };
        ProducerIds::take(caller.node, Box::new(answered));
        return Answer::Later;
    };
    if id.is_empty() || id.len() > ID_BYTES_MAX {
        return caller.ready(&response(Err(ErrorCode::InvalidRequest)));
    }
    // KIP-360: both or neither.
    let has_id = request.producer_id >= 0;
    if has_id != (request.producer_epoch >= 0) {
        return caller.ready(&response(Err(ErrorCode::InvalidRequest)));
    }
    let expected = has_id.then_some(Producer {
        id: ProducerId(request.producer_id),
        epoch: ProducerEpoch(request.producer_epoch),
    });
    let init = Init { id: Arc::from(id), timeout_ms: request.transaction_timeout_ms, expected, fresh: None };
    init_transactional(Arc::clone(caller.node), init, caller.reply());
    Answer::Later
}

/// Asks the transaction's coordinator, with a fresh producer id if it says that it needs one.
fn init_transactional(node: Arc<Node>, init: Init, reply: Reply) {
    let (id, request) = (Arc::clone(&init.id), Request::Init(init.clone()));
    let after = Arc::clone(&node);
    ask_transaction(&node, id, request, move |answer| match answer {
        Response::NeedsProducerId => {
            let node = Arc::clone(&after);
            let taker = move |fresh: Result<i64, ErrorCode>| match fresh {
                Ok(fresh) => init_transactional(node, Init { fresh: Some(fresh), ..init }, reply),
                Err(code) => reply.send(&response(Err(code))),
            };
            ProducerIds::take(&after, Box::new(taker));
        }
        Response::Producer(result) => {
            let version = reply.version();
            reply.send(&response(result.map_err(|code| match code {
                ErrorCode::ProducerFenced if version < FENCED_VERSION => ErrorCode::InvalidProducerEpoch,
                code => code,
            })));
        }
        _ => {}
    });
}

/// First version whose sender copes with PRODUCER_FENCED.
const FENCED_VERSION: i16 = 4;
/// The longest id that the coordinator's records can hold.
pub const ID_BYTES_MAX: usize = 32_767;

fn fetch_block(node: &Arc<Node>) {
    let broker_epoch = node.broker_epoch();
    let broker_id = node.config.node_id;
    let for_refill = Arc::clone(node);
    node.controller.submit(
        ControllerRequest::AllocateProducerIds { broker_id, broker_epoch },
        Box::new(move |response| {
            let block = match response {
                ControllerResponse::AllocateProducerIds(block) => block.map_err(|error| {
                    tracing::error!(event = "producer_ids_refused", %error);
                    ErrorCode::CoordinatorLoadInProgress
                }),
                other => Err(unexpected(other).code),
            };
            if for_refill.producer_ids.refill(block) {
                fetch_block(&for_refill);
            }
        }),
    );
}

fn response(producer: Result<Producer, ErrorCode>) -> InitProducerIdResponse {
    match producer {
        Ok(Producer { id, epoch }) => {
            InitProducerIdResponse { producer_id: id.0, producer_epoch: epoch.0, ..Default::default() }
        }
        Err(code) => {
            InitProducerIdResponse { error_code: code.code(), producer_epoch: -1, ..Default::default() }
        }
    }
}
