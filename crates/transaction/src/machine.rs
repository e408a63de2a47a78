//! The machine: finds the transaction a request is about, keeps its timers, and asks for markers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{
    Context, CoordinatorRecord, Marker, Output, Producer, RecordMachine, ReplayError, RequestId, Waiting,
};
use thalweg_model::{Mono, Now};
use thalweg_wire::ErrorCode;

use crate::config::TransactionConfig;
use crate::partitions::decide_add;
use crate::request::{Add, Request, Response, TopicPartition};
use crate::state::{State, Transaction, record};

/// What the machine wants to hear of its own records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The decision how a transaction ends.
    Prepared {
        /// The transactional id.
        id: Arc<str>,
        /// Whose transaction.
        producer: Producer,
    },
    /// That all its markers are written.
    Completed {
        /// The transactional id.
        id: Arc<str>,
    },
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Markers are to be appended. The outcome of each comes back as [`crate::MarkerWritten`].
    WriteMarkers {
        /// The transactional id.
        id: Arc<str>,
        /// What is appended. The coordinator's epoch is the leader's epoch of the machine's own partition, which
        /// the host puts in.
        marker: Marker,
        /// Where to.
        partitions: Vec<TopicPartition>,
    },
}

/// Markers of one transaction on their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marking {
    pub producer: Producer,
    pub left: BTreeSet<TopicPartition>,
    /// Those that failed are asked for again then.
    pub retry: Option<(Mono, BTreeSet<TopicPartition>)>,
}

/// The replayed state at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot(State);

/// A request that waits for the transaction before it to be completed.
#[derive(Clone, Debug)]
pub(crate) struct Parked {
    pub until: Mono,
    pub request: RequestId,
    pub add: Add,
}

/// All transactional ids of one partition of `__transaction_state`.
#[derive(Debug)]
pub struct TransactionMachine {
    pub(crate) config: Arc<TransactionConfig>,
    /// `transaction.version` of the cluster.
    pub(crate) transaction_version: i16,
    /// What is in the log.
    pub(crate) state: State,
    /// Transactions that are decided and whose markers have been asked for.
    pub(crate) marking: BTreeMap<Arc<str>, Marking>,
    /// By transactional id.
    pub(crate) parked: BTreeMap<Arc<str>, Vec<Parked>>,
    /// What each producer was before it was given its present id and epoch, so that a repeated request is known
    /// as such. Not in the log, as in Kafka: `(what it has now, the epoch before)`.
    pub(crate) last_epoch: BTreeMap<Arc<str>, (Producer, i16)>,
    /// Ids whose transaction has been completed while requests waited for that.
    released: BTreeSet<Arc<str>>,
    commands: Vec<Command>,
    abort_check: Mono,
    expiry_check: Mono,
}

impl TransactionMachine {
    /// A machine that knows nothing yet.
    #[must_use]
    pub fn new(config: Arc<TransactionConfig>, now: Mono) -> Self {
        Self {
            abort_check: now.after_ms(config.abort_check_ms),
            expiry_check: now.after_ms(config.expiry_check_ms),
            config,
            transaction_version: 0,
            state: State::default(),
            marking: BTreeMap::new(),
            parked: BTreeMap::new(),
            last_epoch: BTreeMap::new(),
            released: BTreeSet::new(),
            commands: Vec::new(),
        }
    }

    /// The cluster's `transaction.version`.
    pub fn set_transaction_version(&mut self, level: i16) {
        self.transaction_version = level;
    }

    /// Everything is replayed: what was decided and not carried out is taken up.
    pub fn loaded(&mut self, now: Now) {
        let prepared = self.state.transactions.iter().filter(|(_, of)| of.state.is_prepared());
        let prepared: Vec<(Arc<str>, Producer)> =
            prepared.map(|(id, of)| (Arc::clone(id), of.producer)).collect();
        for (id, producer) in prepared {
            // One without partitions is completed with the first turn.
            let marking =
                Marking { producer, left: BTreeSet::new(), retry: Some((now.mono, self.left(&id))) };
            self.marking.insert(id, marking);
        }
    }

