//! Carrying a machine's records into its partition: batches are built here, written and, where acknowledged means
//! on disk, synced by the directory's own thread.

use std::sync::Arc;

use thalweg_coordinator::CoordinatorRecord;
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, Outcome, Place};
use thalweg_platform::Clock;
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::ErrorCode;

use super::CoordinatorMessage;
use crate::disk::DiskMessage;
use crate::mailbox::Sender;
use crate::partition::Partition;
use crate::worker::WorkerMessage;

/// A built batch.
struct Built {
    bytes: Vec<u8>,
    max_timestamp: i64,
    offset_of_max_timestamp_delta: i32,
}

/// Where an append reports to, and what it needs beside the partition.
#[derive(Clone, Debug)]
pub(super) struct Carrier {
    pub workers: Vec<Sender<WorkerMessage>>,
    pub clock: Arc<dyn Clock>,
    pub mailbox: Sender<CoordinatorMessage>,
    /// Acknowledged means on disk.
    pub flushes: bool,
}

impl Carrier {
    /// Sends the records on their way; the outcome comes back as a message.
    pub fn append(
        &self,
        partition: &Arc<Partition>,
        (index, generation): (usize, u64),
        records: &[CoordinatorRecord],
    ) {
        let limit = usize::try_from(partition.log.config().max_message_bytes).unwrap_or(0);
        let batches = build(records, self.clock.now().wall_ms, limit);
        let (carrier, target) = (self.clone(), Arc::clone(partition));
        let work = DiskMessage::Run(Box::new(move || {
            let result = carrier.carry_out(&target, batches);
            if result.is_ok() {
                target.send_to_sync(DiskMessage::Written(Arc::clone(&target)));
            }
            carrier.mailbox.send(CoordinatorMessage::Appended { partition: index, generation, result });
        }));
        if self.flushes {
            partition.send_to_sync(work);
        } else {
            partition.send_to_disk(work);
        }
    }

    fn carry_out(&self, partition: &Arc<Partition>, mut batches: Vec<Built>) -> Result<(), ErrorCode> {
        if partition.is_retired() {
            return Err(ErrorCode::NotCoordinator);
        }
        if partition.directory.is_offline() {
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        let mut incoming: Vec<Incoming<'_>> = batches
            .iter_mut()
            .map(|built| Incoming {
                max_timestamp: built.max_timestamp,
                offset_of_max_timestamp_delta: built.offset_of_max_timestamp_delta,
                bytes: &mut built.bytes,
                outcome: None,
            })
            .collect();
        let how = Appending {
            leader_epoch: partition.leader_epoch(),
            now: self.clock.now(),
            origin: Origin::Coordinator,
            place: Place::DiskThread,
        };
        let appended = partition.log.append(&mut incoming, &how);
        partition.metrics.note_appended(&incoming, true);
        let is_written = incoming.iter().all(|batch| matches!(batch.outcome, Some(Outcome::Written { .. })));
        match appended {
            Appended::Failed(failed) => {
                partition.directory.append_failed(partition, &failed);
                partition.send_to_disk(DiskMessage::Repair(Arc::clone(partition)));
                return Err(ErrorCode::CoordinatorNotAvailable);
            }
            Appended::Divert(reason) => {
                tracing::error!(event = "coordinator_append_diverted", ?reason, "the disk thread refused");
                return Err(ErrorCode::CoordinatorNotAvailable);
            }
            Appended::Done { .. } if !is_written => return Err(ErrorCode::CoordinatorNotAvailable),
            Appended::Done { .. } => {}
        }
        if self.flushes
            && let Err(failed) = partition.log.flush()
        {
            partition.directory.append_failed(partition, &failed);
            return Err(ErrorCode::CoordinatorNotAvailable);
        }
        partition.advance_high_watermark();
        partition.notify(|worker, parked| self.workers[worker.0].send(WorkerMessage::FetchWake(parked)));
        Ok(())
    }
}

/// The records as batches, none larger than the topic takes (a single record may be).
fn build(records: &[CoordinatorRecord], now_ms: i64, limit: usize) -> Vec<Built> {
    let mut built = Vec::new();
    let mut builder = BatchBuilder::new(Compression::None);
    for record in records {
        let value = record.value.as_deref();
        if !builder.is_empty() && builder.size_with(Some(&record.key), value, &[]) > limit {
            built.push(finish(std::mem::replace(&mut builder, BatchBuilder::new(Compression::None))));
        }
        builder.append(now_ms, Some(&record.key), value, &[]);
    }
    if !builder.is_empty() {
        built.push(finish(builder));
    }
    built
}

fn finish(builder: BatchBuilder) -> Built {
    let (max_timestamp, offset_of_max_timestamp_delta) = builder.max_timestamp();
    Built { bytes: builder.build(), max_timestamp, offset_of_max_timestamp_delta }
}
