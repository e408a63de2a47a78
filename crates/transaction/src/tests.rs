//! The machine against Kafka's rules, and through random interleavings with lost appends, failed markers, restarts
//! and repeated requests, checked against what a reader of committed records may rely on.

use proptest::prelude::*;
use thalweg_coordinator::{Entry, Producer, RequestId};
use thalweg_wire::ErrorCode;

use crate::state::{State, record};
use crate::world::{ID, World, add, end, init, producer};
use crate::{Request, Response, TransactionConfig, TransactionState};

const VERSIONS: [i16; 2] = [0, 2];

#[test]
fn a_producer_writes_many_transactions_in_a_row_by_both_protocols() {
    for version in VERSIONS {
        let mut world = World::new(version);
        let mut now = world.init(None).expect("the id is free");
        assert_eq!(now.epoch.0, 0);
        for round in 0..20 {
            assert_eq!(world.add(now, round), Ok(()));
            assert_eq!(world.state(), Some(TransactionState::Ongoing));
            let next = world.end(now, round % 3 != 0).expect("it is its own");
            let bumped = i16::from(version == 2);
            assert_eq!((next.id, next.epoch.0), (now.id, now.epoch.0 + bumped));
            now = next;
        }
        assert_eq!(world.state(), Some(TransactionState::CompleteCommit));
    }
}

#[test]
fn the_answer_to_an_end_comes_before_the_markers_and_the_next_transaction_waits_for_them() {
    for version in VERSIONS {
        let mut world = World::new(version);
        let first = world.init(None).expect("the id is free");
        world.add(first, 0).expect("it joins");
        let ended = world.ask(end(first, true, version));
        assert!(
            world.markers.is_empty() && world.answers.is_empty(),
            "nothing before the decision is committed"
        );
        world.begin();
        world.finish(Ok(()));
        let Some(Response::Producer(Ok(next))) = world.answers.remove(&ended) else {
            panic!("it is decided")
        };
        assert_eq!(world.state(), Some(TransactionState::PrepareCommit));
        assert_eq!(world.marked().len(), 1);
        let joined = world.ask(add(next, 1, version));
        assert!(world.answers.is_empty(), "it waits");
        world.write_marker(0, true);
        world.pass(0);
        world.begin();
        world.finish(Ok(()));
        assert_eq!(world.answers.remove(&joined), Some(Response::Done(Ok(()))));
        assert_eq!(world.state(), Some(TransactionState::Ongoing));
        let held: Vec<i32> =
            world.shard.machine().state.transactions[ID].partitions.iter().map(|(_, index)| *index).collect();
        assert_eq!(held, [1], "nothing of the old transaction is in the new one");
    }
}

#[test]
fn several_who_wait_for_the_same_transaction_all_join_the_next() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    world.add(first, 0).expect("it joins");
    let ended = world.ask(end(first, true, 2));
    world.begin();
    world.finish(Ok(()));
    let Some(Response::Producer(Ok(next))) = world.answers.remove(&ended) else { panic!("it is decided") };
    let waiting: Vec<RequestId> = (1..5).map(|index| world.ask(add(next, index, 2))).collect();
    let stale = world.ask(add(first, 7, 2));
    world.settle();
    for id in waiting {
        assert_eq!(world.answers.remove(&id), Some(Response::Done(Ok(()))));
    }
    assert_eq!(world.answers.remove(&stale), Some(Response::Done(Err(ErrorCode::ProducerFenced))));
    assert_eq!(world.shard.machine().state.transactions[ID].partitions.len(), 4);
}

#[test]
fn who_waits_too_long_for_the_transaction_before_is_told_to_come_again() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    world.add(first, 0).expect("it joins");
    world.ask(end(first, true, 2));
    world.begin();
    world.finish(Ok(()));
    let late = world.ask(add(producer(first.id.0, 1), 1, 2));
    world.pass(99);
    assert!(!world.answers.contains_key(&late));
    world.pass(1);
    assert_eq!(world.answers.remove(&late), Some(Response::Done(Err(ErrorCode::ConcurrentTransactions))));
}

