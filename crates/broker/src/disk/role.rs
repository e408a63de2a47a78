//! The disk thread of one log directory: diverted appends in their order, and the housekeeping of every
//! partition there (writeback, blocks ahead, rolls by age, flushes, checkpoints). Whatever fails for good takes
//! the directory offline; nothing is tried twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use thalweg_model::{Mono, Now};
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, Place, WriteFailed};
use thalweg_platform::Clock;
use thalweg_wire::ErrorCode;

use super::{DiskMessage, LogDirectories};
use crate::api::produce::{self, PartitionOutcome};
use crate::mailbox::{Receiver, Sender};
use crate::partition::{DivertedAppend, Partition};
use crate::worker::WorkerMessage;

/// How often the partitions that were written are looked at.
const ATTEND_EVERY: Duration = Duration::from_millis(250);
/// How long a partition must rest before its blocks ahead are given back.
const REST: Duration = Duration::from_secs(10);

/// Times of the regular work, from the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Intervals {
    /// `log.flush.offset.checkpoint.interval.ms`, which the start-offset checkpoint shares.
    pub recovery_point_checkpoint: Duration,
    /// `replica.high.watermark.checkpoint.interval.ms`.
    pub high_watermark_checkpoint: Duration,
    /// `producer.id.expiration.check.interval.ms`.
    pub producer_expiration_check: Duration,
    /// `producer.id.expiration.ms`.
    pub producer_expiration_ms: i64,
}

/// When the regular work is due.
#[derive(Debug)]
struct Due {
    attend: Mono,
    recovery_points: Mono,
    high_watermarks: Mono,
    producers: Mono,
}

/// The role.
#[derive(Debug)]
pub struct DiskRole {
    place: usize,
    directories: Arc<LogDirectories>,
    mailbox: Receiver<DiskMessage>,
    workers: Vec<Sender<WorkerMessage>>,
    clock: Arc<dyn Clock>,
    intervals: Intervals,
    due: Due,
    messages: VecDeque<DiskMessage>,
    /// Every partition of the directory, by address.
    partitions: HashMap<usize, Arc<Partition>>,
    /// Those written since they were last attended to, and when.
    active: HashMap<usize, (Arc<Partition>, Mono)>,
    /// Those whose topics ask for flushes by time, and when the next is due.
    flush_due: HashMap<usize, (Arc<Partition>, Mono)>,
    /// Partitions whose end differs from the last high watermark checkpoint.
    is_changed: bool,
}

impl DiskRole {
    /// The role for the directory at that place among the directories.
    pub fn new(
        place: usize,
        directories: Arc<LogDirectories>,
        mailbox: Receiver<DiskMessage>,
        workers: Vec<Sender<WorkerMessage>>,
        clock: Arc<dyn Clock>,
        intervals: Intervals,
    ) -> Self {
        let now = clock.now().mono;
        let due = Due {
            attend: now.after(ATTEND_EVERY),
            recovery_points: now.after(intervals.recovery_point_checkpoint),
            high_watermarks: now.after(intervals.high_watermark_checkpoint),
            producers: now.after(intervals.producer_expiration_check),
        };
        Self {
            place,
            directories,
            mailbox,
            workers,
            clock,
            intervals,
            due,
            messages: VecDeque::new(),
            partitions: HashMap::new(),
            active: HashMap::new(),
            flush_due: HashMap::new(),
            is_changed: false,
        }
    }

