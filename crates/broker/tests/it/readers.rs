//! Clients that do not read, and many that ask: memory stays within its account and the others are served.

use std::time::Duration;

use thalweg_platform::memory::MemoryNet;
use thalweg_wire::messages::{FetchRequest, MetadataRequest};

use crate::client::{Client, FETCH_VERSION, batch, fetch_request, metadata_request};
use crate::world::World;

#[test]
fn a_client_that_never_reads_is_read_no_further_and_closed_in_the_end() {
    let mut world = World::with(&[]);
    let mut writer = Client::connect(&mut world);
    writer.create(&mut world, "t", &[]);
    let big = "x".repeat(500_000);
    assert_eq!(writer.produce(&mut world, "t", &batch(&[&big])), (0, 0));
    let mut deaf = Client::connect(&mut world);
    let mut sent = 0;
    // Until the pipe takes no more: the broker has stopped reading.
    loop {
        let frame = deaf.frame(FETCH_VERSION, &fetch_request("t", 0, 0));
        match deaf.stream.write(&[std::io::IoSlice::new(&frame)], false) {
            Ok(count) if count == frame.len() => sent += 1,
            _ => break,
        }
        if sent % 100 == 0 {
            world.run();
        }
        assert!(sent < 5_000, "it reads on and on");
    }
    assert_eq!(writer.read_all(&mut world, "t", 0).len(), 1, "others are served");
    let held = world.broker().node.memory.held();
    assert!(held < 1 << 20, "{held} bytes of request memory");
    world.pass(Duration::from_secs(150), Duration::from_secs(10));
    assert_eq!(world.connections(), 1, "it was closed");
}

#[test]
fn a_client_that_reads_slowly_is_not_taken_for_one_that_does_not() {
    let mut world = World::with(&[]);
    let mut writer = Client::connect(&mut world);
    writer.create(&mut world, "t", &[]);
    let big = "x".repeat(900_000);
    assert_eq!(writer.produce(&mut world, "t", &batch(&[&big])), (0, 0));
    let mut slow = Client::connect(&mut world);
    slow.send(&mut world, FETCH_VERSION, &fetch_request("t", 0, 0));
    // 50 kB every 30 seconds: nine minutes for what would be given up after two without a byte.
    let (mut got, mut some) = (0, vec![0; 50_000]);
    while got < 900_000 {
        let count = slow.stream.read(&mut some).expect("more of it");
        assert_ne!(count, 0, "it was closed after {got} bytes");
        got += count;
        world.pass(Duration::from_secs(30), Duration::from_secs(10));
    }
}

#[test]
fn large_answers_nobody_reads_wait_within_the_cap_of_their_connection() {
    let mut world = World::with_net(MemoryNet::with_room(256 << 10), &[]);
    let names: Vec<String> = (0..500).map(|number| format!("{number:0>240}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = MetadataRequest { allow_auto_topic_creation: false, ..metadata_request(&names) };
    let mut deaf = Client::connect(&mut world);
    // As much goes out as the pipe holds, as much is kept as the cap says, and the rest is not worked on.
    let (mut sent, mut refused) = (0, 0);
    while refused < 3 {
        let frame = deaf.frame(9, &request);
        let mut at = 0;
        refused = 0;
        while at < frame.len() && refused < 3 {
            match deaf.stream.write(&[std::io::IoSlice::new(&frame[at..])], false) {
                Ok(count) => at += count,
                Err(_) => refused += 1,
            }
            world.run();
        }
        sent += usize::from(at == frame.len());
        assert!(sent < 100, "it works on and on");
    }
    // Each is answered once the client reads.
    let mut answers = 0;
    while deaf.answer::<MetadataRequest<'_>>(&mut world, 9).is_some() {
        answers += 1;
    }
    assert_eq!(answers, sent);
}

#[test]
fn a_thousand_waiting_fetches_are_all_woken_by_one_record() {
    let mut world = World::with(&[]);
    let mut writer = Client::connect(&mut world);
    writer.create(&mut world, "t", &[]);
    assert_eq!(writer.produce(&mut world, "t", &batch(&["a"])), (0, 0));
    let mut readers: Vec<Client> = (0..1_000).map(|_| Client::connect(&mut world)).collect();
    for reader in &mut readers {
        reader.post(FETCH_VERSION, &fetch_request("t", 1, 30_000));
    }
    world.run();
    assert_eq!(writer.produce(&mut world, "t", &batch(&["b"])), (0, 1));
    for reader in &mut readers {
        let answer = reader.answer::<FetchRequest<'_>>(&mut world, FETCH_VERSION).expect("woken");
        assert_eq!(answer.body().responses[0].partitions[0].high_watermark, 2);
    }
}
