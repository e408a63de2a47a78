//! The life of a classic group, told as tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use thalweg_coordinator::RequestId;
use thalweg_wire::ErrorCode;

use super::State;
use crate::world::{World, commit, join, leave, member, sync};
use crate::{GroupConfig, Joined, Request, Response};

const LOST: ErrorCode = ErrorCode::CoordinatorNotAvailable;

/// Two dynamic members in a stable group: the leader's answer and the follower's.
fn two_members(world: &mut World) -> (Joined, Joined) {
    let first = world.ask(Request::Join(join("g", "", None)));
    let first = world.joined(first).expect("alone, it need not wait").clone();
    world.answer(sync("g", &first.member, first.generation, &[(&first.member, b"all")]));
    let second = world.ask(Request::Join(join("g", "", None)));
    assert!(world.joined(second).is_none(), "the first must rejoin");
    let heartbeat = Request::Heartbeat(member("g", &first.member, first.generation));
    assert_eq!(world.answer(heartbeat), Response::Heartbeat(Err(ErrorCode::RebalanceInProgress)));
    let again = world.ask(Request::Join(join("g", &first.member, None)));
    let leader = world.joined(again).expect("everybody is there").clone();
    let follower = world.joined(second).expect("everybody is there").clone();
    (leader, follower)
}

fn stable(world: &mut World) -> (Joined, Joined) {
    let (leader, follower) = two_members(world);
    let waiting = world.ask(sync("g", &follower.member, follower.generation, &[]));
    let assignments: [(&str, &[u8]); 2] = [(&leader.member, b"a"), (&follower.member, b"b")];
    world.ask(sync("g", &leader.member, leader.generation, &assignments));
    assert!(!world.answers.contains_key(&waiting), "nobody hears of what is not in the log");
    world.settle();
    match world.answers.remove(&waiting) {
        Some(Response::Sync(Ok(synced))) => assert_eq!(&*synced.assignment, b"b"),
        other => panic!("no assignment: {other:?}"),
    }
    (leader, follower)
}

#[test]
fn transitions_are_those_of_the_table() {
    let mut table = String::new();
    for from in State::ALL {
        let to: Vec<&str> =
            State::ALL.into_iter().filter(|to| from.may_become(*to)).map(State::name).collect();
        table += &format!("{} -> {}\n", from.name(), to.join(", "));
    }
    let expected = "\
Empty -> PreparingRebalance
PreparingRebalance -> Empty, CompletingRebalance
CompletingRebalance -> PreparingRebalance, Stable
Stable -> PreparingRebalance
";
    assert_eq!(table, expected);
}

#[test]
fn a_group_of_two_rebalances_and_shares_the_leaders_assignment() {
    let mut world = World::new();
    let (leader, follower) = stable(&mut world);
    assert_eq!((leader.generation, follower.generation), (2, 2));
    assert_eq!(leader.leader, leader.member);
    assert_eq!((leader.members.len(), follower.members.len()), (2, 0));
    let Response::Described(Ok(Some(described))) = world.answer(Request::Describe("g".into())) else {
        panic!("the group is there")
    };
    assert_eq!((described.state, described.protocol.as_str()), ("Stable", "range"));
}

#[test]
fn a_newcomer_is_told_its_id_and_must_come_again_with_it() {
    let mut world = World::new();
    let mut first = join("g", "", None);
    first.requires_known_member = true;
    let asked = world.ask(Request::Join(first.clone()));
    let told = world.joined(asked).expect("at once").clone();
    assert_eq!(told.code, ErrorCode::MemberIdRequired);
    assert!(told.member.starts_with("client-"));
    first.member = Arc::clone(&told.member);
    let asked = world.ask(Request::Join(first));
    assert_eq!(world.joined(asked).map(|joined| joined.code), Some(ErrorCode::None));
}

#[test]
fn the_first_rebalance_waits_for_late_comers_up_to_the_rebalance_timeout() {
    let mut world = World::with(GroupConfig::default(), Vec::new());
    let first = world.ask(Request::Join(join("g", "", None)));
    world.pass(2_000);
    let second = world.ask(Request::Join(join("g", "", None)));
    world.pass(1_000);
    assert!(world.joined(first).is_none(), "the second put it off once more");
    world.pass(3_000);
    assert_eq!(world.joined(first).map(|joined| joined.members.len()), Some(2));
    assert!(world.joined(second).is_some());
}

