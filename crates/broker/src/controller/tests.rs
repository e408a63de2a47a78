//! The controller role on a disk in memory: first start, restart, crash, full disk, failed sync, snapshots, and a
//! directory that Apache Kafka 4.4.0 left behind.

use std::io::IoSlice;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};

use thalweg_config::{BrokerConfig, Effective, Origin, Settings};
use thalweg_controller::{
    ApiError, ControllerRequest, ControllerResponse, CreateTopics, FeatureRange, NewTopic, TopicReference,
};
use thalweg_metadata::{
    Change, ELIGIBLE_LEADER_REPLICAS_VERSION, Endpoint, KRAFT_VERSION, LeaderRecoveryState, METADATA_VERSION,
    MetadataImage,
};
use thalweg_model::{Mono, Now};
use thalweg_platform::memory::{MemoryDisk, SeededRandom};
use thalweg_platform::{Disk, Open, Wake};
use thalweg_wire::ErrorCode;

use super::{
    ControllerError, ControllerHandle, ControllerHost, ControllerOptions, MetadataListener, open_or_format,
};

#[derive(Debug)]
struct NoWake;

impl Wake for NoWake {
    fn wake(&self) {}
}

const NOW: Now = Now { mono: Mono(1), wall_ms: 1_700_000_000_000 };

fn config(more: &[(&str, &str)]) -> BrokerConfig {
    let mut settings = Settings::default();
    for (key, value) in [("node.id", "1"), ("log.dirs", "/data")].iter().chain(more) {
        settings.add(key, value, Origin::Flag);
    }
    BrokerConfig::resolve(&Effective::of_settings(&settings)).unwrap()
}

fn options(previous_broker_epoch: Option<i64>) -> ControllerOptions {
    ControllerOptions {
        start: Arc::default(),
        features: vec![
            FeatureRange { name: METADATA_VERSION, min: 7, max: 33 },
            FeatureRange { name: KRAFT_VERSION, min: 0, max: 1 },
            FeatureRange { name: ELIGIBLE_LEADER_REPLICAS_VERSION, min: 0, max: 1 },
        ],
        controller_endpoint: ("CONTROLLER".to_owned(), "localhost".to_owned(), 9093),
        endpoints: vec![Endpoint {
            name: "PLAINTEXT".to_owned(),
            host: "localhost".to_owned(),
            port: 9092,
            security_protocol: 0,
        }],
        previous_broker_epoch,
        wake: Arc::new(NoWake),
    }
}

fn try_open(
    disk: &Arc<MemoryDisk>,
    more: &[(&str, &str)],
    previous_broker_epoch: Option<i64>,
) -> Result<ControllerHost, ControllerError> {
    let disk: Arc<dyn Disk> = Arc::clone(disk) as Arc<dyn Disk>;
    let random = Arc::new(SeededRandom::new(7));
    open_or_format(disk, random, &config(more), options(previous_broker_epoch), NOW)
}

fn serving(disk: &Arc<MemoryDisk>, previous_broker_epoch: Option<i64>) -> ControllerHost {
    let mut host = try_open(disk, &[], previous_broker_epoch).unwrap();
    ready(&mut host).unwrap();
    host
}

fn ready(host: &mut ControllerHost) -> Result<(), ApiError> {
    let (sender, receiver) = mpsc::channel();
    host.handle().broker_ready(Box::new(move |result| sender.send(result).unwrap()));
    host.turn(NOW);
    receiver.try_recv().expect("answered in the same turn")
}

fn stop(mut host: ControllerHost) -> i64 {
    let (sender, receiver) = mpsc::channel();
    host.handle().shut_down(Box::new(move |result| sender.send(result).unwrap()));
    host.turn(NOW);
    receiver.try_recv().unwrap().unwrap();
    host.broker_epoch()
}

fn submit_topic(handle: &ControllerHandle, name: &str) -> Receiver<ControllerResponse> {
    let (sender, receiver) = mpsc::channel();
    let topics = vec![NewTopic::with_defaults(name)];
    let request = ControllerRequest::CreateTopics(CreateTopics { topics, validate_only: false });
    handle.submit(request, Box::new(move |response| sender.send(response).unwrap()));
    receiver
}

fn create(host: &mut ControllerHost, name: &str) -> Result<(), ApiError> {
    let answer = submit_topic(&host.handle(), name);
    host.turn(NOW);
    match answer.try_recv().expect("answered in the same turn") {
        ControllerResponse::CreateTopics(mut topics) => topics.remove(0).1.map(drop),
        ControllerResponse::Unavailable(error) => Err(error),
        other => panic!("{other:?}"),
    }
}

fn names(image: &MetadataImage) -> Vec<String> {
    image.topics.by_name.keys().map(ToString::to_string).collect()
}

