//! Elections, reassignments, feature levels and brokers that are forgotten, as Apache Kafka 4.4.0 answered them.

use thalweg_controller::{ElectLeaders, FeatureUpdate, Reassign, UpdateFeatures};

use super::*;

fn elect(
    node: &mut Node,
    unclean: bool,
    partitions: Option<&[(&str, &[i32])]>,
) -> (usize, Vec<(ErrorCode, String)>) {
    let partitions = partitions
        .map(|topics| topics.iter().map(|(name, indexes)| ((*name).to_owned(), indexes.to_vec())).collect());
    let request = ControllerRequest::ElectLeaders(ElectLeaders { unclean, partitions });
    let (records, response) = node.ask(request);
    let ControllerResponse::ElectLeaders(topics) = response else { panic!("another answer") };
    let results = topics.into_iter().flat_map(|(_, results)| results).map(|(_, result)| told(result));
    (records.len(), results.collect())
}

fn reassign(node: &mut Node, index: i32, replicas: Option<&[i32]>, may_change: bool) -> (ErrorCode, String) {
    let topics = vec![("t".to_owned(), vec![(index, replicas.map(<[i32]>::to_vec))])];
    let request =
        ControllerRequest::Reassign(Reassign { topics, allow_replication_factor_change: may_change });
    let ControllerResponse::Reassign(mut topics) = node.ask(request).1 else { panic!("another answer") };
    told(topics.remove(0).1.remove(0).1)
}

fn finalize(node: &mut Node, name: &str, level: i16, upgrade_type: i8) -> (ErrorCode, String) {
    let updates = vec![FeatureUpdate { name: name.to_owned(), level, upgrade_type }];
    let request = ControllerRequest::UpdateFeatures(UpdateFeatures { updates, validate_only: false });
    let ControllerResponse::UpdateFeatures(result) = node.ask(request).1 else { panic!("another answer") };
    let (code, message) = told(result);
    let prefix = "The update failed for all features since the following feature had an error: ";
    (code, message.strip_prefix(prefix).unwrap_or(&message).to_owned())
}

#[test]
fn an_election_that_is_not_needed_says_so_and_asking_for_all_leaves_those_out() {
    let mut node = Node::serving();
    node.create(topic("t", 2, 1)).unwrap();
    let (records, results) = elect(&mut node, false, Some(&[("t", &[0, 2, -1]), ("nope", &[0])]));
    let unknown = |why: &str| (ErrorCode::UnknownTopicOrPartition, why.to_owned());
    assert_eq!(records, 0);
    assert_eq!(results[0].0, ErrorCode::ElectionNotNeeded);
    assert_eq!(
        results[1..],
        [
            unknown("No such partition as t-2"),
            unknown("No such partition as t--1"),
            unknown("No such topic as nope")
        ]
    );
    assert_eq!(elect(&mut node, false, None), (0, Vec::new()));
    assert_eq!(elect(&mut node, true, Some(&[("t", &[0])])).1[0].0, ErrorCode::ElectionNotNeeded);
}

#[test]
fn without_a_live_replica_there_is_nobody_to_elect() {
    let mut node = Node::serving();
    node.create(topic("t", 1, 1)).unwrap();
    let records = fence(node.loader.image(), 1).unwrap();
    node.replay(&records);
    assert_eq!(elect(&mut node, false, None).1[0].0, ErrorCode::PreferredLeaderNotAvailable);
    assert_eq!(elect(&mut node, true, None).1[0].0, ErrorCode::EligibleLeadersNotAvailable);
}

#[test]
fn replicas_that_are_in_sync_may_stay_and_others_are_refused() {
    let mut node = Node::serving();
    node.create(topic("t", 1, 1)).unwrap();
    assert_eq!(reassign(&mut node, 0, Some(&[1]), true).0, ErrorCode::None);
    assert_eq!(reassign(&mut node, 0, None, true), (ErrorCode::NoReassignmentInProgress, String::new()));
    let unknown = (ErrorCode::UnknownTopicOrPartition, "Unable to find partition t:1.".to_owned());
    assert_eq!(reassign(&mut node, 1, Some(&[1]), true), unknown);
    let empty = "The manual partition assignment includes an empty replica list.";
    assert_eq!(
        reassign(&mut node, 0, Some(&[]), true),
        (ErrorCode::InvalidReplicaAssignment, empty.to_owned())
    );
    let stranger = "The manual partition assignment includes broker 5, but no such broker is registered.";
    assert_eq!(
        reassign(&mut node, 0, Some(&[1, 5]), true),
        (ErrorCode::InvalidReplicaAssignment, stranger.to_owned())
    );
}

