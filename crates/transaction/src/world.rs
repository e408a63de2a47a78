//! A world for tests: a machine, its log, partitions that take markers as a log does, time that is told, and appends
//! that may be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{Context, Entry, Marker, Producer, RequestId, Shard};
use thalweg_model::{Mono, Now, ProducerEpoch, ProducerId};
use thalweg_wire::ErrorCode;

use crate::{
    Add, Command, End, Init, MarkerWritten, Request, Response, TopicPartition, TransactionConfig,
    TransactionMachine, TransactionState, Verify,
};

pub(crate) const ID: &str = "orders";

/// What a partition's log knows of one producer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub epoch: i16,
    /// Records of the open transaction, each known by a number of its own.
    pub open: Vec<u64>,
    pub committed: Vec<u64>,
    pub aborted: Vec<u64>,
}

pub(crate) struct World {
    pub shard: Shard<TransactionMachine>,
    config: Arc<TransactionConfig>,
    pub version: i16,
    /// What is committed.
    pub log: Vec<Entry>,
    in_flight: Vec<Vec<Entry>>,
    pub now_ms: i64,
    next: u64,
    next_producer: i64,
    pub answers: BTreeMap<RequestId, Response>,
    /// Markers asked for and not written.
    pub markers: Vec<(Arc<str>, Marker, TopicPartition)>,
    pub partitions: BTreeMap<(TopicPartition, i64), Written>,
}

impl World {
    pub fn new(version: i16) -> Self {
        Self::with(version, TransactionConfig::default(), Vec::new())
    }

    /// A world whose log holds these records.
    pub fn with(version: i16, config: TransactionConfig, log: Vec<Entry>) -> Self {
        let config = Arc::new(config);
        let mut world = Self {
            shard: Shard::new(TransactionMachine::new(Arc::clone(&config), Mono(0))),
            config,
            version,
            log,
            in_flight: Vec::new(),
            now_ms: 0,
            next: 0,
            next_producer: 1_000,
            answers: BTreeMap::new(),
            markers: Vec::new(),
            partitions: BTreeMap::new(),
        };
        world.load();
        world
    }

    /// The process ends and begins anew: what is committed remains, and what the partitions hold.
    pub fn restart(&mut self) {
        self.in_flight.clear();
        self.markers.clear();
        self.answers.clear();
        self.load();
    }

    fn load(&mut self) {
        let now = self.context().now;
        self.shard = Shard::new(TransactionMachine::new(Arc::clone(&self.config), now.mono));
        self.shard.machine_mut().set_transaction_version(self.version);
        for entry in &self.log {
            self.shard.load(entry).expect("the machine reads what it wrote");
        }
        self.shard.machine_mut().loaded(now);
    }

    pub fn context(&mut self) -> Context {
        self.next += 1;
        let now = Now { mono: Mono(self.now_ms as u64 * 1_000_000), wall_ms: 1_000_000 + self.now_ms };
        Context { now, random: 0 }
    }

    pub fn ask(&mut self, request: Request) -> RequestId {
        let context = self.context();
        let id = RequestId(self.next);
        self.shard.handle(id, request, context);
        self.collect();
        id
    }

    pub fn is_appending(&self) -> bool {
        !self.in_flight.is_empty()
    }

    pub fn begin(&mut self) -> bool {
        if self.is_appending() {
            return false;
        }
        match self.shard.begin_append() {
            Some(groups) => self.in_flight = groups.map(<[Entry]>::to_vec).collect(),
            None => return false,
        }
        true
    }

