//! Consumer groups as clients see them: joining, sharing, leaving, fencing, both protocols in one group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::topics::Topics;
use super::*;
use crate::request::{Beat, ConsumerDescription, ConsumerHeartbeat, Joined};
use crate::world::{World, commit, join, leave, member, sync};
use crate::{GroupConfig, Request, Response, Synced};

/// Topics by name with their partition counts; a topic's id is made of its place.
#[derive(Debug, Default)]
struct Listed(BTreeMap<Arc<str>, (Uuid, i32)>, u64);

impl Topics for Listed {
    fn version(&self) -> u64 {
        self.1
    }

    fn names_version(&self) -> u64 {
        self.1
    }

    fn by_name(&self, name: &str) -> Option<(Uuid, i32)> {
        self.0.get(name).copied()
    }

    fn name_of(&self, id: Uuid) -> Option<Arc<str>> {
        self.0.iter().find(|(_, (of, _))| *of == id).map(|(name, _)| Arc::clone(name))
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.0.keys().cloned().collect()
    }
}

pub(super) fn id(place: u8) -> Uuid {
    Uuid([place; 16])
}

pub(super) fn topics(version: u64, counts: &[(&str, i32)]) -> Arc<dyn Topics> {
    let listed = counts.iter().zip(1..).map(|((name, count), place)| (Arc::from(*name), (id(place), *count)));
    Arc::new(Listed(listed.collect(), version))
}

/// A world with a topic `t` of four partitions, in which targets are made at once.
fn world() -> World {
    let consumer = ConsumerConfig { assignment_interval_ms: 0, ..ConsumerConfig::default() };
    with_config(GroupConfig { initial_rebalance_delay_ms: 0, consumer, ..GroupConfig::default() })
}

fn with_config(config: GroupConfig) -> World {
    let mut world = World::with(config, Vec::new());
    world.shard.machine_mut().set_topics(topics(1, &[("t", 4)]));
    world
}

pub(super) fn beat(member: &str, epoch: i32) -> ConsumerHeartbeat {
    ConsumerHeartbeat {
        group: "g".into(),
        member: member.into(),
        epoch,
        rebalance_timeout_ms: if epoch == 0 { 30_000 } else { -1 },
        topics: (epoch == 0).then(|| Arc::new(BTreeSet::from([Arc::from("t")]))),
        owned: (epoch == 0).then(Vec::new),
        client_id: "client".into(),
        client_host: "/127.0.0.1".into(),
        ..ConsumerHeartbeat::default()
    }
}

fn owning(member: &str, epoch: i32, partitions: &[i32]) -> ConsumerHeartbeat {
    ConsumerHeartbeat { owned: Some(vec![(id(1), partitions.to_vec())]), ..beat(member, epoch) }
}

fn told(world: &mut World, beat: ConsumerHeartbeat) -> Result<Beat, ErrorCode> {
    match world.answer(Request::Beat(beat)) {
        Response::Beat(result) => result,
        other => panic!("not an answer to a heartbeat: {other:?}"),
    }
}

/// Epoch, and the partitions of `t` if an assignment was told.
fn short(beat: &Beat) -> (i32, Option<Vec<i32>>) {
    let of_t = |assignment: &TopicPartitions| assignment.get(&id(1)).into_iter().flatten().copied().collect();
    (beat.epoch, beat.assignment.as_ref().map(of_t))
}

fn ok(world: &mut World, beat: ConsumerHeartbeat) -> (i32, Option<Vec<i32>>) {
    short(&told(world, beat).unwrap())
}

pub(super) fn described(world: &mut World) -> Option<ConsumerDescription> {
    match world.answer(Request::DescribeConsumer("g".into())) {
        Response::DescribedConsumer(Ok(described)) => described,
        other => panic!("not a description: {other:?}"),
    }
}

/// A machine that has only the log says the same of the group.
fn check_replay(world: &mut World) {
    let mut again = World::with(GroupConfig::clone(&world.config), world.log.clone());
    let topics = Arc::clone(&world.shard.machine().topics);
    again.shard.machine_mut().set_topics(topics);
    assert_eq!(described(&mut again), described(world));
}

