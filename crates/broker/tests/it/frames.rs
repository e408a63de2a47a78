//! Frames and headers no client should send: each ends its own connection or gets Kafka's error, and the next
//! client is served.

use std::time::Duration;

use thalweg_platform::Stream;

use crate::world::World;

const API_VERSIONS: i16 = 18;
const INVALID_REQUEST: i16 = 42;
const UNSUPPORTED_VERSION: i16 = 35;

/// A frame with a header without client id, flexible or not.
pub fn request(key: i16, version: i16, correlation: i32, is_flexible: bool, body: &[u8]) -> Vec<u8> {
    let mut inner = Vec::new();
    inner.extend_from_slice(&key.to_be_bytes());
    inner.extend_from_slice(&version.to_be_bytes());
    inner.extend_from_slice(&correlation.to_be_bytes());
    inner.extend_from_slice(&(-1_i16).to_be_bytes());
    if is_flexible {
        inner.push(0);
    }
    inner.extend_from_slice(body);
    let length = i32::try_from(inner.len()).unwrap();
    [&length.to_be_bytes()[..], &inner].concat()
}

/// Correlation id and error code of an ApiVersions answer.
fn api_versions_error(answer: &[u8]) -> (i32, i16) {
    let length = i32::from_be_bytes(answer[..4].try_into().unwrap());
    assert_eq!(usize::try_from(length).unwrap() + 4, answer.len(), "one whole answer");
    (
        i32::from_be_bytes(answer[4..8].try_into().unwrap()),
        i16::from_be_bytes(answer[8..10].try_into().unwrap()),
    )
}

fn assert_serves(world: &mut World) {
    let mut client = world.connect();
    world.send(&mut *client, &request(API_VERSIONS, 0, 77, false, &[]));
    let (answer, is_ended) = world.receive(&mut *client);
    assert_eq!((api_versions_error(&answer), is_ended), ((77, 0), false));
    client.shutdown();
    world.run();
}

fn assert_closes(bytes: &[u8]) {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    assert_eq!(world.connections(), 1);
    world.send(&mut *client, bytes);
    assert_eq!(world.receive(&mut *client), (Vec::new(), true), "no answer, and the end");
    assert_eq!(world.connections(), 0);
    assert_serves(&mut world);
}

#[test]
fn a_negative_length_ends_the_connection() {
    assert_closes(&(-1_i32).to_be_bytes());
}

#[test]
fn a_length_of_nothing_ends_the_connection() {
    assert_closes(&0_i32.to_be_bytes());
}

#[test]
fn a_length_above_the_limit_ends_the_connection_before_anything_is_read() {
    assert_closes(&i32::MAX.to_be_bytes());
}

#[test]
fn a_frame_shorter_than_a_header_ends_the_connection() {
    assert_closes(&[0, 0, 0, 3, 0, 18, 0]);
}

#[test]
fn an_unknown_api_key_ends_the_connection() {
    assert_closes(&request(999, 0, 1, false, &[]));
}

#[test]
fn a_version_that_is_not_served_ends_the_connection() {
    assert_closes(&request(3, 99, 1, true, &[]));
}

#[test]
fn a_count_that_lies_ends_the_connection() {
    // Metadata v0 that announces as many topics as an int holds.
    assert_closes(&request(3, 0, 1, false, &i32::MAX.to_be_bytes()));
}

#[test]
fn api_versions_of_an_unknown_version_falls_back_to_version_0() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    world.send(&mut *client, &request(API_VERSIONS, 99, 5, true, &[]));
    let (answer, is_ended) = world.receive(&mut *client);
    assert_eq!((api_versions_error(&answer), is_ended), ((5, UNSUPPORTED_VERSION), false));
    // The same connection goes on with a version that is served.
    world.send(&mut *client, &request(API_VERSIONS, 0, 6, false, &[]));
    let (answer, is_ended) = world.receive(&mut *client);
    assert_eq!((api_versions_error(&answer), is_ended), ((6, 0), false));
}

#[test]
fn a_malformed_software_name_is_an_invalid_request() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    // "-a" and "1", both compact strings, then no tags.
    world.send(&mut *client, &request(API_VERSIONS, 3, 5, true, &[3, b'-', b'a', 2, b'1', 0]));
    let (answer, _) = world.receive(&mut *client);
    assert_eq!(api_versions_error(&answer), (5, INVALID_REQUEST));
}

#[test]
fn a_client_that_ends_right_behind_its_request_gives_its_place_back() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    let bytes = request(API_VERSIONS, 0, 5, false, &[]);
    // Bytes and end become visible in one event.
    client.write(&[std::io::IoSlice::new(&bytes)], false).unwrap();
    client.shutdown();
    drop(client);
    world.run();
    assert_eq!(world.connections(), 0);
    assert_serves(&mut world);
}

#[test]
fn two_thousand_announced_megabytes_stay_within_the_account_and_time_out() {
    let mut world = World::with(&[("queued.max.request.bytes", "67108864")]);
    let mut clients: Vec<Box<dyn Stream>> = Vec::new();
    for _ in 0..2_000 {
        let mut client = world.connect_quietly();
        client.write(&[std::io::IoSlice::new(&(1_i32 << 20).to_be_bytes())], false).unwrap();
        clients.push(client);
    }
    world.run_until_accepted(2_000);
    let memory = &world.broker().node.memory;
    assert!(memory.held() <= memory.limit() / 4, "{} of {} bytes are held", memory.held(), memory.limit());
    assert_serves(&mut world);
    world.pass(Duration::from_secs(90), Duration::from_secs(10));
    assert_eq!(world.connections(), 0, "half frames time out");
    assert_serves(&mut world);
}