    pub fn finish(&mut self, result: Result<(), ErrorCode>) {
        let groups = std::mem::take(&mut self.in_flight);
        let committed = if result.is_ok() { groups.len() } else { 0 };
        self.log.extend(groups.into_iter().take(committed).flatten());
        let context = self.context();
        self.shard.appended(committed, result, context);
        self.collect();
    }

    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        // Several times: what is released by one call is decided by the next.
        for _ in 0..3 {
            let context = self.context();
            if self.shard.poll_timeout().is_some_and(|due| due <= context.now.mono) {
                self.shard.handle_timeout(context);
            }
            self.collect();
        }
    }

    /// Writes one of the markers asked for; false: it fails and is to be asked for again.
    pub fn write_marker(&mut self, which: usize, succeeds: bool) {
        if self.markers.is_empty() {
            return;
        }
        let (id, marker, partition) = self.markers.remove(which % self.markers.len());
        if succeeds {
            let producer = marker.producer;
            let written = self.partitions.entry((partition.clone(), producer.id.0)).or_default();
            if producer.epoch.0 >= written.epoch {
                written.epoch = producer.epoch.0;
                let ended = std::mem::take(&mut written.open);
                let fate = if marker.commits { &mut written.committed } else { &mut written.aborted };
                fate.extend(ended);
            }
        }
        let written = MarkerWritten { id, producer: marker.producer, partition, is_done: succeeds };
        self.ask(Request::MarkerWritten(written));
    }

    /// Commits everything and writes every marker, until nothing moves.
    pub fn settle(&mut self) {
        for _ in 0..100 {
            self.pass(0);
            if self.is_appending() || self.begin() {
                self.finish(Ok(()));
            } else if !self.markers.is_empty() {
                self.write_marker(0, true);
            } else if !self.shard.wants_append() {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    fn collect(&mut self) {
        for Command::WriteMarkers { id, marker, partitions } in self.shard.machine_mut().take_commands() {
            self.markers.extend(partitions.into_iter().map(|partition| (Arc::clone(&id), marker, partition)));
        }
        for (id, response) in self.shard.take_answers() {
            assert!(self.answers.insert(id, response).is_none(), "{id:?} is answered twice");
        }
    }

    /// Asks, lets everything happen, and hands the answer over; a fresh producer id is given where one is needed.
    pub fn answer(&mut self, request: Request) -> Response {
        let id = self.ask(request.clone());
        self.settle();
        if !self.answers.contains_key(&id) {
            self.pass(1_000);
            self.settle();
        }
        match self.answers.remove(&id).expect("it is answered by now") {
            Response::NeedsProducerId => {
                self.next_producer += 1;
                let fresh = Some(self.next_producer);
                self.answer(match request {
                    Request::Init(init) => Request::Init(Init { fresh, ..init }),
                    Request::End(end) => Request::End(End { fresh, ..end }),
                    other => panic!("{other:?} needs no producer id"),
                })
            }
            answer => answer,
        }
    }

    pub fn init(&mut self, expected: Option<Producer>) -> Result<Producer, ErrorCode> {
        match self.answer(init(expected)) {
            Response::Producer(result) => result,
            other => panic!("not a producer: {other:?}"),
        }
    }

    pub fn add(&mut self, producer: Producer, partition: i32) -> Result<(), ErrorCode> {
        match self.answer(add(producer, partition, self.version)) {
            Response::Done(result) => result,
            other => panic!("not an answer to adding: {other:?}"),
        }
    }

    pub fn end(&mut self, producer: Producer, commits: bool) -> Result<Producer, ErrorCode> {
        match self.answer(end(producer, commits, self.version)) {
            Response::Producer(result) => result,
            other => panic!("not a producer: {other:?}"),
        }
    }

    pub fn verify(&mut self, producer: Producer, partition: i32) -> Result<ErrorCode, ErrorCode> {
        let verify = Verify { id: ID.into(), producer, partitions: vec![("t".into(), partition)] };
        match self.answer(Request::Verify(verify)) {
            Response::Verified(result) => result.map(|codes| codes[0]),
            other => panic!("not verified: {other:?}"),
        }
    }

    pub fn state(&self) -> Option<TransactionState> {
        self.shard.machine().state.transactions.get(ID).map(|of| of.state)
    }

    /// Where markers of the present decision are still to be written.
    pub fn marked(&self) -> BTreeSet<i32> {
        self.markers.iter().map(|(_, _, (_, index))| *index).collect()
    }
}

pub(crate) fn producer(id: i64, epoch: i16) -> Producer {
    Producer { id: ProducerId(id), epoch: ProducerEpoch(epoch) }
}

pub(crate) fn init(expected: Option<Producer>) -> Request {
    Request::Init(Init { id: ID.into(), timeout_ms: 60_000, expected, fresh: None })
}

pub(crate) fn add(producer: Producer, partition: i32, version: i16) -> Request {
    Request::Add(Add { id: ID.into(), producer, partitions: vec![("t".into(), partition)], version })
}

pub(crate) fn end(producer: Producer, commits: bool, version: i16) -> Request {
    Request::End(End { id: ID.into(), producer, commits, version, fresh: None })
}
