//! What goes into a log and what comes out: the nouns of append, read and open, with their errors. They are
//! the seam to the broker; nothing here decides anything.

use std::fmt;
use std::io;
use std::sync::Arc;

use thalweg_model::{LeaderEpoch, Now, Offset, ProducerEpoch, ProducerId, Uuid};
use thalweg_platform::File;
use thalweg_platform::disk::is_want_of_descriptors;

/// One validated batch of magic 2 on its way in.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Exactly one batch, CRC and structure already checked. Base offset and leader epoch are patched here.
    pub bytes: &'a mut [u8],
    /// Largest record timestamp, as validation found it; what the header says.
    pub max_timestamp: i64,
    /// Which record, counted from 0, holds it.
    pub offset_of_max_timestamp_delta: i32,
    /// Filled by the append; `None` afterwards means: not touched.
    pub outcome: Option<Outcome>,
}

/// What became of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the log.
    Written {
        /// Offset of its first record.
        base_offset: Offset,
        /// Offset of its last record.
        last_offset: Offset,
        /// The log's start when it was appended.
        log_start_offset: Offset,
        /// Its LogAppendTime, −1 for CreateTime.
        append_time: i64,
    },
    /// Among the producer's last five batches: it is in the log already.
    Duplicate {
        /// Offset of its first record then.
        base_offset: Offset,
        /// Offset of its last record then.
        last_offset: Offset,
        /// The log's start now.
        log_start_offset: Offset,
        /// The timestamp kept for it then, −1 for CreateTime topics.
        append_time: i64,
    },
    /// The log is unchanged.
    Refused(Refusal),
}

/// Why a batch must not be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The sequence does not follow the producer's last (OUT_OF_ORDER_SEQUENCE_NUMBER).
    OutOfOrderSequence,
    /// A newer incarnation of the producer has written (INVALID_PRODUCER_EPOCH).
    InvalidProducerEpoch,
    /// Outside a transaction where one is needed, or the reverse (INVALID_TXN_STATE).
    InvalidTxnState,
    /// The marker comes from a coordinator that has been replaced (TRANSACTION_COORDINATOR_FENCED).
    TransactionCoordinatorFenced,
    /// Not one well-formed batch whose offsets fit this log (CORRUPT_MESSAGE). Produced batches are
    /// validated before they come here; replicated ones are judged here.
    CorruptBatch,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfOrderSequence => "the sequence does not follow the last one of this producer",
            Self::InvalidProducerEpoch => "the producer's epoch is older than one already seen",
            Self::InvalidTxnState => "the batch does not fit the transaction state of its producer",
            Self::TransactionCoordinatorFenced => "the marker comes from a replaced coordinator",
            Self::CorruptBatch => "the bytes are not one batch that fits this log",
        })
    }
}

/// Who appends: decides which checks apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A producer: everything is checked; a transactional batch needs a transaction that is open here.
    Client,
    /// A producer whose transactional batches the transaction coordinator has confirmed (KIP-890): they may
    /// open a transaction here.
    VerifiedClient {
        /// KIP-890 part 2: the epoch rises with every transaction, so an unknown producer starts at
        /// sequence 0.
        epoch_bump: bool,
        /// From [`crate::PartitionLog::begin_verification`]; no marker may have come since.
        guard: u64,
    },
    /// A coordinator or the controller: markers and records of its own; no sequences.
    Coordinator,
    /// A coordinator's marker, under the rules of this transaction.version (KIP-1228).
    Marker {
        /// From 2 on the marker's epoch is above that of the records it ends, so one of the same epoch ends nothing:
        /// it may only repeat what is done.
        transaction_version: i8,
    },
    /// A leader's batches, taken as they are, with their offsets and epochs.
    Replica,
}

