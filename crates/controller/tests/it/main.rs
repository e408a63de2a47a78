//! Decisions of the controller, against what Apache Kafka 4.4.0 answered and wrote when it was asked the same.

mod cluster;

use thalweg_controller::{
    AlterConfigs, ApiError, ConfigChange, ControllerRequest, ControllerResponse, ControllerSettings,
    CreatePartitions, CreateTopics, FeatureRange, MorePartitions, NewIds, NewTopic, Registration,
    ResourceChanges, TopicReference, bootstrap_features, bootstrap_records, features_to_add, fence, handle,
    register_broker, register_controller, shut_down, unfence,
};
use thalweg_metadata::{
    ConfigResource, ELIGIBLE_LEADER_REPLICAS_VERSION, Endpoint, KRAFT_VERSION, LeaderRecoveryState, Loader,
    METADATA_VERSION, MetadataImage, NO_LEADER, Progress, RecordList,
};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata as wire;
use thalweg_wire::records::{MetadataRecord, metadata_record_decode};

/// Ids that count.
struct Counting(u8);

impl NewIds for Counting {
    fn topic_id(&mut self) -> Uuid {
        self.0 += 1;
        Uuid([self.0; 16])
    }

    fn number(&mut self) -> u64 {
        0
    }
}

/// A node with its controller, without the log between.
struct Node {
    settings: ControllerSettings,
    loader: Loader,
    ids: Counting,
}

fn settings() -> ControllerSettings {
    ControllerSettings {
        node_id: 1,
        num_partitions: 1,
        default_replication_factor: 1,
        delete_topic_enable: true,
        min_insync_replicas: 1,
        start: Default::default(),
        features: vec![
            FeatureRange { name: METADATA_VERSION, min: 7, max: 33 },
            FeatureRange { name: KRAFT_VERSION, min: 0, max: 1 },
            FeatureRange { name: ELIGIBLE_LEADER_REPLICAS_VERSION, min: 0, max: 1 },
        ],
    }
}

fn registration() -> Registration {
    Registration {
        id: 1,
        incarnation_id: Uuid([0xaa; 16]),
        endpoints: vec![Endpoint {
            name: "PLAINTEXT".to_owned(),
            host: "localhost".to_owned(),
            port: 9092,
            security_protocol: 0,
        }],
        features: Vec::new(),
        rack: None,
        log_dirs: vec![Uuid([0xdd; 16])],
    }
}

impl Node {
    /// Registered, not yet serving.
    fn registered() -> Self {
        let settings = settings();
        let mut node = Self { settings, loader: Loader::new(MetadataImage::empty()), ids: Counting(0) };
        let features = bootstrap_features(&node.settings).unwrap();
        node.replay(&bootstrap_records(&node.settings, &features).unwrap());
        node.register(None);
        node
    }

    fn serving() -> Self {
        let mut node = Self::registered();
        node.unfence();
        node
    }

    fn register(&mut self, previous_epoch: Option<i64>) {
        let end = self.loader.image().highest_offset + 1;
        let records = register_broker(self.loader.image(), &registration(), end, previous_epoch).unwrap();
        self.replay(&records);
    }

    fn unfence(&mut self) {
        for list in unfence(self.loader.image(), 1, &[]).unwrap() {
            self.replay(&list);
        }
    }

    fn replay(&mut self, records: &RecordList) {
        if records.is_empty() {
            return;
        }
        let base_offset = self.loader.image().highest_offset + 1;
        self.loader.list(Progress { base_offset, epoch: 1, timestamp: 0 }, records).unwrap();
    }

    fn ask(&mut self, request: ControllerRequest) -> (RecordList, ControllerResponse) {
        let decision = handle(&self.settings, self.loader.image(), &request, &mut self.ids);
        self.replay(&decision.records);
        (decision.records, decision.response)
    }

    fn create(&mut self, topic: NewTopic) -> Result<(), ApiError> {
        let request = CreateTopics { topics: vec![topic], validate_only: false };
        let (_, response) = self.ask(ControllerRequest::CreateTopics(request));
        let ControllerResponse::CreateTopics(mut topics) = response else { panic!("another answer") };
        topics.remove(0).1.map(drop)
    }

