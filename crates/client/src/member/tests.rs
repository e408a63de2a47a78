//! A member against a broker of the test's own: every request it makes, in order, and what it tells its caller.

use std::collections::BTreeMap;

use thalweg_wire::headers::RequestHeader;
use thalweg_wire::messages::consumer_group_heartbeat_response::{Assignment, TopicPartitions};
use thalweg_wire::messages::find_coordinator_response::Coordinator;
use thalweg_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponseTopic};
use thalweg_wire::messages::offset_commit_response::{
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use thalweg_wire::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartitions, OffsetFetchResponseTopics,
};
use thalweg_wire::messages::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, FindCoordinatorResponse, MetadataResponse,
    OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse,
};
use thalweg_wire::{ApiKey, Decode, Reader};

use super::*;
use crate::testing::{Seen, answer, seen, serving, settings};
use crate::{ClientEvent, ClientSettings, Command, LinkId};

const SERVED: [(ApiKey, i16, i16); 6] = [
    (ApiKey::ApiVersions, 0, 4),
    (ApiKey::Metadata, 0, 13),
    (ApiKey::FindCoordinator, 0, 6),
    (ApiKey::ConsumerGroupHeartbeat, 0, 1),
    (ApiKey::OffsetCommit, 2, 10),
    (ApiKey::OffsetFetch, 1, 10),
];
const TOPIC: Uuid = Uuid([7; 16]);
const INTERVAL_MS: i32 = 5_000;

/// A request of the member that waits for its answer.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Beat { epoch: i32, joins: bool, owned: Option<Vec<i32>> },
    Commit { epoch: i32, offsets: BTreeMap<i32, i64> },
    Lookup(Vec<i32>),
}

struct World {
    now: Mono,
    client: Client,
    member: Member,
    link: Option<LinkId>,
    waiting: VecDeque<(Seen, Asked)>,
}

impl World {
    fn new() -> Self {
        let client = ClientSettings { connection: settings(), ..ClientSettings::new(vec!["a:1".into()]) };
        let member = MemberSettings {
            group: "g".into(),
            topics: vec!["t".into()],
            id: "m".into(),
            rebalance_timeout: Duration::from_secs(60),
            commit_interval: Duration::from_secs(5),
            seed: 3,
        };
        let (client, member) = (Client::new(client), Member::new(member));
        let mut world = Self { now: Mono(0), client, member, link: None, waiting: VecDeque::new() };
        world.run();
        world
    }

    /// Everything that can happen without time passing and without an answer to what the member asks.
    fn run(&mut self) {
        loop {
            self.member.poll(self.now, &mut self.client);
            let mut is_idle = true;
            while let Some(command) = self.client.poll_command() {
                is_idle = false;
                match command {
                    Command::Connect { link, .. } => {
                        self.link = Some(link);
                        self.client.handle_connected(self.now, link);
                    }
                    Command::Send { bytes, .. } => self.take(&bytes),
                    Command::Close { .. } => {}
                }
            }
            while let Some(event) = self.client.poll_event() {
                is_idle = false;
                if let ClientEvent::Completed { call, result } = event {
                    assert!(self.member.handle_completed(self.now, call, result).is_none(), "it is its own");
                }
            }
            if is_idle {
                return;
            }
        }
    }

