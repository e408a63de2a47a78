//! How transactions end: by their producer's word, by time, by a successor; and how the end is carried out.
//!
//! With `transaction.version` 2 (KIP-890) the epoch rises with every end, so that nothing of the old transaction
//! can reach the new one, and a repeated request is known by its epoch.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_coordinator::{Context, Output, Producer, RequestId, Waiting};
use thalweg_model::{Now, ProducerEpoch, ProducerId};
use thalweg_wire::ErrorCode;

use crate::init::is_exhausted;
use crate::machine::{Event, MARKER_RETRY_MS, TransactionMachine};
use crate::request::{End, MarkerWritten, Response};
use crate::state::{Transaction, TransactionState, tombstone};

/// First version of the protocol in which the epoch rises with every transaction.
pub(crate) const EPOCH_BUMP_VERSION: i16 = 2;

impl TransactionMachine {
    pub(crate) fn end(
        &mut self,
        request: RequestId,
        end: &End,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let Some(of) = self.state.transactions.get(&end.id).cloned() else {
            let refused = Response::Producer(Err(ErrorCode::InvalidProducerIdMapping));
            return output.answer(request, refused);
        };
        let verdict = if end.version >= EPOCH_BUMP_VERSION { judge(&of, end) } else { judge_plain(&of, end) };
        match verdict {
            Verdict::Refused(code) => output.answer(request, Response::Producer(Err(code))),
            Verdict::Repeated => output.answer_after_commit(request, Response::Producer(Ok(of.producer))),
            Verdict::Ends => {
                let bumps = end.version >= EPOCH_BUMP_VERSION;
                let is_last = bumps && is_exhausted(of.producer.epoch);
                if is_last && end.fresh.is_none() {
                    return output.answer(request, Response::NeedsProducerId);
                }
                let prepared = Transaction {
                    producer: if bumps { bumped(of.producer) } else { of.producer },
                    next_producer_id: end.fresh.filter(|_| is_last).unwrap_or(-1),
                    start_ms: if of.state.is_at_rest() { context.now.wall_ms } else { of.start_ms },
                    client_version: if bumps { end.version } else { 0 },
                    ..of.next(prepared_for(end.commits), context.now.wall_ms)
                };
                if bumps {
                    let before = (prepared.producer, of.producer.epoch.0);
                    self.last_epoch.insert(Arc::clone(&end.id), before);
                }
                let goes_on = prepared.completed(context.now.wall_ms).producer;
                self.prepare(&end.id, &prepared, output);
                output.answer_after_commit(request, Response::Producer(Ok(goes_on)));
            }
        }
    }

    /// Aborts an open transaction whose producer is to be fenced.
    pub(crate) fn abort(&mut self, id: &Arc<str>, now: Now, output: &mut Output<Response, Event>) {
        let Some(of) = self.state.transactions.get(id).cloned() else { return };
        let bumps = self.transaction_version >= EPOCH_BUMP_VERSION;
        let prepared = Transaction {
            producer: bumped(of.producer),
            client_version: if bumps { self.transaction_version } else { 0 },
            next_producer_id: -1,
            ..of.next(TransactionState::PrepareAbort, now.wall_ms)
        };
        // KIP-890: the producer of a transaction that took too long may go on. Before that it is fenced.
        self.last_epoch.remove(id);
        if bumps {
            self.last_epoch.insert(Arc::clone(id), (prepared.producer, of.producer.epoch.0));
        }
        self.prepare(id, &prepared, output);
    }

    fn prepare(&mut self, id: &Arc<str>, prepared: &Transaction, output: &mut Output<Response, Event>) {
        // A list of partitions that could be written once can be written again.
        self.write(id, prepared, output);
        let prepared = Event::Prepared { id: Arc::clone(id), producer: prepared.producer };
        output.after_commit.push(Waiting::Event(prepared));
    }

    pub(crate) fn marker_written(
        &mut self,
        request: RequestId,
        written: &MarkerWritten,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        output.answer(request, Response::Done(Ok(())));
        let Some(marking) = self.marking.get_mut(&written.id) else { return };
        if marking.producer != written.producer || !marking.left.contains(&written.partition) {
            return;
        }
        if written.is_done {
            marking.left.remove(&written.partition);
            let is_retried = marking.retry.as_ref().is_some_and(|(_, again)| !again.is_empty());
            if marking.left.is_empty() && !is_retried {
                self.complete(&written.id, context.now, output);
            }
            return;
        }
        let at = context.now.mono.after_ms(MARKER_RETRY_MS);
        let (_, again) = marking.retry.get_or_insert_with(|| (at, BTreeSet::new()));
        again.insert(written.partition.clone());
    }