    /// Carries out what waits. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                DiskMessage::Append(partition) => self.append(&partition),
                DiskMessage::Repair(partition) => {
                    let repaired = partition.log.repair_tail();
                    self.check(&partition, "cutting a torn write", repaired);
                }
                DiskMessage::Attend(partition) => {
                    let attended = partition.log.attend(now);
                    self.check(&partition, "writing back", attended);
                    self.active.insert(address(&partition), (partition, now.mono));
                }
                DiskMessage::Opened(partition) => {
                    self.partitions.insert(address(&partition), partition);
                }
                DiskMessage::Retired(partition) => {
                    let address = address(&partition);
                    self.partitions.remove(&address);
                    self.active.remove(&address);
                    self.flush_due.remove(&address);
                    self.refuse_diverted(&partition);
                    self.directories.bury(&partition);
                    // Fetches that wait for it look again and find that it is gone.
                    self.announce(&partition);
                }
                DiskMessage::Run(work) => work(),
            }
        }
        self.messages = messages;
        self.regular_work(now);
        let due = &self.due;
        let mut next = due.recovery_points.min(due.high_watermarks).min(due.producers);
        if !self.active.is_empty() {
            next = next.min(due.attend);
        }
        self.flush_due.values().fold(next, |next, (_, due)| next.min(*due))
    }

    /// Carries out the appends that were diverted from a partition until none is left.
    fn append(&mut self, partition: &Arc<Partition>) {
        while let Some(mut queue) = partition.take_diverted() {
            let now = self.clock.now();
            if partition.is_retired() {
                settle_all(queue, ErrorCode::UnknownTopicOrPartition);
                continue;
            }
            let mut batches: Vec<Incoming<'_>> = queue
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
                now,
                origin: Origin::Client,
                place: Place::DiskThread,
            };
            let appended = partition.log.append(&mut batches, &how);
            let took = now.mono.until(self.clock.now().mono);
            let outcomes: Vec<_> = batches.into_iter().map(|batch| batch.outcome).collect();
            partition.directory.observe_diverted_write(took);
            if let Appended::Failed(failed) = &appended {
                partition.directory.append_failed(partition, failed);
            }
            let flushed = self.flush_if_asked(partition, &appended);
            partition.advance_high_watermark();
            for (append, outcome) in queue.into_iter().zip(outcomes) {
                append.ticket.settle(match outcome {
                    Some(outcome) if flushed => produce::from_log(outcome),
                    _ => PartitionOutcome::error(ErrorCode::KafkaStorageError),
                });
            }
            self.announce(partition);
            self.active.insert(address(partition), (Arc::clone(partition), now.mono));
            self.plan_flush(partition, now);
        }
        if self.mailbox.is_empty() {
            partition.directory.recover();
        }
    }

    /// `flush.messages=1`: acknowledged means on disk. One sync serves everything appended before it.
    fn flush_if_asked(&self, partition: &Partition, appended: &Appended) -> bool {
        if !partition.log.config().acknowledges_after_flush() || !matches!(appended, Appended::Done { .. }) {
            return true;
        }
        let flushed = partition.log.flush();
        self.check(partition, "flushing", flushed.map(drop))
    }

    /// `flush.ms`: the first unflushed record sets the time.
    fn plan_flush(&mut self, partition: &Arc<Partition>, now: Now) {
        let flush_ms = partition.log.config().flush_ms;
        if flush_ms < i64::MAX {
            let due = now.mono.after_ms(flush_ms);
            self.flush_due.entry(address(partition)).or_insert_with(|| (Arc::clone(partition), due));
        }
    }

    fn regular_work(&mut self, now: Now) {
        if now.mono >= self.due.attend {
            self.due.attend = now.mono.after(ATTEND_EVERY);
            self.attend_active(now);
        }
        let due: HashSet<usize> = self
            .flush_due
            .iter()
            .filter(|(_, (_, due))| now.mono >= *due)
            .map(|(&address, _)| address)
            .collect();
        for address in due {
            if let Some((partition, _)) = self.flush_due.remove(&address) {
                let flushed = partition.log.flush();
                self.check(&partition, "flushing", flushed.map(drop));
            }
        }
        if now.mono >= self.due.high_watermarks {
            self.due.high_watermarks = now.mono.after(self.intervals.high_watermark_checkpoint);
            if std::mem::take(&mut self.is_changed) {
                self.directories.write_high_watermarks(self.place, self.partitions.values());
            }
        }
        if now.mono >= self.due.recovery_points {
            self.due.recovery_points = now.mono.after(self.intervals.recovery_point_checkpoint);
            self.directories.write_recovery_points(self.place, self.partitions.values());
        }
        if now.mono >= self.due.producers {
            self.due.producers = now.mono.after(self.intervals.producer_expiration_check);
            for partition in self.partitions.values() {
                partition.log.expire_producers(now.wall_ms, self.intervals.producer_expiration_ms);
            }
        }
    }

    /// Partitions written lately: writeback, blocks ahead, and back again when they have come to rest.
    fn attend_active(&mut self, now: Now) {
        self.is_changed |= !self.active.is_empty();
        let active = std::mem::take(&mut self.active);
        for (address, (partition, since)) in active {
            if since.until(now.mono) < REST {
                let attended = partition.log.attend(now);
                self.check(&partition, "writing back", attended);
                self.active.insert(address, (partition, since));
            } else {
                let trimmed = partition.log.trim();
                self.check(&partition, "giving blocks back", trimmed);
            }
        }
    }

    /// Handles a failure of the disk; true when there was none.
    fn check(&self, partition: &Partition, doing: &str, result: Result<(), WriteFailed>) -> bool {
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

    fn refuse_diverted(&self, partition: &Partition) {
        while let Some(queue) = partition.take_diverted() {
            settle_all(queue, ErrorCode::UnknownTopicOrPartition);
        }
    }

    fn announce(&self, partition: &Partition) {
        partition.notify(|worker, parked| self.workers[worker.0].send(WorkerMessage::FetchWake(parked)));
    }

    /// The clean end of the directory: every log closed, checkpoints written. True when all of it succeeded.
    pub fn close_clean(&mut self) -> bool {
        let partitions: Vec<Arc<Partition>> = self.partitions.values().cloned().collect();
        let mut is_clean = true;
        for partition in &partitions {
            let closed = partition.log.close_clean();
            is_clean &= self.check(partition, "closing", closed);
        }
        is_clean
            && self.directories.write_recovery_points(self.place, partitions.iter())
            && self.directories.write_high_watermarks(self.place, partitions.iter())
    }
}

fn settle_all(queue: VecDeque<DivertedAppend>, code: ErrorCode) {
    for append in queue {
        append.ticket.settle(PartitionOutcome::error(code));
    }
}

fn address(partition: &Arc<Partition>) -> usize {
    Arc::as_ptr(partition) as usize
}
