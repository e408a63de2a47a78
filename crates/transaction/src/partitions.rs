//! Partitions join a transaction, which begins with the first; or somebody asks whether they have.

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_wire::ErrorCode;

use crate::machine::{Event, TransactionMachine};
use crate::request::{Add, Response, Verify};
use crate::state::{Transaction, TransactionState};

impl TransactionMachine {
    /// While the transaction before is being completed the request waits for that: Kafka has the client, or the
    /// broker that asks on its behalf, come again meanwhile.
    pub(crate) fn add(
        &mut self,
        id: RequestId,
        add: Add,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let present = self.state.transactions.get(&add.id).map(|of| &**of);
        match decide_add(present, &add, context.now.wall_ms) {
            Err(ErrorCode::ConcurrentTransactions) => self.park(id, add, context.now.mono),
            Err(code) => output.answer(id, Response::Done(Err(code))),
            Ok(next) => {
                let is_written = next.is_none_or(|next| self.write(&add.id, &next, output));
                let result = if is_written { Ok(()) } else { Err(ErrorCode::UnknownServerError) };
                output.answer_after_commit(id, Response::Done(result));
            }
        }
    }

    /// The answer waits for what the transaction rests on. Whether the partition's own log agrees is its matter.
    pub(crate) fn verify(&mut self, id: RequestId, verify: &Verify, output: &mut Output<Response, Event>) {
        let verified = match self.state.transactions.get(&verify.id) {
            None => Err(ErrorCode::InvalidProducerIdMapping),
            Some(of) if of.producer.id != verify.producer.id => Err(ErrorCode::InvalidProducerIdMapping),
            Some(of) if of.producer.epoch != verify.producer.epoch => Err(ErrorCode::ProducerFenced),
            Some(of) if of.state.is_prepared() => Err(ErrorCode::ConcurrentTransactions),
            Some(of) => Ok(verify
                .partitions
                .iter()
                .map(|partition| match of.partitions.contains(partition) {
                    true => ErrorCode::None,
                    false => ErrorCode::TransactionAbortable,
                })
                .collect()),
        };
        output.answer_after_commit(id, Response::Verified(verified));
    }
}

/// The transaction with the partitions in it; `None`: they are there already.
pub(crate) fn decide_add(
    present: Option<&Transaction>,
    add: &Add,
    now_ms: i64,
) -> Result<Option<Transaction>, ErrorCode> {
    let Some(of) = present.filter(|of| of.producer.id == add.producer.id) else {
        return Err(ErrorCode::InvalidProducerIdMapping);
    };
    if of.producer.epoch != add.producer.epoch {
        return Err(ErrorCode::ProducerFenced);
    }
    if of.state.is_prepared() {
        return Err(ErrorCode::ConcurrentTransactions);
    }
    let is_ongoing = of.state == TransactionState::Ongoing;
    if is_ongoing && add.partitions.iter().all(|partition| of.partitions.contains(partition)) {
        return Ok(None);
    }
    let mut next = of.next(TransactionState::Ongoing, now_ms);
    next.partitions.extend(add.partitions.iter().cloned());
    next.client_version = add.version;
    if !is_ongoing {
        next.start_ms = now_ms;
    }
    Ok(Some(next))
}
