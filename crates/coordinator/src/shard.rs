//! One machine with its batches: which records are on their way, which are being gathered, and who waits for
//! which.
//!
//! At most one batch is on its way; what is decided meanwhile is replayed at once and gathered for the next, so
//! one sync serves everybody who came while the one before was running.

use std::fmt;

use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use crate::machine::{Context, CoordinatorRecord, Output, RecordMachine, ReplayError, RequestId, Waiting};

/// Records that are committed or lost together.
struct Batch<M: RecordMachine> {
    /// The state before the first of them.
    before: M::Snapshot,
    records: Vec<CoordinatorRecord>,
    waiting: Vec<Waiting<M::Response, M::Event>>,
}

/// A record machine and its promises.
pub struct Shard<M: RecordMachine> {
    machine: M,
    /// Handed out by [`Shard::begin_append`], outcome unknown.
    in_flight: Option<Batch<M>>,
    /// Replayed, not handed out. Rests on `in_flight`.
    gathered: Option<Batch<M>>,
    answers: Vec<(RequestId, M::Response)>,
}

impl<M: RecordMachine> fmt::Debug for Shard<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is_appending, is_gathering) = (self.in_flight.is_some(), self.gathered.is_some());
        f.debug_struct("Shard")
            .field("is_appending", &is_appending)
            .field("is_gathering", &is_gathering)
            .finish_non_exhaustive()
    }
}

impl<M: RecordMachine> Shard<M> {
    /// A shard over a machine whose state is what its log holds.
    pub fn new(machine: M) -> Self {
        Self { machine, in_flight: None, gathered: None, answers: Vec::new() }
    }

    /// Loading is over.
    pub fn machine_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The machine, to look at.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// Loading: takes a record that is in the log.
    pub fn load(&mut self, record: &CoordinatorRecord) -> Result<(), ReplayError> {
        debug_assert!(self.in_flight.is_none() && self.gathered.is_none(), "loading comes first");
        self.machine.replay(record)
    }

    /// A request.
    pub fn handle(&mut self, id: RequestId, request: M::Request, context: Context) {
        let mut output = Output::default();
        self.machine.handle(id, request, context, &mut output);
        self.take(output);
    }

