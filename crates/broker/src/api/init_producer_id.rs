//! InitProducerId (key 22), versions 0–5: a fresh producer id for an idempotent producer. Version 6 (two-phase
//! commit, KIP-939) is unstable in Kafka 4.4 and not served.
//!
//! Ids come from blocks that the controller hands out; a block is used up here without asking again. A request
//! with a transactional id belongs to the transaction coordinator, which this build does not serve yet: it is
//! told so (and hardly a client gets here, as FindCoordinator refuses transactional keys first).

use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_controller::{ControllerRequest, ControllerResponse};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{InitProducerIdRequest, InitProducerIdResponse};

use super::{Answer, Caller, unexpected};
use crate::node::Node;
use crate::worker::Reply;

/// The broker's producer ids: what is left of the present block, and who waits for the next one.
#[derive(Debug, Default)]
pub struct ProducerIds {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    left: Range<i64>,
    waiting: Vec<Reply>,
}

impl ProducerIds {
    /// The next id, if the block has one. Otherwise `reply` waits, and `true` tells the caller to fetch a block.
    fn next(&self, reply: impl FnOnce() -> Reply) -> Result<i64, bool> {
        let mut inner = self.inner.lock();
        if let Some(id) = inner.left.next() {
            return Ok(id);
        }
        inner.waiting.push(reply());
        Err(inner.waiting.len() == 1)
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
                    let reply = inner.waiting.remove(0);
                    ready.push((reply, response(Ok(id))));
                }
            }
            Err(code) => {
                ready.extend(inner.waiting.drain(..).map(|reply| (reply, response(Err(code)))));
            }
        }
        let needs_more = !inner.waiting.is_empty();
        drop(inner);
        for (reply, response) in ready {
            reply.send(&response);
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
    match request.transactional_id {
        Some("") => return caller.ready(&response(Err(ErrorCode::InvalidRequest))),
        Some(_) => return caller.ready(&response(Err(ErrorCode::UnsupportedVersion))),
        None => {}
    }
    match caller.node.producer_ids.next(|| caller.reply()) {
        Ok(id) => caller.ready(&response(Ok(id))),
        Err(is_first) => {
            if is_first {
                fetch_block(caller.node);
            }
            Answer::Later
        }
    }
}

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

fn response(id: Result<i64, ErrorCode>) -> InitProducerIdResponse {
    match id {
        Ok(producer_id) => InitProducerIdResponse { producer_id, ..InitProducerIdResponse::default() },
        Err(code) => InitProducerIdResponse {
            error_code: code.code(),
            producer_epoch: -1,
            ..InitProducerIdResponse::default()
        },
    }
}