#[test]
fn a_second_producer_aborts_the_first_ones_transaction_and_fences_it() {
    for version in VERSIONS {
        let mut world = World::new(version);
        let first = world.init(None).expect("the id is free");
        world.add(first, 0).expect("it joins");
        assert_eq!(world.init(None), Err(ErrorCode::ConcurrentTransactions));
        assert_eq!(world.state(), Some(TransactionState::CompleteAbort));
        let second = world.init(None).expect("the abort is done");
        assert_eq!((second.id, second.epoch.0), (first.id, 2), "the epoch between them is nobody's");
        assert_eq!(world.add(first, 0), Err(ErrorCode::ProducerFenced));
        assert_eq!(world.end(first, true), Err(ErrorCode::ProducerFenced));
        assert_eq!(world.verify(first, 0), Err(ErrorCode::ProducerFenced));
        assert_eq!(world.init(Some(first)), Err(ErrorCode::ProducerFenced));
        assert_eq!(world.add(producer(77, 0), 0), Err(ErrorCode::InvalidProducerIdMapping));
    }
}

#[test]
fn repeated_ends_are_known_by_their_epoch() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    assert_eq!(world.end(first, true), Err(ErrorCode::InvalidTxnState), "there is nothing to commit");
    let first = world.end(first, false).expect("an abort needs no transaction");
    assert_eq!(first.epoch.0, 1);
    world.add(first, 0).expect("it joins");
    let next = world.end(first, true).expect("it is its own");
    assert_eq!(world.end(first, true), Ok(next), "the answer was lost");
    assert_eq!(world.end(first, false), Err(ErrorCode::InvalidTxnState), "it was committed");
    assert_eq!(world.end(next, true), Err(ErrorCode::InvalidTxnState), "the next has not begun");
    let after = world.end(next, false).expect("an abort needs no transaction");
    assert_eq!(after.epoch.0, next.epoch.0 + 1);
    assert_eq!(world.end(first, true), Err(ErrorCode::ProducerFenced));

    let mut world = World::new(0);
    let first = world.init(None).expect("the id is free");
    assert_eq!(world.end(first, false), Err(ErrorCode::InvalidTxnState));
    world.add(first, 0).expect("it joins");
    assert_eq!(world.end(first, false), Ok(first));
    assert_eq!(world.end(first, false), Ok(first));
    assert_eq!(world.end(first, true), Err(ErrorCode::InvalidTxnState));
}

#[test]
fn an_end_while_markers_are_on_their_way_is_told_to_come_again() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    world.add(first, 0).expect("it joins");
    world.ask(end(first, true, 2));
    let (again, other) = (world.ask(end(first, true, 2)), world.ask(end(first, false, 2)));
    let newcomer = world.ask(init(None));
    let concurrent = Some(Response::Producer(Err(ErrorCode::ConcurrentTransactions)));
    assert_eq!(world.answers.remove(&again), concurrent);
    assert_eq!(world.answers.remove(&other), Some(Response::Producer(Err(ErrorCode::InvalidTxnState))));
    assert_eq!(world.answers.remove(&newcomer), concurrent);
}

#[test]
fn epochs_that_run_out_bring_a_new_producer_id() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    let last = at_epoch(&mut world, i16::MAX - 1);
    assert_eq!(last.id, first.id);
    world.add(last, 0).expect("it joins");
    let next = world.end(last, true).expect("it is its own");
    assert_ne!(next.id, first.id);
    assert_eq!(next.epoch.0, 0);
    assert_eq!(world.end(last, true), Ok(next), "a repetition is known over the change of ids");
    world.add(next, 0).expect("it goes on with the new id");

    // The records of version 0 have no place for the producer id before: there the repetition is fenced.
    let mut world = World::new(1);
    let first = world.init(None).expect("the id is free");
    let last = at_epoch(&mut world, i16::MAX - 1);
    let next = world.init(Some(last)).expect("it goes on");
    assert_ne!(next.id, first.id);
    assert_eq!(world.init(Some(last)), Ok(next), "the answer was lost");
}

