//! Replay and snapshots, against bytes that Apache Kafka 4.4.0 wrote: a metadata log with topics made, grown and
//! deleted, configurations, SCRAM, quotas, an access control entry and a clean stop, and the snapshot that Kafka
//! took of it at offset 130.

use thalweg_metadata::{
    Change, Checkpoint, ConfigResource, Loader, MetadataImage, NO_LEADER, Progress, QuotaEntity, RecordList,
    ReplayError, snapshot,
};
use thalweg_model::Uuid;
use thalweg_records::BatchView;
use thalweg_wire::messages::metadata as wire;

const KAFKA_LOG: &[u8] = include_bytes!("data/kafka-4.4.0.log");
const KAFKA_SNAPSHOT: &[u8] = include_bytes!("data/kafka-4.4.0-130-1.checkpoint");
const SNAPSHOT_END: i64 = 130;

fn batches(mut bytes: &[u8]) -> Vec<BatchView<'_>> {
    let mut batches = Vec::new();
    while !bytes.is_empty() {
        let batch = BatchView::parse(bytes).unwrap();
        batch.verify_crc().unwrap();
        bytes = &bytes[batch.total_size()..];
        batches.push(batch);
    }
    batches
}

fn replay_kafka_until(end: i64) -> MetadataImage {
    let mut loader = Loader::new(MetadataImage::empty());
    for batch in batches(KAFKA_LOG).iter().filter(|batch| batch.next_offset().0 <= end) {
        loader.batch(batch).unwrap();
    }
    loader.image().clone()
}

