//! What decoding and encoding cost on the hot path: one topic, one partition, record bytes left alone.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use thalweg_wire::headers::RequestHeader;
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{FetchRequest, ProduceRequest, fetch_request};
use thalweg_wire::{ApiKey, Decode, Encode, Reader, RecordsField, Uuid, Writer};

// As in the program: glibc's costs twice as much for the two arrays.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn produce(c: &mut Criterion) {
    let records = vec![0x5a; 1024];
    let request = ProduceRequest {
        acks: 1,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            name: "orders",
            topic_id: Uuid([3; 16]),
            partition_data: vec![PartitionProduceData {
                index: 0,
                records: Some(RecordsField::Bytes(&records)),
            }],
        }],
        ..Default::default()
    };
    for version in [7, 9, 13] {
        let mut w = Writer::new();
        request.encode(&mut w, version).expect("encodes");
        let bytes = w.buf;
        c.bench_function(&format!("decode_produce/v{version}"), |b| {
            b.iter(|| {
                let mut r = Reader::new(black_box(&bytes));
                black_box(ProduceRequest::decode(&mut r, black_box(version)))
            });
        });
    }
    let header = RequestHeader {
        request_api_key: ApiKey::Produce.code(),
        request_api_version: 9,
        correlation_id: 1,
        client_id: Some("producer-1"),
    };
    let mut w = Writer::new();
    header.write(&mut w).expect("encodes");
    let bytes = w.buf;
    c.bench_function("decode_request_header/v2", |b| {
        b.iter(|| black_box(RequestHeader::read(&mut Reader::new(black_box(&bytes)))));
    });
}

fn fetch(c: &mut Criterion) {
    let request = FetchRequest {
        max_wait_ms: 500,
        topics: vec![fetch_request::FetchTopic {
            topic_id: Uuid([3; 16]),
            partitions: vec![fetch_request::FetchPartition {
                partition_max_bytes: 1 << 20,
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut w = Writer::new();
    request.encode(&mut w, 17).expect("encodes");
    let bytes = w.buf;
    c.bench_function("decode_fetch/v17", |b| {
        b.iter(|| {
            let mut r = Reader::new(black_box(&bytes));
            black_box(FetchRequest::decode(&mut r, black_box(17)))
        });
    });
}

criterion_group!(benches, produce, fetch);
criterion_main!(benches);
