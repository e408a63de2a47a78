//! Batches to append and a log to append them to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Mono, Now, Offset, ProducerEpoch, ProducerId, Sequence, Uuid};
use thalweg_partition_log::{
    Appended, Appending, Bound, Incoming, OpenReport, Opening, Origin, Outcome, PartitionLog, Place,
    ReadCursor,
};
use thalweg_platform::Disk;
use thalweg_platform::memory::MemoryDisk;
use thalweg_records::{BatchBuilder, BatchView, Compression, ControlType};

pub const DIR: &str = "/data/orders-0";
pub const TOPIC_ID: Uuid = Uuid([7; 16]);

pub fn dir() -> PathBuf {
    PathBuf::from(DIR)
}

pub fn now(ms: i64) -> Now {
    Now { mono: Mono(ms as u64 * 1_000_000), wall_ms: ms }
}

/// Small segments and a dense index, so that little data meets every edge.
pub fn config(segment_bytes: i32) -> Arc<TopicConfig> {
    Arc::new(TopicConfig { segment_bytes, index_interval_bytes: 200, ..TopicConfig::default() })
}

pub fn batch(records: i32, value: usize, timestamp: i64) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None);
    for record in 0..records {
        let bytes = vec![b'a' + (record % 26) as u8; value];
        builder.append(timestamp, Some(b"k"), Some(&bytes), &[]);
    }
    builder.build()
}

pub fn produced(id: i64, epoch: i16, sequence: i32, records: i32, transactional: bool) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None)
        .producer(ProducerId(id), ProducerEpoch(epoch), Sequence(sequence))
        .transactional(transactional);
    for record in 0..records {
        builder.append(1_000 + i64::from(record), Some(b"k"), Some(b"value"), &[]);
    }
    builder.build()
}

pub fn marker(id: i64, epoch: i16, kind: ControlType, coordinator_epoch: i32) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None)
        .producer(ProducerId(id), ProducerEpoch(epoch), Sequence::NONE)
        .transactional(true)
        .control(true);
    let mut value = vec![0, 0];
    value.extend_from_slice(&coordinator_epoch.to_be_bytes());
    builder.append_control(2_000, kind, &value);
    builder.build()
}

pub fn how(place: Place, origin: Origin, epoch: i32) -> Appending {
    Appending { leader_epoch: LeaderEpoch(epoch), now: now(10_000), origin, place }
}

pub fn incoming(bytes: &mut [u8]) -> Incoming<'_> {
    let view = BatchView::parse(bytes).expect("a batch");
    let max_timestamp = view.max_timestamp();
    Incoming { bytes, max_timestamp, offset_of_max_timestamp_delta: 0, outcome: None }
}

/// Appends as the disk thread does, which never diverts.
pub fn append_as(log: &PartitionLog, batch: Vec<u8>, origin: Origin) -> Outcome {
    let mut batch = batch;
    let mut gather = [incoming(&mut batch)];
    let appended = log.append(&mut gather, &how(Place::DiskThread, origin, 1));
    assert!(matches!(appended, Appended::Done { .. }), "{appended:?}");
    gather[0].outcome.take().expect("an outcome")
}

pub fn append(log: &PartitionLog, batch: Vec<u8>) -> Outcome {
    append_as(log, batch, Origin::Client)
}

/// The base offset of a batch that must have been written.
pub fn written(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Written { base_offset, .. } => base_offset.0,
        other => panic!("not written: {other:?}"),
    }
}

pub fn commit_all(log: &PartitionLog) {
    log.advance_high_watermark(log.ends().log_end);
}

pub fn create(disk: &MemoryDisk, config: &Arc<TopicConfig>) -> Arc<PartitionLog> {
    // The log directory itself is durable before any partition is made in it.
    disk.create_dir_all(Path::new("/data")).expect("made");
    disk.sync_dir(Path::new("/")).expect("synced");
    create_in(Arc::new(disk.clone()), &dir(), config)
}

pub fn create_in(disk: Arc<dyn Disk>, dir: &Path, config: &Arc<TopicConfig>) -> Arc<PartitionLog> {
    PartitionLog::create(disk, dir, TOPIC_ID, Arc::clone(config), now(1_000)).expect("created")
}

pub fn opening(clean: bool, recovery_point: i64) -> Opening {
    Opening {
        clean,
        recovery_point: Offset(recovery_point),
        log_start_offset: None,
        high_watermark: None,
        now: now(20_000),
    }
}

pub fn open(
    disk: &MemoryDisk,
    config: &Arc<TopicConfig>,
    clean: bool,
    recovery_point: i64,
) -> (Arc<PartitionLog>, OpenReport) {
    let disk = Arc::new(disk.clone());
    PartitionLog::open(disk, &dir(), Arc::clone(config), &opening(clean, recovery_point)).expect("opened")
}

/// Reads on from `from` with one fetch size until nothing comes; every whole batch's (base, last) offsets.
pub fn read_all(log: &PartitionLog, from: i64, max_bytes: u32, bound: Bound) -> Vec<(i64, i64)> {
    let mut cursor = ReadCursor::default();
    let mut found = Vec::new();
    let mut next = from;
    loop {
        let slice = log.read(Offset(next), max_bytes, bound, true, &mut cursor).expect("readable");
        if slice.length == 0 {
            return found;
        }
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("the bytes are there");
        assert!(slice.first_batch_length <= slice.length, "the first batch is whole");
        let mut rest = &bytes[..];
        let before = next;
        while let Ok(view) = BatchView::parse(rest) {
            view.verify_crc().expect("unharmed");
            found.push((view.base_offset().0, view.last_offset().0));
            next = view.next_offset().0;
            rest = &rest[view.total_size()..];
        }
        assert!(next > before, "a read goes on");
        if let Some(end) = slice.next_offset {
            assert!(rest.is_empty() && end.0 >= next, "{end:?} {next}");
        }
    }
}

/// The batches that must be found from `from` on.
pub fn expected(all: &[(i64, i64)], from: i64) -> Vec<(i64, i64)> {
    all.iter().copied().filter(|&(_, last)| last >= from).collect()
}

/// Leave for a producer at epoch 0 to open a transaction, or to go on with it.
pub fn verified(log: &PartitionLog, id: i64) -> Origin {
    let guard = log.begin_verification(ProducerId(id), ProducerEpoch(0)).unwrap_or_default();
    Origin::VerifiedClient { epoch_bump: false, guard }
}
