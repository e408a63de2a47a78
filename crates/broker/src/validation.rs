//! Large compressed batches are validated by the compute role: what they unpack to would hold up every other
//! connection of the worker that received them.
//!
//! The batch keeps its place meanwhile. It stands in its partition's queue of diverted appends as one that is not
//! ready, and whatever comes behind it waits there too, so that the order of arrival stays the order in the log.
//! Batches of a transaction stay with the worker: they ask for leave in the order in which they are validated.

use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_records::{
    Accepted, BatchView, Codec, ProduceError, ProduceRules, Scratch, Verdict, validate_produce,
};

use crate::compute::Job;
use crate::node::Node;
use crate::partition::Partition;

/// From this size on a compressed batch is large: unpacking it takes about as long as a whole turn.
const LARGE: usize = 128 << 10;

/// What the compute role will have found about one batch.
#[derive(Debug, Default)]
pub(crate) struct Validation(Mutex<Option<Found>>);

/// A batch that may be appended with what is known of it, or why not.
pub(crate) type Found = Result<(Accepted, Vec<u8>), ProduceError>;

impl Validation {
    pub(crate) fn is_done(&self) -> bool {
        self.0.lock().is_some()
    }

    /// Once.
    pub(crate) fn take(&self) -> Option<Found> {
        self.0.lock().take()
    }
}

/// Whether a batch is to be validated by the compute role.
pub(crate) fn is_large(bytes: &[u8]) -> bool {
    bytes.len() >= LARGE
        && BatchView::parse(bytes).is_ok_and(|view| {
            !view.is_transactional() && view.codec().is_ok_and(|codec| codec != Codec::None)
        })
}

/// Hands a batch to the compute role. The caller puts an append with the validation into the partition's queue; once
/// it is done the queue is looked at again.
pub(crate) fn begin(
    node: &Node,
    partition: &Arc<Partition>,
    rules: Arc<ProduceRules>,
    bytes: &[u8],
    now_ms: i64,
) -> Arc<Validation> {
    let validation = Arc::new(Validation::default());
    let mut bytes = bytes.to_vec();
    let (partition, done) = (Arc::clone(partition), Arc::clone(&validation));
    node.compute.send(Job::new(move || {
        let received = bytes.len();
        let found = match validate_produce(&mut bytes, &rules, now_ms, &mut Scratch::new()) {
            Ok(Verdict::InPlace(accepted)) => {
                bytes.truncate(accepted.size);
                Ok((accepted, bytes))
            }
            Ok(Verdict::Rebuilt(accepted, rebuilt)) => Ok((accepted, rebuilt)),
            Err(error) => {
                note_refused(&partition, &error, received);
                Err(error)
            }
        };
        *done.0.lock() = Some(found);
        partition.resume();
    }));
    validation
}

/// A batch was found wanting, here or on a worker.
pub(crate) fn note_refused(partition: &Partition, error: &ProduceError, bytes: usize) {
    tracing::debug!(event = "produce_refused", topic = %partition.topic, partition = partition.index, %error);
    partition.metrics.note_refused(error.code(), bytes);
}
