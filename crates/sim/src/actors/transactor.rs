//! A transactional producer: writes a few batches to a few partitions, commits or aborts, and now and then forgets what
//! it was doing, as one that was killed. Two of them may share an id; whoever begins an epoch fences the other. After any
//! error it begins anew with an epoch of its own, so that nothing it leaves open can be committed by accident.

use std::collections::BTreeMap;
use std::time::Duration;

use thalweg_client::{Answer, Call, CallId};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{EndTxnResponse, InitProducerIdResponse};

use super::calls::{self, Identity};
use super::{Completed, Phase, Turn, Work};
use crate::ledger::{Keeps, RecordId};
use crate::transactions::{record_id, transaction_id};

/// Writes transactions.
#[derive(Debug)]
pub struct Transactor {
    number: u64,
    id: String,
    /// Speaks as clients do since KIP-890.
    is_new: bool,
    identity: Identity,
    sequences: BTreeMap<i32, i32>,
    /// Transactions begun so far.
    count: u64,
    step: Step,
    asked: Option<CallId>,
    next_at: Mono,
    /// Tries of the step at hand.
    tries: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Looks for its coordinator.
    Find,
    /// Begins an epoch.
    Begin,
    /// Nothing is open.
    Idle,
    /// Adds the partition of the next batch.
    Add(Batch),
    /// Writes it.
    Write(Batch),
    /// Commits or aborts.
    End(bool),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Batch {
    partition: i32,
    records: Vec<RecordId>,
    /// Batches to write after it.
    left: usize,
}

/// After this the coordinator aborts.
const TIMEOUT_MS: i32 = 4_000;
/// How often a step is repeated that met something that passes.
const TRIES: u32 = 40;
/// Longest time between two transactions.
const PAUSE: Duration = Duration::from_millis(600);

impl Transactor {
    /// A producer of this transactional id.
    pub fn new(number: u64, id: &str, is_new: bool) -> Self {
        Self {
            number,
            id: id.to_owned(),
            is_new,
            identity: Identity::default(),
            sequences: BTreeMap::new(),
            count: 0,
            step: Step::Find,
            asked: None,
            next_at: Mono(0),
            tries: 0,
        }
    }

    fn transaction(&self) -> u64 {
        transaction_id(self.number, self.count)
    }

    /// The next batch of the transaction.
    fn batch(&self, turn: &mut Turn<'_>, from: u64, left: usize) -> Step {
        let partitions = topic(turn).map_or(1, |(_, partitions)| partitions);
        let partition = i32::try_from(turn.dice.below(partitions as usize)).unwrap_or(0);
        let count = 1 + turn.dice.below(3) as u64;
        let records = (from..from + count).map(|place| record_id(self.transaction(), place)).collect();
        let batch = Batch { partition, records, left };
        if self.is_new { Step::Write(batch) } else { Step::Add(batch) }
    }

    fn go(&mut self, step: Step, at: Mono) {
        self.tries = if self.step == step { self.tries + 1 } else { 0 };
        self.step = step;
        self.next_at = at;
    }

    fn call(&mut self, turn: &mut Turn<'_>) -> Option<Call> {
        let (topic, _) = topic(turn)?;
        Some(match &self.step {
            Step::Find => calls::find(1, &self.id),
            Step::Begin => calls::init_producer(&self.id, TIMEOUT_MS),
            Step::Idle => return None,
            Step::Add(batch) => calls::add_partition(&self.id, self.identity, topic, batch.partition),
            Step::Write(batch) => {
                let sequence = self.sequences.get(&batch.partition).copied().unwrap_or(0);
                let how = (turn.now.wall_ms, self.is_new);
                let place = (topic, batch.partition);
                calls::produce(&self.id, self.identity, sequence, place, &batch.records, how)
            }
            Step::End(commits) => {
                if *commits {
                    turn.ledger.transactions.commit_asked(self.transaction());
                }
                calls::end_transaction(&self.id, self.identity, *commits, self.is_new)
            }
        })
    }