#[test]
fn an_empty_directory_becomes_a_cluster_of_one() {
    let disk = Arc::new(MemoryDisk::new());
    let host = serving(&disk, None);
    let mut files: Vec<String> = disk
        .list(Path::new("/data/__cluster_metadata-0"))
        .unwrap()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    files.sort();
    let expected = [
        "00000000000000000000-0000000000.checkpoint",
        "00000000000000000000.log",
        "leader-epoch-checkpoint",
        "partition.metadata",
        "quorum-state",
    ];
    assert_eq!(files, expected);
    let image = host.handle().image();
    assert_eq!(image.features.metadata_version(), 33);
    assert_eq!(image.quorum.kraft_version, 1);
    assert_eq!(image.highest_epoch, 1);
    assert!(image.cluster.is_active(1));
    assert_eq!(host.cluster_id().len(), 22);
    assert_eq!(image.cluster.brokers[&1].log_dirs, [host.directories()[0].1]);
}

#[test]
fn a_clean_restart_keeps_everything_and_raises_both_epochs() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    create(&mut host, "t").unwrap();
    let cluster_id = host.cluster_id().to_owned();
    let epoch = stop(host);

    let host = serving(&disk, Some(epoch));
    let image = host.handle().image();
    assert_eq!(host.cluster_id(), cluster_id);
    assert_eq!(image.highest_epoch, 2, "a start is an election");
    let partition = &image.topics.named("t").unwrap().partitions[0];
    assert_eq!(
        (partition.leader, partition.leader_epoch, partition.recovery_state),
        (1, 2, LeaderRecoveryState::Recovered)
    );
}

#[test]
fn what_was_answered_survives_a_power_cut_and_gets_a_new_leader_epoch() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    create(&mut host, "t").unwrap();
    disk.crash();
    drop(host);
    let host = serving(&disk, None);
    let image = host.handle().image();
    assert_eq!(names(&image), ["t"]);
    let partition = &image.topics.named("t").unwrap().partitions[0];
    assert_eq!((partition.leader, partition.leader_epoch), (1, 2));
    assert_eq!(partition.recovery_state, LeaderRecoveryState::Recovering);
}

#[test]
fn a_power_cut_at_any_sync_of_the_first_start_leaves_a_directory_that_starts() {
    for syncs in 0..40 {
        let disk = Arc::new(MemoryDisk::new());
        disk.fail_syncs_after(syncs);
        let first = try_open(&disk, &[], None);
        let done = first.is_ok();
        drop(first);
        disk.crash();
        disk.heal();
        let host = serving(&disk, None);
        let image = host.handle().image();
        assert_eq!(image.features.metadata_version(), 33, "cut after {syncs} syncs");
        assert_eq!(image.quorum.voters.len(), 1, "cut after {syncs} syncs");
        if done {
            return;
        }
    }
    panic!("a start takes fewer syncs");
}

#[test]
fn an_unfinished_write_is_cut_off_after_a_crash_but_never_after_a_clean_stop() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    create(&mut host, "t").unwrap();
    let epoch = stop(host);
    let path = Path::new("/data/__cluster_metadata-0/00000000000000000000.log");
    let file = disk.open(path, Open::ReadWrite).unwrap();
    let length = file.len().unwrap();
    file.write_all_at(&mut [IoSlice::new(&[0x55; 100])], length).unwrap();

    let error = try_open(&disk, &[], Some(epoch)).unwrap_err();
    assert!(matches!(error, ControllerError::Log(_)), "{error}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert_eq!(file.len().unwrap(), length + 100, "and nothing was");
    let host = serving(&disk, None);
    assert_eq!(names(&host.handle().image()), ["t"]);
}

#[test]
fn a_damaged_record_in_the_middle_stops_the_node() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    create(&mut host, "t").unwrap();
    let epoch = stop(host);
    let path = Path::new("/data/__cluster_metadata-0/00000000000000000000.log");
    let file = disk.open(path, Open::ReadWrite).unwrap();
    file.write_all_at(&mut [IoSlice::new(&[0xff])], 300).unwrap();
    assert!(matches!(try_open(&disk, &[], Some(epoch)), Err(ControllerError::Log(_))));
}

