//! One machine with its batches: which records are on their way, which are being gathered, and who waits for
//! which.
//!
//! At most one gather is on its way; what is decided meanwhile is replayed at once and gathered for the next, so
//! one sync serves everybody who came while the one before was running. A gather is a list of groups: records of
//! no transaction share one, what speaks for a producer has a group of its own, as the log may refuse it alone.

use std::fmt;

use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use crate::machine::{Context, Entry, Output, RecordMachine, ReplayError, RequestId, Waiting};

/// Entries that are committed or lost together.
struct Group<M: RecordMachine> {
    /// The state before the first of them.
    before: M::Snapshot,
    entries: Vec<Entry>,
    waiting: Vec<Waiting<M::Response, M::Event>>,
    /// It speaks for a producer: the log may refuse it, and nothing else may share its fate.
    is_of_producer: bool,
}

/// A record machine and its promises.
pub struct Shard<M: RecordMachine> {
    machine: M,
    /// Handed out by [`Shard::begin_append`], outcome unknown. Empty: nothing is on its way.
    in_flight: Vec<Group<M>>,
    /// Replayed, not handed out. Rests on `in_flight`.
    gathered: Vec<Group<M>>,
    answers: Vec<(RequestId, M::Response)>,
}

impl<M: RecordMachine> fmt::Debug for Shard<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is_appending, is_gathering) = (!self.in_flight.is_empty(), !self.gathered.is_empty());
        f.debug_struct("Shard")
            .field("is_appending", &is_appending)
            .field("is_gathering", &is_gathering)
            .finish_non_exhaustive()
    }
}

impl<M: RecordMachine> Shard<M> {
    /// A shard over a machine whose state is what its log holds.
    pub fn new(machine: M) -> Self {
        Self { machine, in_flight: Vec::new(), gathered: Vec::new(), answers: Vec::new() }
    }

