//! Carrying out appends that left the workers' path, for whichever disk role a partition's queue belongs to.

use std::collections::VecDeque;
use std::sync::Arc;

use thalweg_partition_log::{Appended, Appending, Incoming, Outcome, Place, WriteFailed};
use thalweg_platform::Clock;
use thalweg_wire::ErrorCode;

use crate::api::produce::{self, PartitionOutcome};
use crate::mailbox::Sender;
use crate::partition::{DivertedAppend, Partition};
use crate::worker::WorkerMessage;

/// What carrying out needs beside the partition.
#[derive(Debug)]
pub(super) struct Carrier {
    workers: Vec<Sender<WorkerMessage>>,
    clock: Arc<dyn Clock>,
}

impl Carrier {
    pub(super) fn new(workers: Vec<Sender<WorkerMessage>>, clock: Arc<dyn Clock>) -> Self {
        Self { workers, clock }
    }

    /// Appends what is queued until nothing is left; afterwards workers write inline again. Where the topic asks
    /// for it, one sync serves everything that was queued together.
    pub(super) fn append_all(&self, partition: &Arc<Partition>) {
        loop {
            let _carrying = partition.carrying();
            let Some(mut queue) = partition.take_diverted() else { return };
            if partition.is_retired() {
                settle_all(queue, ErrorCode::UnknownTopicOrPartition);
                continue;
            }
            if queue.iter().any(|append| append.validation.is_some()) {
                queue = validated(queue);
                if queue.is_empty() {
                    continue;
                }
            }
            let now = self.clock.now();
            let (appended, outcomes) = self.append_queue(partition, &mut queue);
            // Sealed: the partition is about to go on in another directory, and so does what waits.
            let is_sealed = matches!(appended, Appended::Divert(_));
            if is_sealed {
                let decided = outcomes.iter().take_while(|outcome| outcome.is_some()).count();
                partition.put_back(queue.split_off(decided));
            }
            let bytes = || queue.iter().map(|append| append.bytes.len()).sum();
            partition.directory.observe_diverted_write(now.mono.until(self.clock.now().mono), bytes);
            if let Appended::Failed(failed) = &appended {
                partition.directory.append_failed(partition, failed);
            }
            let is_safe = flush_if_asked(partition, &appended);
            partition.advance_high_watermark();
            let failure = failure_of(partition);
            for (append, outcome) in queue.into_iter().zip(outcomes) {
                append.ticket.settle(match outcome {
                    Some(outcome) if is_safe => produce::from_log(outcome),
                    _ => PartitionOutcome::error(failure),
                });
            }
            self.announce(partition);
            if is_sealed {
                return;
            }
        }
    }

    /// Appends a queue, one call for what comes in the same name, up to the first failure.
    fn append_queue(
        &self,
        partition: &Partition,
        queue: &mut VecDeque<DivertedAppend>,
    ) -> (Appended, Vec<Option<Outcome>>) {
        let mut outcomes = Vec::with_capacity(queue.len());
        let mut rest = &mut *queue.make_contiguous();
        let mut last =
            Appended::Done { end: partition.log.ends().log_end, attention: false, wants_spare: false };
        while let Some(origin) = rest.first().map(|append| append.origin) {
            let length = rest.iter().take_while(|append| append.origin == origin).count();
            let (run, behind) = rest.split_at_mut(length);
            rest = behind;
            let mut batches: Vec<Incoming<'_>> = run
                .iter_mut()
                .map(|append| Incoming {
                    max_timestamp: append.max_timestamp,
                    offset_of_max_timestamp_delta: append.offset_of_max_timestamp_delta,
                    bytes: &mut append.bytes,
                    outcome: None,
                })
                .collect();
            let how = Appending {
                leader_epoch: partition.leader_epoch(),
                now: self.clock.now(),
                origin,
                place: Place::DiskThread,
            };
            last = partition.log.append(&mut batches, &how);
            partition.metrics.note_appended(&batches, true);
            outcomes.extend(batches.into_iter().map(|batch| batch.outcome));
            if !matches!(last, Appended::Done { .. }) {
                break;
            }
        }
        outcomes.resize(queue.len(), None);
        (last, outcomes)
    }

    /// Refuses what is queued for a partition that is gone.
    pub(super) fn refuse_all(&self, partition: &Partition) {
        while let Some(queue) = partition.take_diverted() {
            settle_all(queue, ErrorCode::UnknownTopicOrPartition);
        }
    }

    /// Wakes the fetches that wait for the partition.
    pub(super) fn announce(&self, partition: &Partition) {
        partition.notify(|worker, parked| self.workers[worker.0].send(WorkerMessage::FetchWake(parked)));
    }
}

/// What a producer is told when a write failed: a deleted partition's files are gone for a good reason.
pub(crate) fn failure_of(partition: &Partition) -> ErrorCode {
    if partition.is_retired() { ErrorCode::UnknownTopicOrPartition } else { ErrorCode::KafkaStorageError }
}

/// `flush.messages`: once so many records are not on disk, they are synced before the last is acknowledged; with 1
/// acknowledged means on disk. False: it failed.
fn flush_if_asked(partition: &Partition, appended: &Appended) -> bool {
    if !partition.wants_flush() || matches!(appended, Appended::Failed(_)) {
        return true;
    }
    let log = &partition.log;
    if log.ends().log_end.0 - log.recovery_point().0 < log.config().flush_messages {
        return true;
    }
    check(partition, "flushing", partition.log.flush().map(drop))
}

/// Handles a failure of the disk; true when there was none.
pub(super) fn check(partition: &Partition, doing: &str, result: Result<(), WriteFailed>) -> bool {
    match result {
        Ok(()) => true,
        Err(failed) if failed.is_fatal => {
            partition.directory.take_offline(&failed.error, doing, Some(partition));
            false
        }
        Err(failed) => {
            partition.directory.append_failed(partition, &failed);
            false
        }
    }
}

/// Takes in what the compute role has found; what it refuses is answered and goes.
fn validated(queue: VecDeque<DivertedAppend>) -> VecDeque<DivertedAppend> {
    let mut accepted = VecDeque::with_capacity(queue.len());
    for mut append in queue {
        match append.validation.take().and_then(|validation| validation.take()) {
            None => accepted.push_back(append),
            Some(Ok((found, bytes))) => {
                append.bytes = bytes;
                append.max_timestamp = found.max_timestamp;
                append.offset_of_max_timestamp_delta = found.offset_delta_of_max_timestamp;
                accepted.push_back(append);
            }
            Some(Err(error)) => append.ticket.settle(produce::refused_by_validation(&error)),
        }
    }
    accepted
}

fn settle_all(queue: VecDeque<DivertedAppend>, code: ErrorCode) {
    for append in queue {
        append.ticket.settle(PartitionOutcome::error(code));
    }
}
