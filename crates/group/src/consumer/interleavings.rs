//! Random interleavings of members of both protocols, with lost answers, repeated requests and lost appends. After
//! every step the promises of the protocol are checked against the machine and against what clients believe.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::tests::{beat, classic_join, described, id, topics};
use super::*;
use crate::request::ConsumerHeartbeat;
use crate::world::{World, leave, member, sync};
use crate::{GroupConfig, Request, Response};

#[derive(Clone, Debug)]
enum Step {
    /// A client's heartbeat: it joins if it has to. The answer is heard, or lost.
    Beat(usize, bool),
    /// A client whose answer was lost sends the same once more.
    Again(usize),
    /// It leaves.
    Leave(usize),
    /// A classic member joins, or asks for its assignment, or is alive, or leaves.
    Classic(usize, u8),
    /// What is on its way into the log arrives there, or does not.
    Finish(bool),
    Pass(i64),
    /// The topic has so many partitions.
    Topics(i32),
    /// What is computed elsewhere comes back.
    Work,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..4usize, prop::bool::weighted(0.85)).prop_map(|(client, is_heard)| Step::Beat(client, is_heard)),
        1 => (0..4usize).prop_map(Step::Again),
        1 => (0..4usize).prop_map(Step::Leave),
        2 => (0..2usize, 0..5u8).prop_map(|(client, what)| Step::Classic(client, what)),
        5 => prop::bool::weighted(0.9).prop_map(Step::Finish),
        2 => (0..20_000i64).prop_map(Step::Pass),
        1 => (1..6i32).prop_map(Step::Topics),
        2 => Just(Step::Work),
    ]
}

/// What a member of the new protocol believes.
#[derive(Debug, Default)]
struct Client {
    epoch: i32,
    owned: BTreeSet<i32>,
    /// What it has not had an answer to.
    unheard: Option<ConsumerHeartbeat>,
}

struct Play {
    world: World,
    clients: Vec<Client>,
    version: u64,
    /// The highest epoch that the log has held.
    epoch: i32,
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const CLASSICS: [&str; 2] = ["y", "z"];

impl Play {
    fn new() -> Self {
        let consumer =
            ConsumerConfig { assignment_interval_ms: 500, work_at_once_max: 7, ..ConsumerConfig::default() };
        let config = GroupConfig { initial_rebalance_delay_ms: 0, consumer, ..GroupConfig::default() };
        let mut world = World::with(config, Vec::new());
        world.shard.machine_mut().set_topics(topics(1, &[("t", 4)]));
        Self { world, clients: (0..4).map(|_| Client::default()).collect(), version: 1, epoch: 0 }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Beat(client, is_heard) => self.beat(*client, *is_heard),
            Step::Again(client) => {
                if let Some(last) = self.clients[*client].unheard.clone() {
                    self.send(last);
                }
            }
            Step::Leave(client) => {
                let left = &mut self.clients[*client];
                if left.epoch > 0 {
                    (left.epoch, left.owned) = (0, BTreeSet::new());
                    left.unheard = None;
                    self.send(beat(NAMES[*client], -1));
                }
            }
            Step::Classic(client, what) => self.classic(CLASSICS[*client], *what),
            Step::Finish(arrives) => {
                if self.world.is_appending() || self.world.begin() {
                    let lost = Err(ErrorCode::CoordinatorNotAvailable);
                    self.world.finish(if *arrives { Ok(()) } else { lost });
                }
            }
            Step::Pass(ms) => self.world.pass(*ms),
            Step::Topics(partitions) => {
                self.version += 1;
                let machine = self.world.shard.machine_mut();
                machine.set_topics(topics(self.version, &[("t", *partitions)]));
            }
            Step::Work => {
                for work in self.world.shard.machine_mut().take_work() {
                    self.world.ask(Request::Worked(work.run()));
                }
            }
        }
    }

    fn send(&mut self, beat: ConsumerHeartbeat) -> Option<Result<crate::Beat, ErrorCode>> {
        let request = self.world.ask(Request::Beat(beat));
        // Half of the requests overtake the append that their answer waits for; those answers are lost.
        if self.world.is_appending() || self.version.is_multiple_of(2) {
            self.world.settle();
        }
        match self.world.answers.remove(&request)? {
            Response::Beat(result) => Some(result),
            other => panic!("not an answer to a heartbeat: {other:?}"),
        }
    }