#[test]
fn the_first_member_gets_everything_and_the_second_gets_its_share_when_it_is_given_up() {
    let mut world = world();
    assert_eq!(ok(&mut world, beat("a", 0)), (1, Some(vec![0, 1, 2, 3])));
    assert_eq!(ok(&mut world, beat("a", 1)), (1, None));
    // The newcomer is in the new epoch and waits.
    assert_eq!(ok(&mut world, beat("b", 0)), (2, Some(vec![])));
    assert_eq!(described(&mut world).unwrap().state, "Reconciling");
    // The old one is told to give up, and stays in its epoch until it has.
    assert_eq!(ok(&mut world, beat("a", 1)), (1, Some(vec![0, 1])));
    assert_eq!(ok(&mut world, beat("b", 2)), (2, None));
    assert_eq!(ok(&mut world, owning("a", 1, &[0, 1, 2, 3])), (1, None));
    assert_eq!(ok(&mut world, owning("a", 1, &[0, 1])), (2, None));
    assert_eq!(ok(&mut world, beat("b", 2)), (2, Some(vec![2, 3])));
    let description = described(&mut world).unwrap();
    assert_eq!((description.state, description.epoch, description.assignment_epoch), ("Stable", 2, 2));
    check_replay(&mut world);
}

#[test]
fn a_member_that_leaves_frees_its_share_for_the_others() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    ok(&mut world, beat("b", 0));
    ok(&mut world, beat("a", 1));
    ok(&mut world, owning("a", 1, &[0, 1]));
    ok(&mut world, beat("b", 2));
    let gone = told(&mut world, beat("a", -1)).unwrap();
    assert_eq!((gone.epoch, gone.heartbeat_interval_ms, gone.assignment), (-1, 0, None));
    assert_eq!(ok(&mut world, beat("b", 2)), (3, Some(vec![0, 1, 2, 3])));
    assert_eq!(told(&mut world, beat("a", 1)), Err(ErrorCode::UnknownMemberId));
    told(&mut world, beat("b", -1)).unwrap();
    assert_eq!(described(&mut world).unwrap().state, "Empty");
    check_replay(&mut world);
}

#[test]
fn epochs_that_do_not_fit_are_fenced_and_a_lost_answer_is_forgiven() {
    let mut world = world();
    assert_eq!(told(&mut world, beat("a", 1)), Err(ErrorCode::GroupIdNotFound));
    assert_eq!(told(&mut world, beat("a", -1)), Err(ErrorCode::GroupIdNotFound));
    ok(&mut world, beat("a", 0));
    assert_eq!(told(&mut world, beat("x", 1)), Err(ErrorCode::UnknownMemberId));
    assert_eq!(told(&mut world, beat("a", 2)), Err(ErrorCode::FencedMemberEpoch));
    // It joins once more because it has not heard of its epoch.
    assert_eq!(ok(&mut world, beat("a", 0)), (1, Some(vec![0, 1, 2, 3])));
    ok(&mut world, beat("b", 0));
    ok(&mut world, beat("a", 1));
    ok(&mut world, owning("a", 1, &[0, 1]));
    // The answer with epoch 2 was lost: it has a part of what it has there.
    assert_eq!(ok(&mut world, owning("a", 1, &[1])), (2, None));
    assert_eq!(told(&mut world, owning("a", 1, &[1, 2])), Err(ErrorCode::FencedMemberEpoch));
    // Who is fenced begins anew.
    assert_eq!(ok(&mut world, beat("a", 0)), (2, Some(vec![0, 1])));
}

#[test]
fn the_silent_are_out_and_so_are_those_who_do_not_give_up() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    ok(&mut world, beat("b", 0));
    ok(&mut world, beat("a", 1));
    // `a` was told to give up within 30 s; it goes on living but does not.
    for _ in 0..5 {
        world.pass(5_000);
        ok(&mut world, beat("a", 1));
        ok(&mut world, beat("b", 2));
    }
    world.pass(5_001);
    world.settle();
    assert_eq!(told(&mut world, beat("a", 1)), Err(ErrorCode::UnknownMemberId));
    assert_eq!(ok(&mut world, beat("b", 2)), (3, Some(vec![0, 1, 2, 3])));
    world.pass(45_001);
    world.settle();
    assert_eq!(described(&mut world).unwrap().state, "Empty");
    check_replay(&mut world);
}

