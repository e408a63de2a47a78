//! Transactional producers of transaction.version 2: partitions join with their first batch, EndTxn brings the next
//! epoch (KIP-890).

use std::net::SocketAddr;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{EndTxnRequest, InitProducerIdRequest, ProduceRequest};
use thalweg_wire::{ApiKey, RecordsField};

use super::classic::find_coordinators;
use super::codes::{
    AGAIN, CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR, NOT_LEADER_OR_FOLLOWER,
    UNKNOWN_TOPIC_OR_PARTITION,
};
use super::engine::{Event, Member, Next, Turn};
use super::records::check_produced;
use crate::Outcome;
use crate::load::{self, Link};

/// One producer.
#[derive(Debug)]
pub struct Producer {
    topic: String,
    transactional_id: String,
    id: i64,
    epoch: i16,
    value: Vec<u8>,
    is_ending: bool,
    since: u64,
}

/// The first version that lets partitions join by themselves.
const PRODUCE: i16 = 12;
/// The first version that answers with the next epoch.
const END: i16 = 5;
const INIT: i16 = 5;
const TIMEOUT_MS: i32 = 60_000;

impl Producer {
    /// With a producer id.
    pub fn begin(
        address: SocketAddr,
        transactional_id: &str,
        topic: &str,
        record_bytes: usize,
    ) -> Outcome<Self> {
        find_coordinators(address, 1, &[transactional_id.to_owned()])?;
        let request = InitProducerIdRequest {
            transactional_id: Some(transactional_id),
            transaction_timeout_ms: TIMEOUT_MS,
            producer_id: -1,
            producer_epoch: -1,
            ..Default::default()
        };
        let mut tries = 0;
        let (id, epoch) = loop {
            let (error, id, epoch) = load::call(address, INIT, &request, |answer| {
                Ok((answer.error_code, answer.producer_id, answer.producer_epoch))
            })?;
            match error {
                0 => break (id, epoch),
                // Loading, or ending what was left open.
                COORDINATOR_LOAD_IN_PROGRESS..=NOT_COORDINATOR | CONCURRENT_TRANSACTIONS if tries < 300 => {
                    tries += 1
                }
                other => return Err(format!("{transactional_id} gets no producer id: error {other}")),
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        };
        Ok(Self {
            topic: topic.to_owned(),
            transactional_id: transactional_id.to_owned(),
            id,
            epoch,
            value: vec![b'v'; record_bytes],
            is_ending: false,
            since: 0,
        })
    }

    /// `first` is the sequence of its first record in this epoch.
    fn produce(&self, partition: u32, records: u32, first: i32) -> Outcome<Vec<u8>> {
        let mut builder = BatchBuilder::new(Compression::None)
            .producer(ProducerId(self.id), ProducerEpoch(self.epoch), Sequence(first))
            .transactional(true);
        let now = load::now_ms();
        for _ in 0..records {
            builder.append(now, None, Some(&self.value), &[]);
        }
        let batch = builder.build();
        let partition =
            PartitionProduceData { index: partition as i32, records: Some(RecordsField::Bytes(&batch)) };
        let request = ProduceRequest {
            transactional_id: Some(&self.transactional_id),
            acks: -1,
            timeout_ms: 30_000,
            topic_data: vec![TopicProduceData {
                name: &self.topic,
                topic_id: thalweg_wire::Uuid::ZERO,
                partition_data: vec![partition],
            }],
        };
        load::frame(ApiKey::Produce, PRODUCE, 0, &request)
    }

    fn end(&self, committed: bool) -> Outcome<Vec<u8>> {
        let request = EndTxnRequest {
            transactional_id: &self.transactional_id,
            producer_id: self.id,
            producer_epoch: self.epoch,
            committed,
        };
        load::frame(ApiKey::EndTxn, END, 0, &request)
    }

    /// The error, if it is none the next producer id and epoch are taken.
    fn ended(&mut self, answer: &[u8]) -> Outcome<i16> {
        let ended = load::read::<EndTxnRequest<'_>>(END, answer)?;
        if ended.error_code == 0 {
            (self.id, self.epoch) = (ended.producer_id, ended.producer_epoch);
        }
        Ok(ended.error_code)
    }
}

impl Member for Producer {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        match (event, self.is_ending) {
            (Event::Opened, _) => self.since = turn.now,
            (Event::Due, _) => {}
            (Event::Answer(answer), false) => match check_produced(PRODUCE, answer)? {
                0 => {
                    self.is_ending = true;
                    turn.out.extend(self.end(true)?);
                    return Ok(Next::Listen);
                }
                // The one before is not over, or the partition's leader has not begun.
                CONCURRENT_TRANSACTIONS | UNKNOWN_TOPIC_OR_PARTITION | NOT_LEADER_OR_FOLLOWER => {
                    return Ok(Next::At(turn.now + AGAIN));
                }
                other => {
                    return Err(format!(
                        "a batch of a transaction: error {other} after {} transactions",
                        turn.board.count
                    ));
                }
            },
            (Event::Answer(answer), true) => {
                match self.ended(answer)? {
                    0 => {}
                    CONCURRENT_TRANSACTIONS => return Ok(Next::At(turn.now + AGAIN)),
                    other => return Err(format!("the end of a transaction: error {other}")),
                }
                self.is_ending = false;
                turn.board.done(self.since, turn.now, 0);
                self.since = turn.now;
            }
        }
        let request = if self.is_ending { self.end(true)? } else { self.produce(0, 1, 0)? };
        turn.out.extend(request);
        Ok(Next::Listen)
    }
}

/// Appends so many bytes of transactions to every partition: a MiB each in batches of 16 KiB, every tenth one aborted.
pub fn fill(address: SocketAddr, topic: &str, partitions: u32, bytes: u64) -> Outcome {
    const BATCHES: u64 = 64;
    const RECORDS: u32 = 15;
    let mut producer = Producer::begin(address, "bench-fill", topic, 1024)?;
    let mut link = Link::open(address)?;
    for partition in 0..partitions {
        for number in 0..bytes.div_ceil(BATCHES * 16_384) {
            for batch in 0..BATCHES {
                let first = (batch * u64::from(RECORDS)) as i32;
                let request = producer.produce(partition, RECORDS, first)?;
                again(|| check_produced(PRODUCE, &link.exchange(&request)?))?;
            }
            let end = producer.end(number % 10 != 9)?;
            again(|| {
                let answer = link.exchange(&end)?;
                producer.ended(&answer)
            })?;
        }
    }
    Ok(())
}

/// Until it is not too early any more.
fn again(mut attempt: impl FnMut() -> Outcome<i16>) -> Outcome {
    for _ in 0..500 {
        match attempt()? {
            0 => return Ok(()),
            // The one before is not over, or the partition's leader has not begun.
            CONCURRENT_TRANSACTIONS | UNKNOWN_TOPIC_OR_PARTITION | NOT_LEADER_OR_FOLLOWER => {
                std::thread::sleep(std::time::Duration::from_nanos(AGAIN))
            }
            other => return Err(format!("filling with transactions: error {other}")),
        }
    }
    Err("a transaction is not over after ten seconds".to_owned())
}
