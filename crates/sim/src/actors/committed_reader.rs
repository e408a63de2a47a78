//! A reader of committed records: reads every partition that transactions are written to from its start, again and again,
//! and holds what it is given against what their producers know. When the run ends it reads once more, to the very end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use thalweg_client::{CallId, Fetched, Fetcher, FetcherSettings};
use thalweg_model::Mono;
use thalweg_records::{Limits, Scratch};

use super::rounds::{Begin, Rounds};
use super::{Completed, Phase, Turn, Work};
use crate::ledger::{Keeps, RecordId};

/// Reads committed records.
#[derive(Debug)]
pub struct CommittedReader {
    fetcher: Fetcher,
    passes: BTreeMap<(String, i32), Pass>,
    rounds: Rounds,
}

#[derive(Debug, Default)]
struct Pass {
    position: i64,
    /// The newest record of each producer.
    last: BTreeMap<u64, RecordId>,
    ids: BTreeSet<RecordId>,
    is_whole: bool,
    is_lost: bool,
}

impl CommittedReader {
    /// A reader that has not begun.
    pub fn new() -> Self {
        let settings = FetcherSettings {
            wait: Duration::from_millis(200),
            bytes_max: 256 << 10,
            partition_bytes_max: 16 << 10,
            read_committed: true,
            ..FetcherSettings::default()
        };
        Self {
            fetcher: Fetcher::new(settings),
            passes: BTreeMap::new(),
            rounds: Rounds::new(Duration::from_secs(3), (Duration::from_millis(500), Duration::from_secs(6))),
        }
    }

    fn begin(&mut self, turn: &mut Turn<'_>, topic: &str, partition: i32) {
        self.fetcher.assign(topic, partition, 0);
        self.passes.insert((topic.to_owned(), partition), Pass::default());
        turn.client.watch_topics(turn.now.mono, [topic]);
    }

    fn begin_all(&mut self, turn: &mut Turn<'_>) {
        let specs = turn.ledger.topics().to_vec();
        for spec in specs.iter().filter(|spec| spec.keeps == Keeps::Transactions) {
            for partition in 0..spec.partitions {
                self.begin(turn, spec.name, partition);
            }
        }
    }

    fn take(&mut self, fetched: &Fetched, turn: &mut Turn<'_>) {
        let key = (fetched.topic.clone(), fetched.partition);
        let Some(pass) = self.passes.get_mut(&key) else { return };
        // An answer that was asked for before the pass began.
        if fetched.from != pass.position {
            return;
        }
        let (mut scratch, limits) = (Scratch::default(), Limits::default());
        let is_last = self.rounds.is_last();
        let ledger = &mut *turn.ledger;
        let read = fetched.records(&limits, &mut scratch, |record| {
            ledger.counts.read += 1;
            let id = record.value.and_then(|value| value.first_chunk());
            let id = RecordId(id.map_or(u64::MAX, |bytes| u64::from_be_bytes(*bytes)));
            let judged = ledger.transactions.read(key.1, record.offset.0, id, &mut pass.last);
            if let Err(broken) = judged {
                ledger.break_rule(format!("{}: {broken}", key.0));
                return ControlFlow::Break(());
            }
            if record.offset.0 >= fetched.last_stable_offset {
                let (at, end) = (record.offset.0, fetched.last_stable_offset);
                ledger.break_rule(format!("{}-{}: {at} was read above the last stable {end}", key.0, key.1));
            }
            if is_last {
                pass.ids.insert(id);
            }
            ControlFlow::Continue(())
        });
        if let Err(error) = read {
            turn.ledger.break_rule(format!("{}-{}: a batch that cannot be read: {error}", key.0, key.1));
        }
        pass.position = fetched.next;
        let is_end = fetched.last_stable_offset == fetched.high_watermark;
        if self.rounds.is_last() && is_end && pass.position == fetched.high_watermark {
            pass.is_whole = true;
            self.fetcher.unassign(&key.0, key.1);
            if self.passes.values().all(|pass| pass.is_whole) {
                self.read_whole(turn);
            }
        }
    }

    fn read_whole(&self, turn: &mut Turn<'_>) {
        let passes = self.passes.iter();
        let given = passes.flat_map(|((_, partition), pass)| pass.ids.iter().map(|id| (*partition, *id)));
        if let Err(broken) = turn.ledger.transactions.read_whole(&given.collect()) {
            turn.ledger.break_rule(broken);
        }
    }
}

impl Default for CommittedReader {
    fn default() -> Self {
        Self::new()
    }
}

impl Work for CommittedReader {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        match self.rounds.turn(turn, self.passes.len()) {
            Begin::All => self.begin_all(turn),
            Begin::One(place) => {
                if let Some((topic, partition)) = self.passes.keys().nth(place).cloned() {
                    self.begin(turn, &topic, partition);
                }
            }
            Begin::Nothing => {}
        }
        let lost = self.passes.iter().filter(|(_, pass)| pass.is_lost).map(|(key, _)| key.clone());
        for (topic, partition) in lost.collect::<Vec<_>>() {
            self.begin(turn, &topic, partition);
        }
        while let Some(next) = self.fetcher.poll_fetched() {
            match next {
                Ok(fetched) => self.take(&fetched, turn),
                Err(failure) => {
                    if let Some(pass) = self.passes.get_mut(&(failure.topic, failure.partition)) {
                        pass.is_lost = true;
                    }
                }
            }
        }
        self.fetcher.poll(now, turn.client);
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        let _ = self.fetcher.handle_completed(turn.now.mono, turn.client, call, result);
    }

    fn due(&self) -> Mono {
        if self.passes.values().any(|pass| pass.is_lost) {
            return Mono(0);
        }
        self.fetcher.poll_timeout().unwrap_or(Mono(u64::MAX)).min(self.rounds.next())
    }

    fn is_done(&self, phase: Phase) -> bool {
        phase < Phase::Reading || self.rounds.is_last() && self.passes.values().all(|pass| pass.is_whole)
    }
}