#[test]
fn a_static_member_comes_back_to_what_it_had_and_its_name_is_its_own() {
    let mut world = world();
    let named = |member: &str, epoch| ConsumerHeartbeat { instance: Some("i".into()), ..beat(member, epoch) };
    assert_eq!(ok(&mut world, named("a", 0)), (1, Some(vec![0, 1, 2, 3])));
    assert_eq!(told(&mut world, named("b", 0)), Err(ErrorCode::UnreleasedInstanceId));
    assert_eq!(told(&mut world, named("b", 1)), Err(ErrorCode::FencedInstanceId));
    assert_eq!(told(&mut world, named("b", -2)), Err(ErrorCode::FencedInstanceId));
    let other = ConsumerHeartbeat { instance: Some("j".into()), ..beat("a", 1) };
    assert_eq!(told(&mut world, other), Err(ErrorCode::UnknownMemberId));
    assert_eq!(told(&mut world, named("a", -2)).unwrap().epoch, -2);
    check_replay(&mut world);
    // Another process takes its place: nothing moves, no epoch is spent.
    assert_eq!(ok(&mut world, named("b", 0)), (1, Some(vec![0, 1, 2, 3])));
    assert_eq!(described(&mut world).unwrap().epoch, 1);
    assert_eq!(told(&mut world, named("a", 1)), Err(ErrorCode::FencedInstanceId));
    check_replay(&mut world);
    told(&mut world, named("b", -2)).unwrap();
    world.pass(45_001);
    world.settle();
    assert_eq!(described(&mut world).unwrap().state, "Empty");
}

#[test]
fn a_group_at_its_size_limit_takes_nobody_in() {
    let consumer = ConsumerConfig { max_size: 1, ..ConsumerConfig::default() };
    let mut world = with_config(GroupConfig { consumer, ..GroupConfig::default() });
    ok(&mut world, beat("a", 0));
    assert_eq!(told(&mut world, beat("b", 0)), Err(ErrorCode::GroupMaxSizeReached));
    ok(&mut world, beat("a", 1));
}

#[test]
fn new_partitions_and_new_topics_raise_the_epoch() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    world.shard.machine_mut().set_topics(topics(2, &[("t", 6)]));
    assert_eq!(ok(&mut world, beat("a", 1)), (2, Some(vec![0, 1, 2, 3, 4, 5])));
    // A topic nobody asks for does not.
    world.shard.machine_mut().set_topics(topics(3, &[("t", 6), ("u", 1)]));
    assert_eq!(ok(&mut world, beat("a", 2)), (2, None));
    // A topic that is gone is given up.
    world.shard.machine_mut().set_topics(topics(4, &[]));
    assert_eq!(ok(&mut world, beat("a", 2)), (2, Some(vec![])));
    check_replay(&mut world);
}

#[test]
fn targets_are_not_made_more_often_than_the_interval_says() {
    let mut world = with_config(GroupConfig::default());
    ok(&mut world, beat("a", 0));
    assert_eq!(ok(&mut world, beat("b", 0)), (1, Some(vec![])));
    assert_eq!(ok(&mut world, beat("c", 0)), (1, Some(vec![])));
    assert_eq!(described(&mut world).unwrap().state, "Assigning");
    world.pass(1_000);
    assert_eq!(ok(&mut world, beat("b", 1)).0, 3);
    let description = described(&mut world).unwrap();
    assert_eq!((description.epoch, description.assignment_epoch), (3, 3));
}

#[test]
fn an_expression_is_resolved_and_follows_the_topics() {
    let mut world = world();
    world.shard.machine_mut().set_topics(topics(1, &[("t", 2), ("ta", 1), ("other", 1)]));
    let asks = |regex: &str| ConsumerHeartbeat { topics: None, regex: Some(regex.into()), ..beat("a", 0) };
    assert_eq!(told(&mut world, asks("(")), Err(ErrorCode::InvalidRegularExpression));
    assert_eq!(described(&mut world), None, "nothing is left of the attempt");
    let joined = told(&mut world, asks("t.*")).unwrap();
    let all = TopicPartitions::from([(id(1), BTreeSet::from([0, 1])), (id(2), BTreeSet::from([0]))]);
    assert_eq!(joined.assignment, Some(all));
    check_replay(&mut world);
    // Within ten seconds nothing is looked at again; then it is.
    world.shard.machine_mut().set_topics(topics(2, &[("t", 2), ("ta", 1), ("other", 1), ("tb", 1)]));
    let epoch = ok(&mut world, beat("a", joined.epoch)).0;
    assert_eq!(epoch, joined.epoch);
    world.pass(10_001);
    assert_eq!(told(&mut world, beat("a", epoch)).unwrap().assignment.unwrap().len(), 3);
    // Another expression in its place, then names.
    let epoch = described(&mut world).unwrap().epoch;
    world.pass(10_001);
    let other = ConsumerHeartbeat { regex: Some("other".into()), ..beat("a", epoch) };
    assert_eq!(told(&mut world, other).unwrap().assignment.unwrap().len(), 0);
    check_replay(&mut world);
}

