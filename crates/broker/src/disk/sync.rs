//! The sync thread of one log directory: everything that waits for the disk itself. Writeback and blocks ahead of
//! partitions that are written, syncs of sealed segments, flushes by time, group commit for topics where
//! acknowledged means on disk, checkpoints, the clean end. Whatever fails for good takes the directory offline;
//! nothing is tried twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hashbrown::{HashMap, HashSet};
use thalweg_model::{Mono, Now};
use thalweg_platform::Clock;

use super::diverted::{Carrier, check};
use super::{DiskMessage, LogDirectories};
use crate::mailbox::{Receiver, Sender};
use crate::partition::Partition;
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
pub struct SyncRole {
    place: usize,
    directories: Arc<LogDirectories>,
    mailbox: Receiver<DiskMessage>,
    carrier: Carrier,
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

impl SyncRole {
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
            carrier: Carrier::new(workers, clock),
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
        let mut raised = Vec::new();
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                DiskMessage::Append(partition) => {
                    self.carrier.append_all(&partition);
                    self.written(partition, now);
                }
                DiskMessage::Written(partition) => self.written(partition, now),
                DiskMessage::Attend(partition) => {
                    check(&partition, "writing back", partition.log.attend(now));
                    self.written(partition, now);
                }
                DiskMessage::Opened(partition) => {
                    self.partitions.insert(address(&partition), partition);
                }
                DiskMessage::Retired(partition) => {
                    let address = address(&partition);
                    self.partitions.remove(&address);
                    self.active.remove(&address);
                    self.flush_due.remove(&address);
                }
                DiskMessage::SaveStarts(tell) => raised.push(tell),
                DiskMessage::Run(work) => work(),
                // The disk thread's.
                DiskMessage::Repair(_) | DiskMessage::Prepare(_) => {}
            }
        }
        self.messages = messages;
        if !raised.is_empty() {
            // One checkpoint for all that came together.
            let is_saved = self.directories.write_log_starts(self.place, self.partitions.values());
            raised.into_iter().for_each(|tell| tell(is_saved));
        }
        self.regular_work(now);
        let due = &self.due;
        let mut next = due.recovery_points.min(due.high_watermarks).min(due.producers);
        if !self.active.is_empty() {
            next = next.min(due.attend);
        }
        self.flush_due.values().fold(next, |next, (_, due)| next.min(*due))
    }

    /// A partition has been written: it is looked after from now on. `flush.ms` counts from the first record
    /// that is not flushed.
    fn written(&mut self, partition: Arc<Partition>, now: Now) {
        let flush_ms = partition.log.config().flush_ms;
        if flush_ms < i64::MAX {
            let due = now.mono.after_ms(flush_ms);
            self.flush_due.entry(address(&partition)).or_insert_with(|| (Arc::clone(&partition), due));
        }
        self.active.insert(address(&partition), (partition, now.mono));
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
                check(&partition, "flushing", partition.log.flush().map(drop));
            }
        }
        if now.mono >= self.due.high_watermarks {
            self.due.high_watermarks = now.mono.after(self.intervals.high_watermark_checkpoint);
            if std::mem::take(&mut self.is_changed) {
                self.is_changed =
                    !self.directories.write_high_watermarks(self.place, self.partitions.values());
            }
        }
        if now.mono >= self.due.recovery_points {
            self.due.recovery_points = now.mono.after(self.intervals.recovery_point_checkpoint);
            self.directories.write_recovery_points(self.place, self.partitions.values());
        }
        if now.mono >= self.due.producers {
            self.due.producers = now.mono.after(self.intervals.producer_expiration_check);
            for partition in self.partitions.values() {
                partition.log.expire_producers(now.wall_ms, self.directories.producer_expiration_ms());
            }
        }
    }

    /// Partitions written lately: writeback, blocks ahead, and back again when they have come to rest.
    fn attend_active(&mut self, now: Now) {
        self.is_changed |= !self.active.is_empty();
        let active = std::mem::take(&mut self.active);
        for (address, (partition, since)) in active {
            if since.until(now.mono) < REST {
                check(&partition, "writing back", partition.log.attend(now));
                self.active.insert(address, (partition, since));
            } else {
                check(&partition, "giving blocks back", partition.log.trim());
            }
        }
    }

    /// The clean end of the directory: every log closed, checkpoints written. True when all of it succeeded.
    pub fn close_clean(&mut self) -> bool {
        let partitions: Vec<Arc<Partition>> = self.partitions.values().cloned().collect();
        let mut is_clean = true;
        for partition in &partitions {
            is_clean &= check(partition, "closing", partition.log.close_clean());
        }
        is_clean
            && self.directories.write_recovery_points(self.place, partitions.iter())
            && self.directories.write_high_watermarks(self.place, partitions.iter())
    }
}

fn address(partition: &Arc<Partition>) -> usize {
    Arc::as_ptr(partition) as usize
}
