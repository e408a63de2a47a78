//! Fetch sessions (KIP-227) as a consumer sees them.

use std::time::Duration;

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::FetchRequest;
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};
use thalweg_wire::messages::fetch_response::PartitionData;

use crate::client::{Answer, Client, FETCH_VERSION, batch, record_bytes, records_of};
use crate::world::World;

/// A request of a session that names these partitions of "t" and their offsets.
fn request(session_id: i32, session_epoch: i32, partitions: &[(i32, i64)]) -> FetchRequest<'static> {
    let partitions: Vec<FetchPartition> = partitions
        .iter()
        .map(|&(partition, fetch_offset)| FetchPartition {
            partition,
            fetch_offset,
            partition_max_bytes: 1 << 20,
            ..FetchPartition::default()
        })
        .collect();
    let topic = FetchTopic { topic: "t", partitions, ..FetchTopic::default() };
    let topics = if topic.partitions.is_empty() { Vec::new() } else { vec![topic] };
    FetchRequest { max_bytes: 1 << 20, session_id, session_epoch, topics, ..FetchRequest::default() }
}

fn told(answer: &Answer<FetchRequest<'_>>) -> Vec<(i32, i64, usize)> {
    let body = answer.body();
    assert_eq!(body.error_code, 0);
    let partitions = body.responses.iter().flat_map(|topic| &topic.partitions);
    let tell = |data: &PartitionData<'_>| {
        assert_eq!(data.error_code, 0);
        (data.partition_index, data.high_watermark, records_of(record_bytes(data.records)).len())
    };
    partitions.map(tell).collect()
}

fn error(client: &mut Client, world: &mut World, version: i16, request: &FetchRequest<'_>) -> i16 {
    client.ask(world, version, request).body().error_code
}

/// A topic "t" of three partitions with one record in partition 0, and a session over all of it.
fn opened(world: &mut World) -> (Client, i32) {
    let mut client = Client::connect(world);
    assert_eq!(client.try_create(world, "t", 3, &[]), 0);
    assert_eq!(client.produce(world, "t", &batch(&["a"])), (0, 0));
    let answer = client.ask(world, FETCH_VERSION, &request(0, 0, &[(0, 0), (1, 0), (2, 0)]));
    assert_eq!(told(&answer), [(0, 1, 1), (1, 0, 0), (2, 0, 0)], "a full answer names every partition");
    let id = answer.body().session_id;
    assert_ne!(id, 0);
    (client, id)
}

#[test]
fn an_incremental_answer_names_what_changed_and_forgets_what_is_forgotten() {
    let mut world = World::with(&[]);
    let (mut client, id) = opened(&mut world);
    let answer = client.ask(&mut world, FETCH_VERSION, &request(id, 1, &[(0, 1)]));
    assert_eq!(told(&answer), [], "nothing has changed");
    assert_eq!(answer.body().session_id, id);
    let mut writer = Client::connect(&mut world);
    assert_eq!(writer.produce(&mut world, "t", &batch(&["b", "c"])), (0, 1));
    let answer = client.ask(&mut world, FETCH_VERSION, &request(id, 2, &[]));
    assert_eq!(told(&answer), [(0, 3, 2)], "the partition that has records, and no other");
    // Asked again from the same place: the same records again.
    let answer = client.ask(&mut world, FETCH_VERSION, &request(id, 3, &[]));
    assert_eq!(told(&answer), [(0, 3, 2)]);
    let mut forget = request(id, 4, &[]);
    let forgotten = ForgottenTopic { topic: "t", partitions: vec![0], ..ForgottenTopic::default() };
    forget.forgotten_topics_data = vec![forgotten];
    assert_eq!(told(&client.ask(&mut world, FETCH_VERSION, &forget)), []);
    let answer = client.ask(&mut world, FETCH_VERSION, &request(id, 5, &[(0, 0)]));
    assert_eq!(told(&answer), [(0, 3, 3)], "and is there again when it is named again");
}

