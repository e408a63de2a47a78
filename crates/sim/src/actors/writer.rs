//! A producer: writes records whose first bytes say who they are, and enters every acknowledgement.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use thalweg_client::{CallId, OutgoingRecord, Producer, ProducerSettings};
use thalweg_model::Mono;
use thalweg_records::Compression;

use super::{Completed, Phase, Turn, Work};
use crate::ledger::{Keeps, RecordId, TopicSpec};

/// Writes to every topic of the workload.
#[derive(Debug)]
pub struct Writer {
    number: u64,
    written: u64,
    pause: Duration,
    next_write: Mono,
    producer: Producer,
    /// What is not settled, in the order it was written.
    waiting: BTreeMap<(String, i32), VecDeque<RecordId>>,
    is_watching: bool,
}

/// Longest value of most records.
const VALUE_BYTES: usize = 400;
/// Longest value of one record in sixteen.
const LARGE_BYTES: usize = 12_000;
/// Bits of a record's id that count its writer's records.
const COUNT_BITS: u32 = 40;

impl Writer {
    /// A writer of about one record per `pause`.
    pub fn new(number: u64, pause: Duration) -> Self {
        let compression = if number.is_multiple_of(2) { Compression::None } else { Compression::Snappy };
        let settings = ProducerSettings {
            compression,
            batch_bytes: 32 << 10,
            delivery_timeout: Duration::from_secs(20),
            request_timeout: Duration::from_secs(5),
            ..ProducerSettings::default()
        };
        let producer = Producer::new(settings);
        let (written, next_write, waiting) = (0, Mono(0), BTreeMap::new());
        Self { number, written, pause, next_write, producer, waiting, is_watching: false }
    }

    fn write(&mut self, turn: &mut Turn<'_>) {
        let specs = turn.ledger.topics().iter().filter(|spec| spec.keeps != Keeps::Transactions);
        let specs: Vec<TopicSpec> = specs.cloned().collect();
        let spec = &specs[turn.dice.below(specs.len())];
        let partition = i32::try_from(turn.dice.below(spec.partitions as usize)).unwrap_or(0);
        let id = RecordId(self.number << COUNT_BITS | self.written);
        let mut value = id.0.to_be_bytes().to_vec();
        let longest = if turn.dice.once_in(16) { LARGE_BYTES } else { VALUE_BYTES };
        value.resize(8 + turn.dice.below(longest), (id.0 % 251) as u8);
        if matches!(spec.keeps, Keeps::Younger(_)) {
            turn.ledger.written_at(id, turn.now.wall_ms);
        }
        let key = id.key().to_be_bytes();
        let record = OutgoingRecord {
            timestamp: turn.now.wall_ms,
            key: Some(&key),
            value: Some(&value),
            headers: &[],
        };
        self.producer.append(turn.now.mono, spec.name, partition, &record);
        self.written += 1;
        self.waiting.entry((spec.name.to_owned(), partition)).or_default().push_back(id);
    }
}

impl Work for Writer {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if !std::mem::replace(&mut self.is_watching, true) {
            turn.client.watch_topics(now, turn.ledger.topics().iter().map(|spec| spec.name));
        }
        if turn.phase == Phase::Working && self.next_write <= now {
            for _ in 0..=turn.dice.below(3) {
                self.write(turn);
            }
            self.next_write = now.after(turn.dice.between(Duration::ZERO, self.pause * 4));
        }
        if turn.phase != Phase::Working {
            self.next_write = Mono(u64::MAX);
        }
        self.producer.poll(now, turn.client);
        while let Some(delivery) = self.producer.poll_delivery() {
            let waiting = self.waiting.entry((delivery.topic.clone(), delivery.partition)).or_default();
            let count = waiting.len().min(delivery.records as usize);
            let ids: Vec<RecordId> = waiting.drain(..count).collect();
            match delivery.result {
                Ok(base) => turn.ledger.acked(&delivery.topic, delivery.partition, base, &ids),
                Err(_) => turn.ledger.counts.failed += ids.len() as u64,
            }
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        self.producer.handle_completed(turn.now.mono, turn.client, call, result);
    }

    fn due(&self) -> Mono {
        self.producer.poll_timeout().unwrap_or(Mono(u64::MAX)).min(self.next_write)
    }

    fn is_done(&self, _: Phase) -> bool {
        self.producer.unsettled_records() == 0
    }
}