#[test]
fn a_large_group_is_assigned_elsewhere_and_goes_on_meanwhile() {
    let consumer =
        ConsumerConfig { assignment_interval_ms: 0, work_at_once_max: 3, ..ConsumerConfig::default() };
    let mut world = with_config(GroupConfig { consumer, ..GroupConfig::default() });
    assert_eq!(ok(&mut world, beat("a", 0)), (1, Some(vec![0, 1, 2, 3])));
    assert_eq!(ok(&mut world, beat("b", 0)), (1, Some(vec![])));
    assert_eq!(ok(&mut world, beat("c", 0)), (1, Some(vec![])));
    let mut work = world.shard.machine_mut().take_work();
    assert_eq!(work.len(), 1, "one at a time");
    assert_eq!(ok(&mut world, beat("a", 1)), (1, None));
    // It comes back for the epoch it was begun for; the next follows with the next heartbeat.
    let worked = work.remove(0).run();
    world.answer(Request::Worked(worked.clone()));
    assert_eq!(ok(&mut world, beat("b", 1)).0, 2);
    let worked_next = world.shard.machine_mut().take_work().remove(0).run();
    world.answer(Request::Worked(worked_next));
    world.answer(Request::Worked(worked));
    assert_eq!(ok(&mut world, beat("c", 1)).0, 3);
    check_replay(&mut world);
}

#[test]
fn commits_are_taken_in_the_members_epoch_and_in_earlier_ones_for_what_it_has_had_since() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    ok(&mut world, beat("b", 0));
    ok(&mut world, beat("a", 1));
    ok(&mut world, owning("a", 1, &[0, 1]));
    ok(&mut world, beat("b", 2));
    let mut code =
        |member: &str, epoch, partition| match world.answer(commit("g", member, epoch, partition, 5)) {
            Response::Partitions(Ok(codes)) => codes[0][0],
            Response::Partitions(Err(code)) => code,
            other => panic!("not an answer to a commit: {other:?}"),
        };
    assert_eq!(code("a", 2, 0), ErrorCode::None);
    assert_eq!(code("a", 3, 0), ErrorCode::StaleMemberEpoch);
    assert_eq!(code("x", 2, 0), ErrorCode::UnknownMemberId);
    assert_eq!(code("a", 1, 0), ErrorCode::None, "it has had it since epoch 1");
    assert_eq!(code("a", 1, 2), ErrorCode::StaleMemberEpoch, "it is another's now");
    assert_eq!(code("b", 1, 2), ErrorCode::StaleMemberEpoch, "it has it since epoch 2");
    assert_eq!(code("", -1, 0), ErrorCode::UnknownMemberId, "members are there");
    let fetch = |member: Option<&str>, member_epoch| {
        let topics = Some(vec![(Arc::from("t"), vec![0])]);
        let member = member.map(Arc::from);
        crate::FetchOffsets { group: "g".into(), topics, member, member_epoch, require_stable: false }
    };
    let mut fetched = |of| match world.answer(Request::FetchOffsets(of)) {
        Response::Offsets(result) => result.map(|topics| topics[0].partitions[0].offset),
        other => panic!("not offsets: {other:?}"),
    };
    assert_eq!(fetched(fetch(None, -1)), Ok(5));
    assert_eq!(fetched(fetch(Some("a"), 2)), Ok(5));
    assert_eq!(fetched(fetch(Some("a"), 1)), Err(ErrorCode::StaleMemberEpoch));
    assert_eq!(fetched(fetch(Some("x"), 2)), Err(ErrorCode::UnknownMemberId));
}

#[test]
fn deleting_and_expiring_know_consumer_groups() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    world.answer(commit("g", "a", 1, 0, 5));
    let deleted = |world: &mut World| world.answer(Request::Delete("g".into()));
    assert_eq!(deleted(&mut world), Response::Done(Err(ErrorCode::NonEmptyGroup)));
    told(&mut world, beat("a", -1)).unwrap();
    let mut expiring = World::with(GroupConfig::clone(&world.config), world.log.clone());
    assert_eq!(deleted(&mut world), Response::Done(Ok(())));
    assert_eq!(described(&mut world), None);
    assert_eq!(deleted(&mut world), Response::Done(Err(ErrorCode::GroupIdNotFound)));
    check_replay(&mut world);
    expiring.pass(8 * 24 * 3_600_000);
    expiring.settle();
    assert_eq!(described(&mut expiring), None);
}

