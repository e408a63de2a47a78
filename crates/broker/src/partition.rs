//! A partition as this node serves it: its log, its leadership, who waits for it, and the queue of appends
//! that left the workers' path.
//!
//! Decides where an append runs. Normally the worker that received it writes it inline. An append that would
//! do what a worker must not (roll, create, sync, wait for a slow disk) is *diverted*: copied into this
//! partition's queue and carried out by the disk thread of its log directory. While the queue is not empty
//! every further append joins it, so the order in which appends arrived is the order in which they happen.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering, fence};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, MutexGuard};
use slab::Slab;
use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, TopicId};
use thalweg_partition_log::{Origin, PartitionLog};

use crate::disk::{DiskMessage, LogDirectoryState};
use crate::mailbox::Sender;
use crate::memory::Charge;
use crate::metrics::PartitionMetrics;
use crate::validation::Validation;
use crate::verification::Verifications;
use crate::worker::{ParkedId, ProduceTicket, WorkerId};

/// An append carried out by the disk thread: the batch, copied out of the worker's scratch.
#[derive(Debug)]
pub struct DivertedAppend {
    /// One validated batch.
    pub bytes: Vec<u8>,
    /// From its validation.
    pub max_timestamp: i64,
    /// From its validation: which record, counted from 0, holds `max_timestamp`.
    pub offset_of_max_timestamp_delta: i32,
    /// Who gets the outcome.
    pub ticket: ProduceTicket,
    /// The copy counts as request memory while it waits.
    pub charge: Charge,
    /// In whose name.
    pub origin: Origin,
    /// The compute role's, which has the bytes meanwhile; `None`: validated.
    pub(crate) validation: Option<Arc<Validation>>,
}

impl DivertedAppend {
    /// Whether it can be carried out.
    fn is_ready(&self) -> bool {
        self.validation.as_ref().is_none_or(|validation| validation.is_done())
    }
}

/// A parked fetch that wants to know when the log has grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// Whose parked fetch.
    pub worker: WorkerId,
    /// Which one.
    pub parked: ParkedId,
    /// It was told since it last looked; told once is enough.
    notified: bool,
}

impl Watcher {
    /// A watcher that has not been told anything.
    pub fn new(worker: WorkerId, parked: ParkedId) -> Self {
        Self { worker, parked, notified: false }
    }
}

/// So many diverted bytes are carried out at once; then those who wait for them get their answers.
const CARRIED_BYTES: usize = 8 << 20;

/// One served partition.
#[derive(Debug)]
pub struct Partition {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The topic's id.
    pub topic_id: TopicId,
    /// The partition's index.
    pub index: i32,
    /// Its log.
    pub log: Arc<PartitionLog>,
    /// State of the directory that holds the log.
    pub directory: Arc<LogDirectoryState>,
    /// What is counted for it.
    pub metrics: PartitionMetrics,
    /// The disk thread of that directory.
    disk: Sender<DiskMessage>,
    /// The sync thread of that directory.
    sync: Sender<DiskMessage>,
    leader_epoch: AtomicI32,
    /// Deleted or moved away: whoever still holds it answers as if it were gone.
    retired: AtomicBool,
    diverted: Mutex<VecDeque<DivertedAppend>>,
    /// Held by whoever carries out what was queued, so that a move finds nothing half way.
    carrying: Mutex<()>,
    /// The same partition in another log directory, since it has moved there.
    moved_to: OnceLock<Arc<Partition>>,
    /// True from the first diverted append until the disk thread found the queue empty.
    is_diverted: AtomicBool,
    /// Batches whose producers wait for leave to open a transaction here.
    pub(crate) verifications: Verifications,
    /// The topic asks that acknowledged means on disk: every append goes to the disk thread, which syncs once
    /// for all that came together.
    wants_flush: AtomicBool,
    watchers: Mutex<Slab<Watcher>>,
    /// How many watchers, so that an append nobody waits for takes no lock.
    watched: AtomicU32,
}

impl Partition {
    /// A partition over an opened log.
    pub fn new(
        topic: Arc<str>,
        topic_id: TopicId,
        index: i32,
        log: Arc<PartitionLog>,
        directory: Arc<LogDirectoryState>,
        (disk, sync): (Sender<DiskMessage>, Sender<DiskMessage>),
        leader_epoch: LeaderEpoch,
    ) -> Arc<Self> {
        let wants_flush = log.config().flushes_by_count();
        Arc::new(Self {
            topic,
            topic_id,
            index,
            log,
            directory,
            metrics: PartitionMetrics::default(),
            disk,
            sync,
            leader_epoch: AtomicI32::new(leader_epoch.0),
            retired: AtomicBool::new(false),
            diverted: Mutex::new(VecDeque::new()),
            carrying: Mutex::new(()),
            moved_to: OnceLock::new(),
            is_diverted: AtomicBool::new(false),
            verifications: Verifications::default(),
            wants_flush: AtomicBool::new(wants_flush),
            watchers: Mutex::new(Slab::new()),
            watched: AtomicU32::new(0),
        })
    }

    /// The epoch of the present leadership.
    pub fn leader_epoch(&self) -> LeaderEpoch {
        LeaderEpoch(self.leader_epoch.load(Ordering::Acquire))
    }

    /// A new leadership begins at the log's end.
    pub fn set_leader_epoch(&self, epoch: LeaderEpoch) {
        self.log.set_leader_epoch(epoch);
        self.leader_epoch.store(epoch.0, Ordering::Release);
    }

