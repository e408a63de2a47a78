//! What a record machine is: it decides and says what its decision rests on; only replay changes its state.

use std::fmt;

use thalweg_model::{Mono, Now, ProducerEpoch, ProducerId};
use thalweg_wire::ErrorCode;

/// The host's name for a request whose answer it owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// One record of a coordinator's log, encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoordinatorRecord {
    /// Type and key.
    pub key: Vec<u8>,
    /// Version and value; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
}

/// A producer at one of its epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Producer {
    /// Its id.
    pub id: ProducerId,
    /// Its epoch.
    pub epoch: ProducerEpoch,
}

/// The end of a producer's transaction, as the log holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    /// Whose transaction.
    pub producer: Producer,
    /// Committed, otherwise aborted.
    pub commits: bool,
    /// Epoch of the transaction coordinator that decided.
    pub coordinator_epoch: i32,
    /// Version of the transaction protocol (KIP-1228): from 2 on the epoch has moved since the last record.
    pub transaction_version: i8,
}

/// One thing in a coordinator's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A record that counts as soon as it is there.
    Record(CoordinatorRecord),
    /// A record that counts once its transaction commits.
    OfTransaction(Producer, CoordinatorRecord),
    /// The end of a transaction.
    Marker(Marker),
}

/// What a machine may know of the world when it decides.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The turn's time.
    pub now: Now,
    /// 128 fresh random bits, for at most one id.
    pub random: u128,
}

/// What waits for the records decided so far to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting<R, E> {
    /// An answer. If the records are lost it is turned into a refusal.
    Answer(RequestId, R),
    /// Something the machine itself wants to know.
    Event(E),
}

/// What a decision produces.
#[derive(Debug)]
pub struct Output<R, E> {
    /// Records to be appended, all or none.
    pub records: Vec<CoordinatorRecord>,
    /// Instead of `records`: what is appended in the name of a producer. The log may refuse it, by the producer's
    /// epoch for example; then those who wait for it are told so.
    pub of_producer: Vec<Entry>,
    /// Answers that rest on nothing that is not committed.
    pub at_once: Vec<(RequestId, R)>,
    /// What waits for `records`, and for everything decided before.
    pub after_commit: Vec<Waiting<R, E>>,
}

impl<R, E> Default for Output<R, E> {
    fn default() -> Self {
        Self { records: Vec::new(), of_producer: Vec::new(), at_once: Vec::new(), after_commit: Vec::new() }
    }
}

impl<R, E> Output<R, E> {
    /// Answers now.
    pub fn answer(&mut self, id: RequestId, response: R) {
        self.at_once.push((id, response));
    }

    /// Answers once everything decided so far is committed.
    pub fn answer_after_commit(&mut self, id: RequestId, response: R) {
        self.after_commit.push(Waiting::Answer(id, response));
    }
}

/// Bytes in the log that this build cannot have written and cannot understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayError(pub String);

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReplayError {}

/// A machine whose state is the replay of its partition.
pub trait RecordMachine {
    /// What may be asked.
    type Request;
    /// What is answered.
    type Response;
    /// What the machine wants to hear of its own records.
    type Event;
    /// The replayed state at one offset, cheap to take.
    type Snapshot;

    /// Decides. Every request is answered exactly once: here, or by a later call.
    fn handle(
        &mut self,
        id: RequestId,
        request: Self::Request,
        context: Context,
        output: &mut Output<Self::Response, Self::Event>,
    );

    /// Records that an earlier decision waited for are committed, or lost (then the state has been restored).
    fn settled(
        &mut self,
        event: Self::Event,
        result: Result<(), ErrorCode>,
        context: Context,
        output: &mut Output<Self::Response, Self::Event>,
    );

    /// When [`RecordMachine::handle_timeout`] wants to be called.
    fn poll_timeout(&self) -> Option<Mono>;

    /// Time has passed.
    fn handle_timeout(&mut self, context: Context, output: &mut Output<Self::Response, Self::Event>);

    /// Takes one record into the state.
    fn replay(&mut self, record: &CoordinatorRecord) -> Result<(), ReplayError>;

    /// Takes one record of a transaction that has not ended yet.
    fn replay_of_transaction(
        &mut self,
        _producer: Producer,
        _record: &CoordinatorRecord,
    ) -> Result<(), ReplayError> {
        Err(ReplayError("a record of a transaction in a log that has none".into()))
    }

    /// Takes the end of a transaction.
    fn replay_marker(&mut self, _marker: &Marker) -> Result<(), ReplayError> {
        Ok(())
    }

    /// The replayed state as it is.
    fn snapshot(&self) -> Self::Snapshot;

    /// Puts the replayed state back.
    fn restore(&mut self, snapshot: Self::Snapshot);

    /// Turns an answer into a refusal with this code.
    fn refuse(response: Self::Response, code: ErrorCode) -> Self::Response;
}