#[test]
fn a_broker_that_is_gone_can_be_taken_off_a_partition_and_then_forgotten() {
    let mut node = Node::serving();
    let other = Registration { id: 2, incarnation_id: Uuid([0xbb; 16]), ..registration() };
    let end = node.loader.image().highest_offset + 1;
    let records = register_broker(node.loader.image(), &other, end, None).unwrap();
    node.replay(&records);
    for list in unfence(node.loader.image(), 2, &[]).unwrap() {
        node.replay(&list);
    }
    node.create(with_assignments("t", &[(0, &[2, 1])])).unwrap();
    let records = fence(node.loader.image(), 2).unwrap();
    node.replay(&records);
    assert_eq!(reassign(&mut node, 0, Some(&[1]), false).0, ErrorCode::InvalidReplicationFactor);
    assert_eq!(reassign(&mut node, 0, Some(&[1, 2]), false).0, ErrorCode::InvalidReplicaAssignment);
    assert_eq!(reassign(&mut node, 0, Some(&[1]), true).0, ErrorCode::None);
    let image = node.loader.image();
    let partition = &image.topics.named("t").unwrap().partitions[0];
    assert_eq!((&partition.replicas[..], &partition.isr[..], partition.leader), (&[1][..], &[1][..], 1));
    assert_eq!(partition.directories.len(), 1);

    let (_, response) = node.ask(ControllerRequest::UnregisterBroker(2));
    assert_eq!(response, ControllerResponse::UnregisterBroker(Ok(())));
    assert!(!node.loader.image().cluster.brokers.contains_key(&2));
    let ControllerResponse::UnregisterBroker(again) = node.ask(ControllerRequest::UnregisterBroker(2)).1
    else {
        panic!("another answer")
    };
    let why = "Broker ID 2 is not currently registered".to_owned();
    assert_eq!(told(again), (ErrorCode::BrokerIdNotRegistered, why));
}

#[test]
fn feature_levels_move_where_nothing_is_lost_and_are_refused_in_kafkas_words() {
    let mut node = Node::serving();
    let elr = ELIGIBLE_LEADER_REPLICAS_VERSION;
    let refused = |why: &str| (ErrorCode::InvalidUpdateVersion, why.to_owned());
    let cases = [
        (
            METADATA_VERSION,
            34,
            1,
            "Invalid update version 34 for feature metadata.version. Local controller 1 only supports versions 7-33",
        ),
        (
            METADATA_VERSION,
            29,
            1,
            "Invalid update version 29 for feature metadata.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
        ),
        (
            METADATA_VERSION,
            32,
            2,
            "Unsupported metadata.version downgrade from 33 to 32. Refusing to perform the requested downgrade because it might delete metadata information.",
        ),
        (
            METADATA_VERSION,
            29,
            3,
            "Unsupported metadata.version downgrade from 33 to 29. Unsafe metadata downgrade is not supported in this version.",
        ),
        (
            "nope",
            1,
            1,
            "Invalid update version 1 for feature nope. Local controller 1 does not support this feature.",
        ),
        (
            elr,
            -1,
            1,
            "Invalid update version -1 for feature eligible.leader.replicas.version. A feature version cannot be less than 0.",
        ),
        (
            elr,
            1,
            9,
            "Invalid update version 1 for feature eligible.leader.replicas.version. The controller does not support the given upgrade type.",
        ),
    ];
    for (name, level, upgrade_type, why) in cases {
        assert_eq!(
            finalize(&mut node, name, level, upgrade_type),
            refused(why),
            "{name} {level} {upgrade_type}"
        );
    }
    assert_eq!(finalize(&mut node, elr, 0, 2).0, ErrorCode::None);
    assert!(!node.loader.image().features.elr_enabled());
    let newer = "Invalid update version 1 for feature eligible.leader.replicas.version. Can't downgrade to a newer version.";
    assert_eq!(finalize(&mut node, elr, 1, 2), refused(newer));
    // A broker's own minimum goes when it becomes the cluster's.
    node.alter(BROKER, "1", &[("min.insync.replicas", SET, Some("2"))]).1.unwrap();
    node.alter(BROKER, "", &[("min.insync.replicas", DELETE, None)]).1.unwrap();
    assert_eq!(finalize(&mut node, elr, 1, 1).0, ErrorCode::None);
    let configs = &node.loader.image().configs;
    assert_eq!(configs.value(&ConfigResource::broker(1), "min.insync.replicas"), None);
    assert_eq!(configs.value(&ConfigResource::all_brokers(), "min.insync.replicas"), Some("1"));
}
