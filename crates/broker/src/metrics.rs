//! What the roles count for operators: numbers only, read by whoever shows them.
//!
//! Counts lie where the counting is done, so that nobody waits for anybody: what concerns a partition beside its
//! log, what concerns a worker in a place of its own that it alone writes. Sums over partitions or workers are
//! made when they are read. Never decides anything: no role reads what is here.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::OnceLock;

use parking_lot::Mutex;
use thalweg_metrics::{Counter, Gauge, Histogram, Reading};
use thalweg_model::Mono;
use thalweg_partition_log::{Incoming, Outcome};
use thalweg_wire::{ApiKey, ErrorCode};

use crate::node::Node;

/// The counts of one node.
#[derive(Debug)]
pub struct Metrics {
    /// By worker.
    pub workers: Box<[WorkerMetrics]>,
    /// Connections at the gate.
    pub guests: Gauge,
    /// The largest totals ever shown, see [`Metrics::totals`].
    shown: Mutex<Traffic>,
}

impl Metrics {
    /// All zero.
    pub fn new(workers: usize) -> Self {
        Self {
            workers: (0..workers).map(|_| WorkerMetrics::default()).collect(),
            guests: Gauge::default(),
            shown: Mutex::new(Traffic::default()),
        }
    }

    /// Traffic of all partitions since the start, those since deleted included. A deletion in progress counts a
    /// partition in neither place for a moment; what was shown once is never taken back, as a counter that shrinks
    /// reads as a restart.
    pub fn totals(&self, node: &Node) -> Traffic {
        let mut sum = node.directories.retired.read();
        for topic in node.topics.table().by_name.values() {
            topic.partitions.iter().flatten().for_each(|partition| sum += partition.metrics.read());
        }
        let mut shown = self.shown.lock();
        *shown = shown.larger(&sum);
        *shown
    }

    /// Times to answer in nanoseconds of all workers together, by the names of the APIs that were used. A fetch that
    /// waited for records has its wait in it, as in Kafka's total time.
    pub fn answered(&self) -> Vec<(&'static str, Reading)> {
        let used = ApiKey::ALL.iter().filter_map(|api| {
            let place = *api as usize;
            let read = self.workers.iter().filter_map(|worker| worker.answered_ns[place].get());
            let readings: Vec<Reading> = read.map(Histogram::read).collect();
            (!readings.is_empty()).then(|| (api.name(), merged(&readings)))
        });
        used.collect()
    }
}

fn merged(readings: &[Reading]) -> Reading {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for reading in readings {
        let mut before = 0;
        for &(value, upto) in &reading.cumulative {
            *counts.entry(value).or_default() += upto - before;
            before = upto;
        }
    }
    let mut count = 0;
    let cumulative = counts.into_iter().map(|(value, here)| {
        count += here;
        (value, count)
    });
    let cumulative = cumulative.collect();
    Reading { cumulative, count, sum: readings.iter().map(|reading| reading.sum).sum() }
}

/// What one worker counts. Only that worker writes it.
#[derive(Debug)]
// A worker's counters stay out of the cache lines of the next one's.
#[repr(align(128))]
pub struct WorkerMetrics {
    /// How long its turns took, in nanoseconds.
    pub turn_ns: Histogram,
    /// When its last turn ended, by the node's clock; 0 before the first. It has one every second at least.
    pub last_turn: Gauge,
    /// Connections it owns.
    pub connections: Gauge,
    /// Connections it was ever given.
    pub connections_adopted: Counter,
    /// Connections refused at a limit.
    pub connections_refused: Counter,
    /// Produce requests with acks=0: they have no answer and so no latency.
    pub unanswered: Counter,
    /// By API key; made when an API is used first, as a histogram is not small.
    answered_ns: [OnceLock<Histogram>; API_KEYS],
}

/// One more than the largest API key.
const API_KEYS: usize = {
    let (mut largest, mut at) = (0, 0);
    while at < ApiKey::ALL.len() {
        if ApiKey::ALL[at] as usize > largest {
            largest = ApiKey::ALL[at] as usize;
        }
        at += 1;
    }
    largest + 1
};

impl Default for WorkerMetrics {
    fn default() -> Self {
        Self {
            turn_ns: Histogram::default(),
            last_turn: Gauge::default(),
            connections: Gauge::default(),
            connections_adopted: Counter::default(),
            connections_refused: Counter::default(),
            unanswered: Counter::default(),
            answered_ns: [const { OnceLock::new() }; API_KEYS],
        }
    }
}

impl WorkerMetrics {
    /// So many requests that came alike were answered by now.
    pub fn note_answers(&self, asked: Asked, count: u64, now: Mono) {
        let histogram = self.answered_ns[asked.api as usize].get_or_init(Histogram::default);
        histogram.record_alone(now.0.saturating_sub(asked.at.0), count);
    }

