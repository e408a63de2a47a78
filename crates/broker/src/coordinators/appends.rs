//! Carrying a machine's records into its partition: batches are built here, written and, where acknowledged means
//! on disk, synced by a pool of committers.

use std::sync::Arc;

use thalweg_coordinator::{CoordinatorRecord, Entry, Marker};
use thalweg_model::Sequence;
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, Outcome, Place, Refusal};
use thalweg_platform::Clock;
use thalweg_records::{BatchBuilder, Compression, ControlType};
use thalweg_wire::ErrorCode;

use super::{Coordinator, CoordinatorMessage};
use crate::disk::{DiskMessage, ReadMessage};
use crate::mailbox::Sender;
use crate::partition::Partition;
use crate::worker::WorkerMessage;

/// A built batch.
pub(super) struct Built {
    bytes: Vec<u8>,
    max_timestamp: i64,
    offset_of_max_timestamp_delta: i32,
    is_of_producer: bool,
    /// A marker, and its transaction.version.
    marker: Option<i8>,
}

impl Built {
    pub fn incoming(&mut self) -> Incoming<'_> {
        Incoming {
            max_timestamp: self.max_timestamp,
            offset_of_max_timestamp_delta: self.offset_of_max_timestamp_delta,
            bytes: &mut self.bytes,
            outcome: None,
        }
    }
}

/// What became of a gather of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendResult {
    /// So many groups, from the first, are in the log.
    pub committed: usize,
    /// Why not all.
    pub result: Result<(), ErrorCode>,
}

impl AppendResult {
    fn lost(code: ErrorCode) -> Self {
        Self { committed: 0, result: Err(code) }
    }
}

/// Where an append reports to, and what it needs beside the partition.
#[derive(Clone, Debug)]
pub(super) struct Carrier {
    pub workers: Vec<Sender<WorkerMessage>>,
    pub clock: Arc<dyn Clock>,
    pub mailbox: Sender<CoordinatorMessage>,
    /// Whose appends these are.
    pub coordinator: Coordinator,
    /// Acknowledged means on disk: who writes and syncs. The syncs of many partitions are on their way at once, which
    /// a file system makes one of; one after the other each would wait for the disk. `None`: the partition's disk
    /// thread writes, and acknowledged means written.
    pub commit_pool: Option<Sender<ReadMessage>>,
}

impl Carrier {
    /// Sends the groups of entries on their way; the outcome comes back as a message.
    pub fn append<'e>(
        &self,
        partition: &Arc<Partition>,
        place: (usize, u64),
        groups: impl Iterator<Item = &'e [Entry]>,
    ) {
        let limit = usize::try_from(partition.log.config().max_message_bytes).unwrap_or(0);
        let now_ms = self.clock.now().wall_ms;
        let groups: Vec<Vec<Built>> = groups.map(|entries| build(entries, now_ms, limit)).collect();
        let (carrier, target) = (self.clone(), Arc::clone(partition));
        let work = Box::new(move || {
            let result = carrier.carry_out(&target, groups);
            if result.committed > 0 {
                target.send_to_sync(DiskMessage::Written(Arc::clone(&target)));
            }
            let coordinator = carrier.coordinator;
            carrier.mailbox.send(CoordinatorMessage::Appended { coordinator, place, result });
        });
        match &self.commit_pool {
            Some(pool) => pool.send(ReadMessage::Run(work)),
            None => partition.send_to_disk(DiskMessage::Run(work)),
        }
    }

    /// Has the partition go on in a new segment, so that what it holds now can be compacted.
    pub fn begin_segment(&self, partition: &Arc<Partition>) {
        let (carrier, target) = (self.clone(), Arc::clone(partition));
        partition.send_to_disk(DiskMessage::Run(Box::new(move || {
            if target.is_retired() || target.directory.is_offline() {
                return;
            }
            match target.log.roll_if_due(carrier.clock.now(), true) {
                Ok(_) => target.send_to_sync(DiskMessage::Written(Arc::clone(&target))),
                Err(failed) => target.directory.append_failed(&target, &failed),
            }
        })));
    }

    fn carry_out(&self, partition: &Arc<Partition>, groups: Vec<Vec<Built>>) -> AppendResult {
        if partition.is_retired() {
            return AppendResult::lost(ErrorCode::NotCoordinator);
        }
        if partition.directory.is_offline() {
            return AppendResult::lost(ErrorCode::CoordinatorNotAvailable);
        }
        let count = groups.len();
        let mut committed = 0;
        let mut result = Ok(());
        // What speaks for a producer may be refused, and nothing behind it may be in the log then.
        for run in runs(groups) {
            let groups = run.len();
            match self.append_run(partition, run) {
                Ok(()) => committed += groups,
                Err(code) => {
                    result = Err(code);
                    break;
                }
            }
        }
        debug_assert!(result.is_err() || committed == count);
        if committed > 0 {
            if self.commit_pool.is_some()
                && let Err(failed) = partition.log.flush()
            {
                partition.directory.append_failed(partition, &failed);
                return AppendResult::lost(ErrorCode::CoordinatorNotAvailable);
            }
            partition.advance_high_watermark();
            partition.notify(|worker, parked| self.workers[worker.0].send(WorkerMessage::FetchWake(parked)));
        }
        AppendResult { committed, result }
    }

    /// Groups that are written by one write.
    fn append_run(&self, partition: &Arc<Partition>, run: Vec<Vec<Built>>) -> Result<(), ErrorCode> {
        let mut batches: Vec<Built> = run.into_iter().flatten().collect();
        // What speaks for a producer is a run of its own, and a marker such a run of one batch.
        let marker = batches.first().and_then(|built| built.marker);
        let mut incoming: Vec<Incoming<'_>> = batches.iter_mut().map(Built::incoming).collect();
        let how = Appending {
            leader_epoch: partition.leader_epoch(),
            now: self.clock.now(),
            origin: match marker {
                Some(transaction_version) => Origin::Marker { transaction_version },
                None => Origin::Coordinator,
            },
            place: Place::DiskThread,
        };
        let appended = partition.log.append(&mut incoming, &how);
        partition.metrics.note_appended(&incoming, true);
        match appended {
            Appended::Failed(failed) => {
                partition.directory.append_failed(partition, &failed);
                partition.send_to_disk(DiskMessage::Repair(Arc::clone(partition)));
                Err(ErrorCode::CoordinatorNotAvailable)
            }
            Appended::Divert(reason) => {
                tracing::error!(event = "coordinator_append_diverted", ?reason, "the disk thread refused");
                Err(ErrorCode::CoordinatorNotAvailable)
            }
            Appended::Done { .. } => incoming.iter().try_for_each(|batch| match batch.outcome {
                Some(Outcome::Written { .. }) => Ok(()),
                Some(Outcome::Refused(refusal)) => Err(refused(refusal)),
                _ => Err(ErrorCode::CoordinatorNotAvailable),
            }),
        }
    }
}

