//! Records that are refused, and how the answer explains it: bounds of time and size, lying headers, single records
//! at fault (KIP-467). After each the partition is read to its end.

use thalweg_records::{BatchBuilder, BatchMut, Compression, crc};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::ListOffsetsRequest;
use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use thalweg_wire::messages::produce_response::PartitionProduceResponse;

use crate::client::{
    Client, EARLIEST, NOW_MS, PRODUCE_VERSION, batch, batch_at, compressed, fetch_request, produce_request,
};
use crate::world::World;

const HOUR_MS: i64 = 3_600_000;
const LAST_OFFSET_DELTA_AT: usize = 23;
const COUNT_AT: usize = 57;

fn resealed(mut batch: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    batch[at..at + bytes.len()].copy_from_slice(bytes);
    BatchMut::parse(&mut batch).unwrap().recompute_crc();
    batch
}

/// Refused with this code and no offset taken: the topic's next batch gets offset 0 and is read.
fn assert_refused(configs: &[(&str, &str)], records: &[u8], expected: ErrorCode, what: &str) {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", configs);
    assert_eq!(client.produce(&mut world, "t", records), (expected.code(), -1), "{what}");
    let good = batch(&["good"]);
    assert_eq!(client.produce(&mut world, "t", &good), (0, 0), "{what}");
    assert_eq!(client.read_all(&mut world, "t", 0), [(0, "good".to_owned())], "{what}");
}

#[test]
fn timestamps_out_of_the_topics_bounds_are_invalid() {
    let past = [("message.timestamp.before.max.ms", "3600000")];
    let future = [("message.timestamp.after.max.ms", "60000")];
    let invalid = ErrorCode::InvalidTimestamp;
    assert_refused(&past, &batch_at(NOW_MS - HOUR_MS - 1, &["old"]), invalid, "too old");
    assert_refused(&future, &batch_at(NOW_MS + 60_001, &["new"]), invalid, "too new");
    for codec in [Compression::Lz4, Compression::Zstd { level: 1 }] {
        let old = compressed(codec, NOW_MS - HOUR_MS - 1, &["old"]);
        assert_refused(&past, &old, invalid, "too old, compressed");
    }
    // At the bound is within it, and a topic that stamps its records asks nobody.
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &past);
    assert_eq!(client.produce(&mut world, "t", &batch_at(NOW_MS - HOUR_MS, &["x"])).0, 0);
    client.create(&mut world, "stamped", &[past[0], ("message.timestamp.type", "LogAppendTime")]);
    assert_eq!(client.produce(&mut world, "stamped", &batch_at(0, &["x"])).0, 0);
}

#[test]
fn a_batch_larger_than_the_topic_allows_is_too_large() {
    let small = [("max.message.bytes", "1000")];
    let large = "x".repeat(1_000);
    assert_refused(&small, &batch(&[&large]), ErrorCode::MessageTooLarge, "one record");
    let many = vec!["0123456789"; 100];
    assert_refused(&small, &batch(&many), ErrorCode::MessageTooLarge, "many records");
}

#[test]
fn headers_that_lie_about_their_records_are_refused() {
    let three = || batch(&["a", "b", "c"]);
    for (name, at, value) in [
        ("fewer records", COUNT_AT, 2_i32),
        ("more records", COUNT_AT, 4),
        ("a negative count", COUNT_AT, -1),
        ("a huge count", COUNT_AT, i32::MAX),
        ("no record", COUNT_AT, 0),
        ("a last offset too low", LAST_OFFSET_DELTA_AT, 1),
        ("a last offset too high", LAST_OFFSET_DELTA_AT, 3),
        ("a negative last offset", LAST_OFFSET_DELTA_AT, -1),
    ] {
        assert_refused(&[], &resealed(three(), at, &value.to_be_bytes()), ErrorCode::InvalidRecord, name);
    }
}

#[test]
fn batches_that_are_cut_or_lie_about_their_length_are_refused() {
    let whole = batch(&["a", "b", "c"]);
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    for cut in [1, 11, 12, 16, 17, 60, 61, whole.len() - 1] {
        let (error, offset) = client.produce(&mut world, "t", &whole[..cut]);
        assert!(error != 0 && offset == -1, "cut at {cut}: {error}");
    }
    for length in [-1, 0, 48, i32::MAX] {
        let mut lying = whole.clone();
        lying[8..12].copy_from_slice(&i32::to_be_bytes(length));
        let sum = crc(&whole);
        lying[17..21].copy_from_slice(&sum.to_be_bytes());
        let (error, offset) = client.produce(&mut world, "t", &lying);
        assert!(error != 0 && offset == -1, "length {length}: {error}");
    }
    assert_eq!(client.produce(&mut world, "t", &whole), (0, 0));
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 3);
}

