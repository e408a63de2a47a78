//! What outlives a broker: a clean stop keeps everything, a kill keeps what was written, a power cut keeps what was
//! synced and tells clients about the rest by a new leader epoch.

use std::time::Duration;

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::DeleteRecordsRequest;
use thalweg_wire::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::offset_for_leader_epoch_request::{
    OffsetForLeaderPartition, OffsetForLeaderTopic,
};
use thalweg_wire::messages::{FetchRequest, OffsetForLeaderEpochRequest};

use crate::client::{Client, EARLIEST, FETCH_VERSION, LATEST, batch};
use crate::world::{End, World};

fn values(all: &[(i64, String)]) -> Vec<(i64, &str)> {
    all.iter().map(|(offset, value)| (*offset, value.as_str())).collect()
}

/// DeleteRecords of partition 0: error code and low watermark.
pub fn delete_records(world: &mut World, client: &mut Client, topic: &str, before: i64) -> (i16, i64) {
    delete_records_of(world, client, topic, 0, before)
}

pub fn delete_records_of(
    world: &mut World,
    client: &mut Client,
    topic: &str,
    partition_index: i32,
    before: i64,
) -> (i16, i64) {
    let partitions = vec![DeleteRecordsPartition { partition_index, offset: before }];
    let topics = vec![DeleteRecordsTopic { name: topic, partitions }];
    let request = DeleteRecordsRequest { topics, ..DeleteRecordsRequest::default() };
    let answer = client.ask(world, 2, &request);
    let partition = answer.body().topics[0].partitions[0].clone();
    (partition.error_code, partition.low_watermark)
}

#[test]
fn a_clean_stop_keeps_records_and_ends_and_the_next_life_writes_on() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b"])), (0, 0));
    let (_, epoch) = client.list_offset(&mut world, "t", LATEST);
    world.restart(End::Clean);
    let mut client = Client::connect(&mut world);
    let (end, next_epoch) = client.list_offset(&mut world, "t", LATEST);
    assert_eq!(end, 2);
    assert!(next_epoch > epoch, "it was elected anew: {next_epoch} after {epoch}");
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 2));
    assert_eq!(values(&client.read_all(&mut world, "t", 0)), [(0, "a"), (1, "b"), (2, "c")]);
}

#[test]
fn a_killed_broker_loses_nothing_it_acknowledged() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("segment.bytes", "1048576")]);
    let big = "x".repeat(300_000);
    for at in 0..10 {
        assert_eq!(client.produce(&mut world, "t", &batch(&[&big, "end"])), (0, at * 2));
    }
    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    let all = client.read_all(&mut world, "t", 0);
    assert_eq!(all.len(), 20);
    assert!(all.iter().enumerate().all(|(at, (offset, value))| {
        *offset == at as i64 && value.as_str() == if at % 2 == 0 { big.as_str() } else { "end" }
    }));
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 20));
}

#[test]
fn a_power_cut_takes_what_was_not_synced_and_a_consumer_is_told_by_the_epoch() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "kept", &[("flush.messages", "1")]);
    client.create(&mut world, "lost", &[]);
    assert_eq!(client.produce(&mut world, "kept", &batch(&["a"])), (0, 0));
    assert_eq!(client.produce(&mut world, "lost", &batch(&["a", "b", "c"])), (0, 0));
    let (_, old_epoch) = client.list_offset(&mut world, "lost", LATEST);
    world.restart(End::PowerCut);

    let mut client = Client::connect(&mut world);
    assert_eq!(values(&client.read_all(&mut world, "kept", 0)), [(0, "a")], "acknowledged meant on disk");
    let (end, epoch) = client.list_offset(&mut world, "lost", LATEST);
    assert_eq!(end, 0, "nothing of it had been synced");
    assert!(epoch > old_epoch);
    // Other records take the lost offsets, in the new epoch.
    assert_eq!(client.produce(&mut world, "lost", &batch(&["x"])), (0, 0));
    // KIP-320: a consumer that had read to 3 asks where its epoch ends, or fetches with it and is told.
    let partitions =
        vec![OffsetForLeaderPartition { partition: 0, current_leader_epoch: epoch, leader_epoch: old_epoch }];
    let topics = vec![OffsetForLeaderTopic { topic: "lost", partitions }];
    let request = OffsetForLeaderEpochRequest { topics, ..OffsetForLeaderEpochRequest::default() };
    let answer = client.ask(&mut world, 4, &request);
    let told = answer.body().topics[0].partitions[0].clone();
    assert_eq!((told.error_code, told.end_offset), (0, 0), "its epoch ends where the log was cut: {told:?}");
    let partition = FetchPartition {
        fetch_offset: 3,
        current_leader_epoch: epoch,
        last_fetched_epoch: old_epoch,
        partition_max_bytes: 1 << 20,
        ..FetchPartition::default()
    };
    let topics =
        vec![FetchTopic { topic: "lost", partitions: vec![partition.clone()], ..FetchTopic::default() }];
    let request = FetchRequest { max_bytes: 1 << 20, topics, ..FetchRequest::default() };
    let answer = client.ask(&mut world, FETCH_VERSION, &request);
    let told = answer.body().responses[0].partitions[0].clone();
    assert_eq!(told.error_code, 0);
    assert_eq!(told.diverging_epoch.end_offset, 0);
    // And with the old epoch as the present one it is fenced.
    let partition = FetchPartition { current_leader_epoch: old_epoch, ..partition };
    let topics = vec![FetchTopic { topic: "lost", partitions: vec![partition], ..FetchTopic::default() }];
    let request = FetchRequest { max_bytes: 1 << 20, topics, ..FetchRequest::default() };
    let answer = client.ask(&mut world, FETCH_VERSION, &request);
    assert_eq!(answer.body().responses[0].partitions[0].error_code, ErrorCode::FencedLeaderEpoch.code());
}