    /// Loading is over.
    pub fn machine_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The machine, to look at.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// Loading: takes an entry that is in the log.
    pub fn load(&mut self, entry: &Entry) -> Result<(), ReplayError> {
        debug_assert!(self.in_flight.is_empty() && self.gathered.is_empty(), "loading comes first");
        replay(&mut self.machine, entry)
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

    /// The groups of entries to be appended next, if there are any and none are on their way. The caller appends
    /// them in order up to the first that fails, and says what became of them by [`Shard::appended`].
    pub fn begin_append(&mut self) -> Option<impl Iterator<Item = &[Entry]>> {
        if !self.wants_append() {
            return None;
        }
        self.in_flight = std::mem::take(&mut self.gathered);
        Some(self.in_flight.iter().map(|group| group.entries.as_slice()))
    }

    /// The first `committed` groups on their way are committed. With an error the one behind them is lost for
    /// that reason, and everything that was decided after it has lost what it rests on.
    pub fn appended(&mut self, committed: usize, result: Result<(), ErrorCode>, context: Context) {
        debug_assert!(!self.in_flight.is_empty(), "nothing was on its way");
        debug_assert!(result.is_err() || committed == self.in_flight.len(), "all of it, or a reason");
        let mut groups = std::mem::take(&mut self.in_flight).into_iter();
        for group in groups.by_ref().take(if result.is_ok() { usize::MAX } else { committed }) {
            self.settle(group.waiting, Ok(()), context);
        }
        let Err(code) = result else { return };
        let mut lost = groups.chain(std::mem::take(&mut self.gathered));
        let Some(first) = lost.next() else { return };
        let later: Vec<_> = lost.flat_map(|group| group.waiting).collect();
        self.machine.restore(first.before);
        self.settle(first.waiting, Err(code), context);
        self.settle(later, Err(ErrorCode::CoordinatorNotAvailable), context);
    }

    fn settle(
        &mut self,
        waiting: Vec<Waiting<M::Response, M::Event>>,
        result: Result<(), ErrorCode>,
        context: Context,
    ) {
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
        self.in_flight.is_empty() && !self.gathered.is_empty()
    }

    fn take(&mut self, output: Output<M::Response, M::Event>) {
        let Output { records, of_producer, at_once, after_commit } = output;
        self.answers.extend(at_once);
        debug_assert!(records.is_empty() || of_producer.is_empty(), "a decision is of one kind");
        let entries: Vec<Entry> = records.into_iter().map(Entry::Record).chain(of_producer).collect();
        if !entries.is_empty() {
            self.gather(entries);
        }
        if after_commit.is_empty() {
            return;
        }
        match self.gathered.last_mut().or(self.in_flight.last_mut()) {
            Some(group) => group.waiting.extend(after_commit),
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

    /// Replays what was decided and puts it where it is appended from.
    fn gather(&mut self, entries: Vec<Entry>) {
        let is_of_producer = entries.iter().any(|entry| !matches!(entry, Entry::Record(_)));
        if is_of_producer || self.gathered.last().is_none_or(|group| group.is_of_producer) {
            let before = self.machine.snapshot();
            self.gathered.push(Group { before, entries: Vec::new(), waiting: Vec::new(), is_of_producer });
        }
        for entry in &entries {
            if let Err(error) = replay(&mut self.machine, entry) {
                // We wrote what we cannot read: a mistake of ours that must not reach the log.
                unreachable!("a machine decided a record that it cannot replay: {error}");
            }
        }
        if let Some(group) = self.gathered.last_mut() {
            group.entries.extend(entries);
        }
    }
}

fn replay<M: RecordMachine>(machine: &mut M, entry: &Entry) -> Result<(), ReplayError> {
    match entry {
        Entry::Record(record) => machine.replay(record),
        Entry::OfTransaction(producer, record) => machine.replay_of_transaction(*producer, record),
        Entry::Marker(marker) => machine.replay_marker(marker),
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::{Now, ProducerEpoch, ProducerId};

    use super::*;
    use crate::{CoordinatorRecord, Producer};

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
            let record = CoordinatorRecord { key: vec![add], value: None };
            match add {
                0 => {}
                OF_PRODUCER.. => output.of_producer.push(Entry::OfTransaction(PRODUCER, record)),
                _ => output.records.push(record),
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

        fn replay_of_transaction(
            &mut self,
            _: Producer,
            record: &CoordinatorRecord,
        ) -> Result<(), ReplayError> {
            self.replay(record)
        }

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

    /// How many entries are handed out.
    fn begin(shard: &mut Shard<Adder>) -> Option<usize> {
        shard.begin_append().map(|groups| groups.map(<[_]>::len).sum())
    }

    /// Numbers from here on are added in the name of a producer.
    const OF_PRODUCER: u8 = 100;
    const PRODUCER: Producer = Producer { id: ProducerId(7), epoch: ProducerEpoch(0) };
    const NOW: Context = Context { now: Now { mono: Mono(0), wall_ms: 0 }, random: 0 };
    const LOST: ErrorCode = ErrorCode::CoordinatorNotAvailable;

    #[test]
    fn answers_wait_for_the_commit_and_gathered_requests_share_the_next_batch() {
        let mut shard = Shard::new(Adder::default());
        shard.handle(RequestId(1), Some(1), NOW);
        assert_eq!(begin(&mut shard), Some(1));
        shard.handle(RequestId(2), Some(2), NOW);
        shard.handle(RequestId(3), Some(3), NOW);
        assert!(shard.begin_append().is_none(), "one batch at a time");
        assert!(shard.take_answers().is_empty());
        shard.appended(1, Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(1), Ok(1))]);
        assert_eq!(begin(&mut shard), Some(2));
        shard.appended(1, Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(2), Ok(3)), (RequestId(3), Ok(6))]);
    }

    #[test]
    fn a_lost_batch_takes_everything_decided_after_it_along() {
        let mut shard = Shard::new(Adder::default());
        shard.handle(RequestId(1), Some(1), NOW);
        begin(&mut shard);
        shard.appended(1, Ok(()), NOW);
        shard.handle(RequestId(2), Some(2), NOW);
        begin(&mut shard);
        shard.handle(RequestId(3), Some(3), NOW);
        shard.handle(RequestId(4), None, NOW);
        shard.take_answers();
        shard.appended(0, Err(LOST), NOW);
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
        begin(&mut shard);
        shard.appended(1, Ok(()), NOW);
        assert_eq!(shard.take_answers(), [(RequestId(2), Ok(5)), (RequestId(3), Ok(5))]);
    }

    #[test]
    fn a_refused_entry_of_a_producer_leaves_those_before_it_and_takes_those_after_it_along() {
        let mut shard = Shard::new(Adder::default());
        for (id, add) in [(1, 1), (2, OF_PRODUCER), (3, 3), (4, 4)] {
            shard.handle(RequestId(id), Some(add), NOW);
        }
        let groups: Vec<usize> = shard.begin_append().expect("three groups").map(<[_]>::len).collect();
        assert_eq!(groups, [1, 1, 2], "what speaks for a producer goes alone");
        shard.handle(RequestId(5), Some(5), NOW);
        shard.appended(1, Err(ErrorCode::InvalidProducerEpoch), NOW);
        let answers = [
            (RequestId(1), Ok(1)),
            (RequestId(2), Err(ErrorCode::InvalidProducerEpoch)),
            (RequestId(3), Err(LOST)),
            (RequestId(4), Err(LOST)),
            (RequestId(5), Err(LOST)),
        ];
        assert_eq!(shard.take_answers(), answers);
        assert_eq!(shard.machine().0, 1);
        assert!(shard.begin_append().is_none());
    }
}