    /// Aborts what has been open for longer than its producer allowed.
    pub(crate) fn abort_timed_out(&mut self, now: Now, output: &mut Output<Response, Event>) {
        let is_late = |of: &Transaction| {
            of.state == TransactionState::Ongoing
                && of.start_ms.saturating_add(i64::from(of.timeout_ms)) < now.wall_ms
        };
        let late = self.state.transactions.iter().filter(|(_, of)| is_late(of));
        let late: Vec<Arc<str>> = late.map(|(id, _)| Arc::clone(id)).collect();
        for id in late {
            self.abort(&id, now, output);
        }
    }

    /// Forgets ids that have been at rest for long.
    pub(crate) fn expire(&mut self, now: Now, output: &mut Output<Response, Event>) {
        let after_ms = self.config.id_expiration_ms;
        for (id, of) in &self.state.transactions {
            if of.state.is_at_rest() && of.last_update_ms.saturating_add(after_ms) <= now.wall_ms {
                output.records.extend(tombstone(id));
                self.last_epoch.remove(id);
            }
        }
    }
}

impl Transaction {
    /// What a prepared transaction is once its markers are written.
    pub fn completed(&self, now_ms: i64) -> Self {
        let state = match self.state {
            TransactionState::PrepareCommit => TransactionState::CompleteCommit,
            _ => TransactionState::CompleteAbort,
        };
        let rotates = self.client_version >= EPOCH_BUMP_VERSION && self.next_producer_id >= 0;
        Self {
            producer: match rotates {
                true => Producer { id: ProducerId(self.next_producer_id), epoch: ProducerEpoch(0) },
                false => self.producer,
            },
            next_producer_id: -1,
            partitions: imbl::OrdSet::new(),
            ..self.next(state, now_ms)
        }
    }
}

/// What is to be said to an EndTxn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Ends,
    /// It has ended like that already.
    Repeated,
    Refused(ErrorCode),
}

fn judge_plain(of: &Transaction, end: &End) -> Verdict {
    if of.producer.id != end.producer.id {
        return Verdict::Refused(ErrorCode::InvalidProducerIdMapping);
    }
    if of.producer.epoch != end.producer.epoch {
        return Verdict::Refused(ErrorCode::ProducerFenced);
    }
    match (of.state, end.commits) {
        (TransactionState::Ongoing, _) => Verdict::Ends,
        (TransactionState::CompleteCommit, true) | (TransactionState::CompleteAbort, false) => {
            Verdict::Repeated
        }
        (TransactionState::PrepareCommit, true) | (TransactionState::PrepareAbort, false) => {
            Verdict::Refused(ErrorCode::ConcurrentTransactions)
        }
        _ => Verdict::Refused(ErrorCode::InvalidTxnState),
    }
}

/// KIP-890: the same epoch is the next end, the one before it is a repetition. An abort needs no transaction: the
/// client may not know whether its first record arrived.
fn judge(of: &Transaction, end: &End) -> Verdict {
    let (has, told) = (of.producer, end.producer);
    let is_of_last_id =
        of.previous_producer_id == told.id.0 && told.epoch.0 == i16::MAX - 1 && has.epoch.0 == 0;
    let is_epoch_before = i32::from(has.epoch.0) == i32::from(told.epoch.0) + 1;
    if has.id != told.id && !is_of_last_id {
        return Verdict::Refused(ErrorCode::InvalidProducerIdMapping);
    }
    let is_valid = match of.state {
        TransactionState::Ongoing | TransactionState::Empty => has == told,
        TransactionState::PrepareCommit | TransactionState::PrepareAbort => is_epoch_before,
        TransactionState::CompleteCommit | TransactionState::CompleteAbort => {
            is_epoch_before || is_of_last_id || has == told
        }
    };
    if !is_valid {
        return Verdict::Refused(ErrorCode::ProducerFenced);
    }
    let is_repeated = is_epoch_before || is_of_last_id;
    match (of.state, end.commits) {
        (TransactionState::Ongoing, _) | (TransactionState::Empty, false) => Verdict::Ends,
        (TransactionState::CompleteCommit, true) | (TransactionState::CompleteAbort, false)
            if is_repeated =>
        {
            Verdict::Repeated
        }
        (TransactionState::CompleteCommit | TransactionState::CompleteAbort, false) if !is_repeated => {
            Verdict::Ends
        }
        (TransactionState::PrepareCommit, true) | (TransactionState::PrepareAbort, false) => {
            Verdict::Refused(ErrorCode::ConcurrentTransactions)
        }
        _ => Verdict::Refused(ErrorCode::InvalidTxnState),
    }
}

const fn prepared_for(commits: bool) -> TransactionState {
    if commits { TransactionState::PrepareCommit } else { TransactionState::PrepareAbort }
}

/// The next epoch. The last one is kept: nobody was given it.
const fn bumped(producer: Producer) -> Producer {
    Producer { id: producer.id, epoch: ProducerEpoch(producer.epoch.0.saturating_add(1)) }
}