    /// How many transactional ids there are.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.state.transactions.len()
    }

    /// What is to be done outside since the last call.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    fn left(&self, id: &Arc<str>) -> BTreeSet<TopicPartition> {
        self.state.transactions.get(id).into_iter().flat_map(|of| of.partitions.iter().cloned()).collect()
    }

    /// Writes the next stage of a transaction. False: it cannot be written.
    pub(crate) fn write(
        &self,
        id: &str,
        transaction: &Transaction,
        output: &mut Output<Response, Event>,
    ) -> bool {
        match record(id, transaction, self.transaction_version) {
            Some(record) if record.value.as_ref().is_some_and(|value| value.len() <= RECORD_BYTES_MAX) => {
                output.records.push(record);
                true
            }
            _ => false,
        }
    }

    /// Asks for the markers of a decided transaction; one without partitions is completed at once.
    fn mark(&mut self, id: &Arc<str>, now: Now, output: &mut Output<Response, Event>) {
        let Some(transaction) = self.state.transactions.get(id).cloned() else { return };
        if !transaction.state.is_prepared() {
            return;
        }
        let left = self.left(id);
        let producer = transaction.producer;
        self.marking.insert(Arc::clone(id), Marking { producer, left: left.clone(), retry: None });
        if left.is_empty() {
            return self.complete(id, now, output);
        }
        self.ask_for_markers(id, &transaction, left);
    }

    fn ask_for_markers(&mut self, id: &Arc<str>, of: &Transaction, partitions: BTreeSet<TopicPartition>) {
        let marker = Marker {
            producer: of.producer,
            commits: of.state == crate::TransactionState::PrepareCommit,
            coordinator_epoch: -1,
            transaction_version: i8::try_from(of.client_version).unwrap_or(0),
        };
        let partitions = partitions.into_iter().collect();
        self.commands.push(Command::WriteMarkers { id: Arc::clone(id), marker, partitions });
    }

    /// All markers are written: who waited for that goes on with the turn's timers, when this is replayed.
    pub(crate) fn complete(&mut self, id: &Arc<str>, now: Now, output: &mut Output<Response, Event>) {
        self.marking.remove(id);
        let Some(transaction) = self.state.transactions.get(id).cloned() else { return };
        let completed = transaction.completed(now.wall_ms);
        if let Some((known, last)) = self.last_epoch.get(id).copied()
            && known == transaction.producer
        {
            self.last_epoch.insert(Arc::clone(id), (completed.producer, last));
        }
        // It was written when it was prepared, with a longer list of partitions.
        self.write(id, &completed, output);
        output.after_commit.push(Waiting::Event(Event::Completed { id: Arc::clone(id) }));
        if self.parked.contains_key(id) {
            self.released.insert(Arc::clone(id));
        }
    }

    /// Puts a request aside until the transaction before it is completed.
    pub(crate) fn park(&mut self, request: RequestId, add: Add, now: Mono) {
        let until = now.after_ms(self.config.wait_for_completion_ms);
        self.parked.entry(Arc::clone(&add.id)).or_default().push(Parked { until, request, add });
    }

    /// Decides about those who waited for a transaction that is completed now, and sends away who waited too long.
    fn release(&mut self, context: Context, output: &mut Output<Response, Event>) {
        let now = context.now;
        for id in std::mem::take(&mut self.released) {
            let mut next: Option<Transaction> = None;
            let mut still = Vec::new();
            for parked in self.parked.remove(&id).unwrap_or_default() {
                // One record for all of them: each rests on what the one before has decided.
                let present = next.as_ref().or(self.state.transactions.get(&id).map(|of| &**of));
                match decide_add(present, &parked.add, now.wall_ms) {
                    Err(ErrorCode::ConcurrentTransactions) => still.push(parked),
                    Err(code) => output.answer(parked.request, Response::Done(Err(code))),
                    Ok(decided) => {
                        next = decided.or(next);
                        output.answer_after_commit(parked.request, Response::Done(Ok(())));
                    }
                }
            }
            if let Some(next) = &next {
                self.write(&id, next, output);
            }
            if !still.is_empty() {
                self.parked.insert(id, still);
            }
        }
        for waiting in self.parked.values_mut() {
            let late = waiting.iter().position(|parked| parked.until > now.mono).unwrap_or(waiting.len());
            for Parked { request, .. } in waiting.drain(..late) {
                output.answer(request, Response::Done(Err(ErrorCode::ConcurrentTransactions)));
            }
        }
        self.parked.retain(|_, waiting| !waiting.is_empty());
    }

    fn retry_markers(&mut self, now: Now, output: &mut Output<Response, Event>) {
        let due = |marking: &Marking| marking.retry.as_ref().is_some_and(|(at, _)| *at <= now.mono);
        let ids: Vec<Arc<str>> =
            self.marking.iter().filter(|(_, marking)| due(marking)).map(|(id, _)| Arc::clone(id)).collect();
        for id in ids {
            let Some((_, again)) = self.marking.get_mut(&id).and_then(|marking| marking.retry.take()) else {
                continue;
            };
            let transaction = self.state.transactions.get(&id).filter(|of| of.state.is_prepared()).cloned();
            let (Some(transaction), Some(marking)) = (transaction, self.marking.get_mut(&id)) else {
                self.marking.remove(&id);
                continue;
            };
            marking.left.extend(again.iter().cloned());
            if marking.left.is_empty() {
                self.complete(&id, now, output);
            } else {
                self.ask_for_markers(&id, &transaction, again);
            }
        }
    }
}

