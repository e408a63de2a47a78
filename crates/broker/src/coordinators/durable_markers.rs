//! A marker counts as written once it is on disk: only then may the coordinator write down that the transaction is over,
//! and with that forget where its markers belong. A power cut that took a marker would leave its transaction open for
//! good: readers of committed records would stand still, and the producer's next marker would decide over the records of
//! both. The syncs of many partitions are on their way at once.

use std::sync::Arc;

use thalweg_wire::ErrorCode;

use super::appends::Carrier;
use super::markers::MarkerDone;
use crate::disk::ReadMessage;
use crate::partition::Partition;

impl Carrier {
    /// `done`, called when the marker is durable: where coordinators sync what they write, that is.
    pub fn behind_sync(&self, partition: &Arc<Partition>, done: MarkerDone) -> MarkerDone {
        let Some(pool) = self.commit_pool.clone() else { return done };
        let target = Arc::clone(partition);
        Box::new(move |result| {
            if result.is_err() {
                return done(result);
            }
            let partition = Arc::clone(&target);
            pool.send(ReadMessage::Run(Box::new(move || done(sync(&partition)))));
        })
    }
}

fn sync(partition: &Arc<Partition>) -> Result<(), ErrorCode> {
    // Deleted, or it goes on in another directory: the next attempt finds out which.
    if partition.is_retired() {
        return Err(ErrorCode::NotLeaderOrFollower);
    }
    match partition.log.flush() {
        Ok(_) => Ok(()),
        Err(failed) => {
            partition.directory.append_failed(partition, &failed);
            Err(ErrorCode::KafkaStorageError)
        }
    }
}