    fn take(&mut self, frame: &[u8]) {
        let request = seen(frame);
        let mut reader = Reader::new(&frame[4..]);
        RequestHeader::read(&mut reader).expect("a header");
        let version = request.version;
        let asked = match ApiKey::from_code(request.key).expect("a known request") {
            ApiKey::ApiVersions => return self.send(&answer(&request, &serving(&SERVED))),
            ApiKey::Metadata => return self.send(&answer(&request, &metadata())),
            ApiKey::FindCoordinator => {
                let coordinator =
                    Coordinator { key: "g", node_id: 1, host: "a", port: 1, ..Default::default() };
                let found = FindCoordinatorResponse { coordinators: vec![coordinator], ..Default::default() };
                return self.send(&answer(&request, &found));
            }
            ApiKey::ConsumerGroupHeartbeat => {
                let beat = ConsumerGroupHeartbeatRequest::decode(&mut reader, version).expect("a heartbeat");
                let owned = |topics: Vec<
                    thalweg_wire::messages::consumer_group_heartbeat_request::TopicPartitions,
                >| {
                    topics.into_iter().flat_map(|topic| topic.partitions).collect()
                };
                Asked::Beat {
                    epoch: beat.member_epoch,
                    joins: beat.subscribed_topic_names.is_some(),
                    owned: beat.topic_partitions.map(owned),
                }
            }
            ApiKey::OffsetCommit => {
                let commit = OffsetCommitRequest::decode(&mut reader, version).expect("a commit");
                let partitions = commit.topics.iter().flat_map(|topic| &topic.partitions);
                Asked::Commit {
                    epoch: commit.generation_id_or_member_epoch,
                    offsets: partitions.map(|of| (of.partition_index, of.committed_offset)).collect(),
                }
            }
            ApiKey::OffsetFetch => {
                let fetch = OffsetFetchRequest::decode(&mut reader, version).expect("a look-up");
                let topics = fetch.groups[0].topics.as_ref().expect("partitions are named");
                Asked::Lookup(topics.iter().flat_map(|topic| topic.partition_indexes.clone()).collect())
            }
            other => panic!("{other:?} is none of its business"),
        };
        self.waiting.push_back((request, asked));
    }

    fn send(&mut self, bytes: &[u8]) {
        let link = self.link.expect("a connection");
        self.client.handle_bytes(self.now, link, bytes);
    }

    /// The next request of the member, which must be this one.
    fn expect(&mut self, expected: Asked) -> Seen {
        self.run();
        let (request, asked) =
            self.waiting.pop_front().unwrap_or_else(|| panic!("nothing, not {expected:?}"));
        assert_eq!(asked, expected);
        request
    }

    fn expect_nothing(&mut self) {
        self.run();
        assert_eq!(self.waiting.iter().map(|(_, asked)| asked).collect::<Vec<_>>(), [] as [&Asked; 0]);
    }

    fn beaten(&mut self, to: &Seen, error_code: i16, member_epoch: i32, assigned: Option<&[i32]>) {
        let topics = |partitions: &[i32]| match partitions {
            [] => Vec::new(),
            some => vec![TopicPartitions { topic_id: TOPIC, partitions: some.to_vec() }],
        };
        let body = ConsumerGroupHeartbeatResponse {
            error_code,
            member_epoch,
            heartbeat_interval_ms: INTERVAL_MS,
            assignment: assigned.map(|partitions| Assignment { topic_partitions: topics(partitions) }),
            ..Default::default()
        };
        self.send(&answer(to, &body));
        self.run();
    }

    fn committed(&mut self, to: &Seen, partitions: &[(i32, i16)]) {
        let of = |&(partition_index, error_code): &(i32, i16)| OffsetCommitResponsePartition {
            partition_index,
            error_code,
        };
        let partitions = partitions.iter().map(of).collect();
        let topics = vec![OffsetCommitResponseTopic { name: "t", partitions, ..Default::default() }];
        self.send(&answer(to, &OffsetCommitResponse { topics, ..Default::default() }));
        self.run();
    }

    fn looked_up(&mut self, to: &Seen, offsets: &[(i32, i64)]) {
        let of = |&(partition_index, committed_offset): &(i32, i64)| OffsetFetchResponsePartitions {
            partition_index,
            committed_offset,
            ..Default::default()
        };
        let partitions = offsets.iter().map(of).collect();
        let topics = vec![OffsetFetchResponseTopics { name: "t", partitions, ..Default::default() }];
        let groups = vec![OffsetFetchResponseGroup { group_id: "g", topics, ..Default::default() }];
        self.send(&answer(to, &OffsetFetchResponse { groups, ..Default::default() }));
        self.run();
    }