/// The largest value that is written: what fits the topic with room for a key and the batch around them.
const RECORD_BYTES_MAX: usize = (1 << 20) - (1 << 16);
/// How long after a marker failed it is tried again.
pub(crate) const MARKER_RETRY_MS: i64 = 200;

impl RecordMachine for TransactionMachine {
    type Request = Request;
    type Response = Response;
    type Event = Event;
    type Snapshot = Snapshot;

    fn handle(
        &mut self,
        id: RequestId,
        request: Request,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        match request {
            Request::Init(init) => self.init(id, &init, context, output),
            Request::Add(add) => self.add(id, add, context, output),
            Request::Verify(verify) => self.verify(id, &verify, output),
            Request::End(end) => self.end(id, &end, context, output),
            Request::MarkerWritten(written) => self.marker_written(id, &written, context, output),
            Request::Describe(transactional_id) => self.describe(id, &transactional_id, output),
            Request::List => self.list(id, output),
        }
    }

    fn settled(
        &mut self,
        event: Event,
        result: Result<(), ErrorCode>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        match (event, result) {
            (Event::Prepared { id, producer }, Ok(())) => {
                // Not if it has been decided anew meanwhile.
                if self.state.transactions.get(&id).is_some_and(|of| of.producer == producer) {
                    self.mark(&id, context.now, output);
                }
            }
            // It is as it was before the decision.
            (Event::Prepared { .. }, Err(_)) | (Event::Completed { .. }, Ok(())) => {}
            (Event::Completed { id }, Err(_)) => {
                // It is prepared again, and its markers, which are there, may be written twice.
                if let Some(of) = self.state.transactions.get(&id).filter(|of| of.state.is_prepared()) {
                    let producer = of.producer;
                    let retry = Some((context.now.mono.after_ms(MARKER_RETRY_MS), self.left(&id)));
                    self.marking.insert(id, Marking { producer, left: BTreeSet::new(), retry });
                }
            }
        }
    }

    fn poll_timeout(&self) -> Option<Mono> {
        if !self.released.is_empty() {
            return Some(Mono(0));
        }
        let retries = self.marking.values().filter_map(|marking| marking.retry.as_ref().map(|(at, _)| *at));
        let parked = self.parked.values().filter_map(|waiting| waiting.first().map(|parked| parked.until));
        retries.chain(parked).chain([self.abort_check, self.expiry_check]).min()
    }

    fn handle_timeout(&mut self, context: Context, output: &mut Output<Response, Event>) {
        let now = context.now;
        self.release(context, output);
        self.retry_markers(now, output);
        // What was decided above is not replayed yet: nothing else may be decided about the same ids in this call.
        if !output.records.is_empty() {
            return;
        }
        if self.abort_check <= now.mono {
            self.abort_check = now.mono.after_ms(self.config.abort_check_ms);
            self.abort_timed_out(now, output);
        }
        if self.expiry_check <= now.mono && output.records.is_empty() {
            self.expiry_check = now.mono.after_ms(self.config.expiry_check_ms);
            self.expire(now, output);
        }
    }

    fn replay(&mut self, record: &CoordinatorRecord) -> Result<(), ReplayError> {
        self.state.replay(record).map(drop)
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot(self.state.clone())
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.state = snapshot.0;
    }

    fn refuse(response: Response, code: ErrorCode) -> Response {
        response.refused(code)
    }
}
