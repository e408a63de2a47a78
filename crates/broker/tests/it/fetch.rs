//! A fetch that waits: it is answered by the record it waits for or by its time, and never before either.

use std::time::Duration;

use crate::frames::request;
use crate::produce::{create, good, produce, produce_request, string};
use crate::world::World;

const FETCH: i16 = 1;
const WAIT_MS: i32 = 500;
/// Length, correlation id, throttle time, one topic "t", one partition: then its error.
const ERROR_AT: usize = 8 + 4 + 4 + 3 + 4 + 4;

/// A fetch of version 4 from an offset that waits for one byte.
fn waiting_fetch(offset: i64) -> Vec<u8> {
    let mut body = (-1_i32).to_be_bytes().to_vec();
    for word in [WAIT_MS, 1, 1 << 20] {
        body.extend_from_slice(&word.to_be_bytes());
    }
    body.push(0);
    body.extend_from_slice(&1_i32.to_be_bytes());
    string(&mut body, "t");
    body.extend_from_slice(&1_i32.to_be_bytes());
    body.extend_from_slice(&0_i32.to_be_bytes());
    body.extend_from_slice(&offset.to_be_bytes());
    body.extend_from_slice(&(1_i32 << 20).to_be_bytes());
    request(FETCH, 4, 9, false, &body)
}

/// Error code, high watermark and count of record bytes.
fn outcome(answer: &[u8]) -> (i16, i64, usize) {
    let at = ERROR_AT;
    (
        i16::from_be_bytes(answer[at..at + 2].try_into().unwrap()),
        i64::from_be_bytes(answer[at + 2..at + 10].try_into().unwrap()),
        answer.len() - (at + 26),
    )
}

#[test]
fn a_waiting_fetch_is_answered_when_its_record_arrives() {
    let mut world = World::with(&[]);
    let (mut reader, mut writer) = (world.connect(), world.connect());
    create(&mut world, &mut *writer);
    world.send(&mut *reader, &waiting_fetch(0));
    assert_eq!(world.receive(&mut *reader), (Vec::new(), false), "there is nothing to answer yet");
    assert_eq!(produce(&mut world, &mut *writer, &produce_request("t", 0, -1, &good())), (0, 0));
    let (answer, is_ended) = world.receive(&mut *reader);
    assert!(!is_ended);
    assert_eq!(outcome(&answer), (0, 1, good().len()));
}

#[test]
fn a_waiting_fetch_is_answered_empty_when_its_time_is_over() {
    let mut world = World::with(&[]);
    let mut reader = world.connect();
    create(&mut world, &mut *reader);
    world.send(&mut *reader, &waiting_fetch(0));
    world.pass(Duration::from_millis(400), Duration::from_millis(100));
    assert_eq!(world.receive(&mut *reader), (Vec::new(), false), "its time is not over");
    world.pass(Duration::from_millis(200), Duration::from_millis(100));
    let (answer, is_ended) = world.receive(&mut *reader);
    assert!(!is_ended);
    assert_eq!(outcome(&answer), (0, 0, 0));
}