    fn told(&mut self) -> Vec<MemberEvent> {
        std::iter::from_fn(|| self.member.poll_event()).collect()
    }

    fn pass(&mut self, ms: u64) {
        self.now = self.now.after(Duration::from_millis(ms));
        self.client.handle_timeout(self.now);
        self.run();
    }

    /// A member with partitions 0 and 1, of which the group has read 10 of the first.
    fn joined() -> Self {
        let mut world = Self::new();
        let join = world.expect(Asked::Beat { epoch: 0, joins: true, owned: Some(vec![]) });
        world.beaten(&join, 0, 1, Some(&[0, 1]));
        let lookup = world.expect(Asked::Lookup(vec![0, 1]));
        world.looked_up(&lookup, &[(0, 10), (1, -1)]);
        let told = [assigned(0, Some(10)), assigned(1, None)];
        assert_eq!(world.told(), told);
        let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: Some(vec![0, 1]) });
        world.beaten(&beat, 0, 1, None);
        world.expect_nothing();
        assert!(world.member.is_settled());
        world
    }
}

fn metadata() -> MetadataResponse<'static> {
    let broker = MetadataResponseBroker { node_id: 1, host: "a", port: 1, ..Default::default() };
    let topic = MetadataResponseTopic { name: Some("t"), topic_id: TOPIC, ..Default::default() };
    MetadataResponse { brokers: vec![broker], topics: vec![topic], controller_id: 1, ..Default::default() }
}

fn assigned(partition: i32, committed: Option<i64>) -> MemberEvent {
    MemberEvent::Assigned { topic: "t".into(), partition, committed }
}

fn revoked(partition: i32) -> MemberEvent {
    MemberEvent::Revoked { topic: "t".into(), partition }
}

const UNKNOWN_MEMBER_ID: i16 = 25;
const GROUP_AUTHORIZATION_FAILED: i16 = 30;
const STALE_MEMBER_EPOCH: i16 = 113;
const NOT_COORDINATOR: i16 = 16;

#[test]
fn a_member_joins_reads_and_commits_what_is_consumed_on_a_timer() {
    let mut world = World::joined();
    assert!(world.member.reads("t", 1) && !world.member.reads("t", 2));
    world.member.consumed("t", 0, 12);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(0, 12)].into() });
    world.committed(&commit, &[(0, 0)]);
    world.member.consumed("t", 0, 15);
    world.expect_nothing();
    assert_eq!(world.member.poll_timeout(), Some(Mono(5_000_000_000)));
    world.pass(5_000);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(0, 15)].into() });
    let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: None });
    world.committed(&commit, &[(0, 0)]);
    world.beaten(&beat, 0, 1, None);
    world.expect_nothing();
}

#[test]
fn a_partition_is_committed_before_it_is_given_up_and_told_before_another_is_taken() {
    let mut world = World::joined();
    world.member.consumed("t", 0, 11);
    world.pass(5_000);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(0, 11)].into() });
    let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: None });
    world.committed(&commit, &[(0, 0)]);
    world.member.consumed("t", 0, 12);
    world.expect_nothing();
    world.beaten(&beat, 0, 2, Some(&[1, 3]));
    assert_eq!(world.told(), [revoked(0)]);
    world.member.consumed("t", 0, 13);
    let commit = world.expect(Asked::Commit { epoch: 2, offsets: [(0, 12)].into() });
    world.expect_nothing();
    world.committed(&commit, &[(0, 0)]);
    let lookup = world.expect(Asked::Lookup(vec![3]));
    let beat = world.expect(Asked::Beat { epoch: 2, joins: false, owned: Some(vec![1]) });
    world.looked_up(&lookup, &[(3, 7)]);
    assert_eq!(world.told(), [assigned(3, Some(7))]);
    world.beaten(&beat, 0, 2, None);
    world.expect(Asked::Beat { epoch: 2, joins: false, owned: Some(vec![1, 3]) });
}