    /// The partition is no longer served.
    pub fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }

    /// Whether it is gone.
    pub fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    /// Whether appends must join the queue.
    pub fn is_diverted(&self) -> bool {
        self.is_diverted.load(Ordering::Acquire) || self.wants_flush() || self.directory.is_slow()
    }

    /// The topic's configuration has changed.
    pub fn set_config(&self, config: &Arc<TopicConfig>) {
        self.log.set_config(Arc::clone(config));
        self.wants_flush.store(config.flushes_by_count(), Ordering::Relaxed);
    }

    /// Whether acknowledged means on disk.
    pub fn wants_flush(&self) -> bool {
        self.wants_flush.load(Ordering::Relaxed)
    }

    /// Puts an append behind those that are queued, and calls the thread that carries them out if none was: the
    /// sync thread where a sync follows, so that nobody else waits for it.
    pub fn divert(self: &Arc<Self>, append: DivertedAppend) {
        let mut queue = self.diverted.lock();
        if let Some(moved) = self.moved_to.get() {
            drop(queue);
            return moved.divert(append);
        }
        queue.push_back(append);
        if !self.is_diverted.swap(true, Ordering::AcqRel) {
            let carrier = if self.wants_flush() { &self.sync } else { &self.disk };
            carrier.send(DiskMessage::Append(Arc::clone(self)));
        }
    }

    /// For the disk thread: what is queued up to the first append that is not ready, as much as is well carried out at
    /// once, or `None` when there is nothing. Then either the queue is empty, and workers write inline again, or whoever makes its first append
    /// ready calls [`Partition::resume`].
    pub fn take_diverted(&self) -> Option<VecDeque<DivertedAppend>> {
        let mut queue = self.diverted.lock();
        if queue.is_empty() {
            self.is_diverted.store(false, Ordering::Release);
            return None;
        }
        let mut bytes = 0;
        let is_next = |append: &&DivertedAppend| {
            let fits = bytes < CARRIED_BYTES;
            bytes += append.bytes.len();
            fits && append.is_ready()
        };
        let ready = queue.iter().take_while(is_next).count();
        let behind = queue.split_off(ready);
        let taken = std::mem::replace(&mut *queue, behind);
        (!taken.is_empty()).then_some(taken)
    }

    /// Held while queued appends are carried out, and while records are deleted: neither happens in the middle of a
    /// move.
    pub fn carrying(&self) -> MutexGuard<'_, ()> {
        self.carrying.lock()
    }

    /// The log is sealed: what was taken from the queue goes back in front of it.
    pub fn put_back(&self, appends: VecDeque<DivertedAppend>) {
        let mut queue = self.diverted.lock();
        for append in appends.into_iter().rev() {
            queue.push_front(append);
        }
    }

    /// The log is not sealed any more, or an append has become ready: calls the thread that carries out what waited
    /// meanwhile.
    pub fn resume(self: &Arc<Self>) {
        let queue = self.diverted.lock();
        if let Some(moved) = self.moved_to.get() {
            drop(queue);
            return moved.resume();
        }
        if !queue.is_empty() || self.is_diverted.load(Ordering::Acquire) {
            self.is_diverted.store(true, Ordering::Release);
            let carrier = if self.wants_flush() { &self.sync } else { &self.disk };
            carrier.send(DiskMessage::Append(Arc::clone(self)));
        }
    }

    /// The partition goes on as `moved`, in another directory. Its log is sealed; what waits, and whatever still
    /// comes here, goes there in its order. `align` runs while nobody deletes records here any more.
    pub fn hand_over(&self, moved: &Arc<Partition>, align: impl FnOnce()) {
        let _carrying = self.carrying.lock();
        align();
        let mut queue = self.diverted.lock();
        for append in queue.drain(..) {
            moved.divert(append);
        }
        // Nobody writes inline here any more.
        self.is_diverted.store(true, Ordering::Release);
        // Only the mover hands over, once.
        let _ = self.moved_to.set(Arc::clone(moved));
    }

    /// Whether it goes on in another directory.
    pub fn has_moved(&self) -> bool {
        self.moved_to.get().is_some()
    }

    /// After an append: this node is the only replica, so what is in its log is on every member of the ISR.
    pub fn advance_high_watermark(&self) {
        self.log.advance_high_watermark(self.log.ends().log_end);
    }

    /// Sends a message about this partition to its disk thread.
    pub fn send_to_disk(&self, message: DiskMessage) {
        self.disk.send(message);
    }

    /// Sends a message about this partition to its sync thread.
    pub fn send_to_sync(&self, message: DiskMessage) {
        self.sync.send(message);
    }

    /// Links a parked fetch. The caller looks at the log's end once more afterwards: an append that did not
    /// see the link is seen by that look.
    pub fn watch(&self, watcher: Watcher) -> usize {
        let key = self.watchers.lock().insert(watcher);
        self.watched.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        key
    }

    /// Takes a link away.
    pub fn unwatch(&self, key: usize) {
        if self.watchers.lock().try_remove(key).is_some() {
            self.watched.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// The watcher has looked and goes on waiting.
    pub fn rearm(&self, key: usize) {
        if let Some(watcher) = self.watchers.lock().get_mut(key) {
            watcher.notified = false;
        }
        fence(Ordering::SeqCst);
    }

    /// Tells each watcher, once, that there is something to look at. Called after the new end is published.
    pub fn notify(&self, mut tell: impl FnMut(WorkerId, ParkedId)) {
        fence(Ordering::SeqCst);
        if self.watched.load(Ordering::SeqCst) == 0 {
            return;
        }
        for (_, watcher) in self.watchers.lock().iter_mut() {
            if !std::mem::replace(&mut watcher.notified, true) {
                tell(watcher.worker, watcher.parked);
            }
        }
    }
}