    /// What an answer without an error means.
    fn succeeded(&mut self, answer: &Answer, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        match self.step.clone() {
            Step::Find => self.go(Step::Begin, now),
            Step::Begin => {
                let Ok(given) = answer.decode::<InitProducerIdResponse>() else { return };
                self.identity = Identity { id: given.producer_id, epoch: given.producer_epoch };
                self.sequences.clear();
                let pause = turn.dice.between(Duration::ZERO, PAUSE);
                self.go(Step::Idle, now.after(pause));
            }
            Step::Idle => {}
            Step::Add(batch) => self.go(Step::Write(batch), now),
            Step::Write(batch) => {
                let count = batch.records.len();
                *self.sequences.entry(batch.partition).or_default() += count as i32;
                for &id in &batch.records {
                    turn.ledger.transactions.wrote(self.transaction(), batch.partition, id);
                }
                let next = batch.records.last().map_or(0, |id| (id.0 & 0xff) + 1);
                let step = match batch.left.checked_sub(1) {
                    Some(left) => self.batch(turn, next, left),
                    // One in sixteen is killed here; what comes next of it begins an epoch, at once or when the
                    // coordinator has given it up.
                    None if turn.dice.once_in(16) => Step::Begin,
                    None => Step::End(!turn.dice.once_in(4)),
                };
                let longest = if step == Step::Begin { Duration::from_secs(12) } else { PAUSE / 8 };
                let pause = turn.dice.between(Duration::ZERO, longest);
                self.go(step, now.after(pause));
            }
            Step::End(commits) => {
                if commits {
                    turn.ledger.transactions.committed(self.transaction());
                    turn.ledger.counts.transactions += 1;
                }
                if self.is_new
                    && let Ok(ended) = answer.decode::<EndTxnResponse>()
                {
                    // Every transaction has an epoch of its own.
                    self.identity = Identity { id: ended.producer_id, epoch: ended.producer_epoch };
                    self.sequences.clear();
                }
                let pause = turn.dice.between(Duration::ZERO, PAUSE);
                self.go(Step::Idle, now.after(pause));
            }
        }
    }

    fn code(&self, answer: &Answer) -> i16 {
        match &self.step {
            Step::Find => calls::found(answer),
            Step::Begin => {
                answer.decode::<InitProducerIdResponse>().map_or(calls::UNREADABLE, |given| given.error_code)
            }
            Step::Idle => 0,
            Step::Add(_) => calls::partition_added(answer),
            Step::Write(_) => calls::produced(answer),
            Step::End(_) => {
                answer.decode::<EndTxnResponse>().map_or(calls::UNREADABLE, |ended| ended.error_code)
            }
        }
    }
}

/// The topic that transactions are written to.
fn topic(turn: &Turn<'_>) -> Option<(&'static str, i32)> {
    let topics = turn.ledger.topics().iter();
    let mut transactional = topics.filter(|spec| spec.keeps == Keeps::Transactions);
    transactional.next().map(|spec| (spec.name, spec.partitions))
}

impl Work for Transactor {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.asked.is_some() || self.next_at > now {
            return;
        }
        if self.step == Step::Idle {
            if turn.phase != Phase::Working {
                self.next_at = Mono(u64::MAX);
                return;
            }
            self.count += 1;
            let left = turn.dice.below(3);
            let step = self.batch(turn, 0, left);
            self.go(step, now);
        }
        if let Some(call) = self.call(turn) {
            self.asked = Some(turn.client.submit(now, call));
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        if self.asked.take_if(|asked| *asked == call).is_none() {
            return;
        }
        let answer = result.ok().flatten();
        let code = answer.as_ref().map(|answer| self.code(answer));
        if let (Some(answer), Some(0)) = (&answer, code) {
            self.succeeded(answer, turn);
            return;
        }
        let passes = [ErrorCode::ConcurrentTransactions, ErrorCode::CoordinatorLoadInProgress];
        let passes = passes.iter().any(|passing| code == Some(*passing as i16));
        let is_beginning = matches!(self.step, Step::Find | Step::Begin);
        let step = if is_beginning || passes && self.tries < TRIES { self.step.clone() } else { Step::Begin };
        let pause = turn.dice.between(Duration::from_millis(20), Duration::from_millis(500));
        self.go(step, turn.now.mono.after(pause));
    }

    fn due(&self) -> Mono {
        if self.asked.is_some() { Mono(u64::MAX) } else { self.next_at }
    }

    fn is_done(&self, _: Phase) -> bool {
        self.asked.is_none() && self.step == Step::Idle
    }
}