    fn grow(&mut self, name: &str, count: i32, assignments: Option<&[&[i32]]>) -> Result<(), ApiError> {
        let assignments = assignments.map(|all| all.iter().map(|replicas| replicas.to_vec()).collect());
        let topics = vec![MorePartitions { name: name.to_owned(), count, assignments }];
        let request = CreatePartitions { topics, validate_only: false };
        let (_, response) = self.ask(ControllerRequest::CreatePartitions(request));
        let ControllerResponse::CreatePartitions(mut topics) = response else { panic!("another answer") };
        topics.remove(0).1
    }

    fn alter(
        &mut self,
        kind: i8,
        name: &str,
        changes: &[(&str, i8, Option<&str>)],
    ) -> (RecordList, Result<(), ApiError>) {
        let changes = changes.iter().map(|(name, operation, value)| ConfigChange {
            name: (*name).to_owned(),
            operation: *operation,
            value: value.map(str::to_owned),
        });
        let resources = vec![ResourceChanges {
            resource_type: kind,
            resource_name: name.to_owned(),
            changes: changes.collect(),
        }];
        let (records, response) = self.ask(ControllerRequest::AlterConfigs(AlterConfigs {
            resources,
            replace: false,
            validate_only: false,
        }));
        let ControllerResponse::AlterConfigs(mut results) = response else { panic!("another answer") };
        (records, results.remove(0))
    }
}

fn topic(name: &str, partitions: i32, replication_factor: i16) -> NewTopic {
    NewTopic { partitions, replication_factor, ..NewTopic::with_defaults(name) }
}

fn with_assignments(name: &str, assignments: &[(i32, &[i32])]) -> NewTopic {
    let assignments = assignments.iter().map(|(index, replicas)| (*index, replicas.to_vec())).collect();
    NewTopic { assignments, ..NewTopic::with_defaults(name) }
}

fn with_config(name: &str, key: &str, value: Option<&str>) -> NewTopic {
    NewTopic { configs: vec![(key.to_owned(), value.map(str::to_owned))], ..NewTopic::with_defaults(name) }
}

fn told(result: Result<(), ApiError>) -> (ErrorCode, String) {
    match result {
        Ok(()) => (ErrorCode::None, String::new()),
        Err(error) => (error.code, error.message.unwrap_or_default()),
    }
}

fn decoded(records: &RecordList) -> Vec<MetadataRecord<'_>> {
    records.iter().map(|record| metadata_record_decode(record).unwrap()).collect()
}

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;