fn joined(world: &mut World, request: Request) -> Joined {
    match world.answer(request) {
        Response::Join(joined) => joined,
        other => panic!("not an answer to a join: {other:?}"),
    }
}

/// A subscription to `t` by someone who has these partitions of it.
fn subscription(owned: &[i32]) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 0, 0, 1, 0, 1, b't', 255, 255, 255, 255, 0, 0, 0, 1, 0, 1, b't'];
    bytes.extend((owned.len() as i32).to_be_bytes());
    bytes.extend(owned.iter().flat_map(|partition| partition.to_be_bytes()));
    bytes
}

/// An assignment of partitions of `t`.
fn classic_assignment(partitions: &[i32]) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 0, 0, 1, 0, 1, b't'];
    bytes.extend((partitions.len() as i32).to_be_bytes());
    bytes.extend(partitions.iter().flat_map(|partition| partition.to_be_bytes()));
    bytes.extend([255; 4]);
    bytes
}

pub(super) fn classic_join(id: &str, owned: &[i32]) -> Request {
    let protocols = vec![("range".to_owned(), subscription(owned))];
    Request::Join(crate::Join { protocols, ..join("g", id, None) })
}

fn synced(world: &mut World, id: &str, generation: i32) -> Result<Synced, ErrorCode> {
    match world.answer(sync("g", id, generation, &[])) {
        Response::Sync(result) => result,
        other => panic!("not an answer to a sync: {other:?}"),
    }
}

fn classic_beat(world: &mut World, id: &str, generation: i32) -> Result<(), ErrorCode> {
    match world.answer(Request::Heartbeat(member("g", id, generation))) {
        Response::Heartbeat(result) => result,
        other => panic!("not an answer to a heartbeat: {other:?}"),
    }
}

#[test]
fn a_classic_group_becomes_a_consumer_group_and_a_classic_one_again() {
    let mut world = world();
    let first = joined(&mut world, classic_join("", &[]));
    let a = first.member.to_string();
    let all = classic_assignment(&[0, 1, 2, 3]);
    world.answer(sync("g", &a, 1, &[(&a, &all)]));

    // A member of the new protocol joins: the old one keeps what it has until it is told.
    assert_eq!(ok(&mut world, beat("b", 0)), (2, Some(vec![])));
    let description = described(&mut world).unwrap();
    assert_eq!(description.members.iter().filter(|member| member.is_classic).count(), 1);
    check_replay(&mut world);
    assert_eq!(classic_beat(&mut world, &a, 1), Err(ErrorCode::RebalanceInProgress));
    let again = joined(&mut world, classic_join(&a, &[0, 1, 2, 3]));
    assert_eq!(
        (again.code, again.generation, again.protocol.as_deref()),
        (ErrorCode::None, 1, Some("range"))
    );
    let assigned = synced(&mut world, &a, 1).unwrap();
    let kept = described(&mut world).unwrap();
    let kept = kept.members.iter().find(|member| member.is_classic).unwrap().assignment[0].partitions.clone();
    assert_eq!(kept.len(), 2);
    assert_eq!(*assigned.assignment, *classic_assignment(&kept));
    // It has given up and says so by joining again.
    assert_eq!(classic_beat(&mut world, &a, 1), Err(ErrorCode::RebalanceInProgress));
    assert_eq!(joined(&mut world, classic_join(&a, &kept)).generation, 2);
    synced(&mut world, &a, 2).unwrap();
    assert_eq!(classic_beat(&mut world, &a, 2), Ok(()));
    assert_eq!(ok(&mut world, beat("b", 2)).1.unwrap().len(), 2);
    assert_eq!(described(&mut world).unwrap().state, "Stable");
    check_replay(&mut world);

    // The last of the new protocol goes: the group is a classic one, and rebalances.
    told(&mut world, beat("b", -1)).unwrap();
    assert_eq!(described(&mut world), None);
    assert_eq!(classic_beat(&mut world, &a, 2), Err(ErrorCode::RebalanceInProgress));
    check_replay(&mut world);
    let rejoined = joined(&mut world, classic_join(&a, &kept));
    assert_eq!((rejoined.generation, &*rejoined.leader), (3, &*a));
}

