//! The run: whose turn it is, how time passes, which fault comes when, and what is checked at the end.
//!
//! Every choice is drawn: among all roles and clients that have something to do one is picked, so every interleaving
//! of turns can happen. When nobody has anything to do, time jumps to the next deadline. After the last fault the
//! world is well, and the broker must serve everything that is owed within a bounded time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use thalweg_broker::stepping::RoleId;
use thalweg_model::Mono;
use thalweg_platform::Clock;
use thalweg_platform::memory::MemoryNet;

use crate::actors::{
    Actor, Admin, CommittedReader, Committer, Member, Phase, Reader, Transactor, Work, Writer,
};
use crate::dice::Dice;
use crate::faults::{self, Fault};
use crate::ledger::{Counts, Durability, Keeps, Ledger, TopicSpec, Violation};
use crate::node::{End, SimNode};

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Everything follows from it.
    pub seed: u64,
    /// How long work and faults go on, in virtual time.
    pub length: Duration,
    /// Mean time between faults; zero for none.
    pub fault_pace: Duration,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The rule that was broken, if one was.
    pub violation: Option<Violation>,
    /// How much was done.
    pub counts: Counts,
    /// Virtual time that passed.
    pub virtual_time: Duration,
    /// A hash of every turn, in order: equal runs have equal ones.
    pub trace: u64,
}

/// The topics of the standard mix.
const TOPICS: [TopicSpec; 6] = [
    TopicSpec {
        name: "cached",
        partitions: 3,
        configs: &[],
        durability: Durability::PageCache,
        keeps: Keeps::All,
    },
    TopicSpec {
        name: "synced",
        partitions: 2,
        configs: &[("flush.messages", "1")],
        durability: Durability::Disk,
        keeps: Keeps::All,
    },
    TopicSpec {
        name: "rolling",
        partitions: 1,
        configs: &[("segment.ms", "3000"), ("index.interval.bytes", "4096")],
        durability: Durability::PageCache,
        keeps: Keeps::All,
    },
    TopicSpec {
        name: "compacted",
        partitions: 1,
        configs: &[
            ("cleanup.policy", "compact"),
            ("flush.messages", "1"),
            ("segment.ms", "1500"),
            ("min.cleanable.dirty.ratio", "0.01"),
        ],
        durability: Durability::Disk,
        keeps: Keeps::LastOfKey,
    },
    TopicSpec {
        name: "aging",
        partitions: 1,
        configs: &[("segment.ms", "1500"), ("retention.ms", "6000"), ("file.delete.delay.ms", "1000")],
        durability: Durability::PageCache,
        keeps: Keeps::Younger(6_000),
    },
    TopicSpec {
        name: "transactional",
        partitions: 2,
        configs: &[("flush.messages", "1"), ("segment.ms", "5000")],
        durability: Durability::Disk,
        keeps: Keeps::Transactions,
    },
];

/// The broker's settings: internal topics of one partition, so that a start opens few files.
const SETTINGS: [(&str, &str); 11] = [
    ("thalweg.workers", "2"),
    ("offsets.topic.num.partitions", "2"),
    ("transaction.state.log.num.partitions", "2"),
    ("log.flush.offset.checkpoint.interval.ms", "5000"),
    ("log.flush.start.offset.checkpoint.interval.ms", "5000"),
    ("log.segment.delete.delay.ms", "2000"),
    ("log.initial.task.delay.ms", "700"),
    ("log.retention.check.interval.ms", "1000"),
    ("log.cleaner.backoff.ms", "1000"),
    ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
    ("group.initial.rebalance.delay.ms", "50"),
];

/// After the last fault everything owed is served within this time.
const HEALING: Duration = Duration::from_secs(90);
/// Turns without a step of time after which the broker is taken to spin.
const SPIN: u64 = 2_000_000;

/// Runs a scenario to its end, or to the first broken rule.
pub fn run(scenario: Scenario) -> Outcome {
    World::new(scenario).run()
}