#[test]
fn topics_that_cannot_be_made_are_answered_in_kafkas_words() {
    let mut node = Node::serving();
    node.create(topic("exists", 1, 1)).unwrap();
    node.create(topic("b.c", 1, 1)).unwrap();
    let long = "a".repeat(250);
    let cases: Vec<(NewTopic, ErrorCode, String)> = vec![
        (topic("t", 1, 0), ErrorCode::InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.".into()),
        (topic("t", 1, -5), ErrorCode::InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.".into()),
        (topic("t", 1, 3), ErrorCode::InvalidReplicationFactor, "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.".into()),
        (topic("t", 0, 1), ErrorCode::InvalidPartitions, "Number of partitions was set to an invalid non-positive value.".into()),
        (topic("t", -3, 1), ErrorCode::InvalidPartitions, "Number of partitions was set to an invalid non-positive value.".into()),
        (topic("t", 10_001, 1), ErrorCode::PolicyViolation, "Excessively large number of partitions per request.".into()),
        (topic("t", 10_000, 1), ErrorCode::PolicyViolation, "Unable to perform excessively large batch operation.".into()),
        (with_assignments("t", &[(0, &[1, 1])]), ErrorCode::InvalidReplicaAssignment, "The manual partition assignment includes the broker 1 more than once.".into()),
        (with_assignments("t", &[(0, &[])]), ErrorCode::InvalidReplicaAssignment, "The manual partition assignment includes an empty replica list.".into()),
        (with_assignments("t", &[(0, &[1]), (2, &[1])]), ErrorCode::InvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence".into()),
        (with_assignments("t", &[(0, &[1]), (1, &[1, 2])]), ErrorCode::InvalidReplicaAssignment, "The manual partition assignment includes broker 2, but no such broker is registered.".into()),
        (with_assignments("t", &[(0, &[1]), (0, &[1])]), ErrorCode::InvalidReplicaAssignment, "Found multiple manual partition assignments for partition 0".into()),
        (NewTopic { replication_factor: 1, ..with_assignments("t", &[(0, &[1])]) }, ErrorCode::InvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.".into()),
        (NewTopic { partitions: 1, ..with_assignments("t", &[(0, &[1])]) }, ErrorCode::InvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.".into()),
        (with_config("t", "retention.ms", None), ErrorCode::InvalidConfig, "Null value not supported for topic configs: retention.ms".into()),
        (with_config("t", "foo", Some("1")), ErrorCode::InvalidConfig, "Unknown topic config name: foo".into()),
        (with_config("t", "retention.ms", Some("xx")), ErrorCode::InvalidConfig, "Invalid value xx for configuration retention.ms: Not a number of type LONG".into()),
        (with_config("t", "segment.bytes", Some("5")), ErrorCode::InvalidConfig, "Invalid value 5 for configuration segment.bytes: Value must be at least 1048576".into()),
        (NewTopic { configs: vec![("min.compaction.lag.ms".into(), Some("10".into())), ("max.compaction.lag.ms".into(), Some("5".into()))], ..NewTopic::with_defaults("t") }, ErrorCode::InvalidConfig, "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)".into()),
        (topic(".", 1, 1), ErrorCode::InvalidTopicException, "Topic name is invalid: '.' is not allowed".into()),
        (topic(&long, 1, 1), ErrorCode::InvalidTopicException, format!("Topic name is invalid: the length of '{long}' is longer than the max allowed length 249")),
        (topic("a/b", 1, 1), ErrorCode::InvalidTopicException, "Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'".into()),
        (topic("exists", 1, 1), ErrorCode::TopicAlreadyExists, "Topic 'exists' already exists.".into()),
        (topic("b_c", 1, 1), ErrorCode::InvalidTopicException, "Topic 'b_c' collides with existing topic: b.c".into()),
        (topic("__cluster_metadata", 1, 1), ErrorCode::InvalidRequest, "Creation of internal topic __cluster_metadata is prohibited.".into()),
    ];
    for (topic, code, message) in cases {
        let asked = format!("{topic:?}");
        assert_eq!(told(node.create(topic)), (code, message), "{asked}");
    }
    assert_eq!(node.loader.image().topics.by_id.len(), 2, "none of them was made");
}

#[test]
fn a_new_topic_is_one_batch_of_topic_configs_and_partitions() {
    let mut node = Node::serving();
    let mut asked = topic("t", 2, -1);
    asked.configs =
        vec![("retention.ms".into(), Some("5".into())), ("min.insync.replicas".into(), Some("1".into()))];
    let request = CreateTopics { topics: vec![asked], validate_only: false };
    let (records, _) = node.ask(ControllerRequest::CreateTopics(request));
    let id = Uuid([1; 16]);
    let config =
        |name, value| wire::ConfigRecord { resource_type: 2, resource_name: "t", name, value: Some(value) };
    let partition = |partition_id| wire::PartitionRecord {
        partition_id,
        topic_id: id,
        replicas: vec![1],
        isr: vec![1],
        leader: 1,
        leader_epoch: 0,
        partition_epoch: 0,
        directories: vec![Uuid([0xdd; 16])],
        ..Default::default()
    };
    let expected: Vec<MetadataRecord<'_>> = vec![
        wire::TopicRecord { name: "t", topic_id: id }.into(),
        config("min.insync.replicas", "1").into(),
        config("retention.ms", "5").into(),
        wire::ClearElrRecord { topic_name: "t" }.into(),
        partition(0).into(),
        partition(1).into(),
    ];
    assert_eq!(decoded(&records), expected);
}

#[test]
fn minus_one_asks_for_the_brokers_defaults_and_validation_makes_nothing() {
    let mut node = Node::serving();
    node.settings.num_partitions = 7;
    let request = CreateTopics { topics: vec![NewTopic::with_defaults("t")], validate_only: true };
    let (records, response) = node.ask(ControllerRequest::CreateTopics(request));
    let ControllerResponse::CreateTopics(topics) = response else { panic!("another answer") };
    let made = topics[0].1.as_ref().unwrap();
    assert_eq!((made.partitions, made.replication_factor), (7, 1));
    assert!(records.is_empty());
    assert!(node.loader.image().topics.named("t").is_none());
}

#[test]
fn one_bad_topic_does_not_spoil_the_others_but_a_doubled_name_is_refused() {
    let mut node = Node::serving();
    let topics = vec![topic("good", 1, 1), topic("bad", 0, 1), topic("twice", 1, 1), topic("twice", 2, 1)];
    let request = CreateTopics { topics, validate_only: false };
    let (_, response) = node.ask(ControllerRequest::CreateTopics(request));
    let ControllerResponse::CreateTopics(topics) = response else { panic!("another answer") };
    let codes: Vec<Option<ErrorCode>> =
        topics.iter().map(|(_, result)| result.as_ref().err().map(|error| error.code)).collect();
    let refused = Some(ErrorCode::InvalidRequest);
    assert_eq!(codes, [None, Some(ErrorCode::InvalidPartitions), refused, refused]);
    assert_eq!(node.loader.image().topics.by_name.keys().map(|name| &**name).collect::<Vec<_>>(), ["good"]);
}

#[test]
fn nothing_is_placed_on_a_fenced_broker() {
    let mut node = Node::registered();
    assert_eq!(told(node.create(topic("t", 1, 1))).0, ErrorCode::InvalidReplicationFactor);
}

#[test]
fn deleting_removes_topic_and_configuration_and_answers_in_order() {
    let mut node = Node::serving();
    node.create(with_config("t", "retention.ms", Some("5"))).unwrap();
    let id = node.loader.image().topics.named("t").unwrap().id;
    let stranger = Uuid([0x77; 16]);
    let named =
        vec![TopicReference::Name("nope".into()), TopicReference::Id(id), TopicReference::Id(stranger)];
    let (_, response) = node.ask(ControllerRequest::DeleteTopics(named));
    let ControllerResponse::DeleteTopics(results) = response else { panic!("another answer") };
    let codes: Vec<_> = results
        .iter()
        .map(|(name, id, result)| (name.as_deref(), *id, result.as_ref().err().map(|error| error.code)))
        .collect();
    let expected = [
        (Some("nope"), Uuid::ZERO, Some(ErrorCode::UnknownTopicOrPartition)),
        (Some("t"), id, None),
        (None, stranger, Some(ErrorCode::UnknownTopicId)),
    ];
    assert_eq!(codes, expected);
    assert!(node.loader.image().topics.by_id.is_empty());
    assert_eq!(node.loader.image().configs.of(&ConfigResource::topic("t")).count(), 0);
}

#[test]
fn a_topic_named_twice_is_not_deleted() {
    let mut node = Node::serving();
    node.create(topic("t", 1, 1)).unwrap();
    let id = node.loader.image().topics.named("t").unwrap().id;
    let named = vec![TopicReference::Name("t".into()), TopicReference::Id(id)];
    let (records, response) = node.ask(ControllerRequest::DeleteTopics(named));
    let ControllerResponse::DeleteTopics(results) = response else { panic!("another answer") };
    assert!(records.is_empty());
    for (_, _, result) in results {
        assert_eq!(result.unwrap_err().code, ErrorCode::InvalidRequest);
    }
}

#[test]
fn a_topic_grows_and_is_told_in_kafkas_words_when_it_cannot() {
    let mut node = Node::serving();
    node.create(topic("def", 1, 1)).unwrap();
    let invalid = ErrorCode::InvalidPartitions;
    assert_eq!(told(node.grow("nope", 3, None)).0, ErrorCode::UnknownTopicOrPartition);
    assert_eq!(told(node.grow("def", 1, None)), (invalid, "Topic already has 1 partition(s).".into()));
    let less = "The topic def currently has 1 partition(s); 0 would not be an increase.";
    assert_eq!(told(node.grow("def", 0, None)), (invalid, less.into()));
    assert_eq!(told(node.grow("def", 3, Some(&[&[1], &[1]]))).0, ErrorCode::None);
    let few = "Attempted to add 3 additional partition(s), but only 1 assignment(s) were specified.";
    assert_eq!(told(node.grow("def", 6, Some(&[&[1]]))), (ErrorCode::InvalidReplicaAssignment, few.into()));
    let stranger = "The manual partition assignment includes broker 9, but no such broker is registered.";
    assert_eq!(
        told(node.grow("def", 4, Some(&[&[9]]))),
        (ErrorCode::InvalidReplicaAssignment, stranger.into())
    );
    let many = "Excessively large number of additional partitions per request.";
    assert_eq!(told(node.grow("def", 20_000, None)), (ErrorCode::PolicyViolation, many.into()));
    assert_eq!(node.loader.image().topics.named("def").unwrap().partitions.len(), 3);
}

#[test]
fn configuration_changes_are_judged_and_written_as_by_kafka() {
    let mut node = Node::serving();
    node.create(topic("def", 1, 1)).unwrap();
    let invalid = ErrorCode::InvalidConfig;
    let request = ErrorCode::InvalidRequest;
    type Changes<'a> = &'a [(&'a str, i8, Option<&'a str>)];
    let cases: &[(i8, &str, Changes<'_>, ErrorCode, &str)] = &[
        (
            TOPIC,
            "nope",
            &[("retention.ms", SET, Some("5"))],
            ErrorCode::UnknownTopicOrPartition,
            "The topic 'nope' does not exist.",
        ),
        (TOPIC, "def", &[("foo", SET, Some("5"))], invalid, "Unknown topic config name: foo"),
        (
            TOPIC,
            "def",
            &[("retention.ms", SET, Some("x"))],
            invalid,
            "Invalid value x for configuration retention.ms: Not a number of type LONG",
        ),
        (
            TOPIC,
            "def",
            &[("segment.bytes", SET, Some("1"))],
            invalid,
            "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576",
        ),
        (
            TOPIC,
            "def",
            &[("retention.ms", SET, None)],
            request,
            "Null value not supported for : retention.ms",
        ),
        (
            TOPIC,
            "def",
            &[("retention.ms", SET, Some(""))],
            invalid,
            "Invalid value  for configuration retention.ms: Not a number of type LONG",
        ),
        (
            TOPIC,
            "def",
            &[("retention.ms", APPEND, Some("5"))],
            invalid,
            "Can't APPEND to key retention.ms because its type is not LIST.",
        ),
        (
            TOPIC,
            "def",
            &[("retention.ms", SUBTRACT, Some("5"))],
            invalid,
            "Can't SUBTRACT to key retention.ms because its type is not LIST.",
        ),
        (
            TOPIC,
            "def",
            &[("retention.ms", SET, Some("9")), ("retention.ms", SET, Some("8"))],
            request,
            "Error due to duplicate config keys",
        ),
        (
            TOPIC,
            "a/b",
            &[("retention.ms", SET, Some("5"))],
            ErrorCode::InvalidTopicException,
            "Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ),
        (TOPIC, "", &[("retention.ms", SET, Some("5"))], request, "Default topic resources are not allowed."),
        (
            BROKER,
            "1",
            &[("broker.rack", SET, Some("5"))],
            request,
            "Cannot update these configs dynamically: [broker.rack]",
        ),
        (
            BROKER,
            "1",
            &[("min.insync.replicas", SET, Some("2"))],
            invalid,
            "Broker-level min.insync.replicas cannot be altered while ELR is enabled.",
        ),
        (
            BROKER,
            "",
            &[("min.insync.replicas", DELETE, None)],
            invalid,
            "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
        ),
    ];
    for (kind, name, changes, code, message) in cases {
        let (records, result) = node.alter(*kind, name, changes);
        assert_eq!(told(result), (*code, (*message).to_owned()), "{name} {changes:?}");
        assert!(records.is_empty());
    }

    let value = |node: &Node, key: &str| {
        node.loader.image().configs.value(&ConfigResource::topic("def"), key).map(str::to_owned)
    };
    node.alter(TOPIC, "def", &[("retention.ms", SET, Some("77"))]).1.unwrap();
    let (records, _) = node.alter(TOPIC, "def", &[("retention.ms", SET, Some("77"))]);
    assert!(records.is_empty(), "what is so already is not written again");
    node.alter(TOPIC, "def", &[("cleanup.policy", APPEND, Some("compact"))]).1.unwrap();
    assert_eq!(value(&node, "cleanup.policy").as_deref(), Some("delete,compact"), "the default is added to");
    node.alter(TOPIC, "def", &[("cleanup.policy", SUBTRACT, Some("delete"))]).1.unwrap();
    node.alter(TOPIC, "def", &[("cleanup.policy", SUBTRACT, Some("compact"))]).1.unwrap();
    assert_eq!(value(&node, "cleanup.policy").as_deref(), Some(""));
    node.alter(TOPIC, "def", &[("retention.ms", DELETE, None)]).1.unwrap();
    assert_eq!(value(&node, "retention.ms"), None);
    let (records, result) = node.alter(TOPIC, "def", &[("foofoo", DELETE, None)]);
    assert_eq!((records.len(), result), (0, Ok(())), "deleting what was never there is fine");

    let (records, _) = node.alter(BROKER, "", &[("min.insync.replicas", SET, Some("2"))]);
    assert!(matches!(
        decoded(&records).as_slice(),
        [MetadataRecord::Config(_), MetadataRecord::ClearElr(wire::ClearElrRecord { topic_name: "" })]
    ));
}

#[test]
fn a_clean_stop_and_start_keeps_the_elr_and_elects_from_it() {
    let mut node = Node::serving();
    node.create(topic("t", 1, 1)).unwrap();
    let [leaving, gone] = shut_down(node.loader.image(), 1).unwrap();
    let id = Uuid([1; 16]);
    let epoch = node.loader.image().cluster.brokers[&1].epoch;
    let expected = vec![
        wire::BrokerRegistrationChangeRecord {
            broker_id: 1,
            broker_epoch: epoch,
            in_controlled_shutdown: 1,
            ..Default::default()
        }
        .into(),
        wire::PartitionChangeRecord {
            partition_id: 0,
            topic_id: id,
            isr: Some(vec![]),
            leader: NO_LEADER,
            eligible_leader_replicas: Some(vec![1]),
            last_known_elr: Some(vec![1]),
            ..Default::default()
        }
        .into(),
    ];
    assert_eq!(decoded(&leaving), expected);
    assert_eq!(gone.len(), 1);
    node.replay(&leaving);
    node.replay(&gone);

    node.register(Some(epoch));
    node.unfence();
    let partition = &node.loader.image().topics.named("t").unwrap().partitions[0];
    assert_eq!((partition.leader, &partition.isr[..], &partition.elr[..]), (1, &[1][..], &[][..]));
    assert_eq!(
        (partition.leader_epoch, partition.partition_epoch),
        (2, 2),
        "clients see that leadership is new"
    );
    assert_eq!(partition.recovery_state, LeaderRecoveryState::Recovered);
    assert!(partition.last_known_elr.is_empty());
}

#[test]
fn after_an_unclean_stop_the_last_known_leader_leads_but_has_to_recover() {
    let mut node = Node::serving();
    node.create(topic("t", 1, 1)).unwrap();
    let fenced = fence(node.loader.image(), 1).unwrap();
    assert!(matches!(
        decoded(&fenced).as_slice(),
        [MetadataRecord::PartitionChange(_), MetadataRecord::BrokerRegistrationChange(_)]
    ));
    node.replay(&fenced);
    node.register(None);
    let partition = &node.loader.image().topics.named("t").unwrap().partitions[0];
    assert!(partition.elr.is_empty(), "what was not flushed may be lost");
    node.unfence();
    let partition = &node.loader.image().topics.named("t").unwrap().partitions[0];
    assert_eq!((partition.leader, &partition.isr[..], partition.leader_epoch), (1, &[1][..], 2));
    assert_eq!(partition.recovery_state, LeaderRecoveryState::Recovering);
    assert!(partition.last_known_elr.is_empty());
}

#[test]
fn producer_ids_are_handed_out_once_and_only_to_the_broker_that_is_registered() {
    let mut node = Node::serving();
    let epoch = node.loader.image().cluster.brokers[&1].epoch;
    let ask = |node: &mut Node, broker_id, broker_epoch| {
        let (_, response) = node.ask(ControllerRequest::AllocateProducerIds { broker_id, broker_epoch });
        let ControllerResponse::AllocateProducerIds(result) = response else { panic!("another answer") };
        result
    };
    assert_eq!(ask(&mut node, 1, epoch), Ok(0..1000));
    assert_eq!(ask(&mut node, 1, epoch), Ok(1000..2000));
    assert_eq!(ask(&mut node, 1, epoch - 1).unwrap_err().code, ErrorCode::StaleBrokerEpoch);
    assert_eq!(ask(&mut node, 2, epoch).unwrap_err().code, ErrorCode::BrokerIdNotRegistered);
}

#[test]
fn a_newer_build_raises_what_it_serves_and_leaves_what_it_finds() {
    let node = Node::serving();
    let mut newer = settings();
    newer.features.push(FeatureRange { name: "transaction.version", min: 0, max: 2 });
    newer.features.push(FeatureRange { name: "group.version", min: 0, max: 1 });
    let added = features_to_add(&newer, &node.loader.image().features).unwrap();
    let expected: Vec<MetadataRecord<'_>> = vec![
        wire::FeatureLevelRecord { name: "group.version", feature_level: 1 }.into(),
        wire::FeatureLevelRecord { name: "transaction.version", feature_level: 2 }.into(),
    ];
    assert_eq!(decoded(&added), expected);
    assert!(features_to_add(&settings(), &node.loader.image().features).unwrap().is_empty());
}

#[test]
fn a_cluster_at_an_older_level_gets_no_record_it_does_not_know() {
    // 3.6-IV2: no registered controllers, no directories, no eligible leader replicas.
    let mut bootstrap = RecordList::new();
    bootstrap.push(wire::FeatureLevelRecord { name: METADATA_VERSION, feature_level: 14 }, 0).unwrap();
    let mut node =
        Node { settings: settings(), loader: Loader::new(MetadataImage::empty()), ids: Counting(0) };
    let records = bootstrap_records(&node.settings, &bootstrap).unwrap();
    assert_eq!(records.len(), 3, "no min.insync.replicas without eligible leader replicas");
    node.replay(&records);
    assert!(register_controller(node.loader.image(), &registration()).unwrap().is_empty());
    assert!(features_to_add(&node.settings, &node.loader.image().features).unwrap().is_empty());
    node.register(None);
    node.unfence();
    node.create(with_config("t", "min.insync.replicas", Some("1"))).unwrap();
    for list in shut_down(node.loader.image(), 1).unwrap() {
        for record in decoded(&list) {
            if let MetadataRecord::PartitionChange(change) = record {
                assert_eq!(
                    (change.leader, change.isr, change.eligible_leader_replicas),
                    (NO_LEADER, None, None)
                );
            }
        }
        node.replay(&list);
    }
    let epoch = node.loader.image().cluster.brokers[&1].epoch;
    node.register(Some(epoch));
    node.unfence();
    let partition = &node.loader.image().topics.named("t").unwrap().partitions[0];
    assert_eq!((partition.leader, partition.recovery_state), (1, LeaderRecoveryState::Recovered));
}
