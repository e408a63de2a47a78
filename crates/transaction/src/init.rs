//! InitProducerId: a producer takes over a transactional id, fences whoever had it, and gets an epoch of its own.

use std::sync::Arc;

use imbl::OrdSet;
use thalweg_coordinator::{Context, Output, Producer, RequestId};
use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_wire::ErrorCode;

use crate::machine::{Event, TransactionMachine};
use crate::request::{Init, Response};
use crate::state::{Transaction, TransactionState};

/// The last epoch is never given to a client, so that a producer can always be fenced.
pub(crate) const fn is_exhausted(epoch: ProducerEpoch) -> bool {
    epoch.0 >= i16::MAX - 1
}

/// What becomes of the id's producer.
enum Decided {
    /// It goes on with this; the epoch before it, where a repeated request may name it.
    Goes(Producer, Option<i16>),
    /// It needs a new id.
    NeedsProducerId,
    /// The open transaction is aborted first.
    Aborts,
    Refused(ErrorCode),
}

impl TransactionMachine {
    pub(crate) fn init(
        &mut self,
        request: RequestId,
        init: &Init,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if init.timeout_ms <= 0 || init.timeout_ms > self.config.max_timeout_ms {
            let refused = Response::Producer(Err(ErrorCode::InvalidTransactionTimeout));
            return output.answer(request, refused);
        }
        let present = self.state.transactions.get(&init.id).cloned();
        let decided = match &present {
            None => match init.fresh {
                Some(id) => Decided::Goes(producer(id, 0), None),
                None => Decided::NeedsProducerId,
            },
            Some(of) => self.decide_init(init, of),
        };
        match decided {
            Decided::Refused(code) => output.answer(request, Response::Producer(Err(code))),
            Decided::NeedsProducerId => output.answer(request, Response::NeedsProducerId),
            Decided::Aborts => {
                // The epoch of the abort is nobody's: the client comes again and gets the one behind it.
                self.abort(&init.id, context.now, output);
                let again = Response::Producer(Err(ErrorCode::ConcurrentTransactions));
                output.answer_after_commit(request, again);
            }
            Decided::Goes(producer, last) => {
                let next = Transaction {
                    producer,
                    previous_producer_id: present.as_ref().map_or(producer.id.0, |of| of.producer.id.0),
                    next_producer_id: -1,
                    timeout_ms: init.timeout_ms,
                    state: TransactionState::Empty,
                    partitions: OrdSet::new(),
                    start_ms: -1,
                    last_update_ms: context.now.wall_ms,
                    client_version: present.as_ref().map_or(0, |of| of.client_version),
                };
                if !self.write(&init.id, &next, output) {
                    return output.answer(request, Response::Producer(Err(ErrorCode::InvalidRequest)));
                }
                self.last_epoch.remove(&init.id);
                if let Some(last) = last {
                    self.last_epoch.insert(Arc::clone(&init.id), (producer, last));
                }
                output.answer_after_commit(request, Response::Producer(Ok(producer)));
            }
        }
    }

    fn decide_init(&self, init: &Init, of: &Transaction) -> Decided {
        let has = of.producer;
        // KIP-360: who goes on with what it was told must have been told what is here, or what was here before
        // its id ran out of epochs.
        let is_known = |expected: Producer| {
            expected.id == has.id
                || (expected.id.0 == of.previous_producer_id && is_exhausted(expected.epoch))
        };
        if init.expected.is_some_and(|expected| !is_known(expected)) {
            return Decided::Refused(ErrorCode::ProducerFenced);
        }
        match of.state {
            TransactionState::PrepareCommit | TransactionState::PrepareAbort => {
                Decided::Refused(ErrorCode::ConcurrentTransactions)
            }
            TransactionState::Ongoing => Decided::Aborts,
            TransactionState::Empty | TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
                let last = self.last_epoch.get(&init.id).filter(|(known, _)| *known == has);
                let last = last.map(|(_, last)| *last);
                let expected = init.expected.map(|expected| expected.epoch.0);
                if is_exhausted(has.epoch) && expected.is_none_or(|expected| expected == has.epoch.0) {
                    return match init.fresh {
                        Some(id) => Decided::Goes(producer(id, 0), expected),
                        None => Decided::NeedsProducerId,
                    };
                }
                let bumped = producer(has.id.0, has.epoch.0.saturating_add(1));
                match expected {
                    None => Decided::Goes(bumped, None),
                    Some(expected) if expected == has.epoch.0 => Decided::Goes(bumped, Some(expected)),
                    // The answer was lost: it is given again.
                    Some(expected) if Some(expected) == last => Decided::Goes(has, last),
                    Some(_) => Decided::Refused(ErrorCode::ProducerFenced),
                }
            }
        }
    }
}

const fn producer(id: i64, epoch: i16) -> Producer {
    Producer { id: ProducerId(id), epoch: ProducerEpoch(epoch) }
}