#[test]
fn groups_that_are_not_of_consumers_or_may_not_change_do_not() {
    let mut world = world();
    let opaque = crate::Join { protocol_type: "connect".into(), ..join("g", "", None) };
    joined(&mut world, Request::Join(opaque));
    assert_eq!(told(&mut world, beat("b", 0)), Err(ErrorCode::GroupIdNotFound));

    let policy = MigrationPolicy { upgrades: false, downgrades: false };
    let consumer = ConsumerConfig { migration: policy, ..ConsumerConfig::default() };
    let config = GroupConfig { initial_rebalance_delay_ms: 0, consumer, ..GroupConfig::default() };
    let mut world = with_config(config);
    joined(&mut world, classic_join("", &[]));
    assert_eq!(told(&mut world, beat("b", 0)), Err(ErrorCode::GroupIdNotFound));
}

#[test]
fn an_empty_group_is_whatever_joins_it() {
    let mut world = world();
    let first = joined(&mut world, classic_join("", &[]));
    world.answer(leave("g", &first.member));
    assert_eq!(ok(&mut world, beat("b", 0)).0, 1);
    assert_eq!(
        joined(&mut world, classic_join("nobody", &[])).code,
        ErrorCode::None,
        "it joins as a classic member"
    );
    world.answer(leave("g", "nobody"));
    told(&mut world, beat("b", -1)).unwrap();
    assert_eq!(described(&mut world).unwrap().state, "Empty");
    let last = joined(&mut world, classic_join("", &[]));
    assert_eq!((last.code, last.generation), (ErrorCode::None, 1));
    assert_eq!(described(&mut world), None);
    check_replay(&mut world);
}

#[test]
fn what_is_lost_on_its_way_into_the_log_has_not_happened() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    let before = described(&mut world);
    let request = world.ask(Request::Beat(beat("b", 0)));
    assert!(world.begin());
    world.finish(Err(ErrorCode::CoordinatorNotAvailable));
    assert_eq!(world.answers.remove(&request), Some(Response::Beat(Err(ErrorCode::CoordinatorNotAvailable))));
    assert_eq!(described(&mut world), before);
    assert_eq!(ok(&mut world, beat("b", 0)).0, 2);
    // A classic group on its way to be a consumer group stays what it was.
    let mut world = self::world();
    let first = joined(&mut world, classic_join("", &[]));
    world.answer(sync("g", &first.member, 1, &[(&first.member, &classic_assignment(&[0, 1, 2, 3]))]));
    let request = world.ask(Request::Beat(beat("b", 0)));
    assert!(world.begin());
    world.finish(Err(ErrorCode::CoordinatorNotAvailable));
    assert_eq!(world.answers.remove(&request), Some(Response::Beat(Err(ErrorCode::CoordinatorNotAvailable))));
    assert_eq!(classic_beat(&mut world, &first.member, 1), Ok(()));
}

#[test]
fn an_end_that_is_lost_comes_again() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    world.pass(45_001);
    assert!(world.begin());
    world.finish(Err(ErrorCode::CoordinatorNotAvailable));
    assert_eq!(described(&mut world).unwrap().members.len(), 1);
    world.pass(5_001);
    world.settle();
    assert_eq!(described(&mut world).unwrap().members.len(), 0);
}

#[test]
fn a_short_session_ends_in_time_in_a_group_of_long_ones() {
    let mut world = world();
    ok(&mut world, beat("a", 0));
    let classic = joined(&mut world, classic_join("y", &[]));
    assert_eq!(classic.code, ErrorCode::None);
    world.pass(10_001);
    world.settle();
    assert_eq!(described(&mut world).unwrap().members.len(), 1);
}

#[test]
fn records_of_the_classic_side_and_of_members_with_every_field_read_back() {
    let mut world = world();
    let full = ConsumerHeartbeat {
        instance: Some("i".into()),
        rack: Some("r".into()),
        assignor: Some("range".into()),
        regex: Some("t".into()),
        ..beat("a", 0)
    };
    told(&mut world, full).unwrap();
    joined(&mut world, classic_join("c", &[]));
    assert_eq!(described(&mut world).unwrap().members.len(), 2);
    assert_eq!(&*described(&mut world).unwrap().assignor, "range");
    check_replay(&mut world);
}