#[test]
fn a_lost_assignment_sends_everybody_back_to_join() {
    let mut world = World::new();
    let (leader, follower) = two_members(&mut world);
    let waiting = world.ask(sync("g", &follower.member, follower.generation, &[]));
    let own = world.ask(sync("g", &leader.member, leader.generation, &[(&leader.member, b"a")]));
    world.begin();
    world.finish(Err(LOST));
    assert_eq!(world.answers.remove(&waiting), Some(Response::Sync(Err(LOST))));
    assert_eq!(world.answers.remove(&own), Some(Response::Sync(Err(LOST))));
    let heartbeat = Request::Heartbeat(member("g", &leader.member, leader.generation));
    assert_eq!(world.answer(heartbeat), Response::Heartbeat(Err(ErrorCode::RebalanceInProgress)));
}

#[test]
fn a_silent_member_is_out_and_the_others_rebalance() {
    let mut world = World::new();
    let (leader, follower) = stable(&mut world);
    for _ in 0..4 {
        world.pass(3_000);
        let heartbeat = Request::Heartbeat(member("g", &leader.member, leader.generation));
        world.answer(heartbeat);
    }
    let gone = Request::Heartbeat(member("g", &follower.member, follower.generation));
    assert_eq!(world.answer(gone), Response::Heartbeat(Err(ErrorCode::UnknownMemberId)));
    let alive = Request::Heartbeat(member("g", &leader.member, leader.generation));
    assert_eq!(world.answer(alive), Response::Heartbeat(Err(ErrorCode::RebalanceInProgress)));
}

#[test]
fn a_static_member_takes_its_place_again_without_a_rebalance_and_the_old_id_is_fenced() {
    let mut world = World::new();
    let first = world.ask(Request::Join(join("g", "", Some("i"))));
    let first = world.joined(first).expect("at once").clone();
    world.answer(sync("g", &first.member, first.generation, &[(&first.member, b"all")]));
    let again = world.ask(Request::Join(join("g", "", Some("i"))));
    assert!(world.joined(again).is_none(), "the new id is not in the log yet");
    world.settle();
    let again = world.joined(again).expect("in the log").clone();
    assert_eq!((again.code, again.generation), (ErrorCode::None, first.generation));
    assert!(again.skip_assignment && again.leader == again.member);
    let mut old = member("g", &first.member, first.generation);
    old.instance = Some("i".into());
    assert_eq!(world.answer(Request::Heartbeat(old)), Response::Heartbeat(Err(ErrorCode::FencedInstanceId)));
    match world.answer(sync("g", &again.member, again.generation, &[])) {
        Response::Sync(Ok(synced)) => assert_eq!(&*synced.assignment, b"all"),
        other => panic!("the assignment is kept: {other:?}"),
    }
}

#[test]
fn a_group_that_all_have_left_is_empty_and_its_offsets_expire_with_it() {
    let mut world = World::new();
    let (leader, follower) = stable(&mut world);
    world.answer(commit("g", &leader.member, leader.generation, 0, 7));
    world.answer(leave("g", &follower.member));
    world.answer(leave("g", &leader.member));
    assert_eq!(world.committed("g", "t", 0), 7);
    world.pass(world.config.offsets_retention_ms - 1);
    world.settle();
    assert_eq!(world.committed("g", "t", 0), 7);
    world.pass(world.config.offsets_retention_check_ms + 1);
    world.settle();
    assert_eq!(world.committed("g", "t", 0), -1);
    assert_eq!(world.answer(Request::List), Response::Listed(Ok(Vec::new())));
}

#[test]
fn a_full_group_refuses_the_next() {
    let config = GroupConfig { initial_rebalance_delay_ms: 0, max_size: 1, ..GroupConfig::default() };
    let mut world = World::with(config, Vec::new());
    let first = world.ask(Request::Join(join("g", "", None)));
    assert!(world.joined(first).is_some());
    let second = world.ask(Request::Join(join("g", "", None)));
    assert_eq!(world.joined(second).map(|joined| joined.code), Some(ErrorCode::GroupMaxSizeReached));
}