pub(super) fn refused(refusal: Refusal) -> ErrorCode {
    match refusal {
        Refusal::InvalidProducerEpoch => ErrorCode::InvalidProducerEpoch,
        Refusal::InvalidTxnState => ErrorCode::InvalidTxnState,
        Refusal::OutOfOrderSequence => ErrorCode::OutOfOrderSequenceNumber,
        Refusal::TransactionCoordinatorFenced => ErrorCode::TransactionCoordinatorFenced,
        Refusal::CorruptBatch => ErrorCode::UnknownServerError,
    }
}

/// Cuts the gather where a group speaks for a producer: such a group is a run of its own.
fn runs(groups: Vec<Vec<Built>>) -> Vec<Vec<Vec<Built>>> {
    let mut runs: Vec<Vec<Vec<Built>>> = Vec::new();
    let mut is_open = false;
    for group in groups {
        let is_of_producer = group.iter().any(|built| built.is_of_producer);
        match runs.last_mut() {
            Some(run) if is_open && !is_of_producer => run.push(group),
            _ => runs.push(vec![group]),
        }
        is_open = !is_of_producer;
    }
    runs
}

/// Entries as batches, none larger than the topic takes (a single record may be).
fn build(entries: &[Entry], now_ms: i64, limit: usize) -> Vec<Built> {
    let mut built = Vec::new();
    let mut builder: Option<BatchBuilder> = None;
    let is_of_producer = entries.iter().any(|entry| !matches!(entry, Entry::Record(_)));
    for entry in entries {
        let (CoordinatorRecord { key, value }, new) = match entry {
            Entry::Record(record) => (record, BatchBuilder::new(Compression::None)),
            Entry::OfTransaction(producer, record) => {
                let new = BatchBuilder::new(Compression::None).transactional(true);
                (record, new.producer(producer.id, producer.epoch, Sequence::NONE))
            }
            Entry::Marker(marker) => {
                built.extend(builder.take().map(|full| finish(full, is_of_producer)));
                built.push(built_marker(marker, now_ms));
                continue;
            }
        };
        let value = value.as_deref();
        let full = builder.take_if(|open| !open.is_empty() && open.size_with(Some(key), value, &[]) > limit);
        built.extend(full.map(|full| finish(full, is_of_producer)));
        builder.get_or_insert(new).append(now_ms, Some(key), value, &[]);
    }
    built.extend(builder.map(|full| finish(full, is_of_producer)));
    built
}

/// The control batch that ends a transaction.
pub(super) fn built_marker(marker: &Marker, now_ms: i64) -> Built {
    let kind = if marker.commits { ControlType::Commit } else { ControlType::Abort };
    // EndTxnMarker version 0: the version, then the coordinator's epoch.
    let mut value = [0; 6];
    value[2..].copy_from_slice(&marker.coordinator_epoch.to_be_bytes());
    let mut builder = BatchBuilder::new(Compression::None).transactional(true).control(true).producer(
        marker.producer.id,
        marker.producer.epoch,
        Sequence::NONE,
    );
    builder.append_control(now_ms, kind, &value);
    Built { marker: Some(marker.transaction_version), ..finish(builder, true) }
}

fn finish(builder: BatchBuilder, is_of_producer: bool) -> Built {
    let (max_timestamp, offset_of_max_timestamp_delta) = builder.max_timestamp();
    Built {
        bytes: builder.build(),
        max_timestamp,
        offset_of_max_timestamp_delta,
        is_of_producer,
        marker: None,
    }
}