#[test]
fn compressed_rubbish_and_bombs_are_refused_within_bounds() {
    let names = vec!["0123456789"; 50];
    for codec in [
        Compression::Gzip { level: 6 },
        Compression::Snappy,
        Compression::Lz4,
        Compression::Zstd { level: 1 },
    ] {
        let good = compressed(codec, NOW_MS, &names);
        for at in (61..good.len()).step_by(7) {
            let broken = resealed(good.clone(), at, &[good[at] ^ 0x55]);
            let mut world = World::with(&[]);
            let mut client = Client::connect(&mut world);
            client.create(&mut world, "t", &[]);
            // Some bytes are the content itself; then it is another good batch, and must be readable.
            let (error, _) = client.produce(&mut world, "t", &broken);
            let all = client.read_all(&mut world, "t", 0);
            assert_eq!(all.len(), if error == 0 { names.len() } else { 0 }, "{codec:?} at {at}: {error}");
        }
    }
    // 8 MiB of zeros in a few kilobytes, where a record may have 1 MiB.
    let zeros = "0".repeat(8 << 20);
    let bomb = compressed(Compression::Zstd { level: 1 }, NOW_MS, &[&zeros]);
    assert!(bomb.len() < 20_000);
    let mut world = World::with(&[("max.decompressed.message.bytes", "1048576")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    let (error, offset) = client.produce(&mut world, "t", &bomb);
    assert!(error != 0 && offset == -1, "{error}");
}

#[test]
fn the_answer_names_the_records_at_fault() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("cleanup.policy", "compact")]);
    let mut builder = BatchBuilder::new(Compression::None);
    for key in [Some("a"), None, Some("c"), None] {
        builder.append(NOW_MS, key.map(str::as_bytes), Some(b"v"), &[]);
    }
    let records = builder.build();
    let answer = client.ask(&mut world, PRODUCE_VERSION, &produce_request("t", -1, &records));
    let response = answer.body();
    let partition: &PartitionProduceResponse<'_> = &response.responses[0].partition_responses[0];
    assert_eq!(partition.error_code, ErrorCode::InvalidRecord.code());
    let at_fault: Vec<i32> = partition.record_errors.iter().map(|error| error.batch_index).collect();
    assert_eq!(at_fault, [1, 3], "those without a key");
    assert!(partition.record_errors.iter().all(|error| error.batch_index_error_message.is_some()));
    // The same records one by one: those with a key go in.
    let with_key = |key: Option<&[u8]>| {
        let mut builder = BatchBuilder::new(Compression::None);
        builder.append(NOW_MS, key, Some(b"v"), &[]);
        builder.build()
    };
    assert_eq!(client.produce(&mut world, "t", &with_key(Some(b"a"))), (0, 0));
    assert_eq!(client.produce(&mut world, "t", &with_key(None)).0, ErrorCode::InvalidRecord.code());
}

#[test]
fn partitions_that_are_not_there_and_offsets_out_of_range_are_told_so() {
    let mut world = World::with(&[("auto.create.topics.enable", "false")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b"])), (0, 0));
    let unknown = ErrorCode::UnknownTopicOrPartition.code();
    let out_of_range = ErrorCode::OffsetOutOfRange.code();
    for (topic, partition, offset, expected) in [
        ("u", 0, 0, unknown),
        ("t", 1, 0, unknown),
        ("t", -1, 0, unknown),
        ("t", i32::MAX, 0, unknown),
        ("t", 0, 3, out_of_range),
        ("t", 0, -1, out_of_range),
        ("t", 0, i64::MAX, out_of_range),
        ("t", 0, i64::MIN, out_of_range),
        ("t", 0, 2, 0),
    ] {
        let mut request = fetch_request(topic, offset, 0);
        request.topics[0].partitions[0].partition = partition;
        let answer = client.ask(&mut world, crate::client::FETCH_VERSION, &request);
        let error = answer.body().responses[0].partitions[0].error_code;
        assert_eq!(error, expected, "{topic}-{partition} at {offset}");
    }
    for (topic, partition_index, timestamp, expected) in [
        ("u", 0, EARLIEST, unknown),
        ("t", 7, EARLIEST, unknown),
        // No such special time.
        ("t", 0, -99, ErrorCode::UnsupportedVersion.code()),
    ] {
        let partition =
            ListOffsetsPartition { partition_index, timestamp, ..ListOffsetsPartition::default() };
        let topics = vec![ListOffsetsTopic { name: topic, partitions: vec![partition] }];
        let request = ListOffsetsRequest { topics, ..ListOffsetsRequest::default() };
        let answer = client.ask(&mut world, 9, &request);
        let error = answer.body().topics[0].partitions[0].error_code;
        assert_eq!(error, expected, "{topic}-{partition_index} at {timestamp}");
    }
}
