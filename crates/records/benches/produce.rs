//! What a produced batch costs before it is appended: CRC, walk, and the whole judgement. Reported per byte; the
//! time per record is that divided by the records named in the group.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_records::{
    BatchBuilder, BatchView, Codec, Limits, ProduceRules, Scratch, validate_produce, walk_records,
};

const NOW_MS: i64 = 1_700_000_000_000;

/// Records of `record_size` bytes on the wire, as many as fit `batch_size`, with values that compress like
/// log lines.
fn batch(batch_size: usize, value_size: usize, codec: Codec) -> Vec<u8> {
    let mut builder = BatchBuilder::new(codec.into());
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut value = vec![0; value_size];
    while builder.size_with(None, Some(&value), &[]) <= batch_size {
        for byte in &mut value {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = b'a' + (state >> 60) as u8;
        }
        builder.append(NOW_MS + i64::from(builder.record_count()) / 50, None, Some(&value), &[]);
    }
    builder.build()
}

fn produce(criterion: &mut Criterion) {
    let cases = [("16KiB_of_100B", 16 << 10, 91), ("1MiB_of_1KiB", 1 << 20, 1012), ("one_100B", 200, 91)];
    for (name, batch_size, value_size) in cases {
        let bytes = batch(batch_size, value_size, Codec::None);
        let view = BatchView::parse(&bytes).expect("built here");
        let limits = Limits::default();
        let mut scratch = Scratch::new();
        let records = view.record_count();
        let mut group = criterion.benchmark_group(format!("{name}/{records}_records"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("crc", |bench| bench.iter(|| black_box(view).verify_crc()));
        group.bench_function("walk", |bench| {
            bench.iter(|| {
                let mut newest = 0;
                walk_records(black_box(&view), &limits, &mut scratch, |_, record| {
                    newest = newest.max(record.timestamp_delta);
                })
                .map(|walked| (walked, newest))
            });
        });
        let mut mutable = bytes.clone();
        let rules = ProduceRules::default();
        group.bench_function("validate", |bench| {
            bench.iter(|| validate_produce(black_box(&mut mutable), &rules, NOW_MS, &mut scratch));
        });
        group.finish();
    }
}

fn compressed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validate_1MiB_of_100B");
    for codec in Codec::ALL {
        let mut bytes = batch(1 << 20, 91, codec);
        let rules = ProduceRules { max_message_bytes: 2 << 20, ..ProduceRules::default() };
        let mut scratch = Scratch::new();
        group.throughput(Throughput::Bytes(1 << 20));
        group.bench_function(BenchmarkId::from_parameter(codec), |bench| {
            bench.iter(|| validate_produce(black_box(&mut bytes), &rules, NOW_MS, &mut scratch).is_ok());
        });
    }
    group.finish();
}

criterion_group!(benches, produce, compressed);
criterion_main!(benches);
