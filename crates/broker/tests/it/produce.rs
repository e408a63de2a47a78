//! Batches no client should send: each is refused with Kafka's error, takes no offset, and the partition is then
//! read to its end. Nothing that is acknowledged may stop a reader.

use thalweg_platform::Stream;
use thalweg_records::{BatchBuilder, Compression, crc};

use crate::frames::request;
use crate::world::World;

const PRODUCE: i16 = 0;
const FETCH: i16 = 1;
const CREATE_TOPICS: i16 = 19;

const CORRUPT_MESSAGE: i16 = 2;
const UNKNOWN_TOPIC_OR_PARTITION: i16 = 3;
const INVALID_REQUIRED_ACKS: i16 = 21;
const INVALID_TIMESTAMP: i16 = 32;
const TRANSACTIONAL_ID_AUTHORIZATION_FAILED: i16 = 53;
const INVALID_RECORD: i16 = 87;

/// The wall clock of the world at its start.
const NOW_MS: i64 = 1_700_000_000_000;
const CRC_AT: usize = 17;
const ATTRIBUTES_AT: usize = 21;
const RECORDS_AT: usize = 61;

pub fn string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&i16::try_from(text.len()).unwrap().to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn ask(world: &mut World, client: &mut dyn Stream, key: i16, version: i16, body: &[u8]) -> Vec<u8> {
    world.send(client, &request(key, version, 9, false, body));
    let (answer, is_ended) = world.receive(client);
    assert!(!is_ended, "the connection stays");
    // Length and correlation id.
    answer[8..].to_vec()
}

pub fn create(world: &mut World, client: &mut dyn Stream) {
    let mut body = 1_i32.to_be_bytes().to_vec();
    string(&mut body, "t");
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&1_i16.to_be_bytes());
    body.extend_from_slice(&[0; 8]);
    body.extend_from_slice(&1_000_i32.to_be_bytes());
    body.push(0);
    let answer = ask(world, client, CREATE_TOPICS, 2, &body);
    // Throttle time, one topic, its name, then the error.
    assert_eq!(answer[11..13], [0, 0], "the topic is created");
}

pub fn produce_request(topic: &str, partition: i32, acks: i16, records: &[u8]) -> Vec<u8> {
    let mut body = (-1_i16).to_be_bytes().to_vec();
    body.extend_from_slice(&acks.to_be_bytes());
    body.extend_from_slice(&1_000_i32.to_be_bytes());
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, topic);
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&partition.to_be_bytes());
    body.extend_from_slice(&i32::try_from(records.len()).unwrap().to_be_bytes());
    body.extend_from_slice(records);
    body
}

/// Error code and base offset of the one partition.
pub fn produce(world: &mut World, client: &mut dyn Stream, body: &[u8]) -> (i16, i64) {
    let answer = ask(world, client, PRODUCE, 3, body);
    let name = usize::from(u16::from_be_bytes([answer[4], answer[5]]));
    let at = 6 + name + 4 + 4;
    let error = i16::from_be_bytes(answer[at..at + 2].try_into().unwrap());
    (error, i64::from_be_bytes(answer[at + 2..at + 10].try_into().unwrap()))
}

/// High watermark and records from offset 0.
fn fetch(world: &mut World, client: &mut dyn Stream) -> (i64, Vec<u8>) {
    let mut body = (-1_i32).to_be_bytes().to_vec();
    for word in [0_i32, 0, 1 << 20] {
        body.extend_from_slice(&word.to_be_bytes());
    }
    body.push(0);
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, "t");
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&0_i32.to_be_bytes());
    body.extend_from_slice(&0_i64.to_be_bytes());
    body.extend_from_slice(&(1_i32 << 20).to_be_bytes());
    let answer = ask(world, client, FETCH, 4, &body);
    // Throttle time, one topic "t", one partition 0; then error, high watermark, last stable offset, aborted.
    let at = 4 + 4 + 3 + 4 + 4;
    assert_eq!(answer[at..at + 2], [0, 0], "the partition is read");
    let high_watermark = i64::from_be_bytes(answer[at + 2..at + 10].try_into().unwrap());
    let aborted = i32::from_be_bytes(answer[at + 18..at + 22].try_into().unwrap());
    assert!(aborted <= 0);
    (high_watermark, answer[at + 26..].to_vec())
}