/// A producer as administrators are told of it (KIP-664).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescribedProducer {
    /// Its id.
    pub id: ProducerId,
    /// Its epoch.
    pub epoch: ProducerEpoch,
    /// Sequence of its last record, −1 for none.
    pub last_sequence: i32,
    /// When it wrote last.
    pub last_timestamp: i64,
    /// Epoch of the coordinator that wrote its last marker, −1 for none.
    pub coordinator_epoch: i32,
    /// Where its open transaction begins.
    pub txn_first_offset: Option<i64>,
}

/// Where the call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a worker: nothing but one write, or a roll that was prepared; everything else is diverted.
    Worker,
    /// On the directory's disk thread: files are created, synced and renamed as needed.
    DiskThread,
}

/// How to append.
#[derive(Clone, Copy, Debug)]
pub struct Appending {
    /// The leadership in whose name this happens.
    pub leader_epoch: LeaderEpoch,
    /// The turn's time.
    pub now: Now,
    /// Who appends.
    pub origin: Origin,
    /// Where the call runs.
    pub place: Place,
}

/// What became of a gather.
#[derive(Debug)]
pub enum Appended {
    /// Every batch has an outcome.
    Done {
        /// The log's end.
        end: Offset,
        /// The disk thread should call [`crate::PartitionLog::attend`] soon.
        attention: bool,
        /// The disk thread should call [`crate::PartitionLog::prepare_roll`] soon.
        wants_spare: bool,
    },
    /// Batches whose outcome is still `None` were not touched and belong on the disk thread.
    Divert(DivertReason),
    /// The write failed. Batches without outcome are not in the log and left no trace in producer state.
    Failed(WriteFailed),
}

/// Why an append cannot go on where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivertReason {
    /// The next segment must be made.
    Roll,
    /// The partition's files are not durable, or not there, yet.
    FirstAppend,
    /// The leader epoch must be written to the epoch checkpoint first.
    NewEpoch,
    /// The active file is closed (idle) and must be opened.
    OpenFile,
    /// A failed write left bytes behind the end that must be cut.
    CutTail,
    /// The disk thread is in the middle of something that needs the tail to stand still, or the log is sealed: then
    /// disk threads get this answer, too.
    Busy,
}

/// A write that did not happen.
#[derive(Debug)]
pub struct WriteFailed {
    /// Why.
    pub error: io::Error,
    /// The log directory must go offline: neither lack of space nor quota, but the disk.
    pub is_fatal: bool,
}

impl WriteFailed {
    /// Judges an error: lack of space or of descriptors passes, anything else is the disk's end.
    pub(crate) fn new(error: io::Error) -> Self {
        let is_fatal = !matches!(
            error.kind(),
            io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::WriteZero
                | io::ErrorKind::FileTooLarge
        ) && !is_want_of_descriptors(&error);
        Self { error, is_fatal }
    }
}

impl fmt::Display for WriteFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write failed: {}", self.error)
    }
}

impl std::error::Error for WriteFailed {}

/// The four ends of a log. log_start ≤ last_stable ≤ high_watermark ≤ log_end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Lowest offset clients may read.
    pub log_start: Offset,
    /// Bound for read_committed.
    pub last_stable: Offset,
    /// Bound for everyone else.
    pub high_watermark: Offset,
    /// Offset the next record will get.
    pub log_end: Offset,
}

/// Up to where a read may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Consumers, read_uncommitted.
    HighWatermark,
    /// Consumers, read_committed: aborted transactions are listed.
    LastStable,
    /// Replicas.
    LogEnd,
}

/// Bytes of a log file to be sent.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The segment's log; stays readable while held, even when the segment is deleted.
    pub file: Arc<dyn File>,
    /// Where the batch that holds the asked offset starts.
    pub position: u64,
    /// How many bytes; 0 = nothing yet. The last batch may be cut.
    pub length: u32,
    /// Bytes of the first batch, 0 when there is none.
    pub first_batch_length: u32,
    /// For [`Bound::LastStable`]: aborted transactions that touch the slice.
    pub aborted: Vec<AbortedTxn>,
    /// The offset behind the slice where it ends with a batch that is known to be whole.
    pub next_offset: Option<Offset>,
}