#[test]
fn commits_are_judged_by_member_generation_and_state() {
    let mut world = World::new();
    let refused = |code| Response::Partitions(Err(code));
    assert_eq!(world.answer(commit("g", "", 3, 0, 1)), refused(ErrorCode::GroupIdNotFound));
    let (leader, follower) = two_members(&mut world);
    let (id, generation) = (&*leader.member, leader.generation);
    assert_eq!(world.answer(commit("g", id, generation, 0, 1)), refused(ErrorCode::RebalanceInProgress));
    assert_eq!(world.answer(commit("g", id, generation - 1, 0, 1)), refused(ErrorCode::IllegalGeneration));
    assert_eq!(world.answer(commit("g", "who", generation, 0, 1)), refused(ErrorCode::UnknownMemberId));
    assert_eq!(world.answer(commit("g", "", -1, 0, 1)), refused(ErrorCode::UnknownMemberId));
    world.answer(sync("g", id, generation, &[(id, b"a")]));
    let done = Response::Partitions(Ok(vec![vec![ErrorCode::None]]));
    assert_eq!(world.answer(commit("g", id, generation, 0, 1)), done);
    assert_eq!(world.answer(commit("g", &follower.member, generation, 0, 2)), done);
    assert_eq!(world.answer(commit("simple", "", -1, 0, 3)), done);
    assert_eq!((world.committed("g", "t", 0), world.committed("simple", "t", 0)), (2, 3));
}

#[test]
fn only_empty_groups_are_deleted() {
    let mut world = World::new();
    let (leader, follower) = stable(&mut world);
    let delete = || Request::Delete("g".into());
    assert_eq!(world.answer(delete()), Response::Done(Err(ErrorCode::NonEmptyGroup)));
    world.answer(leave("g", &leader.member));
    world.answer(leave("g", &follower.member));
    assert_eq!(world.answer(delete()), Response::Done(Ok(())));
    assert_eq!(world.answer(delete()), Response::Done(Err(ErrorCode::GroupIdNotFound)));
    assert_eq!(World::with(GroupConfig::default(), world.log).answer(Request::List), {
        Response::Listed(Ok(Vec::new()))
    });
}

#[test]
fn a_restart_knows_members_assignments_and_offsets() {
    let mut world = World::new();
    let (leader, follower) = stable(&mut world);
    world.answer(commit("g", &follower.member, follower.generation, 1, 9));
    let mut after = World::with(GroupConfig::default(), world.log);
    assert_eq!(after.committed("g", "t", 1), 9);
    let heartbeat = Request::Heartbeat(member("g", &leader.member, leader.generation));
    assert_eq!(after.answer(heartbeat), Response::Heartbeat(Ok(())));
    match after.answer(sync("g", &follower.member, follower.generation, &[])) {
        Response::Sync(Ok(synced)) => assert_eq!(&*synced.assignment, b"b"),
        other => panic!("the assignment is kept: {other:?}"),
    }
}