#[test]
fn wrong_sessions_and_epochs_are_answered_at_the_top() {
    let mut world = World::with(&[]);
    let (mut client, id) = opened(&mut world);
    let unknown = ErrorCode::FetchSessionIdNotFound.code();
    assert_eq!(error(&mut client, &mut world, FETCH_VERSION, &request(id ^ 1, 1, &[])), unknown);
    let epoch = ErrorCode::InvalidFetchSessionEpoch.code();
    assert_eq!(error(&mut client, &mut world, FETCH_VERSION, &request(id, 7, &[])), epoch);
    let naming = ErrorCode::FetchSessionTopicIdError.code();
    assert_eq!(error(&mut client, &mut world, 13, &request(id, 1, &[])), naming);
    // The session has survived all of that.
    assert_eq!(told(&client.ask(&mut world, FETCH_VERSION, &request(id, 1, &[(0, 1)]))), []);
    // Its end: a full fetch, no session.
    let answer = client.ask(&mut world, FETCH_VERSION, &request(id, -1, &[(0, 0)]));
    assert_eq!((told(&answer), answer.body().session_id), (vec![(0, 1, 1)], 0));
    assert_eq!(error(&mut client, &mut world, FETCH_VERSION, &request(id, 2, &[])), unknown);
}

#[test]
fn a_full_cache_serves_on_without_a_session_until_an_old_one_makes_room() {
    let mut world = World::with(&[("max.incremental.fetch.session.cache.slots", "1")]);
    let (mut client, id) = opened(&mut world);
    let mut other = Client::connect(&mut world);
    let answer = other.ask(&mut world, FETCH_VERSION, &request(0, 0, &[(0, 0)]));
    assert_eq!((told(&answer), answer.body().session_id), (vec![(0, 1, 1)], 0), "no room, but records");
    world.pass(Duration::from_secs(121), Duration::from_secs(11));
    let answer = other.ask(&mut world, FETCH_VERSION, &request(0, 0, &[(0, 0)]));
    assert_ne!(answer.body().session_id, 0);
    let unknown = ErrorCode::FetchSessionIdNotFound.code();
    assert_eq!(error(&mut client, &mut world, FETCH_VERSION, &request(id, 1, &[])), unknown, "evicted");
}

#[test]
fn a_session_waits_and_is_answered_by_any_of_its_partitions() {
    let mut world = World::with(&[]);
    let (mut client, id) = opened(&mut world);
    let mut wait = request(id, 1, &[(0, 1)]);
    (wait.max_wait_ms, wait.min_bytes) = (500, 1);
    client.send(&mut world, FETCH_VERSION, &wait);
    assert!(client.next(&mut world).is_none());
    let mut writer = Client::connect(&mut world);
    assert_eq!(writer.produce(&mut world, "t", &batch(&["b"])), (0, 1));
    let answer = client.answer(&mut world, FETCH_VERSION).expect("woken");
    assert_eq!(told(&answer), [(0, 2, 1)]);
}

#[test]
fn a_connection_that_ends_while_its_session_waits_takes_the_session_with_it() {
    let mut world = World::with(&[]);
    let (mut client, id) = opened(&mut world);
    let mut wait = request(id, 1, &[(0, 1)]);
    (wait.max_wait_ms, wait.min_bytes) = (500, 1);
    client.send(&mut world, FETCH_VERSION, &wait);
    client.stream.shutdown();
    drop(client);
    world.run();
    assert!(world.broker().node.sessions.is_empty());
}

#[test]
fn byte_limits_give_one_whole_batch_first_and_then_what_fits() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    client.create(&mut world, "u", &[]);
    let batch = batch(&["0123456789"]);
    for topic in ["t", "u"] {
        for at in 0..3 {
            assert_eq!(client.produce(&mut world, topic, &batch), (0, at));
        }
    }
    let size = i32::try_from(batch.len()).unwrap();
    // Limits of the request, of "t" and of "u", and how many records of each come.
    for ((whole, of_t, of_u), expected) in [
        ((1, 1, 1), (1, 0)),
        ((i32::MAX, 1, 1), (1, 0)),
        ((size * 2, i32::MAX, i32::MAX), (2, 0)),
        ((size * 4, size * 2, i32::MAX), (2, 2)),
        ((size * 6, i32::MAX, i32::MAX), (3, 3)),
        ((0, 0, 0), (1, 0)),
        ((-1, -1, -1), (1, 0)),
    ] {
        let topic = |topic, limit| {
            let partition = FetchPartition { partition_max_bytes: limit, ..FetchPartition::default() };
            FetchTopic { topic, partitions: vec![partition], ..FetchTopic::default() }
        };
        let topics = vec![topic("t", of_t), topic("u", of_u)];
        let request = FetchRequest { max_bytes: whole, topics, ..FetchRequest::default() };
        let answer = client.ask(&mut world, FETCH_VERSION, &request);
        let body = answer.body();
        let count = |at: usize| records_of(record_bytes(body.responses[at].partitions[0].records)).len();
        assert_eq!((count(0), count(1)), expected, "limits {whole} {of_t} {of_u}");
    }
}
