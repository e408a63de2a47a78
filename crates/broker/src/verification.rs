//! The first batch of a transaction in a partition waits until the transaction's coordinator has given leave
//! (KIP-890): it opens the transaction in this log, and a late one would leave it open for ever.
//!
//! Decides nothing about transactions: it asks, keeps the order of what waits, and hands on. Batches of a producer
//! that come meanwhile queue behind the first; once there is leave all of them go to the partition's disk thread in
//! that order, which the log then lets in unless a marker came first.

use std::collections::VecDeque;
use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::Mutex;
use thalweg_coordinator::Producer;
use thalweg_model::ProducerId;
use thalweg_partition_log::Origin;
use thalweg_records::Accepted;
use thalweg_transaction::Response;
use thalweg_wire::ErrorCode;

use crate::api::produce::PartitionOutcome;
use crate::coordinators::{CoordinatorMessage, TransactionWriter};
use crate::node::Node;
use crate::partition::{DivertedAppend, Partition};

/// What waits in one partition, by producer.
#[derive(Debug, Default)]
pub(crate) struct Verifications {
    waiting: Mutex<HashMap<ProducerId, VecDeque<DivertedAppend>>>,
}

/// First version of Produce by which a partition joins the transaction (transaction.version 2).
const IMPLICIT_ADD_VERSION: i16 = 12;
/// First version of Produce whose sender copes with TRANSACTION_ABORTABLE.
const ABORTABLE_VERSION: i16 = 11;

impl Partition {
    /// Puts a transactional batch aside if its producer needs leave. False: it may go straight to the log.
    pub(crate) fn wait_for_leave(
        self: &Arc<Self>,
        node: &Arc<Node>,
        transactional_id: Option<&Arc<str>>,
        batch: &Accepted,
        version: i16,
        append: impl FnOnce() -> DivertedAppend,
    ) -> bool {
        let producer = Producer { id: batch.producer_id, epoch: batch.producer_epoch };
        let Some(transactional_id) = transactional_id else { return false };
        let guard = {
            let mut waiting = self.verifications.waiting.lock();
            if let Some(queue) = waiting.get_mut(&producer.id) {
                queue.push_back(append());
                return true;
            }
            let Some(guard) = self.log.begin_verification(producer.id, producer.epoch) else { return false };
            waiting.insert(producer.id, VecDeque::from([append()]));
            guard
        };
        let bumps = version >= IMPLICIT_ADD_VERSION;
        let question = Question { partition: Arc::clone(self), producer: producer.id, guard, bumps, version };
        if !bumps && !node.config.producers.transaction_partition_verification_enable {
            question.answered(Ok(()));
            return true;
        }
        let id = Arc::clone(transactional_id);
        let writer = TransactionWriter { id: Arc::clone(&id), producer, version: if bumps { 2 } else { 0 } };
        let request = writer.asks((Arc::clone(&self.topic), self.index));
        let reply = Box::new(move |answer: Response| question.answered(TransactionWriter::may_write(answer)));
        node.coordinators.send(CoordinatorMessage::Transaction { id, request, reply });
        true
    }
}

/// A question under way. Dropped without an answer, it is answered as if nobody could be asked.
struct Question {
    partition: Arc<Partition>,
    producer: ProducerId,
    guard: u64,
    /// The client's epoch rises with every transaction.
    bumps: bool,
    version: i16,
}

impl Question {
    fn answered(mut self, result: Result<(), ErrorCode>) {
        self.settle(result);
    }

    fn settle(&mut self, result: Result<(), ErrorCode>) {
        let mut waiting = self.partition.verifications.waiting.lock();
        let Some(queue) = waiting.remove(&self.producer) else { return };
        let code = match result {
            Ok(()) => {
                // While the lock is held: what comes next must find either this queue or the partition's own.
                for append in queue {
                    let origin = Origin::VerifiedClient { epoch_bump: self.bumps, guard: self.guard };
                    self.partition.divert(DivertedAppend { origin, ..append });
                }
                return;
            }
            Err(code) => code,
        };
        self.partition.log.end_verification(self.producer, self.guard);
        drop(waiting);
        let (code, message) = told(code, self.version);
        for append in queue {
            append.ticket.settle(PartitionOutcome::failed(code, message.map(str::to_owned)));
        }
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.settle(Err(ErrorCode::CoordinatorNotAvailable));
    }
}

/// What a producer of this version is told.
fn told(code: ErrorCode, version: i16) -> (ErrorCode, Option<&'static str>) {
    match code {
        ErrorCode::ProducerFenced => (ErrorCode::InvalidProducerEpoch, None),
        ErrorCode::TransactionAbortable if version < ABORTABLE_VERSION => {
            (ErrorCode::InvalidTxnState, Some("the partition has not been added to the transaction"))
        }
        // To be tried again, in words that old clients know.
        ErrorCode::ConcurrentTransactions
        | ErrorCode::CoordinatorLoadInProgress
        | ErrorCode::CoordinatorNotAvailable
        | ErrorCode::NotCoordinator => (
            ErrorCode::NotEnoughReplicas,
            Some("whether the partition belongs to the transaction cannot be verified now"),
        ),
        code => (code, None),
    }
}