struct World {
    scenario: Scenario,
    dice: Dice,
    node: SimNode,
    actors: Vec<Actor>,
    ledger: Ledger,
    trace: DefaultHasher,
    next_fault: (Mono, Fault),
    /// When the broker is started again.
    start_at: Option<(Mono, End)>,
    /// When the disk is well again, and whether that takes a restart.
    heal_at: Option<(Mono, bool)>,
    stalled: Option<(RoleId, Mono)>,
    phase: Phase,
    /// Who has something to do; made anew for every turn.
    runnable: Vec<Runnable>,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Runnable {
    Role(RoleId),
    Actor(usize),
}

impl World {
    fn new(scenario: Scenario) -> Self {
        let mut dice = Dice::new(scenario.seed);
        let net = MemoryNet::new();
        let node = SimNode::new(&net, dice.draw(), &SETTINGS);
        let works: Vec<Box<dyn Work>> = vec![
            Box::new(Admin::new()),
            Box::new(Reader::new()),
            Box::new(Writer::new(1, Duration::from_millis(20))),
            Box::new(Writer::new(2, Duration::from_millis(40))),
            Box::new(Committer::new(1)),
            Box::new(Committer::new(2)),
            // Before KIP-890 and since; the last two are rivals.
            Box::new(Transactor::new(1, "alone", true)),
            Box::new(Transactor::new(2, "shared", true)),
            Box::new(Transactor::new(3, "shared", false)),
            Box::new(CommittedReader::new()),
            Box::new(Member::new(3)),
            Box::new(Member::new(3)),
            Box::new(Member::new(3)),
        ];
        let actors = works
            .into_iter()
            .enumerate()
            .map(|(number, work)| {
                Actor::new(&net, number as u64, work).expect("memory has room for a poller")
            })
            .collect();
        let next_fault = faults::next(&mut dice, Mono(0), scenario.fault_pace);
        Self {
            scenario,
            dice,
            node,
            actors,
            ledger: Ledger::new(TOPICS.to_vec()),
            trace: DefaultHasher::new(),
            next_fault,
            start_at: Some((Mono(0), End::Clean)),
            heal_at: None,
            stalled: None,
            phase: Phase::Working,
            runnable: Vec::new(),
        }
    }

    fn run(mut self) -> Outcome {
        let end = Mono(0).after(self.scenario.length);
        let healed = end.after(HEALING);
        let mut turns_now = 0;
        while self.ledger.violation().is_none() {
            let now = self.node.clock.now().mono;
            if now >= end && self.phase == Phase::Working {
                self.make_well(now);
            }
            self.do_what_is_due(now);
            self.look_for_runnable();
            if self.runnable.is_empty() {
                turns_now = 0;
                let is_settled =
                    self.node.lives() && self.actors.iter().all(|actor| actor.is_done(self.phase));
                match self.phase {
                    Phase::Settling if is_settled => {
                        self.enter(Phase::Reading, now);
                        continue;
                    }
                    Phase::Reading if is_settled => break,
                    _ => {}
                }
                if now >= healed {
                    let waiting = self.actors.iter().position(|actor| !actor.is_done(self.phase));
                    self.ledger.break_rule(format!(
                        "client {waiting:?} is still owed something {HEALING:?} after the last fault"
                    ));
                    break;
                }
                let limit = if self.phase == Phase::Working { end } else { healed };
                let next = self.next_deadline().max(Mono(now.0 + 1)).min(limit);
                self.node.clock.advance(now.until(next).max(Duration::from_nanos(1)));
                continue;
            }
            turns_now += 1;
            if turns_now > SPIN {
                self.ledger
                    .break_rule(format!("{SPIN} turns without a step of time: {:?} spins", self.runnable));
                break;
            }
            let chosen = self.runnable[self.dice.below(self.runnable.len())];
            (chosen, now.0).hash(&mut self.trace);
            match chosen {
                Runnable::Role(role) => {
                    self.ledger.counts.turns += 1;
                    self.node.turn(role);
                    // Only the controller opens partitions, and before anybody hears of them.
                    if role == RoleId::Controller && self.node.has_unreported() {
                        self.node.report_late(&mut self.ledger);
                    }
                }
                Runnable::Actor(place) => {
                    let now = self.node.clock.now();
                    self.actors[place].turn(now, &mut self.ledger, &mut self.dice, self.phase);
                }
            }
            // A turn takes time.
            self.node.clock.advance(Duration::from_nanos(500));
        }
        self.ledger.counts.acked.hash(&mut self.trace);
        self.ledger.counts.read.hash(&mut self.trace);
        Outcome {
            violation: self.ledger.violation().cloned(),
            counts: self.ledger.counts,
            virtual_time: Mono(0).until(self.node.clock.now().mono),
            trace: self.trace.finish(),
        }
    }

    fn look_for_runnable(&mut self) {
        let now = self.node.clock.now().mono;
        let stalled = self.stalled.map(|(role, _)| role);
        self.runnable.clear();
        let (node, runnable) = (&self.node, &mut self.runnable);
        node.pending(|role| {
            if Some(role) != stalled {
                runnable.push(Runnable::Role(role));
            }
        });
        let actors = self.actors.iter().enumerate().filter(|(_, actor)| actor.is_pending(now));
        runnable.extend(actors.map(|(place, _)| Runnable::Actor(place)));
    }

