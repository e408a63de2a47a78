//! Transactions through a whole broker: both generations of clients, crashes anywhere in a commit, offsets, and
//! what an administrator may end. Judged by what a reader of committed records sees.

use std::time::Duration;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{BatchBuilder, BatchView, Compression};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
use thalweg_wire::messages::describe_producers_request::TopicRequest;
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use thalweg_wire::messages::write_txn_markers_request::{WritableTxnMarker, WritableTxnMarkerTopic};
use thalweg_wire::messages::{
    AddPartitionsToTxnRequest, DescribeProducersRequest, EndTxnRequest, FindCoordinatorRequest,
    InitProducerIdRequest, OffsetFetchRequest, ProduceRequest, TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
};

use crate::client::{
    Client, FETCH_VERSION, NOW_MS, fetch_request, produce_request, record_bytes, records_of,
};
use crate::world::{End, World};

const ID: &str = "orders";

/// A generation of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    /// Partitions are announced; the epoch stays.
    Old,
    /// transaction.version 2.
    New,
}

/// A transactional producer.
struct Producer {
    client: Client,
    speaks: Speaks,
    id: i64,
    epoch: i16,
    /// By topic.
    sequences: Vec<(&'static str, i32)>,
}

impl Producer {
    fn begin(world: &mut World, speaks: Speaks) -> Self {
        let mut client = Client::connect(world);
        for key_type in [0, 1] {
            let request =
                FindCoordinatorRequest { key_type, coordinator_keys: vec![ID], ..Default::default() };
            let answer = client.ask(world, 4, &request);
            assert_eq!(answer.body().coordinators[0].error_code, 0);
        }
        let mut producer = Self { client, speaks, id: -1, epoch: -1, sequences: Vec::new() };
        producer.init(world);
        producer
    }

    fn init(&mut self, world: &mut World) {
        for _ in 0..5 {
            let request = InitProducerIdRequest {
                transactional_id: Some(ID),
                transaction_timeout_ms: 60_000,
                producer_id: -1,
                producer_epoch: -1,
                ..Default::default()
            };
            let answer = self.client.ask(world, 4, &request);
            let answered = answer.body();
            if answered.error_code != ErrorCode::ConcurrentTransactions.code() {
                assert_eq!(answered.error_code, 0);
                (self.id, self.epoch, self.sequences) =
                    (answered.producer_id, answered.producer_epoch, Vec::new());
                return;
            }
        }
        panic!("the transaction before is never aborted");
    }

    fn announce(&mut self, world: &mut World, topic: &str) -> i16 {
        let request = AddPartitionsToTxnRequest {
            transactions: Vec::new(),
            v3_and_below_transactional_id: ID,
            v3_and_below_producer_id: self.id,
            v3_and_below_producer_epoch: self.epoch,
            v3_and_below_topics: vec![AddPartitionsToTxnTopic { name: topic, partitions: vec![0] }],
        };
        let answer = self.client.ask(world, 3, &request);
        answer.body().results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code
    }

    fn records(&self, topic: &str, value: &str) -> Vec<u8> {
        let sequence = self.sequences.iter().find(|(of, _)| *of == topic).map_or(0, |(_, at)| *at);
        let mut builder = BatchBuilder::new(Compression::None).transactional(true).producer(
            ProducerId(self.id),
            ProducerEpoch(self.epoch),
            Sequence(sequence),
        );
        builder.append(NOW_MS, None, Some(value.as_bytes()), &[]);
        builder.build()
    }

    /// Produces one record without announcing anything.
    fn produce(&mut self, world: &mut World, version: i16, topic: &'static str, value: &str) -> i16 {
        let records = self.records(topic, value);
        let request = ProduceRequest { transactional_id: Some(ID), ..produce_request(topic, -1, &records) };
        let answer = self.client.ask(world, version, &request);
        let code = answer.body().responses[0].partition_responses[0].error_code;
        if code == 0 {
            match self.sequences.iter_mut().find(|(of, _)| *of == topic) {
                Some((_, at)) => *at += 1,
                None => self.sequences.push((topic, 1)),
            }
        }
        code
    }

