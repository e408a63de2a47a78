//! A consumer without a group: reads every partition of the workload from its start, again and again, and holds what
//! it is given against the ledger. When the run ends it reads once more, to the very end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use thalweg_client::calls::{OffsetSpec, list_offsets, read_offsets};
use thalweg_client::{CallError, CallId, Fetched, Fetcher, FetcherSettings};
use thalweg_model::Mono;
use thalweg_records::{Limits, Scratch};
use thalweg_wire::ErrorCode;

use super::rounds::{Begin, Rounds};
use super::{Completed, Phase, Turn, Work};
use crate::ledger::{Keeps, RecordId};

/// Reads everything.
#[derive(Debug)]
pub struct Reader {
    fetcher: Fetcher,
    passes: BTreeMap<(String, i32), Pass>,
    rounds: Rounds,
    /// Where a log starts was asked for.
    asking: BTreeMap<CallId, (String, i32)>,
}

/// One partition, read from its start.
#[derive(Debug, Default)]
struct Pass {
    /// The next offset there must be.
    expected: i64,
    ids: BTreeSet<RecordId>,
    /// Where the broker said the log ends, once that was reached.
    whole: Option<i64>,
    /// Given up by the fetcher; begun anew at the next turn.
    is_lost: bool,
    /// It begins behind offset 0, where the log does; not known until it is asked for.
    is_seeking: bool,
}

impl Reader {
    /// A reader that has not begun.
    pub fn new() -> Self {
        let settings = FetcherSettings {
            wait: Duration::from_millis(200),
            bytes_max: 256 << 10,
            partition_bytes_max: 40 << 10,
            ..FetcherSettings::default()
        };
        Self {
            fetcher: Fetcher::new(settings),
            passes: BTreeMap::new(),
            rounds: Rounds::new(Duration::from_secs(5), (Duration::from_millis(100), Duration::from_secs(3))),
            asking: BTreeMap::new(),
        }
    }

    fn begin(&mut self, turn: &mut Turn<'_>, topic: &str, partition: i32) {
        self.begin_at(turn, topic, partition, 0);
    }

    fn begin_at(&mut self, turn: &mut Turn<'_>, topic: &str, partition: i32, start: i64) {
        self.fetcher.assign(topic, partition, start);
        let pass = Pass { expected: start, ..Pass::default() };
        self.passes.insert((topic.to_owned(), partition), pass);
        turn.client.watch_topics(turn.now.mono, [topic]);
    }

    /// The fetcher has given up. Where retention deletes, the start may have passed the reader by.
    fn lost(&mut self, topic: String, partition: i32, error: &CallError, turn: &mut Turn<'_>) {
        let keeps = keeps(turn, &topic);
        let Some(pass) = self.passes.get_mut(&(topic.clone(), partition)) else { return };
        let is_behind =
            matches!(error, CallError::Broker(error) if error.code == ErrorCode::OffsetOutOfRange);
        if is_behind && matches!(keeps, Keeps::Younger(_)) {
            pass.is_seeking = true;
            let wanted = BTreeMap::from([(topic.clone(), vec![(partition, OffsetSpec::Earliest)])]);
            let call = turn.client.submit(turn.now.mono, list_offsets(NODE, wanted, false));
            self.asking.insert(call, (topic, partition));
        } else {
            pass.is_lost = true;
        }
    }

    fn found(&mut self, (topic, partition): (String, i32), result: Completed, turn: &mut Turn<'_>) {
        let offsets = result.ok().flatten().and_then(|answer| read_offsets(&answer).ok()).unwrap_or_default();
        let found = offsets.first().filter(|found| found.error == ErrorCode::None && found.offset >= 0);
        let Some(start) = found.map(|found| found.offset) else {
            if let Some(pass) = self.passes.get_mut(&(topic, partition)) {
                pass.is_lost = true;
            }
            return;
        };
        if self.passes.get(&(topic.clone(), partition)).is_some_and(|pass| pass.is_seeking) {
            self.begin_at(turn, &topic, partition, start);
        }
    }

    fn begin_all(&mut self, turn: &mut Turn<'_>) {
        let specs = turn.ledger.topics().to_vec();
        for spec in specs.iter().filter(|spec| spec.keeps != Keeps::Transactions) {
            for partition in 0..spec.partitions {
                self.begin(turn, spec.name, partition);
            }
        }
    }