    fn next_deadline(&self) -> Mono {
        // A stalled role's own deadline may have passed: what ends the stall counts then.
        let now = self.node.clock.now().mono;
        let role = Some(self.node.due()).filter(|due| self.stalled.is_none() || *due > now);
        let others = [
            role,
            self.start_at.map(|(at, _)| at),
            self.heal_at.map(|(at, _)| at),
            self.stalled.map(|(_, at)| at),
            (self.has_faults() && self.node.lives()).then_some(self.next_fault.0),
        ];
        let actors = self.actors.iter().map(Actor::due);
        actors.chain(others.into_iter().flatten()).min().unwrap_or(Mono(u64::MAX))
    }

    fn do_what_is_due(&mut self, now: Mono) {
        self.stalled.take_if(|(_, at)| *at <= now);
        if let Some((_, needs_restart)) = self.heal_at.take_if(|(at, _)| *at <= now) {
            self.node.disk.heal();
            if needs_restart && self.node.lives() {
                self.end_life(End::Killed, now, Duration::from_millis(10));
            }
        }
        if let Some((_, how)) = self.start_at.take_if(|(at, _)| *at <= now) {
            match self.node.start() {
                Ok(()) => {
                    tracing::info!(event = "life_begins", after = ?how, at_ms = now.0 / 1_000_000);
                    self.node.report_ends(&mut self.ledger, how == End::PowerCut);
                }
                // A disk that is not well may keep a broker from starting; a well one may not.
                Err(_) if self.heal_at.is_some() => {
                    self.start_at = Some((now.after(Duration::from_millis(500)), how));
                }
                Err(error) => {
                    self.ledger.break_rule(format!("after {how:?} the broker does not start: {error}"))
                }
            }
        }
        if self.has_faults() && self.next_fault.0 <= now && self.node.lives() {
            let fault = self.next_fault.1;
            self.ledger.counts.faults += 1;
            self.apply(fault, now);
            self.next_fault = faults::next(&mut self.dice, now, self.scenario.fault_pace);
        }
    }

    fn has_faults(&self) -> bool {
        self.phase == Phase::Working && !self.scenario.fault_pace.is_zero()
    }

    fn apply(&mut self, fault: Fault, now: Mono) {
        tracing::info!(event = "fault", ?fault, at_ms = now.0 / 1_000_000);
        let second = SimNode::second_directory();
        match fault {
            Fault::Restart(how, pause) => self.end_life(how, now, pause),
            Fault::Cut { actor } => {
                let count = self.actors.len();
                for (place, actor_) in self.actors.iter_mut().enumerate() {
                    if actor.is_none_or(|chosen| chosen % count == place) {
                        actor_.cut(now);
                    }
                }
            }
            Fault::Stall(role, lasts) => self.stalled = Some((role, now.after(lasts))),
            // One disk fault at a time.
            _ if self.heal_at.is_some() => {}
            Fault::SyncError(lasts) => {
                self.node.disk.break_only(&second);
                self.node.disk.fail_syncs_after(0);
                self.heal_at = Some((now.after(lasts), true));
            }
            Fault::WriteError(lasts) => {
                self.node.disk.break_only(&second);
                self.node.disk.fail_writes_after(0);
                self.heal_at = Some((now.after(lasts), true));
            }
            Fault::Full { left, lasts } => {
                self.node.disk.break_only(&second);
                self.node.disk.fail_space_after(left);
                self.heal_at = Some((now.after(lasts), false));
            }
            Fault::ShortWrites(lasts) => {
                self.node.disk.write_at_most(1 + self.dice.draw() % 5_000);
                self.heal_at = Some((now.after(lasts), false));
            }
            Fault::ColdReads(lasts) => {
                self.node.disk.set_resident(false);
                self.heal_at = Some((now.after(lasts), false));
            }
        }
    }

    fn end_life(&mut self, how: End, now: Mono, pause: Duration) {
        // A thread that hangs keeps a broker from stopping cleanly, and a broken disk does.
        let how = if how == End::Clean && (self.stalled.is_some() || self.heal_at.is_some()) {
            End::Killed
        } else {
            how
        };
        if how == End::PowerCut {
            // What is under way was said of a history that may be over when it arrives: no rule could judge it.
            self.actors.iter_mut().for_each(|actor| actor.cut(now));
        }
        if !self.node.end(how, &mut self.dice) {
            self.ledger.break_rule("a clean stop was not clean".to_owned());
        }
        self.stalled = None;
        self.start_at = Some((now.after(pause), how));
    }

    fn enter(&mut self, phase: Phase, now: Mono) {
        self.phase = phase;
        self.actors.iter_mut().for_each(|actor| actor.wake(now));
    }

    /// No more faults; what was broken is whole.
    fn make_well(&mut self, now: Mono) {
        self.enter(Phase::Settling, now);
        self.stalled = None;
        if let Some((_, needs_restart)) = self.heal_at.take() {
            self.node.disk.heal();
            if needs_restart && self.node.lives() {
                self.end_life(End::Killed, now, Duration::ZERO);
            }
        }
    }
}