#[test]
fn all_requests_of_a_turn_share_one_write_and_one_sync() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    let handle = host.handle();
    let answers: Vec<_> = (0..100).map(|index| submit_topic(&handle, &format!("t{index}"))).collect();
    let again = submit_topic(&handle, "t5");
    let before = disk.counts();
    host.turn(NOW);
    let after = disk.counts();
    assert_eq!((after.writes - before.writes, after.syncs - before.syncs), (1, 1));
    assert!(answers.iter().all(|answer| answer.try_recv().is_ok()));
    let ControllerResponse::CreateTopics(topics) = again.try_recv().unwrap() else {
        panic!("another answer")
    };
    let code = topics[0].1.as_ref().unwrap_err().code;
    assert_eq!(code, ErrorCode::TopicAlreadyExists, "decided against what the turn had made already");
    assert_eq!(handle.image().topics.by_id.len(), 100);
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    create(&mut host, "before").unwrap();
    disk.fail_space_after(40);
    let error = create(&mut host, "during").unwrap_err();
    assert_eq!(error.code, ErrorCode::KafkaStorageError);
    assert_eq!(names(&host.handle().image()), ["before"]);
    disk.heal();
    create(&mut host, "after").unwrap();
    disk.crash();
    drop(host);
    assert_eq!(names(&serving(&disk, None).handle().image()), ["after", "before"]);
}

#[test]
fn a_failed_sync_is_never_tried_again() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    disk.fail_syncs_after(0);
    assert_eq!(create(&mut host, "t").unwrap_err().code, ErrorCode::KafkaStorageError);
    disk.heal();
    let before = disk.counts();
    assert_eq!(create(&mut host, "u").unwrap_err().code, ErrorCode::KafkaStorageError);
    assert_eq!(disk.counts(), before, "the disk was not touched");
    assert_eq!(names(&host.handle().image()), Vec::<String>::new());
}

#[test]
fn snapshots_keep_the_log_from_growing_and_a_start_reads_from_the_newest() {
    let more = [
        ("metadata.log.max.record.bytes.between.snapshots", "4000"),
        ("metadata.max.retention.bytes", "20000"),
    ];
    let disk = Arc::new(MemoryDisk::new());
    let mut host = try_open(&disk, &more, None).unwrap();
    ready(&mut host).unwrap();
    for index in 0..1000 {
        create(&mut host, &format!("t{index}")).unwrap();
        if index >= 10 {
            let name = format!("t{}", index - 10);
            let gone = ControllerRequest::DeleteTopics(vec![TopicReference::Name(name)]);
            host.handle().submit(gone, Box::new(drop));
            host.turn(NOW);
        }
    }
    let entries = disk.list(Path::new("/data/__cluster_metadata-0")).unwrap();
    let size = |suffix: &str| -> u64 {
        let named = entries.iter().filter(|entry| entry.name.ends_with(suffix));
        named
            .map(|entry| disk.stat(&Path::new("/data/__cluster_metadata-0").join(&entry.name)).unwrap().len)
            .sum()
    };
    assert!(size(".log") < 40_000, "{} bytes of log", size(".log"));
    let checkpoints = entries.iter().filter(|entry| entry.name.ends_with(".checkpoint")).count();
    assert!((2..=10).contains(&checkpoints), "{checkpoints} checkpoints");
    assert!(entries.iter().all(|entry| entry.name != "00000000000000000000.log"));

    let image = host.handle().image();
    let epoch = stop(host);
    let mut host = try_open(&disk, &more, Some(epoch)).unwrap();
    ready(&mut host).unwrap();
    assert_eq!(names(&host.handle().image()), names(&image));
    assert_eq!(host.handle().image().configs, image.configs);
    create(&mut host, "one-more").unwrap();
}

#[test]
fn a_snapshot_is_taken_in_time_even_when_little_has_happened() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    let due = host.turn(NOW);
    assert_eq!(due, NOW.mono.after_ms(3_600_000));
    host.turn(Now { mono: due, ..NOW });
    let entries = disk.list(Path::new("/data/__cluster_metadata-0")).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.name.ends_with(".checkpoint")).count(), 2);
}

#[derive(Default)]
struct Told(Arc<Mutex<Vec<(i64, usize)>>>);

impl MetadataListener for Told {
    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]) {
        self.0.lock().unwrap().push((image.highest_offset, changes.len()));
    }
}

#[test]
fn the_broker_is_told_before_the_client_is_answered() {
    let disk = Arc::new(MemoryDisk::new());
    let mut host = serving(&disk, None);
    let told = Arc::new(Mutex::new(Vec::new()));
    host.add_listener(Box::new(Told(Arc::clone(&told))));
    let (sender, receiver) = mpsc::channel();
    let topics = vec![NewTopic { partitions: 3, ..NewTopic::with_defaults("t") }];
    let request = ControllerRequest::CreateTopics(CreateTopics { topics, validate_only: false });
    let seen = Arc::clone(&told);
    host.handle().submit(request, Box::new(move |_| sender.send(seen.lock().unwrap().len()).unwrap()));
    host.turn(NOW);
    assert_eq!(receiver.try_recv(), Ok(1));
    let end = host.handle().image().highest_offset;
    assert_eq!(*told.lock().unwrap(), [(end, 4)], "the topic and its three partitions");
}

