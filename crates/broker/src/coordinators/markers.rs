//! Appending the end of a transaction to a partition of data. Written at once where nothing is in the way, as a
//! worker would; by the partition's disk thread otherwise. Synced by
//! `durable_markers` before it counts: until then one that a crash loses is written again, as the decision behind it is
//! on disk.

use std::sync::Arc;

use thalweg_coordinator::Marker;
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, Outcome, Place};
use thalweg_wire::ErrorCode;

use super::appends::{Built, Carrier, built_marker, refused};
use crate::disk::DiskMessage;
use crate::partition::Partition;
use crate::worker::WorkerMessage;

/// Hears whether the partition holds the marker.
pub type MarkerDone = Box<dyn FnOnce(Result<(), ErrorCode>) + Send>;

impl Carrier {
    /// Appends a marker to a partition that is no coordinator's.
    pub fn append_marker(&self, partition: &Arc<Partition>, marker: &Marker, done: MarkerDone) {
        if partition.is_retired() {
            return done(Err(ErrorCode::UnknownTopicOrPartition));
        }
        if partition.directory.is_offline() {
            return done(Err(ErrorCode::KafkaStorageError));
        }
        let transaction_version = marker.transaction_version;
        let mut built = built_marker(marker, self.clock.now().wall_ms);
        // Behind what waits for the disk thread already: a marker must not overtake its transaction's records.
        if !partition.is_diverted()
            && let Some(result) = self.try_marker(partition, &mut built, transaction_version, Place::Worker)
        {
            return done(result);
        }
        let (carrier, target) = (self.clone(), Arc::clone(partition));
        partition.send_to_disk(DiskMessage::Run(Box::new(move || {
            let result = if target.is_retired() {
                Err(ErrorCode::UnknownTopicOrPartition)
            } else {
                let tried = carrier.try_marker(&target, &mut built, transaction_version, Place::DiskThread);
                tried.unwrap_or(Err(ErrorCode::KafkaStorageError))
            };
            done(result);
        })));
    }

    /// `None`: not here.
    fn try_marker(
        &self,
        partition: &Arc<Partition>,
        built: &mut Built,
        transaction_version: i8,
        place: Place,
    ) -> Option<Result<(), ErrorCode>> {
        let mut incoming = [built.incoming()];
        let how = Appending {
            leader_epoch: partition.leader_epoch(),
            now: self.clock.now(),
            origin: Origin::Marker { transaction_version },
            place,
        };
        let appended = partition.log.append(&mut incoming, &how);
        let [Incoming { outcome, .. }] = &incoming;
        let outcome = *outcome;
        match appended {
            Appended::Divert(_) => return None,
            Appended::Failed(failed) => {
                partition.metrics.note_appended(&incoming, true);
                partition.directory.append_failed(partition, &failed);
                partition.send_to_disk(DiskMessage::Repair(Arc::clone(partition)));
                return Some(Err(ErrorCode::KafkaStorageError));
            }
            Appended::Done { attention, wants_spare, .. } => {
                partition.metrics.note_appended(&incoming, true);
                if wants_spare {
                    partition.send_to_disk(DiskMessage::Prepare(Arc::clone(partition)));
                }
                if attention || place == Place::DiskThread {
                    partition.send_to_sync(DiskMessage::Written(Arc::clone(partition)));
                }
            }
        }
        partition.advance_high_watermark();
        partition.notify(|worker, parked| self.workers[worker.0].send(WorkerMessage::FetchWake(parked)));
        Some(match outcome {
            Some(Outcome::Written { .. }) => Ok(()),
            Some(Outcome::Refused(refusal)) => Err(refused(refusal)),
            _ => Err(ErrorCode::UnknownServerError),
        })
    }
}
