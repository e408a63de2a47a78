//! The first batch of a transaction in a partition waits until the transaction's coordinator has given leave
//! (KIP-890): it opens the transaction in this log, and a late one would leave it open for ever.
//!
//! Decides nothing about transactions: it asks, keeps the order of what waits, and hands on. Batches of a producer
//! that come meanwhile queue behind the first; once there is leave all of them go to the partition's disk thread in
//! that order, which the log then lets in unless a marker came first; where that was the marker of the transaction
//! before, the question is asked anew.

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
        let id = Arc::clone(transactional_id);
        let writer = TransactionWriter { id, producer, version: if bumps { 2 } else { 0 } };
        let partition = Arc::clone(self);
        let node = Arc::clone(node);
        let question = Question { node, partition, writer, guard, bumps, version, is_settled: false };
        if !bumps && !question.node.config.producers.transaction_partition_verification_enable {
            question.answered(Ok(()));
        } else {
            question.ask();
        }
        true
    }
}

/// A question under way. Dropped without an answer, it is answered as if nobody could be asked.
struct Question {
    node: Arc<Node>,
    partition: Arc<Partition>,
    writer: TransactionWriter,
    guard: u64,
    /// The client's epoch rises with every transaction.
    bumps: bool,
    version: i16,
    is_settled: bool,
}

impl Question {
    fn ask(self) {
        let request = self.writer.asks((Arc::clone(&self.partition.topic), self.partition.index));
        let (node, id) = (Arc::clone(&self.node), Arc::clone(&self.writer.id));
        let reply = Box::new(move |answer: Response| self.answered(TransactionWriter::may_write(answer)));
        node.coordinators.send(CoordinatorMessage::Transaction { id, request, reply });
    }

    fn answered(mut self, result: Result<(), ErrorCode>) {
        if let Some(again) = self.settle(result) {
            again.ask();
        }
    }

    /// Hands on what waits, or gives the question that is to be asked in place of this one.
    fn settle(&mut self, result: Result<(), ErrorCode>) -> Option<Self> {
        self.is_settled = true;
        let producer = self.writer.producer;
        let mut waiting = self.partition.verifications.waiting.lock();
        let queue = waiting.remove(&producer.id)?;
        let code = match result {
            Ok(()) => {
                // The coordinator holds a question back while the markers of the transaction before are on their
                // way, and this partition's took away the leave that was begun before it came. What the answer
                // says about the present transaction must be asked for after that marker: once for each marker.
                let guard = self.partition.log.begin_verification(producer.id, producer.epoch);
                if let Some(guard) = guard.filter(|guard| *guard != self.guard) {
                    waiting.insert(producer.id, queue);
                    let (node, partition) = (Arc::clone(&self.node), Arc::clone(&self.partition));
                    let writer = TransactionWriter { id: Arc::clone(&self.writer.id), ..self.writer };
                    let (bumps, version) = (self.bumps, self.version);
                    return Some(Self { node, partition, writer, guard, bumps, version, is_settled: false });
                }
                // While the lock is held: what comes next must find either this queue or the partition's own.
                for append in queue {
                    let origin = Origin::VerifiedClient { epoch_bump: self.bumps, guard: self.guard };
                    self.partition.divert(DivertedAppend { origin, ..append });
                }
                return None;
            }
            Err(code) => code,
        };
        self.partition.log.end_verification(producer.id, self.guard);
        drop(waiting);
        let (code, message) = told(code, self.version);
        for append in queue {
            append.ticket.settle(PartitionOutcome::failed(code, message.map(str::to_owned)));
        }
        None
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if !self.is_settled {
            self.settle(Err(ErrorCode::CoordinatorNotAvailable));
        }
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
