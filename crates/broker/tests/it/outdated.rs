//! Commits that were overtaken do not burden the next start: the coordinator's partition begins a new segment when much
//! of the one it has is overtaken, and the cleaner takes the rest away.

use std::time::Duration;

use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::{
    CreatePartitionsRequest, FindCoordinatorRequest, OffsetCommitRequest, OffsetFetchRequest,
    create_partitions_request,
};

use crate::client::Client;
use crate::world::{End, World};

const PARTITIONS: i32 = 100;

fn commit(world: &mut World, client: &mut Client, offset: i64) {
    let partition = |partition_index| OffsetCommitRequestPartition {
        partition_index,
        committed_offset: offset,
        committed_metadata: Some(""),
        ..Default::default()
    };
    let partitions = (0..PARTITIONS).map(partition).collect();
    let topics = vec![OffsetCommitRequestTopic { name: "t", partitions, ..Default::default() }];
    let request = OffsetCommitRequest {
        group_id: "g",
        generation_id_or_member_epoch: -1,
        topics,
        ..Default::default()
    };
    let answer = client.ask(world, 9, &request);
    assert!(answer.body().topics[0].partitions.iter().all(|partition| partition.error_code == 0));
}

fn find(world: &mut World, client: &mut Client) {
    let find = FindCoordinatorRequest { coordinator_keys: vec!["g"], ..Default::default() };
    for _ in 0..50 {
        if client.ask(world, 4, &find).body().coordinators[0].error_code == 0 {
            return;
        }
        world.pass(Duration::from_millis(20), Duration::from_millis(10));
    }
    panic!("the coordinator never came");
}

/// Bytes of the group's partition.
fn size(world: &World) -> u64 {
    let topic = world.broker().node.topics.by_name("__consumer_offsets").expect("it was made");
    topic.partitions.iter().flatten().map(|partition| partition.log.size()).sum()
}

#[test]
fn commits_that_were_overtaken_are_compacted_while_the_broker_runs_and_the_next_one_reads_few() {
    let mut world = World::with(&[("log.cleaner.backoff.ms", "1000")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    let count = PARTITIONS;
    let topics =
        vec![create_partitions_request::CreatePartitionsTopic { name: "t", count, assignments: None }];
    let more = CreatePartitionsRequest { topics, timeout_ms: 1_000, validate_only: false };
    assert_eq!(client.ask(&mut world, 3, &more).body().results[0].error_code, 0);
    find(&mut world, &mut client);
    world.pass(Duration::from_secs(11), Duration::from_secs(1));
    for offset in 1..=220 {
        commit(&mut world, &mut client, offset);
    }
    let before = size(&world);
    world.pass(Duration::from_secs(30), Duration::from_secs(1));
    let after = size(&world);
    assert!(after * 4 < before, "{after} bytes are left of {before}");
    for how in [End::Killed, End::PowerCut] {
        world.restart(how);
        client = Client::connect(&mut world);
        find(&mut world, &mut client);
        let indexes = (0..PARTITIONS).collect();
        let topics =
            vec![OffsetFetchRequestTopics { name: "t", partition_indexes: indexes, ..Default::default() }];
        let group = OffsetFetchRequestGroup { group_id: "g", topics: Some(topics), ..Default::default() };
        let fetch = OffsetFetchRequest { groups: vec![group], ..Default::default() };
        let answer = client.ask(&mut world, 9, &fetch);
        let told = &answer.body().groups[0].topics[0].partitions;
        assert!(told.iter().all(|partition| partition.committed_offset == 220), "after {how:?}");
    }
}