    fn take(&mut self, fetched: &Fetched, turn: &mut Turn<'_>) {
        let key = (fetched.topic.clone(), fetched.partition);
        let keeps = keeps(turn, &key.0);
        let Some(pass) = self.passes.get_mut(&key) else { return };
        // An answer that was asked for before the pass began.
        if fetched.from != pass.expected {
            return;
        }
        let (mut scratch, limits) = (Scratch::default(), Limits::default());
        let is_last = self.rounds.is_last();
        let ledger = &mut *turn.ledger;
        let read = fetched.records(&limits, &mut scratch, |record| {
            let id =
                record.value.and_then(|value| value.first_chunk()).map(|bytes| u64::from_be_bytes(*bytes));
            let Some(id) = id.map(RecordId) else {
                ledger.break_rule(format!("{}-{}@{}: nobody wrote this", key.0, key.1, record.offset.0));
                return ControlFlow::Break(());
            };
            let may_skip = keeps == Keeps::LastOfKey && record.offset.0 > pass.expected;
            if record.offset.0 != pass.expected && !may_skip {
                ledger.gap(&key.0, key.1, pass.expected, record.offset.0);
                return ControlFlow::Break(());
            }
            ledger.read(&key.0, key.1, record.offset.0, id);
            if is_last {
                pass.ids.insert(id);
            }
            pass.expected = record.offset.0 + 1;
            ControlFlow::Continue(())
        });
        if let Err(error) = read {
            turn.ledger.break_rule(format!("{}-{}: a batch that cannot be read: {error}", key.0, key.1));
        }
        if keeps == Keeps::LastOfKey {
            // Batches that have lost their last records, or all.
            pass.expected = pass.expected.max(fetched.next);
        }
        if matches!(keeps, Keeps::Younger(_)) {
            turn.ledger.log_starts_at(&key.0, key.1, fetched.log_start_offset, turn.now.wall_ms);
        }
        if pass.expected > fetched.high_watermark {
            let (at, end) = (pass.expected, fetched.high_watermark);
            turn.ledger
                .break_rule(format!("{}-{}: {at} was read above the high watermark {end}", key.0, key.1));
        }
        // An answer from before the last acknowledgement is not the whole: the next one will be.
        let is_stale = turn.ledger.knows_more(&key.0, key.1, fetched.high_watermark);
        if pass.expected == fetched.high_watermark && !is_stale {
            pass.whole = Some(fetched.high_watermark);
            if self.rounds.is_last() {
                let ids = std::mem::take(&mut pass.ids);
                turn.ledger.read_whole(&key.0, key.1, fetched.high_watermark, &ids);
                self.fetcher.unassign(&key.0, key.1);
            }
        }
    }
}

/// The only broker.
const NODE: i32 = 1;

fn keeps(turn: &Turn<'_>, topic: &str) -> Keeps {
    let spec = turn.ledger.topics().iter().find(|spec| spec.name == topic);
    spec.map_or(Keeps::All, |spec| spec.keeps)
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Work for Reader {
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
        let lost: Vec<_> =
            self.passes.iter().filter(|(_, pass)| pass.is_lost).map(|(key, _)| key.clone()).collect();
        for (topic, partition) in lost {
            self.begin(turn, &topic, partition);
        }
        loop {
            match self.fetcher.poll_fetched() {
                Some(Ok(fetched)) => self.take(&fetched, turn),
                Some(Err(failure)) => self.lost(failure.topic, failure.partition, &failure.error, turn),
                None => break,
            }
        }
        self.fetcher.poll(now, turn.client);
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        if let Some(key) = self.asking.remove(&call) {
            self.found(key, result, turn);
            return;
        }
        let _ = self.fetcher.handle_completed(turn.now.mono, turn.client, call, result);
    }

    fn due(&self) -> Mono {
        let lost = self.passes.values().any(|pass| pass.is_lost);
        if lost {
            Mono(0)
        } else {
            self.fetcher.poll_timeout().unwrap_or(Mono(u64::MAX)).min(self.rounds.next())
        }
    }

    fn is_done(&self, phase: Phase) -> bool {
        phase < Phase::Reading
            || self.rounds.is_last() && self.passes.values().all(|pass| pass.whole.is_some())
    }
}