fn builder() -> BatchBuilder {
    BatchBuilder::new(Compression::None)
}

fn batch_of(mut builder: BatchBuilder, timestamp: i64) -> Vec<u8> {
    builder.append(timestamp, Some(b"key"), Some(b"value"), &[]);
    builder.build().to_vec()
}

pub fn good() -> Vec<u8> {
    batch_of(builder(), NOW_MS)
}

/// A good batch changed at one byte, its CRC right again.
fn changed(at: usize, byte: u8) -> Vec<u8> {
    let mut batch = good();
    batch[at] = byte;
    let sum = crc(&batch);
    batch[CRC_AT..CRC_AT + 4].copy_from_slice(&sum.to_be_bytes());
    batch
}

fn assert_refused(body: &[u8], expected: i16) {
    let mut world = World::with(&[("auto.create.topics.enable", "false")]);
    let mut client = world.connect();
    create(&mut world, &mut *client);
    assert_eq!(produce(&mut world, &mut *client, body), (expected, -1));
    let kept = produce_request("t", 0, -1, &good());
    assert_eq!(produce(&mut world, &mut *client, &kept), (0, 0), "no offset was taken");
    let (high_watermark, records) = fetch(&mut world, &mut *client);
    assert_eq!(high_watermark, 1);
    assert_eq!(records.len(), good().len(), "the partition is read to its end");
    assert_eq!(records[ATTRIBUTES_AT..], good()[ATTRIBUTES_AT..]);
}

fn assert_batch_refused(records: &[u8], expected: i16) {
    assert_refused(&produce_request("t", 0, -1, records), expected);
}

#[test]
fn a_wrong_crc_is_a_corrupt_message() {
    let mut batch = good();
    batch[CRC_AT] ^= 1;
    assert_batch_refused(&batch, CORRUPT_MESSAGE);
}

#[test]
fn an_old_magic_is_an_invalid_record() {
    let mut batch = good();
    batch[16] = 1;
    assert_batch_refused(&batch, INVALID_RECORD);
}

#[test]
fn an_unknown_codec_is_an_invalid_record() {
    assert_batch_refused(&changed(ATTRIBUTES_AT + 1, 7), INVALID_RECORD);
}

#[test]
fn garbage_with_a_right_crc_is_an_invalid_record() {
    assert_batch_refused(&changed(RECORDS_AT, 0x7f), INVALID_RECORD);
}

#[test]
fn a_control_batch_of_a_client_is_an_invalid_record() {
    assert_batch_refused(&changed(ATTRIBUTES_AT + 1, 0x20), INVALID_RECORD);
}

#[test]
fn a_transactional_batch_without_a_transactional_id_is_not_authorized() {
    assert_batch_refused(&changed(ATTRIBUTES_AT + 1, 0x10), TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
}

#[test]
fn two_batches_for_a_partition_are_an_invalid_record() {
    assert_batch_refused(&[good(), good()].concat(), INVALID_RECORD);
}

#[test]
fn no_batch_for_a_partition_is_an_invalid_record() {
    assert_batch_refused(&[], INVALID_RECORD);
}

#[test]
fn a_timestamp_too_far_ahead_is_an_invalid_timestamp() {
    assert_batch_refused(&batch_of(builder(), NOW_MS + 2 * 3_600_000), INVALID_TIMESTAMP);
}

#[test]
fn acks_of_5_are_invalid_required_acks() {
    assert_refused(&produce_request("t", 0, 5, &good()), INVALID_REQUIRED_ACKS);
}

#[test]
fn an_unknown_topic_and_an_unknown_partition_are_told_so() {
    assert_refused(&produce_request("u", 0, -1, &good()), UNKNOWN_TOPIC_OR_PARTITION);
    assert_refused(&produce_request("t", 1, -1, &good()), UNKNOWN_TOPIC_OR_PARTITION);
}