    fn write(&mut self, world: &mut World, topic: &'static str, value: &str) {
        let version = match self.speaks {
            Speaks::Old => {
                assert_eq!(self.announce(world, topic), 0);
                11
            }
            Speaks::New => 12,
        };
        assert_eq!(self.produce(world, version, topic, value), 0, "{value} goes to {topic}");
    }

    fn end_request(&self, commits: bool) -> (i16, EndTxnRequest<'static>) {
        let request = EndTxnRequest {
            transactional_id: ID,
            producer_id: self.id,
            producer_epoch: self.epoch,
            committed: commits,
        };
        (if self.speaks == Speaks::New { 5 } else { 4 }, request)
    }

    fn end(&mut self, world: &mut World, commits: bool) -> i16 {
        let (version, request) = self.end_request(commits);
        let answer = self.client.ask(world, version, &request);
        let answered = answer.body();
        if answered.error_code == 0 && version >= 5 && answered.producer_epoch != self.epoch {
            (self.id, self.epoch) = (answered.producer_id, answered.producer_epoch);
            self.sequences.clear();
        }
        answered.error_code
    }
}

/// The values of partition 0 that a reader of committed records gets, and its last stable offset.
fn committed(world: &mut World, client: &mut Client, topic: &str) -> (Vec<String>, i64) {
    let (mut at, mut values) = (0, Vec::new());
    loop {
        let request =
            thalweg_wire::messages::FetchRequest { isolation_level: 1, ..fetch_request(topic, at, 0) };
        let answer = client.ask(world, FETCH_VERSION, &request);
        let response = answer.body();
        let partition = &response.responses[0].partitions[0];
        assert_eq!(partition.error_code, 0);
        if at >= partition.last_stable_offset {
            return (values, partition.last_stable_offset);
        }
        let aborted = partition.aborted_transactions.iter().flatten();
        let aborted: Vec<(i64, i64)> = aborted.map(|of| (of.first_offset, of.producer_id)).collect();
        assert!(aborted.is_sorted(), "sorted by first offset: {aborted:?}");
        let (mut pending, mut open) = (aborted.into_iter().peekable(), Vec::new());
        let mut rest = record_bytes(partition.records);
        while let Ok(batch) = BatchView::parse(rest) {
            let (bytes, behind) = rest.split_at(batch.total_size());
            rest = behind;
            while let Some((_, id)) = pending.next_if(|(first, _)| *first <= batch.base_offset().0) {
                open.push(id);
            }
            if batch.is_control() {
                open.retain(|id| *id != batch.producer_id().0);
            } else if !(batch.is_transactional() && open.contains(&batch.producer_id().0)) {
                values.extend(records_of(bytes).into_iter().map(|(_, value)| value));
            }
            at = batch.next_offset().0;
        }
    }
}

#[test]
fn readers_of_committed_records_see_whole_transactions_of_both_generations_in_a_row() {
    for speaks in [Speaks::Old, Speaks::New] {
        let mut world = World::with(&[]);
        let mut reader = Client::connect(&mut world);
        reader.create(&mut world, "a", &[]);
        reader.create(&mut world, "b", &[]);
        let mut producer = Producer::begin(&mut world, speaks);
        let mut expected = Vec::new();
        for round in 0..12 {
            let value = format!("{round}");
            producer.write(&mut world, "a", &value);
            producer.write(&mut world, "b", &value);
            assert_eq!(committed(&mut world, &mut reader, "a").0, expected, "nothing of an open one");
            assert_eq!(producer.end(&mut world, round % 3 != 1), 0);
            if round % 3 != 1 {
                expected.push(value);
            }
        }
        for how in [End::Clean, End::Killed] {
            for topic in ["a", "b"] {
                assert_eq!(committed(&mut world, &mut reader, topic).0, expected, "{speaks:?}");
            }
            world.restart(how);
            reader = Client::connect(&mut world);
        }
        let mut producer = Producer::begin(&mut world, speaks);
        producer.write(&mut world, "a", "after");
        assert_eq!(producer.end(&mut world, true), 0);
        expected.push("after".into());
        assert_eq!(committed(&mut world, &mut reader, "a").0, expected);
    }
}

#[test]
fn the_next_transaction_may_begin_before_the_marker_of_the_one_before_has_come() {
    for steps in 0..12 {
        let mut world = World::with(&[]);
        let mut reader = Client::connect(&mut world);
        reader.create(&mut world, "a", &[("segment.ms", "1000")]);
        let mut producer = Producer::begin(&mut world, Speaks::New);
        producer.write(&mut world, "a", "x");
        // The marker will want a segment of its own, so the disk thread has to see to it.
        world.clock.advance(Duration::from_secs(2));
        let (version, request) = producer.end_request(true);
        producer.client.post(version, &request);
        let ended = (0..200).find_map(|step| {
            world.step(step);
            world.run_workers();
            producer.client.answer_as_it_is::<EndTxnRequest<'_>>(&mut world, version)
        });
        let ended = ended.expect("the end is answered");
        let answered = ended.body();
        assert_eq!(answered.error_code, 0);
        (producer.id, producer.epoch) = (answered.producer_id, answered.producer_epoch);
        producer.sequences.clear();
        for step in 0..steps {
            world.step(step);
        }
        let records = producer.records("a", "y");
        let request = ProduceRequest { transactional_id: Some(ID), ..produce_request("a", -1, &records) };
        producer.client.post(12, &request);
        world.run_workers();
        world.run();
        let answer = producer.client.answer::<ProduceRequest<'_>>(&mut world, 12).expect("it is answered");
        let code = answer.body().responses[0].partition_responses[0].error_code;
        assert_eq!(code, 0, "after {steps} steps");
        assert_eq!(producer.end(&mut world, true), 0, "after {steps} steps");
        assert_eq!(committed(&mut world, &mut reader, "a").0, ["x", "y"], "after {steps} steps");
    }
}

#[test]
fn a_broker_killed_anywhere_in_a_commit_leaves_all_of_the_transaction_or_nothing() {
    let (mut whole, mut nothing) = (0, 0);
    for speaks in [Speaks::Old, Speaks::New] {
        for steps in (usize::from(speaks == Speaks::New)..24).step_by(2) {
            let mut world = World::with(&[]);
            let mut reader = Client::connect(&mut world);
            reader.create(&mut world, "a", &[]);
            reader.create(&mut world, "b", &[]);
            let mut producer = Producer::begin(&mut world, speaks);
            producer.write(&mut world, "a", "x");
            producer.write(&mut world, "b", "x");
            let (version, request) = producer.end_request(true);
            producer.client.post(version, &request);
            for step in 0..steps {
                world.step(step);
            }
            let is_acknowledged = producer
                .client
                .answer::<EndTxnRequest<'_>>(&mut world, version)
                .is_some_and(|answer| answer.body().error_code == 0);
            world.restart(End::Killed);
            world.run();
            let mut reader = Client::connect(&mut world);
            let seen = ["a", "b"].map(|topic| committed(&mut world, &mut reader, topic));
            assert_eq!(seen[0].0, seen[1].0, "{speaks:?} after {steps} steps");
            if is_acknowledged {
                assert_eq!(seen[0].0, ["x"], "{speaks:?} after {steps} steps");
            }
            whole += usize::from(!seen[0].0.is_empty());
            nothing += usize::from(seen[0].0.is_empty());
            // Whoever comes next ends what is still open, and readers go on.
            let mut next = Producer::begin(&mut world, speaks);
            next.write(&mut world, "a", "y");
            assert_eq!(next.end(&mut world, true), 0);
            let (values, _) = committed(&mut world, &mut reader, "a");
            assert_eq!(values.last().map(String::as_str), Some("y"));
            assert_eq!(values.len(), seen[0].0.len() + 1);
        }
    }
    assert!(whole > 0 && nothing > 0, "it was stopped before and after the decision: {whole} and {nothing}");
}

#[test]
fn a_transaction_waits_for_the_disk_four_times_at_most() {
    for speaks in [Speaks::Old, Speaks::New] {
        let mut world = World::with(&[]);
        let mut producer = Producer::begin(&mut world, speaks);
        producer.client.create(&mut world, "a", &[]);
        for number in 0..5 {
            let before = world.disk.counts().syncs;
            producer.write(&mut world, "a", &format!("{number}"));
            assert_eq!(producer.end(&mut world, true), 0);
            world.run();
            // Ongoing, the decision, its marker, the end: time does not pass, so nothing else is synced.
            // The first one lays the partition's files as well.
            let most = if number == 0 { 5 } else { 4 };
            let syncs = world.disk.counts().syncs - before;
            assert!((1..=most).contains(&syncs), "{speaks:?}, transaction {number}: {syncs} syncs");
        }
    }
}

#[test]
fn a_transaction_that_is_over_is_over_in_every_partition_though_the_power_fails() {
    for (speaks, commits) in
        [(Speaks::Old, true), (Speaks::Old, false), (Speaks::New, true), (Speaks::New, false)]
    {
        let mut world = World::with(&[]);
        let mut reader = Client::connect(&mut world);
        // What is acknowledged is on disk, or not: the end of the transaction is, either way.
        reader.create(&mut world, "a", &[("flush.messages", "1")]);
        reader.create(&mut world, "b", &[]);
        let mut producer = Producer::begin(&mut world, speaks);
        producer.write(&mut world, "a", "x");
        producer.write(&mut world, "b", "x");
        assert_eq!(producer.end(&mut world, commits), 0);
        world.run();
        world.restart(End::PowerCut);
        let mut reader = Client::connect(&mut world);
        let expected: &[&str] = if commits { &["x"] } else { &[] };
        for topic in ["a", "b"] {
            let (values, last_stable) = committed(&mut world, &mut reader, topic);
            assert_eq!(
                (&*values, last_stable),
                (&*expected.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>(), 2)
            );
        }
        // Nor does the next one decide over both.
        let mut next = Producer::begin(&mut world, speaks);
        next.write(&mut world, "a", "y");
        assert_eq!(next.end(&mut world, !commits), 0);
        let expected = if commits { "x" } else { "y" };
        assert_eq!(committed(&mut world, &mut reader, "a").0, [expected], "{speaks:?}, {commits}");
    }
}

#[test]
fn a_partition_that_was_not_announced_takes_no_record_and_neither_does_one_after_the_end() {
    let mut world = World::with(&[]);
    let mut reader = Client::connect(&mut world);
    reader.create(&mut world, "a", &[]);
    let mut producer = Producer::begin(&mut world, Speaks::Old);
    assert_eq!(producer.produce(&mut world, 10, "a", "x"), ErrorCode::InvalidTxnState.code());
    assert_eq!(producer.produce(&mut world, 11, "a", "x"), ErrorCode::TransactionAbortable.code());
    producer.write(&mut world, "a", "x");
    assert_eq!(producer.end(&mut world, true), 0);
    assert_eq!(producer.produce(&mut world, 11, "a", "late"), ErrorCode::TransactionAbortable.code());
    let mut second = Producer::begin(&mut world, Speaks::Old);
    assert_eq!(producer.announce(&mut world, "a"), ErrorCode::ProducerFenced.code());
    assert_eq!(producer.produce(&mut world, 11, "a", "late"), ErrorCode::InvalidProducerEpoch.code());
    assert_eq!(producer.end(&mut world, true), ErrorCode::ProducerFenced.code());
    assert_eq!(second.announce(&mut world, "none"), ErrorCode::UnknownTopicOrPartition.code());
    assert_eq!(committed(&mut world, &mut reader, "a"), (vec!["x".to_owned()], 2));
}

/// The group's offset of partition 0: error code and offset.
fn offset_of(world: &mut World, client: &mut Client, require_stable: bool) -> (i16, i64) {
    let topics =
        vec![OffsetFetchRequestTopics { name: "a", partition_indexes: vec![0], ..Default::default() }];
    let group = OffsetFetchRequestGroup {
        group_id: ID,
        topics: Some(topics),
        member_epoch: -1,
        ..Default::default()
    };
    let request = OffsetFetchRequest { groups: vec![group], require_stable, ..Default::default() };
    let answer = client.ask(world, 8, &request);
    let partition = answer.body().groups[0].topics[0].partitions[0].clone();
    (partition.error_code, partition.committed_offset)
}

#[test]
fn offsets_of_a_transaction_count_when_it_commits_and_are_pending_until_then_also_over_a_restart() {
    let mut world = World::with(&[]);
    let mut reader = Client::connect(&mut world);
    reader.create(&mut world, "a", &[]);
    for (round, commits) in [(1, true), (2, false), (3, true)] {
        let mut producer = Producer::begin(&mut world, Speaks::New);
        let before = offset_of(&mut world, &mut reader, true);
        let partition = TxnOffsetCommitRequestPartition {
            partition_index: 0,
            committed_offset: round * 10,
            committed_leader_epoch: -1,
            committed_metadata: None,
        };
        let topic = TxnOffsetCommitRequestTopic {
            name: "a",
            partitions: vec![partition],
            topic_id: Default::default(),
        };
        let request = TxnOffsetCommitRequest {
            transactional_id: ID,
            group_id: ID,
            producer_id: producer.id,
            producer_epoch: producer.epoch,
            generation_id_or_member_epoch: -1,
            member_id: "",
            group_instance_id: None,
            topics: vec![topic],
        };
        let answer = producer.client.ask(&mut world, 5, &request);
        assert_eq!(answer.body().topics[0].partitions[0].error_code, 0);
        let unstable = ErrorCode::UnstableOffsetCommit.code();
        assert_eq!(offset_of(&mut world, &mut reader, true), (unstable, -1));
        assert_eq!(offset_of(&mut world, &mut reader, false), before);
        world.restart(End::Killed);
        reader = Client::connect(&mut world);
        producer.client = Client::connect(&mut world);
        assert_eq!(offset_of(&mut world, &mut reader, true), (unstable, -1), "still pending");
        assert_eq!(producer.end(&mut world, commits), 0);
        let expected = if commits { (0, round * 10) } else { before };
        assert_eq!(offset_of(&mut world, &mut reader, true), expected);
    }
}

#[test]
fn an_administrator_ends_a_transaction_where_it_hangs() {
    let mut world = World::with(&[]);
    let mut admin = Client::connect(&mut world);
    admin.create(&mut world, "a", &[]);
    let mut producer = Producer::begin(&mut world, Speaks::Old);
    producer.write(&mut world, "a", "x");
    let describe =
        DescribeProducersRequest { topics: vec![TopicRequest { name: "a", partition_indexes: vec![0] }] };
    let answer = admin.ask(&mut world, 0, &describe);
    let of = answer.body().topics[0].partitions[0].active_producers[0].clone();
    assert_eq!((of.producer_id, of.current_txn_start_offset), (producer.id, 0));
    let marker = |epoch: i16, partition: i32| WriteTxnMarkersRequest {
        markers: vec![WritableTxnMarker {
            producer_id: of.producer_id,
            producer_epoch: epoch,
            transaction_result: false,
            topics: vec![WritableTxnMarkerTopic { name: "a", partition_indexes: vec![partition] }],
            coordinator_epoch: of.coordinator_epoch,
            transaction_version: 0,
        }],
    };
    let mut write = |world: &mut World, epoch, partition| {
        let answer = admin.ask(world, 2, &marker(epoch, partition));
        answer.body().markers[0].topics[0].partitions[0].error_code
    };
    assert_eq!(write(&mut world, -1, 0), ErrorCode::InvalidProducerEpoch.code());
    assert_eq!(write(&mut world, 0, 9), ErrorCode::UnknownTopicOrPartition.code());
    assert_eq!(write(&mut world, 0, 0), 0);
    let mut reader = Client::connect(&mut world);
    assert_eq!(committed(&mut world, &mut reader, "a"), (Vec::new(), 2));
}
