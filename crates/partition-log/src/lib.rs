//! One partition's log on disk, in Kafka's own files: append, read, roll, recover, retain.
//!
//! A record's path passes here between the broker's partition and the page cache. Batches arrive validated and
//! leave as file ranges; records are never looked into, except where a timestamp is searched. Workers call
//! [`PartitionLog::append`] and [`PartitionLog::read`] inline; everything that may wait for the disk belongs to
//! disk threads. The disk is reached only through `thalweg_platform::{Disk, File}`; there are no threads, no
//! clocks and no memory maps in here.

mod append;
mod clean;
mod ends;
mod epochs;
mod files;
mod flush;
mod growing;
mod index;
mod jitter;
mod log;
mod log_dir;
mod open;
mod pace;
mod producers;
mod read;
mod recover;
mod request;
mod retention;
mod roll;
mod scan;
mod segment;
mod snapshot;
mod spare;
mod times;
mod truncate;

pub use clean::{Compacted, Compaction, CompactionError, Dirtiness, OffsetMap, Step};
pub use log::PartitionLog;
pub use log_dir::{
    CheckpointKind, DirectoryKind, LogDirectory, LogDirectoryError, MetaProperties, OffsetCheckpoint,
    PartitionDirectory,
};
pub use request::{
    AbortedTxn, Appended, Appending, Bound, DescribedProducer, DivertReason, Doomed, Ends, Incoming,
    OpenError, OpenReport, Opening, Origin, Outcome, Place, ReadCursor, ReadError, Refusal, Slice,
    TimestampOffset, WriteFailed,
};