/// Moves the id's producer to an epoch, as if it had been bumped that often.
fn at_epoch(world: &mut World, epoch: i16) -> Producer {
    let mut of = (*world.shard.machine().state.transactions[ID]).clone();
    of.producer = producer(of.producer.id.0, epoch);
    world.log.push(Entry::Record(record(ID, &of, 2).expect("it can be written")));
    world.restart();
    of.producer
}

#[test]
fn a_producer_goes_on_with_what_it_was_told_and_a_repetition_gets_the_same() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    let bumped = world.init(Some(first)).expect("it goes on");
    assert_eq!(bumped.epoch.0, 1);
    assert_eq!(world.init(Some(first)), Ok(bumped));
    let third = world.init(None).expect("somebody else takes over");
    assert_eq!(third.epoch.0, 2);
    assert_eq!(world.init(Some(first)), Err(ErrorCode::ProducerFenced));
    assert_eq!(world.init(Some(producer(5, 0))), Err(ErrorCode::ProducerFenced));
}

#[test]
fn transactions_that_take_too_long_are_aborted() {
    for version in VERSIONS {
        let mut world = World::new(version);
        let first = world.init(None).expect("the id is free");
        world.add(first, 0).expect("it joins");
        world.pass(60_000);
        world.settle();
        assert_eq!(world.state(), Some(TransactionState::Ongoing));
        world.pass(10_001);
        world.settle();
        assert_eq!(world.state(), Some(TransactionState::CompleteAbort));
        assert_eq!(world.end(first, true).unwrap_err() == ErrorCode::ProducerFenced, version == 0);
        // KIP-890 lets it recover; before that it is fenced for good.
        let recovered = world.init(Some(first));
        assert_eq!(recovered.is_ok(), version == 2, "{recovered:?}");
    }
}

#[test]
fn ids_at_rest_are_forgotten_and_open_ones_are_not() {
    let config = TransactionConfig { id_expiration_ms: 10 * 60 * 60 * 1_000, ..TransactionConfig::default() };
    let mut world = World::with(2, config, Vec::new());
    let first = world.init(None).expect("the id is free");
    world.pass(9 * 60 * 60 * 1_000);
    world.settle();
    assert!(world.state().is_some());
    world.pass(2 * 60 * 60 * 1_000);
    world.settle();
    assert_eq!(world.state(), None);
    assert_eq!(world.add(first, 0), Err(ErrorCode::InvalidProducerIdMapping));
    let Response::Described(described) = world.answer(Request::Describe(ID.into())) else {
        panic!("described")
    };
    assert_eq!(described, Err(ErrorCode::TransactionalIdNotFound));
}

#[test]
fn a_decision_survives_a_crash_and_is_carried_out() {
    for (version, commits) in VERSIONS.into_iter().zip([true, false]) {
        let mut world = World::new(version);
        let first = world.init(None).expect("the id is free");
        world.add(first, 0).expect("it joins");
        world.add(first, 1).expect("it joins");
        world.ask(end(first, commits, version));
        world.begin();
        world.finish(Ok(()));
        world.write_marker(0, true);
        world.restart();
        world.pass(0);
        assert_eq!(world.marked().len(), 2, "what was written is written again");
        world.settle();
        let complete =
            if commits { TransactionState::CompleteCommit } else { TransactionState::CompleteAbort };
        assert_eq!(world.state(), Some(complete));
    }
}