#[test]
fn what_is_synced_after_a_kill_lies_in_a_file_whose_name_is_on_disk_too() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    // Nothing is synced in this life, the names of its files neither.
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])), (0, 0));
    world.end(End::Killed);
    world.reconfigure(&[("log.flush.interval.messages", "1")]);
    world.start();
    let mut client = Client::connect(&mut world);
    assert_eq!(client.produce(&mut world, "t", &batch(&["b"])), (0, 1));
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(values(&client.read_all(&mut world, "t", 0)), [(0, "a"), (1, "b")]);
}

#[test]
fn what_the_checkpoints_say_is_flushed_survives_a_power_cut() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("flush.ms", "1000")]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b"])), (0, 0));
    world.pass(Duration::from_secs(2), Duration::from_millis(250));
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 2));
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(values(&client.read_all(&mut world, "t", 0)), [(0, "a"), (1, "b")]);
}

#[test]
fn deleted_records_stay_deleted_after_any_end() {
    for how in [End::Clean, End::Killed, End::PowerCut] {
        let mut world = World::with(&[]);
        let mut client = Client::connect(&mut world);
        client.create(&mut world, "t", &[("flush.messages", "1")]);
        assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b", "c", "d"])), (0, 0));
        assert_eq!(client.produce(&mut world, "t", &batch(&["e"])), (0, 4));
        assert_eq!(delete_records(&mut world, &mut client, "t", 3), (0, 3));
        world.restart(how);
        let mut client = Client::connect(&mut world);
        assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 3, "after {how:?}");
        let (error, ..) = client.fetch(&mut world, "t", 0);
        assert_eq!(error, ErrorCode::OffsetOutOfRange.code());
        assert_eq!(values(&client.read_all(&mut world, "t", 3)), [(3, "d"), (4, "e")]);
    }
}

#[test]
fn a_start_beyond_what_a_power_cut_left_is_where_the_log_goes_on() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b", "c", "d"])), (0, 0));
    assert_eq!(delete_records(&mut world, &mut client, "t", 3), (0, 3));
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 3);
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 3);
    assert_eq!(client.produce(&mut world, "t", &batch(&["x"])), (0, 3));
    assert_eq!(values(&client.read_all(&mut world, "t", 3)), [(3, "x")]);
}

#[test]
fn delete_records_knows_its_bounds() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    client.create(&mut world, "compacted", &[("cleanup.policy", "compact")]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b", "c"])), (0, 0));
    let out_of_range = ErrorCode::OffsetOutOfRange.code();
    assert_eq!(delete_records(&mut world, &mut client, "t", 4), (out_of_range, -1));
    assert_eq!(delete_records(&mut world, &mut client, "t", -2), (out_of_range, -1));
    assert_eq!(delete_records(&mut world, &mut client, "t", 1), (0, 1));
    assert_eq!(delete_records(&mut world, &mut client, "t", 0), (0, 1), "deleted already");
    assert_eq!(delete_records(&mut world, &mut client, "t", -1), (0, 3), "to the high watermark");
    let policy = ErrorCode::PolicyViolation.code();
    assert_eq!(delete_records(&mut world, &mut client, "compacted", 0), (policy, -1));
    let unknown = ErrorCode::UnknownTopicOrPartition.code();
    assert_eq!(delete_records(&mut world, &mut client, "u", 0), (unknown, -1));
}

#[test]
fn an_idempotent_producer_is_known_in_the_next_life() {
    use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
    use thalweg_records::{BatchBuilder, Compression};
    for how in [End::Clean, End::Killed] {
        let mut world = World::with(&[]);
        let mut client = Client::connect(&mut world);
        client.create(&mut world, "t", &[]);
        let numbered = |sequence| {
            let mut builder = BatchBuilder::new(Compression::None).producer(
                ProducerId(7),
                ProducerEpoch(0),
                Sequence(sequence),
            );
            builder.append(crate::client::NOW_MS, None, Some(b"v"), &[]);
            builder.build()
        };
        assert_eq!(client.produce(&mut world, "t", &numbered(0)), (0, 0));
        assert_eq!(client.produce(&mut world, "t", &numbered(1)), (0, 1));
        world.restart(how);
        let mut client = Client::connect(&mut world);
        assert_eq!(client.produce(&mut world, "t", &numbered(1)), (0, 1), "a repetition after {how:?}");
        let out_of_order = ErrorCode::OutOfOrderSequenceNumber.code();
        assert_eq!(client.produce(&mut world, "t", &numbered(3)).0, out_of_order);
        assert_eq!(client.produce(&mut world, "t", &numbered(2)), (0, 2));
    }
}
