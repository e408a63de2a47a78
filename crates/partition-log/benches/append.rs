//! What an append costs beside the bare write: gathers of sixteen batches of 16 KiB, with and without producer
//! state, into recycled segments on a real disk.

use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Mono, Now, ProducerEpoch, ProducerId, Sequence, Uuid};
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, PartitionLog, Place};
use thalweg_platform::os::OsDisk;
use thalweg_platform::{Disk, Open};
use thalweg_records::{BatchBuilder, Compression};

const GATHER: usize = 16;
const BATCH: usize = 16 << 10;
const SEGMENT: u64 = 32 << 20;

fn batch(producer: Option<i32>) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::None);
    if let Some(sequence) = producer {
        builder = builder.producer(ProducerId(1), ProducerEpoch(0), Sequence(sequence));
    }
    while builder.uncompressed_size() < BATCH {
        builder.append(1_000, None, Some(&[b'x'; 90]), &[]);
    }
    builder.build()
}

fn append(c: &mut Criterion) {
    let root = tempfile::tempdir().expect("a directory");
    let mut group = c.benchmark_group("append");
    let plain: Vec<Vec<u8>> = (0..GATHER).map(|_| batch(None)).collect();
    let bytes: usize = plain.iter().map(Vec::len).sum();
    group.throughput(Throughput::Bytes(bytes as u64));
    group.measurement_time(Duration::from_secs(8));

    group.bench_function(BenchmarkId::new("bare write", GATHER), |bencher| {
        let path = |number: u64| root.path().join(format!("bare-{number}"));
        let mut number = 0;
        let mut file = OsDisk.open(&path(number), Open::Create).expect("made");
        let mut at = 0;
        bencher.iter(|| {
            let mut slices: Vec<IoSlice<'_>> = plain.iter().map(|batch| IoSlice::new(batch)).collect();
            file.write_all_at(&mut slices, at).expect("written");
            at += bytes as u64;
            // Files come and go as the log's segments do, so that both meet fresh pages.
            if at + bytes as u64 > SEGMENT {
                (number, at) = (number + 1, 0);
                file = OsDisk.open(&path(number), Open::Create).expect("made");
                if number >= 3 {
                    OsDisk.remove_file(&path(number - 3)).expect("there");
                }
            }
        });
    });

    for (name, producer) in [("log", None), ("log, idempotent", Some(0))] {
        let config =
            TopicConfig { segment_bytes: SEGMENT as i32, retention_bytes: 64 << 20, ..Default::default() };
        let log = create(&root.path().join(name.replace([' ', ','], "-")), config);
        let mut sequence = 0i32;
        let mut batches: Vec<Vec<u8>> = (0..GATHER).map(|_| batch(producer)).collect();
        let records = i32::from_be_bytes(batches[0][57..61].try_into().expect("four bytes"));
        group.bench_function(BenchmarkId::new(name, GATHER), |bencher| {
            bencher.iter(|| {
                if producer.is_some() {
                    for batch in &mut batches {
                        batch[53..57].copy_from_slice(&sequence.to_be_bytes());
                        sequence += records;
                    }
                }
                let mut gather: Vec<_> = batches
                    .iter_mut()
                    .map(|bytes| Incoming {
                        bytes,
                        max_timestamp: 1_000,
                        offset_of_max_timestamp_delta: 0,
                        outcome: None,
                    })
                    .collect();
                let mut how = how(Place::Worker);
                if let Appended::Divert(_) = log.append(&mut gather, &how) {
                    how.place = Place::DiskThread;
                    log.append(&mut gather, &how);
                    log.advance_high_watermark(log.ends().log_end);
                    for doomed in log.delete_old_segments(how.now).expect("retained") {
                        for path in doomed.paths {
                            OsDisk.remove_file(&path).expect("there");
                        }
                    }
                }
                assert!(gather.iter().all(|batch| batch.outcome.is_some()));
            });
        });
    }
    group.finish();
}

fn how(place: Place) -> Appending {
    let now = Now { mono: Mono(0), wall_ms: 2_000 };
    Appending { leader_epoch: LeaderEpoch(1), now, origin: Origin::Client, place }
}

fn create(dir: &Path, config: TopicConfig) -> Arc<PartitionLog> {
    let now = Now { mono: Mono(0), wall_ms: 1_000 };
    PartitionLog::create(Arc::new(OsDisk), dir, Uuid([1; 16]), Arc::new(config), now).expect("created")
}

criterion_group!(benches, append);
criterion_main!(benches);
