//! A wall clock that jumps by days, both ways: nothing but what is measured in it may notice. Members, waits and flushes
//! go by the clock that never jumps.

use std::time::Duration;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_platform::Clock;
use thalweg_records::{BatchBuilder, Compression};

use crate::client::{Client, EARLIEST};
use crate::consumer_groups::{beat, begin, send};
use crate::world::{End, World};

const DAY_MS: i64 = 86_400_000;

/// One record of an idempotent producer, stamped with the clock as it is now.
fn record(world: &World, sequence: i32) -> Vec<u8> {
    let mut builder =
        BatchBuilder::new(Compression::None).producer(ProducerId(7), ProducerEpoch(0), Sequence(sequence));
    builder.append(world.clock.now().wall_ms, None, Some(format!("value {sequence}").as_bytes()), &[]);
    builder.build()
}

#[test]
fn a_clock_that_jumps_by_days_back_and_forth_costs_no_record_and_no_membership() {
    let mut world = World::with(&[("group.consumer.assignment.interval.ms", "0")]);
    let mut client = begin(&mut world);
    // Retention by time as it is without being asked for: seven days.
    client.create(&mut world, "kept", &[("segment.bytes", "1048576"), ("flush.ms", "1000")]);
    assert_eq!(send(&mut world, &mut client, &beat("a", 0)), (0, 1, Some(vec![0, 1])));
    let mut sequence = 0;
    for days in [3, -5, 4, -6, 5, -1, 0] {
        world.clock.set_wall_ms(world.clock.now().wall_ms + days * DAY_MS);
        // Longer than a session, with heartbeats, and than retention takes to look.
        for _ in 0..40 {
            world.pass(Duration::from_secs(10), Duration::from_secs(5));
            assert_eq!(send(&mut world, &mut client, &beat("a", 1)), (0, 1, None), "after {days} days");
        }
        for _ in 0..3 {
            let batch = record(&world, sequence);
            let offset = i64::from(sequence);
            assert_eq!(client.produce(&mut world, "kept", &batch), (0, offset), "after {days} days");
            assert_eq!(client.produce(&mut world, "kept", &batch), (0, offset), "a repetition, {days} days");
            sequence += 1;
        }
        assert_eq!(client.list_offset(&mut world, "kept", EARLIEST).0, 0, "after {days} days");
    }
    for how in [End::Killed, End::Clean, End::PowerCut] {
        world.pass(Duration::from_secs(5), Duration::from_secs(1));
        assert_eq!(world.end(how), how == End::Clean);
        world.clock.set_wall_ms(world.clock.now().wall_ms - 2 * DAY_MS);
        world.start();
        client = Client::connect(&mut world);
        assert_eq!(client.read_all(&mut world, "kept", 0).len() as i64, i64::from(sequence), "after {how:?}");
    }
}