#[test]
fn a_member_that_the_group_went_on_without_begins_anew() {
    let mut world = World::joined();
    world.pass(5_000);
    let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: None });
    world.beaten(&beat, UNKNOWN_MEMBER_ID, 0, None);
    assert_eq!(world.told(), [revoked(0), revoked(1)]);
    assert!(!world.member.reads("t", 0));
    world.expect_nothing();
    world.pass(100);
    world.expect(Asked::Beat { epoch: 0, joins: true, owned: Some(vec![]) });
}

#[test]
fn a_commit_of_an_old_epoch_is_made_again_after_the_heartbeat_that_brings_the_new_one() {
    let mut world = World::joined();
    world.member.consumed("t", 1, 4);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(1, 4)].into() });
    world.committed(&commit, &[(1, STALE_MEMBER_EPOCH)]);
    world.pass(100);
    // The commit is due as well; it may come too early once more.
    let again = world.expect(Asked::Commit { epoch: 1, offsets: [(1, 4)].into() });
    let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: None });
    world.committed(&again, &[(1, STALE_MEMBER_EPOCH)]);
    world.beaten(&beat, 0, 2, None);
    world.pass(200);
    world.expect(Asked::Commit { epoch: 2, offsets: [(1, 4)].into() });
}

#[test]
fn a_coordinator_that_has_moved_is_looked_for_and_told_everything() {
    let mut world = World::joined();
    world.pass(5_000);
    let beat = world.expect(Asked::Beat { epoch: 1, joins: false, owned: None });
    world.beaten(&beat, NOT_COORDINATOR, 0, None);
    world.pass(100);
    world.expect(Asked::Beat { epoch: 1, joins: true, owned: Some(vec![0, 1]) });
    assert_eq!(world.told(), []);
}

#[test]
fn a_member_leaves_behind_its_last_commit() {
    let mut world = World::joined();
    world.member.consumed("t", 0, 20);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(0, 20)].into() });
    world.member.consumed("t", 0, 21);
    world.member.leave(world.now, Duration::from_secs(5));
    world.expect_nothing();
    world.committed(&commit, &[(0, 0)]);
    let commit = world.expect(Asked::Commit { epoch: 1, offsets: [(0, 21)].into() });
    world.committed(&commit, &[(0, 0)]);
    let leave = world.expect(Asked::Beat { epoch: -1, joins: false, owned: None });
    world.beaten(&leave, 0, -1, None);
    assert_eq!(world.told(), [MemberEvent::Left { uncommitted: 0 }]);
    assert_eq!(world.member.poll_timeout(), None);
}

#[test]
fn a_member_that_cannot_commit_leaves_when_its_patience_ends() {
    let mut world = World::joined();
    world.member.consumed("t", 0, 20);
    world.expect(Asked::Commit { epoch: 1, offsets: [(0, 20)].into() });
    world.member.leave(world.now, Duration::from_secs(5));
    world.pass(4_999);
    assert_eq!(world.told(), []);
    world.pass(1);
    assert_eq!(world.told(), [MemberEvent::Left { uncommitted: 1 }]);
}

#[test]
fn a_member_that_may_not_join_says_so_once() {
    let mut world = World::new();
    let join = world.expect(Asked::Beat { epoch: 0, joins: true, owned: Some(vec![]) });
    world.beaten(&join, GROUP_AUTHORIZATION_FAILED, 0, None);
    let told = world.told();
    assert!(
        matches!(&told[..], [MemberEvent::Failed(CallError::Broker(error))]
        if error.code == ErrorCode::GroupAuthorizationFailed),
        "{told:?}"
    );
    world.pass(60_000);
    world.expect_nothing();
    assert_eq!(world.told(), []);
}