    fn beat(&mut self, number: usize, is_heard: bool) {
        let client = &self.clients[number];
        let owned: Vec<i32> = client.owned.iter().copied().collect();
        let mut request = match client.epoch {
            0 => beat(NAMES[number], 0),
            epoch => ConsumerHeartbeat { owned: Some(vec![(id(1), owned)]), ..beat(NAMES[number], epoch) },
        };
        if client.unheard.is_some() {
            // It may have missed something: it says everything and wants to be told everything.
            let full = beat(NAMES[number], 0);
            (request.topics, request.rebalance_timeout_ms) = (full.topics, full.rebalance_timeout_ms);
        }
        self.clients[number].unheard = Some(request.clone());
        let answer = self.send(request);
        let client = &mut self.clients[number];
        match answer.filter(|_| is_heard) {
            None => {}
            Some(Ok(told)) => {
                client.unheard = None;
                client.epoch = told.epoch;
                if let Some(assignment) = told.assignment {
                    client.owned = assignment.get(&id(1)).cloned().unwrap_or_default();
                }
            }
            Some(Err(ErrorCode::CoordinatorNotAvailable)) => {}
            // It gives everything up and begins anew.
            Some(Err(_)) => *client = Client::default(),
        }
    }

    fn classic(&mut self, name: &str, what: u8) {
        let generation = {
            let group = self.world.shard.machine().state.consumers.get("g");
            group.and_then(|group| group.members.get(name)).map_or(1, |member| member.epoch)
        };
        self.world.ask(match what {
            0 | 1 => classic_join(name, &[]),
            2 => sync("g", name, generation, &[]),
            3 => Request::Heartbeat(member("g", name, generation)),
            _ => leave("g", name),
        });
    }

    fn check(&mut self) {
        let machine = self.world.shard.machine();
        assert!(!(machine.state.groups.contains_key("g") && machine.state.consumers.contains_key("g")));
        let Some(group) = machine.state.consumers.get("g").cloned() else {
            self.epoch = 0;
            return;
        };
        assert!(group.assignment_epoch <= group.epoch);
        let mut owners: BTreeMap<(Uuid, i32), Arc<str>> = BTreeMap::new();
        for member in group.members.values() {
            assert!(member.epoch <= group.epoch, "{} is ahead of its group", member.id);
            for of in [&member.assigned, &member.revoking] {
                for (topic, partitions) in of.iter() {
                    for (partition, since) in partitions {
                        assert!(*since <= group.epoch);
                        assert!(group.is_owned(*topic, *partition));
                        let other = owners.insert((*topic, *partition), Arc::clone(&member.id));
                        assert!(other.is_none(), "{other:?} and {} have partition {partition}", member.id);
                    }
                }
            }
        }
        for id in group.targets.keys() {
            assert!(group.members.contains_key(id), "{id} has a target and is no member");
        }
        // What two members believe to have, one of them does not know yet that it is out.
        let mut believed: BTreeMap<i32, &str> = BTreeMap::new();
        for (client, name) in self.clients.iter().zip(NAMES) {
            let Some(member) = group.members.get(name).filter(|member| member.epoch >= client.epoch) else {
                continue;
            };
            if client.epoch == 0 || member.previous_epoch > client.epoch {
                continue;
            }
            for partition in &client.owned {
                let other = believed.insert(*partition, name);
                assert!(other.is_none(), "{other:?} and {name} both read partition {partition}: {group:#?}");
            }
        }
    }

    /// The log alone makes the same group.
    fn check_replay(&mut self) {
        self.world.settle();
        let mut again = World::with(GroupConfig::clone(&self.world.config), self.world.log.clone());
        again.shard.machine_mut().set_topics(Arc::clone(&self.world.shard.machine().topics));
        assert_eq!(described(&mut again), described(&mut self.world));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_partition_has_two_readers_and_the_log_is_the_group(steps in prop::collection::vec(step(), 1..160)) {
        let mut play = Play::new();
        for step in &steps {
            play.take(step);
            play.check();
        }
        play.check_replay();
    }

    /// When trouble ends, everybody who is there gets a share and all partitions are read.
    #[test]
    fn a_group_left_alone_comes_to_rest(steps in prop::collection::vec(step(), 1..80)) {
        let mut play = Play::new();
        for step in &steps {
            play.take(step);
        }
        play.world.settle();
        for name in CLASSICS {
            play.world.answer(leave("g", name));
        }
        for _ in 0..12 {
            for client in 0..4 {
                play.world.pass(600);
                play.world.settle();
                play.beat(client, true);
                play.world.settle();
                play.take(&Step::Work);
                play.world.settle();
            }
        }
        let group = described(&mut play.world);
        let group = group.expect("members of the new protocol keep it a consumer group");
        prop_assert_eq!(group.state, "Stable");
        let count = play.world.shard.machine().topics.by_name("t").map_or(0, |(_, count)| count);
        let read: usize = play.clients.iter().map(|client| client.owned.len()).sum();
        prop_assert_eq!(read, count as usize);
    }
}