    /// A turn has ended.
    pub fn note_turn(&self, began: Mono, end: Mono) {
        self.turn_ns.record_alone(end.0.saturating_sub(began.0), 1);
        self.last_turn.set(i64::try_from(end.0).unwrap_or(i64::MAX));
    }
}

/// A request that will be answered: which API, and when the turn began that took it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The API.
    pub api: ApiKey,
    /// When.
    pub at: Mono,
}

/// What is counted for one partition: Kafka's topic metrics, which add up to a topic's.
#[derive(Debug, Default)]
pub struct PartitionMetrics {
    messages_in: Counter,
    bytes_in: Counter,
    bytes_out: Counter,
    bytes_rejected: Counter,
    produce_requests: Counter,
    fetch_requests: Counter,
    failed_produce_requests: Counter,
    failed_fetch_requests: Counter,
}

/// [`PartitionMetrics`] read at one time, or a sum of such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Records written.
    pub messages_in: u64,
    /// Bytes of batches written, as they lie in the log.
    pub bytes_in: u64,
    /// Bytes of batches handed to fetches.
    pub bytes_out: u64,
    /// Bytes of batches refused for their size.
    pub bytes_rejected: u64,
    /// Batches that came, whatever became of them: one per partition of a request, as Kafka counts.
    pub produce_requests: u64,
    /// Answers to fetches that asked for the partition: one per partition of a request, as Kafka counts.
    pub fetch_requests: u64,
    /// Batches refused or lost for a reason that should not occur. As in Kafka, a batch too large or damaged on its
    /// way is its sender's affair; unlike there, a disk that failed counts.
    pub failed_produce_requests: u64,
    /// Fetches that met a disk that failed.
    pub failed_fetch_requests: u64,
}

impl PartitionMetrics {
    /// An append has ended; it leaves outcomes in what it touched. `is_over`: batches without one are given up
    /// rather than appended elsewhere.
    pub fn note_appended(&self, batches: &[Incoming<'_>], is_over: bool) {
        if !thalweg_metrics::COUNTS {
            return;
        }
        let (mut requests, mut failed, mut messages, mut bytes) = (0, 0, 0, 0);
        for batch in batches {
            requests += u64::from(is_over || batch.outcome.is_some());
            match &batch.outcome {
                Some(Outcome::Written { base_offset, last_offset, .. }) => {
                    messages += u64::try_from(last_offset.0 - base_offset.0 + 1).unwrap_or(0);
                    bytes += batch.bytes.len() as u64;
                }
                Some(Outcome::Duplicate { .. }) => {}
                Some(Outcome::Refused(_)) => failed += 1,
                None => failed += u64::from(is_over),
            }
        }
        self.produce_requests.add(requests);
        self.messages_in.add(messages);
        self.bytes_in.add(bytes);
        self.failed_produce_requests.add(failed);
    }

    /// A batch of so many bytes was refused before the log saw it.
    pub fn note_refused(&self, code: i16, bytes: usize) {
        self.produce_requests.add(1);
        match ErrorCode::from_code(code) {
            Some(ErrorCode::MessageTooLarge | ErrorCode::RecordListTooLarge) => {
                self.bytes_rejected.add(bytes as u64);
            }
            Some(ErrorCode::CorruptMessage) => {}
            _ => self.failed_produce_requests.add(1),
        }
    }

    /// A fetch was answered with so many bytes, or with an error.
    pub fn note_fetched(&self, bytes: u64, error: ErrorCode) {
        self.fetch_requests.add(1);
        self.bytes_out.add(bytes);
        self.failed_fetch_requests.add(u64::from(error == ErrorCode::KafkaStorageError));
    }

    /// Takes over what a partition that goes away has counted.
    pub fn absorb(&self, gone: &Self) {
        let gone = gone.read();
        self.messages_in.add(gone.messages_in);
        self.bytes_in.add(gone.bytes_in);
        self.bytes_out.add(gone.bytes_out);
        self.bytes_rejected.add(gone.bytes_rejected);
        self.produce_requests.add(gone.produce_requests);
        self.fetch_requests.add(gone.fetch_requests);
        self.failed_produce_requests.add(gone.failed_produce_requests);
        self.failed_fetch_requests.add(gone.failed_fetch_requests);
    }

    /// The counts now.
    pub fn read(&self) -> Traffic {
        Traffic {
            messages_in: self.messages_in.value(),
            bytes_in: self.bytes_in.value(),
            bytes_out: self.bytes_out.value(),
            bytes_rejected: self.bytes_rejected.value(),
            produce_requests: self.produce_requests.value(),
            fetch_requests: self.fetch_requests.value(),
            failed_produce_requests: self.failed_produce_requests.value(),
            failed_fetch_requests: self.failed_fetch_requests.value(),
        }
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        *self = self.zip(&other, |mine, theirs| mine + theirs);
    }
}

impl Traffic {
    fn larger(&self, other: &Self) -> Self {
        self.zip(other, u64::max)
    }