/// One step of a random run.
#[derive(Clone, Debug)]
enum Step {
    Join { who: usize, known: bool },
    Sync { who: usize },
    Heartbeat { who: usize },
    Leave { who: usize },
    Commit { who: usize, offset: i64 },
    Pass(i64),
    Begin,
    Finish { lost: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..4usize;
    prop_oneof![
        3 => (who.clone(), any::<bool>()).prop_map(|(who, known)| Step::Join { who, known }),
        3 => who.clone().prop_map(|who| Step::Sync { who }),
        1 => who.clone().prop_map(|who| Step::Heartbeat { who }),
        1 => who.clone().prop_map(|who| Step::Leave { who }),
        3 => (who, 0..1_000i64).prop_map(|(who, offset)| Step::Commit { who, offset }),
        2 => (0..15_000i64).prop_map(Step::Pass),
        3 => Just(Step::Begin),
        3 => prop::bool::weighted(0.2).prop_map(|lost| Step::Finish { lost }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: each request is answered exactly once, an acknowledged commit is what
    /// is read until another is acknowledged, a generation has one leader, and a restart sees the same offsets.
    #[test]
    fn random_interleavings_keep_every_promise(steps in prop::collection::vec(step(), 1..120)) {
        // Groups are not forgotten while it runs: a new one would count its generations anew.
        let config = GroupConfig {
            initial_rebalance_delay_ms: 0,
            offsets_retention_check_ms: i64::MAX,
            ..GroupConfig::default()
        };
        let mut world = World::with(config, Vec::new());
        // What each of four clients knows: its id, generation, and whether it leads.
        let mut clients: Vec<Option<Joined>> = vec![None; 4];
        let mut joins: BTreeMap<RequestId, usize> = BTreeMap::new();
        let mut commits: BTreeMap<RequestId, i64> = BTreeMap::new();
        let mut asked: Vec<RequestId> = Vec::new();
        let mut acknowledged = -1;
        let mut leaders: BTreeMap<i32, Arc<str>> = BTreeMap::new();
        for step in steps {
            let known = |who: usize, clients: &[Option<Joined>]| clients[who].clone();
            match step {
                Step::Join { who, known: as_known } => {
                    let id = known(who, &clients).filter(|_| as_known).map(|joined| joined.member);
                    let instance = (who == 3).then_some("static");
                    let request = join("g", id.as_deref().unwrap_or(""), instance);
                    let id = world.ask(Request::Join(request));
                    joins.insert(id, who);
                    asked.push(id);
                }
                Step::Sync { who } => if let Some(joined) = known(who, &clients) {
                    let assignments: Vec<(&str, &[u8])> =
                        joined.members.iter().map(|(id, _, _)| (&**id, b"x".as_slice())).collect();
                    asked.push(world.ask(sync("g", &joined.member, joined.generation, &assignments)));
                },
                Step::Heartbeat { who } => if let Some(joined) = known(who, &clients) {
                    let beat = member("g", &joined.member, joined.generation);
                    asked.push(world.ask(Request::Heartbeat(beat)));
                },
                Step::Leave { who } => if let Some(joined) = known(who, &clients) {
                    asked.push(world.ask(leave("g", &joined.member)));
                },
                Step::Commit { who, offset } => if let Some(joined) = known(who, &clients) {
                    let id = world.ask(commit("g", &joined.member, joined.generation, 0, offset));
                    commits.insert(id, offset);
                    asked.push(id);
                },
                Step::Pass(ms) => world.pass(ms),
                Step::Begin => drop(world.begin()),
                Step::Finish { lost } => if world.is_appending() {
                    world.finish(if lost { Err(LOST) } else { Ok(()) });
                },
            }
            for (id, who) in &joins {
                if let Some(joined) = world.joined(*id) && joined.code == ErrorCode::None {
                    if !joined.members.is_empty() && !joined.skip_assignment {
                        let leader = leaders.entry(joined.generation).or_insert(joined.leader.clone());
                        prop_assert_eq!(&*leader, &joined.leader, "two leaders in one generation");
                    }
                    clients[*who] = Some(joined.clone());
                }
            }
            joins.retain(|id, _| !world.answers.contains_key(id));
            // Commits are acknowledged in the order in which they were decided.
            for (id, offset) in &commits {
                match world.answers.get(id) {
                    Some(Response::Partitions(Ok(codes))) if codes[0][0] == ErrorCode::None => {
                        acknowledged = *offset;
                    }
                    _ => {}
                }
            }
            commits.retain(|id, _| !world.answers.contains_key(id));
        }
        // Time heals: whoever still waits is answered within the longest timeout there is.
        for _ in 0..40 {
            world.settle();
            world.pass(10_000);
        }
        world.settle();
        for (id, offset) in &commits {
            if matches!(world.answers.get(id), Some(Response::Partitions(Ok(codes))) if codes[0][0] == ErrorCode::None) {
                acknowledged = *offset;
            }
        }
        for id in asked {
            prop_assert!(world.answers.contains_key(&id), "{:?} was never answered", id);
        }
        prop_assert_eq!(world.committed("g", "t", 0), acknowledged);
        let mut restarted = World::with(GroupConfig::default(), world.log.clone());
        prop_assert_eq!(restarted.committed("g", "t", 0), acknowledged);
    }
}