#[test]
fn directories_of_others_are_refused_with_what_to_do() {
    let disk = Arc::new(MemoryDisk::new());
    drop(serving(&disk, None));
    let error = try_open(&disk, &[("node.id", "2")], None).unwrap_err();
    assert!(error.to_string().contains("belongs to node.id 1"), "{error}");

    let disk = Arc::new(MemoryDisk::new());
    disk.create_dir_all(Path::new("/data/orders-0")).unwrap();
    let error = try_open(&disk, &[], None).unwrap_err();
    assert!(error.to_string().contains("holds the partition orders-0 but no meta.properties"), "{error}");

    let disk = Arc::new(MemoryDisk::new());
    drop(serving(&disk, None));
    let meta = disk.read(Path::new("/data/meta.properties"), 1000).unwrap();
    let text = String::from_utf8(meta).unwrap();
    let other =
        text.lines().map(|line| if line.starts_with("cluster.id") { "cluster.id=other" } else { line });
    disk.create_dir_all(Path::new("/more")).unwrap();
    let other: String = other.map(|line| format!("{line}\n")).collect();
    disk.replace(Path::new("/more/meta.properties"), other.as_bytes()).unwrap();
    let error = try_open(&disk, &[("log.dirs", "/data,/more")], None).unwrap_err();
    assert!(matches!(error, ControllerError::OtherCluster { .. }), "{error}");
}

#[test]
fn a_second_log_directory_joins_the_cluster() {
    let disk = Arc::new(MemoryDisk::new());
    let epoch = stop(serving(&disk, None));
    let mut host = try_open(&disk, &[("log.dirs", "/data,/more")], Some(epoch)).unwrap();
    ready(&mut host).unwrap();
    assert_eq!(host.directories().len(), 2);
    assert_eq!(host.handle().image().cluster.brokers[&1].log_dirs.len(), 2);
    assert!(disk.stat(Path::new("/more/meta.properties")).is_ok());
}

/// A metadata log that Apache Kafka 4.4.0 wrote, and its snapshot.
fn kafkas_directory(with_snapshot: bool) -> Arc<MemoryDisk> {
    const LOG: &[u8] = include_bytes!("../../../metadata/tests/it/data/kafka-4.4.0.log");
    const SNAPSHOT: &[u8] = include_bytes!("../../../metadata/tests/it/data/kafka-4.4.0-130-1.checkpoint");
    let disk = Arc::new(MemoryDisk::new());
    let directory = Path::new("/data/__cluster_metadata-0");
    disk.create_dir_all(directory).unwrap();
    let meta =
        "version=1\nnode.id=1\ncluster.id=LgTHcJ2WTcqN-s8O1nWZTg\ndirectory.id=GVgoKwYfR7ylly0lPMNaow\n";
    disk.replace(Path::new("/data/meta.properties"), meta.as_bytes()).unwrap();
    let state = r#"{"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}"#;
    disk.replace(&directory.join("quorum-state"), state.as_bytes()).unwrap();
    disk.replace(&directory.join("00000000000000000000.log"), LOG).unwrap();
    if with_snapshot {
        disk.replace(&directory.join("00000000000000000130-0000000001.checkpoint"), SNAPSHOT).unwrap();
    }
    disk
}

#[test]
fn a_directory_that_kafka_stopped_cleanly_serves_its_topics() {
    for with_snapshot in [true, false] {
        let disk = kafkas_directory(with_snapshot);
        let host = serving(&disk, Some(15));
        let image = host.handle().image();
        assert_eq!(names(&image), ["a", "man"]);
        assert_eq!((image.highest_epoch, host.cluster_id()), (2, "LgTHcJ2WTcqN-s8O1nWZTg"));
        for partition in &image.topics.named("a").unwrap().partitions {
            assert_eq!((partition.leader, &partition.isr[..], partition.leader_epoch), (1, &[1][..], 2));
        }
        assert_eq!(image.features.level("share.version"), 2, "levels we do not serve are kept");
        assert_eq!(image.scram.credentials.len(), 2);
    }
}

#[test]
fn another_voters_directory_is_not_led() {
    let disk = kafkas_directory(false);
    let meta =
        "version=1\nnode.id=1\ncluster.id=LgTHcJ2WTcqN-s8O1nWZTg\ndirectory.id=92au54JsScGu1wdbzOa6Yw\n";
    disk.replace(Path::new("/data/meta.properties"), meta.as_bytes()).unwrap();
    assert!(matches!(try_open(&disk, &[], Some(15)), Err(ControllerError::OtherVoters(_))));
}