    /// When [`Shard::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.machine.poll_timeout()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, context: Context) {
        let mut output = Output::default();
        self.machine.handle_timeout(context, &mut output);
        self.take(output);
    }

    /// The records to be appended next, if there are any and none are on their way. The caller appends all of
    /// them in order, and says what became of them by [`Shard::appended`].
    pub fn begin_append(&mut self) -> Option<&[CoordinatorRecord]> {
        if self.in_flight.is_some() {
            return None;
        }
        self.in_flight = Some(self.gathered.take()?);
        self.in_flight.as_ref().map(|batch| batch.records.as_slice())
    }

    /// The batch on its way is committed, or lost. When it is lost, so is everything that was decided after it.
    pub fn appended(&mut self, result: Result<(), ErrorCode>, context: Context) {
        let Some(batch) = self.in_flight.take() else {
            debug_assert!(false, "nothing was on its way");
            return;
        };
        let mut waiting = batch.waiting;
        if result.is_err() {
            self.machine.restore(batch.before);
            if let Some(gathered) = self.gathered.take() {
                waiting.extend(gathered.waiting);
            }
        }
        for each in waiting {
            match (each, result) {
                (Waiting::Answer(id, response), Ok(())) => self.answers.push((id, response)),
                (Waiting::Answer(id, response), Err(code)) => {
                    self.answers.push((id, M::refuse(response, code)));
                }
                (Waiting::Event(event), result) => {
                    let mut output = Output::default();
                    self.machine.settled(event, result, context, &mut output);
                    self.take(output);
                }
            }
        }
    }

    /// Answers that may leave.
    pub fn take_answers(&mut self) -> Vec<(RequestId, M::Response)> {
        std::mem::take(&mut self.answers)
    }

    /// Whether records wait to be handed out.
    pub fn wants_append(&self) -> bool {
        self.in_flight.is_none() && self.gathered.is_some()
    }

    fn take(&mut self, output: Output<M::Response, M::Event>) {
        let Output { records, at_once, after_commit } = output;
        self.answers.extend(at_once);
        if !records.is_empty() {
            let machine = &self.machine;
            let batch = self.gathered.get_or_insert_with(|| Batch {
                before: machine.snapshot(),
                records: Vec::new(),
                waiting: Vec::new(),
            });
            for record in &records {
                if let Err(error) = self.machine.replay(record) {
                    // We wrote what we cannot read: a mistake of ours that must not reach the log.
                    unreachable!("a machine decided a record that it cannot replay: {error}");
                }
            }
            batch.records.extend(records);
        }
        if after_commit.is_empty() {
            return;
        }
        match self.gathered.as_mut().or(self.in_flight.as_mut()) {
            Some(batch) => batch.waiting.extend(after_commit),
            None => {
                // Nothing is uncommitted: an event without records would wait for ever, and there is none.
                for each in after_commit {
                    match each {
                        Waiting::Answer(id, response) => self.answers.push((id, response)),
                        Waiting::Event(_) => debug_assert!(false, "an event rests on records"),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::Now;

    use super::*;

    /// Adds numbers; its log holds each of them.
    #[derive(Debug, Default)]
    struct Adder(u32);

    impl RecordMachine for Adder {
        type Request = Option<u8>;
        type Response = Result<u32, ErrorCode>;
        type Event = ();
        type Snapshot = u32;

        fn handle(
            &mut self,
            id: RequestId,
            request: Option<u8>,
            _: Context,
            output: &mut Output<Self::Response, ()>,
        ) {
            let add = request.unwrap_or(0);
            if add > 0 {
                output.records.push(CoordinatorRecord { key: vec![add], value: None });
            }
            output.answer_after_commit(id, Ok(self.0 + u32::from(add)));
        }

        fn settled(
            &mut self,
            (): (),
            _: Result<(), ErrorCode>,
            _: Context,
            _: &mut Output<Self::Response, ()>,
        ) {
        }

        fn poll_timeout(&self) -> Option<Mono> {
            None
        }

        fn handle_timeout(&mut self, _: Context, _: &mut Output<Self::Response, ()>) {}

        fn replay(&mut self, record: &CoordinatorRecord) -> Result<(), ReplayError> {
            self.0 += u32::from(record.key[0]);
            Ok(())
        }

        fn snapshot(&self) -> u32 {
            self.0
        }

        fn restore(&mut self, snapshot: u32) {
            self.0 = snapshot;
        }

        fn refuse(_: Self::Response, code: ErrorCode) -> Self::Response {
            Err(code)
        }
    }

    const NOW: Context = Context { now: Now { mono: Mono(0), wall_ms: 0 }, random: 0 };
    const LOST: ErrorCode = ErrorCode::CoordinatorNotAvailable;

    #[test]
    fn answers_wait_for_the_commit_and_gathered_requests_share_the_next_batch() {
        let mut shard = Shard::new(Adder::default());
        shard.handle(RequestId(1), Some(1), NOW);
        assert_eq!(shard.begin_append().map(<[_]>::len), Some(1));
        shard.handle(RequestId(2), Some(2), NOW);
        shard.handle(RequestId(3), Some(3), NOW);
        assert!(shard.begin_append().is_none(), "one batch at a time");
        assert!(shard.take_answers().is_empty());
        shard.appended(Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(1), Ok(1))]);
        assert_eq!(shard.begin_append().map(<[_]>::len), Some(2));
        shard.appended(Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(2), Ok(3)), (RequestId(3), Ok(6))]);
    }

    #[test]
    fn a_lost_batch_takes_everything_decided_after_it_along() {
        let mut shard = Shard::new(Adder::default());
        shard.handle(RequestId(1), Some(1), NOW);
        shard.begin_append();
        shard.appended(Ok(()), NOW);
        shard.handle(RequestId(2), Some(2), NOW);
        shard.begin_append();
        shard.handle(RequestId(3), Some(3), NOW);
        shard.handle(RequestId(4), None, NOW);
        shard.take_answers();
        shard.appended(Err(LOST), NOW);
        let lost = [(RequestId(2), Err(LOST)), (RequestId(3), Err(LOST)), (RequestId(4), Err(LOST))];
        assert_eq!(shard.take_answers(), lost);
        assert_eq!(shard.machine().0, 1);
        assert!(shard.begin_append().is_none());
    }

    #[test]
    fn a_read_waits_only_while_something_is_uncommitted() {
        let mut shard = Shard::new(Adder::default());
        shard.handle(RequestId(1), None, NOW);
        assert_eq!(shard.take_answers(), [(RequestId(1), Ok(0))]);
        shard.handle(RequestId(2), Some(5), NOW);
        shard.handle(RequestId(3), None, NOW);
        assert!(shard.take_answers().is_empty());
        shard.begin_append();
        shard.appended(Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(2), Ok(5)), (RequestId(3), Ok(5))]);
    }
}