fn list(records: &[(thalweg_wire::records::MetadataRecord<'_>, i16)]) -> RecordList {
    let mut list = RecordList::new();
    for (record, version) in records {
        list.push(record.clone(), *version).unwrap();
    }
    list
}

fn at(base_offset: i64) -> Progress {
    Progress { base_offset, epoch: 1, timestamp: 7 }
}

#[test]
fn a_log_written_by_kafka_replays_to_what_its_tools_show() {
    let image = replay_kafka_until(i64::MAX);
    assert_eq!((image.highest_offset, image.highest_epoch), (144, 1));
    assert_eq!(image.quorum.kraft_version, 1);
    assert_eq!(image.quorum.leader_id, 1);
    assert_eq!(image.quorum.voters.len(), 1);
    assert_eq!(image.quorum.voters[0].endpoints[0].port, 22011);
    assert_eq!(image.features.metadata_version(), 33);
    assert_eq!(image.features.level("share.version"), 2);
    assert!(image.features.elr_enabled());

    let names: Vec<&str> = image.topics.by_name.keys().map(|name| &**name).collect();
    assert_eq!(names, ["a", "man"], "b.c was deleted");
    let a = image.topics.named("a").unwrap();
    assert_eq!(a.id.to_string(), "8Xaka2gMRNqslgstPxbIxA");
    assert_eq!(a.partitions.len(), 6);
    let first = &a.partitions[0];
    assert_eq!(first.directories[0].to_string(), "GVgoKwYfR7ylly0lPMNaow");
    assert_eq!(
        (first.leader, &first.isr[..], &first.elr[..]),
        (NO_LEADER, &[][..], &[1][..]),
        "stopped cleanly"
    );
    assert_eq!((first.leader_epoch, first.partition_epoch), (1, 1));

    let broker = image.cluster.brokers.get(&1).unwrap();
    assert!(broker.fenced && broker.in_controlled_shutdown);
    assert_eq!((broker.epoch, broker.endpoints[0].port), (15, 22010));
    assert_eq!(broker.cordoned_log_dirs, Some(Vec::new()));
    let topic = ConfigResource::topic("a");
    assert_eq!(image.configs.of(&topic).collect::<Vec<_>>(), [("min.insync.replicas", "2")]);
    assert_eq!(image.configs.value(&ConfigResource::all_brokers(), "log.retention.ms"), Some("1000000"));
    assert_eq!(image.configs.of(&ConfigResource::topic("b.c")).count(), 0, "it goes with its topic");
    assert_eq!(image.scram.credentials.len(), 2);
    let everyone = QuotaEntity::new(vec![("client-id".to_owned(), None)]);
    assert_eq!(image.client_quotas.entities[&everyone]["consumer_byte_rate"], 77.0);
    assert_eq!(image.acls.entries.values().next().unwrap().principal, "User:bob");
}

#[test]
fn kafkas_snapshot_is_the_log_up_to_its_offset() {
    let checkpoint = Checkpoint::parse(KAFKA_SNAPSHOT).unwrap();
    let mut from_snapshot = checkpoint.into_image(SNAPSHOT_END, 1).unwrap();
    // A snapshot says nothing about who leads.
    from_snapshot.quorum.leader_id = 1;
    assert_eq!(from_snapshot, replay_kafka_until(SNAPSHOT_END));
}

#[test]
fn our_snapshot_of_kafkas_log_reads_back_as_the_same_image() {
    let mut image = replay_kafka_until(i64::MAX);
    let bytes = snapshot(&image).unwrap().to_bytes(image.highest_epoch, 99).unwrap();
    let read = Checkpoint::parse(&bytes).unwrap().into_image(image.highest_offset + 1, 1).unwrap();
    image.quorum.leader_id = -1;
    assert_eq!(read, image);
}

#[test]
fn our_snapshot_has_as_many_records_as_kafkas_own() {
    let ours = snapshot(&replay_kafka_until(SNAPSHOT_END)).unwrap();
    let kafkas = Checkpoint::parse(KAFKA_SNAPSHOT).unwrap();
    let sorted = |records: &RecordList| {
        let mut all: Vec<Vec<u8>> = records.iter().map(<[u8]>::to_vec).collect();
        all.sort();
        all
    };
    let (ours, kafkas) = (sorted(&ours.records), sorted(&kafkas.records));
    assert_eq!(ours.len(), kafkas.len());
    // Kafka writes the features inside the two registrations in an order of chance; all else is byte for byte the
    // same.
    let differing = ours.iter().filter(|record| !kafkas.contains(record)).count();
    assert!(differing <= 2, "{differing} records differ");
}

#[test]
fn a_checkpoint_cut_short_anywhere_is_refused() {
    for length in 0..KAFKA_SNAPSHOT.len() {
        assert!(Checkpoint::parse(&KAFKA_SNAPSHOT[..length]).is_err(), "{length} bytes");
    }
    let mut longer = KAFKA_SNAPSHOT.to_vec();
    longer.extend_from_slice(&KAFKA_SNAPSHOT[..166]);
    assert!(Checkpoint::parse(&longer).is_err(), "a batch behind the footer");
}

#[test]
fn a_flipped_bit_in_a_checkpoint_never_gives_another_image() {
    let whole = Checkpoint::parse(KAFKA_SNAPSHOT).unwrap();
    for position in 0..KAFKA_SNAPSHOT.len() {
        let mut bytes = KAFKA_SNAPSHOT.to_vec();
        bytes[position] ^= 1;
        // Base offset and leader epoch stand outside the CRC and are not used.
        if let Ok(read) = Checkpoint::parse(&bytes) {
            assert_eq!(read, whole, "byte {position}");
        }
    }
}

#[test]
fn records_of_a_transaction_show_only_once_it_has_ended() {
    let id = Uuid([7; 16]);
    let mut loader = Loader::new(MetadataImage::empty());
    let begin = wire::BeginTransactionRecord { name: Some("made in pieces") };
    let topic = wire::TopicRecord { name: "t", topic_id: id };
    let changes = loader.list(at(0), &list(&[(begin.into(), 0), (topic.into(), 0)])).unwrap();
    assert_eq!(changes, []);
    assert!(loader.in_transaction());
    assert_eq!((loader.image().topics.by_id.len(), loader.image().highest_offset), (0, -1));

    let partition = wire::PartitionRecord {
        partition_id: 0,
        topic_id: id,
        replicas: vec![1],
        isr: vec![1],
        leader: 1,
        ..Default::default()
    };
    let end = wire::EndTransactionRecord {};
    let changes = loader.list(at(2), &list(&[(partition.into(), 2), (end.into(), 0)])).unwrap();
    let expected =
        [Change::TopicCreated { topic_id: id }, Change::PartitionCreated { topic_id: id, partition: 0 }];
    assert_eq!(changes, expected);
    assert_eq!((loader.image().topics.by_id.len(), loader.image().highest_offset), (1, 3));
}

#[test]
fn records_of_an_aborted_transaction_never_show() {
    let mut loader = Loader::new(MetadataImage::empty());
    let begin = wire::BeginTransactionRecord { name: None };
    let topic = wire::TopicRecord { name: "t", topic_id: Uuid([7; 16]) };
    let abort = wire::AbortTransactionRecord { reason: Some("failover") };
    loader.list(at(0), &list(&[(begin.into(), 0), (topic.into(), 0), (abort.into(), 0)])).unwrap();
    assert!(!loader.in_transaction());
    assert_eq!((loader.image().topics.by_id.len(), loader.image().highest_offset), (0, 2));
}

#[test]
fn what_does_not_fit_is_refused_and_not_guessed() {
    let unknown_type = {
        let mut list = RecordList::new();
        list.push_encoded(&[1, 30, 0, 0]);
        list
    };
    let remove = wire::RemoveTopicRecord { topic_id: Uuid([9; 16]) };
    let end = wire::EndTransactionRecord {};
    let change = wire::BrokerRegistrationChangeRecord { broker_id: 4, broker_epoch: 2, ..Default::default() };
    let refused =
        |records: &RecordList| Loader::new(MetadataImage::empty()).list(at(0), records).unwrap_err();
    assert!(matches!(refused(&unknown_type), ReplayError::Undecodable { .. }));
    assert!(matches!(refused(&list(&[(remove.into(), 0)])), ReplayError::UnknownTopic { .. }));
    assert!(matches!(refused(&list(&[(end.into(), 0)])), ReplayError::Misplaced { .. }));
    assert!(matches!(refused(&list(&[(change.into(), 0)])), ReplayError::UnknownBroker { .. }));
}

#[test]
fn a_topic_made_again_has_another_id_and_none_of_its_old_configuration() {
    let (old, new) = (Uuid([1; 16]), Uuid([2; 16]));
    let mut loader = Loader::new(MetadataImage::empty());
    let topic = |topic_id| wire::TopicRecord { name: "x.y", topic_id };
    let config =
        wire::ConfigRecord { resource_type: 2, resource_name: "x.y", name: "retention.ms", value: Some("1") };
    loader.list(at(0), &list(&[(topic(old).into(), 0), (config.into(), 0)])).unwrap();
    assert_eq!(loader.image().topics.colliding_with("x_y"), Some("x.y"));
    let remove = wire::RemoveTopicRecord { topic_id: old };
    loader.list(at(2), &list(&[(remove.into(), 0)])).unwrap();
    assert_eq!(loader.image().topics.colliding_with("x_y"), None);
    loader.list(at(3), &list(&[(topic(new).into(), 0)])).unwrap();
    let image = loader.image();
    assert_eq!(image.topics.named("x.y").unwrap().id, new);
    assert!(image.topics.with_id(old).is_none());
    assert_eq!(image.configs.resources.len(), 0);
}

#[test]
fn an_image_once_published_never_changes() {
    let before = replay_kafka_until(60);
    let copy = before.clone();
    let mut loader = Loader::new(before.clone());
    for batch in batches(KAFKA_LOG).iter().filter(|batch| batch.base_offset().0 >= 60) {
        loader.batch(batch).unwrap();
    }
    assert_ne!(loader.image(), &before);
    assert_eq!(before, copy);
}