/// An aborted transaction, for read_committed readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTxn {
    /// Whose.
    pub producer_id: ProducerId,
    /// Its first record in this partition.
    pub first_offset: Offset,
    /// The abort marker's offset.
    pub last_offset: Offset,
}

/// Why nothing was read.
#[derive(Debug)]
pub enum ReadError {
    /// Below the log's start or above its end.
    OffsetOutOfRange,
    /// The disk failed.
    Io(io::Error),
    /// The file does not hold what the log wrote there.
    Corrupt {
        /// First byte that makes no sense.
        position: u64,
        /// The segment.
        base_offset: Offset,
    },
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OffsetOutOfRange => f.write_str("the offset is outside the log"),
            Self::Io(error) => write!(f, "the disk failed: {error}"),
            Self::Corrupt { position, base_offset } => {
                write!(f, "no batch stands at byte {position} of segment {base_offset}")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// Where a sequential reader is; spares it the index. One per reader and partition; a fresh one is right for
/// any offset, and a stale one costs only the lookup it would have spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadCursor {
    pub(crate) generation: u32,
    pub(crate) position: u32,
    pub(crate) incarnation: u32,
    pub(crate) segment: i64,
    /// 0 with generation 0 = knows nothing.
    pub(crate) offset: i64,
}

/// A record found by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampOffset {
    /// The record's time.
    pub timestamp: i64,
    /// The record.
    pub offset: Offset,
    /// Epoch of the batch that holds it.
    pub leader_epoch: LeaderEpoch,
}

/// How to open an existing directory.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The log directory was stopped cleanly: what is on disk is whole.
    pub clean: bool,
    /// From `recovery-point-offset-checkpoint`: below it everything is on disk.
    pub recovery_point: Offset,
    /// From `log-start-offset-checkpoint`.
    pub log_start_offset: Option<Offset>,
    /// From `replication-offset-checkpoint`; the caller raises it when it knows better.
    pub high_watermark: Option<Offset>,
    /// The time.
    pub now: Now,
}

/// What opening found.
#[derive(Debug, Default)]
pub struct OpenReport {
    /// From `partition.metadata`; `None` where the file is missing or was never made durable.
    pub topic_id: Option<Uuid>,
    /// Bytes read to check them.
    pub scanned_bytes: u64,
    /// Segments whose indexes were made anew.
    pub rebuilt_segments: u32,
    /// The log was cut at this offset, and so many bytes dropped.
    pub truncated: Option<(Offset, u64)>,
    /// Files renamed away that may be unlinked.
    pub doomed: Vec<Doomed>,
}

/// Files out of the log (renamed `.deleted`), to be unlinked by the janitor.
#[derive(Debug)]
pub struct Doomed {
    /// The files.
    pub paths: Vec<std::path::PathBuf>,
    /// Their size together.
    pub bytes: u64,
}

/// Why a log could not be opened or made.
#[derive(Debug)]
pub enum OpenError {
    /// The disk failed, at this path.
    Io(std::path::PathBuf, io::Error),
    /// A file is there that cannot be what its name says. Nothing was changed.
    Unreadable(std::path::PathBuf, String),
}

impl OpenError {
    pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io(path, error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Unreadable(path, why) => write!(f, "{}: {why}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_not_taken_for_a_broken_disk() {
        // ENFILE, EMFILE, ENOSPC, EDQUOT.
        for passing in [23, 24, 28, 122] {
            assert!(!WriteFailed::new(io::Error::from_raw_os_error(passing)).is_fatal, "{passing}");
        }
        // EIO, EROFS, EACCES.
        for fatal in [5, 30, 13] {
            assert!(WriteFailed::new(io::Error::from_raw_os_error(fatal)).is_fatal, "{fatal}");
        }
    }
}