#[test]
fn timeouts_of_producers_are_bounded() {
    let mut world = World::new(2);
    for timeout_ms in [0, -1, 900_001] {
        let Request::Init(of) = init(None) else { panic!("an init") };
        let asked = world.answer(Request::Init(crate::Init { timeout_ms, ..of }));
        assert_eq!(asked, Response::Producer(Err(ErrorCode::InvalidTransactionTimeout)));
    }
}

#[test]
fn records_read_back_in_both_versions() {
    let mut world = World::new(2);
    let first = world.init(None).expect("the id is free");
    world.add(first, 0).expect("it joins");
    let of = (*world.shard.machine().state.transactions[ID]).clone();
    for version in VERSIONS {
        let mut state = State::default();
        state.replay(&record(ID, &of, version).expect("it can be written")).expect("it can be read");
        let mut expected = of.clone();
        if version == 0 {
            (expected.previous_producer_id, expected.next_producer_id, expected.client_version) = (-1, -1, 0);
        }
        assert_eq!(*state.transactions[ID], expected);
    }
}

/// What may happen.
#[derive(Clone, Debug)]
enum Act {
    Init {
        goes_on: bool,
    },
    Write {
        partition: i32,
    },
    /// A batch of a client whose connection was slow.
    WriteLate {
        partition: i32,
    },
    End {
        commits: bool,
    },
    /// The client asks again, as it had no answer.
    Again,
    Append {
        is_lost: bool,
    },
    Marker {
        which: usize,
        fails: bool,
    },
    Pass {
        ms: i64,
    },
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => any::<bool>().prop_map(|goes_on| Act::Init { goes_on }),
        4 => (0..3).prop_map(|partition| Act::Write { partition }),
        1 => (0..3).prop_map(|partition| Act::WriteLate { partition }),
        3 => any::<bool>().prop_map(|commits| Act::End { commits }),
        1 => Just(Act::Again),
        8 => prop::bool::weighted(0.1).prop_map(|is_lost| Act::Append { is_lost }),
        6 => (any::<usize>(), prop::bool::weighted(0.2)).prop_map(|(which, fails)| Act::Marker { which, fails }),
        2 => (0..300i64).prop_map(|ms| Act::Pass { ms }),
        1 => Just(Act::Pass { ms: 75_000 }),
        1 => Just(Act::Restart),
    ]
}

/// A client as the Java producer is one, as far as the coordinator sees it: one request at a time.
#[derive(Default)]
struct Client {
    now: Option<Producer>,
    before: Option<Producer>,
    waits: Option<(RequestId, Request)>,
    /// Records acknowledged in its open transaction.
    pending: Vec<u64>,
    committed: Vec<u64>,
    aborted: Vec<u64>,
    next_record: u64,
}

impl Client {
    /// Takes the answer, if there is one.
    fn take(&mut self, world: &mut World) {
        let Some((id, request)) = self.waits.take() else { return };
        let Some(answer) = world.answers.remove(&id) else {
            self.waits = Some((id, request));
            return;
        };
        match (&request, answer) {
            (_, Response::NeedsProducerId) => {
                let Request::Init(of) = request else { panic!("epochs do not run out here") };
                let fresh = Some(9_000 + id.0 as i64);
                let request = Request::Init(crate::Init { fresh, ..of });
                self.waits = Some((world.ask(request.clone()), request));
            }
            (Request::Init(_), Response::Producer(Ok(producer))) => {
                // Whoever begins anew has lost what was open.
                self.aborted.append(&mut self.pending);
                (self.now, self.before) = (Some(producer), self.now);
            }
            (Request::End(of), Response::Producer(Ok(producer))) => {
                let fate = if of.commits { &mut self.committed } else { &mut self.aborted };
                fate.append(&mut self.pending);
                (self.now, self.before) = (Some(producer), self.now);
            }
            (Request::Add(of), Response::Done(Ok(()))) => {
                // The coordinator has let it in: the partition's log takes the record.
                let key = (of.partitions[0].clone(), of.producer.id.0);
                let written = world.partitions.entry(key).or_default();
                if of.producer.epoch.0 >= written.epoch {
                    written.epoch = of.producer.epoch.0;
                    self.next_record += 1;
                    written.open.push(self.next_record);
                    self.pending.push(self.next_record);
                }
            }
            // Fenced, or too late: it has to begin anew. Others come again.
            (_, Response::Producer(Err(code)) | Response::Done(Err(code))) => {
                if !matches!(code, ErrorCode::ConcurrentTransactions | ErrorCode::CoordinatorNotAvailable) {
                    self.now = None;
                }
            }
            (request, answer) => panic!("{answer:?} is no answer to {request:?}"),
        }
    }