    fn zip(&self, other: &Self, join: fn(u64, u64) -> u64) -> Self {
        Self {
            messages_in: join(self.messages_in, other.messages_in),
            bytes_in: join(self.bytes_in, other.bytes_in),
            bytes_out: join(self.bytes_out, other.bytes_out),
            bytes_rejected: join(self.bytes_rejected, other.bytes_rejected),
            produce_requests: join(self.produce_requests, other.produce_requests),
            fetch_requests: join(self.fetch_requests, other.fetch_requests),
            failed_produce_requests: join(self.failed_produce_requests, other.failed_produce_requests),
            failed_fetch_requests: join(self.failed_fetch_requests, other.failed_fetch_requests),
        }
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::Offset;
    use thalweg_partition_log::Refusal;

    use super::*;

    fn batch(bytes: &mut [u8], outcome: Option<Outcome>) -> Incoming<'_> {
        Incoming { bytes, max_timestamp: 0, offset_of_max_timestamp_delta: 0, outcome }
    }

    fn written(first: i64, last: i64) -> Outcome {
        let (base_offset, last_offset) = (Offset(first), Offset(last));
        Outcome::Written { base_offset, last_offset, log_start_offset: Offset(0), append_time: -1 }
    }

    #[test]
    fn an_append_counts_records_and_bytes_of_what_was_written_and_every_batch_that_was_decided() {
        let metrics = PartitionMetrics::default();
        let (mut a, mut b, mut c) = ([0; 100], [0; 50], [0; 10]);
        let batches = [
            batch(&mut a, Some(written(5, 14))),
            batch(&mut b, Some(Outcome::Refused(Refusal::OutOfOrderSequence))),
            batch(&mut c, None),
        ];
        metrics.note_appended(&batches, false);
        let diverted_one_is_counted_where_it_is_decided = Traffic {
            messages_in: 10,
            bytes_in: 100,
            produce_requests: 2,
            failed_produce_requests: 1,
            ..Traffic::default()
        };
        assert_eq!(metrics.read(), diverted_one_is_counted_where_it_is_decided);
        metrics.note_appended(&batches[2..], true);
        assert_eq!((metrics.read().produce_requests, metrics.read().failed_produce_requests), (3, 2));
    }

    #[test]
    fn times_of_all_workers_add_up_and_unused_apis_are_left_out() {
        let metrics = Metrics::new(2);
        let took = |worker: usize, api, ms, count| {
            metrics.workers[worker].note_answers(Asked { api, at: Mono(5) }, count, Mono(5).after_ms(ms));
        };
        took(0, ApiKey::Fetch, 1, 1);
        took(1, ApiKey::Fetch, 1, 2);
        took(1, ApiKey::Fetch, 500, 1);
        took(1, ApiKey::StreamsGroupDescribe, 2, 1);
        let answered = metrics.answered();
        let names: Vec<_> = answered.iter().map(|(name, reading)| (*name, reading.count)).collect();
        assert_eq!(names, [("Fetch", 4), ("StreamsGroupDescribe", 1)]);
        let fetch = &answered[0].1;
        assert_eq!((fetch.sum, fetch.cumulative.len()), (503_000_000, 2));
        assert!(fetch.quantile(0.5) < 1_300_000 && fetch.quantile(0.99) >= 500_000_000);
    }

    #[test]
    fn a_batch_too_large_is_rejected_bytes_and_no_failure() {
        let metrics = PartitionMetrics::default();
        metrics.note_refused(ErrorCode::MessageTooLarge.code(), 70);
        metrics.note_refused(ErrorCode::CorruptMessage.code(), 8);
        metrics.note_refused(ErrorCode::InvalidTimestamp.code(), 9);
        metrics.note_fetched(30, ErrorCode::None);
        metrics.note_fetched(0, ErrorCode::KafkaStorageError);
        let expected = Traffic {
            bytes_rejected: 70,
            bytes_out: 30,
            produce_requests: 3,
            fetch_requests: 2,
            failed_produce_requests: 1,
            failed_fetch_requests: 1,
            ..Traffic::default()
        };
        assert_eq!(metrics.read(), expected);
        let sum = PartitionMetrics::default();
        sum.absorb(&metrics);
        sum.absorb(&metrics);
        let mut twice = expected;
        twice += expected;
        assert_eq!(sum.read(), twice);
    }
}