    fn ask(&mut self, world: &mut World, request: Request) {
        if self.waits.is_none() {
            self.waits = Some((world.ask(request.clone()), request));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_transaction_is_split_whatever_is_lost(
        version in prop::sample::select(VERSIONS.to_vec()),
        acts in prop::collection::vec(act(), 1..120),
    ) {
        let mut world = World::new(version);
        let mut client = Client::default();
        for act in acts {
            client.take(&mut world);
            match act {
                Act::Init { goes_on } => {
                    let expected = client.now.filter(|_| goes_on);
                    client.ask(&mut world, init(expected));
                }
                Act::Write { partition } => {
                    if let Some(now) = client.now {
                        client.ask(&mut world, add(now, partition, version));
                    }
                }
                Act::WriteLate { partition } => {
                    // With epochs that rise it is refused; nobody waits for the answer.
                    if let Some(before) = client.before.filter(|before| Some(*before) != client.now) {
                        world.ask(add(before, partition, version));
                    }
                }
                Act::End { commits } => {
                    if let Some(now) = client.now.filter(|_| !client.pending.is_empty()) {
                        client.ask(&mut world, end(now, commits, version));
                    }
                }
                Act::Again => {
                    if let Some((_, request @ (Request::End(_) | Request::Init(_)))) = client.waits.clone() {
                        world.ask(request);
                    }
                }
                Act::Append { is_lost } => {
                    if world.is_appending() || world.begin() {
                        world.finish(if is_lost { Err(ErrorCode::CoordinatorNotAvailable) } else { Ok(()) });
                    }
                }
                Act::Marker { which, fails } => world.write_marker(which, !fails),
                Act::Pass { ms } => world.pass(ms),
                Act::Restart => {
                    world.restart();
                    // It hears nothing of what it had asked, and cannot know what became of that: it begins anew.
                    if client.waits.take().is_some() {
                        client.pending.clear();
                        client.now = None;
                    }
                }
            }
            // A partition's markers never end a transaction that goes on: what is open there is in the machine's list.
            let of = world.shard.machine().state.transactions.get(ID).cloned();
            for ((partition, id), written) in &world.partitions {
                if !written.open.is_empty() {
                    let of = of.as_ref().expect("ids with open transactions are kept");
                    let is_known = of.producer.id.0 == *id && of.partitions.contains(partition);
                    prop_assert!(is_known, "{partition:?} hangs: {written:?}, {of:?}");
                }
            }
        }
        world.settle();
        client.take(&mut world);
        world.pass(100_000);
        world.settle();
        let (mut committed, mut aborted) = (Vec::new(), Vec::new());
        for written in world.partitions.values() {
            prop_assert!(written.open.is_empty(), "left open: {written:?}");
            committed.extend_from_slice(&written.committed);
            aborted.extend_from_slice(&written.aborted);
        }
        for record in &client.committed {
            prop_assert!(committed.contains(record), "{record} was acknowledged as committed");
        }
        for record in &client.aborted {
            prop_assert!(aborted.contains(record), "{record} was acknowledged as aborted");
        }
        let before = world.shard.machine().state.clone();
        world.restart();
        prop_assert_eq!(&world.shard.machine().state, &before);
    }
}
