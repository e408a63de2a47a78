//! Members that append and read: batch after batch, answers looked into so that a log may hold anything; and idlers.

use std::net::SocketAddr;

use thalweg_records::{BatchBuilder, Compression, peek};
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{ApiVersionsRequest, FetchRequest, ProduceRequest};
use thalweg_wire::{ApiKey, RecordsField};

use super::engine::{Event, Member, Next, Turn};
use crate::load::OFFSET_MARK;
use crate::load::{self, Codec, Shape, Work};
use crate::{Outcome, mini};

/// Appends one batch over and over.
#[derive(Debug)]
pub struct Producer {
    request: Vec<u8>,
    error_at: usize,
    batch_bytes: usize,
    since: u64,
}

impl Producer {
    pub fn herd(
        topic: &str,
        partitions: u32,
        connections: usize,
        records: u32,
        record_bytes: usize,
    ) -> Outcome<Vec<Self>> {
        let shape = Shape::kafka(&Work::Produce { records, record_bytes, codec: Codec::None }, topic)?;
        let one = |number: usize| {
            let mut request = [&shape.head[..], &shape.batch, &shape.tail].concat();
            let partition = number as u32 % partitions;
            request[shape.partition_at..shape.partition_at + 4].copy_from_slice(&partition.to_be_bytes());
            Self { request, error_at: shape.error_at.unwrap_or(0), batch_bytes: shape.batch_bytes, since: 0 }
        };
        Ok((0..connections).map(one).collect())
    }
}

impl Member for Producer {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        if let Event::Answer(answer) = event {
            if answer.get(self.error_at..self.error_at + 2) != Some(&[0, 0]) {
                return Err(format!("the server refused a batch: {answer:?}"));
            }
            turn.board.done(self.since, turn.now, self.batch_bytes);
        }
        self.since = turn.now;
        turn.out.extend_from_slice(&self.request);
        Ok(Next::Listen)
    }
}

/// Reads one partition from its start to its end and over again.
#[derive(Debug)]
pub struct Reader {
    request: Vec<u8>,
    offset_at: usize,
    offset: i64,
    end: i64,
    since: u64,
}

const FETCH: i16 = 12;

impl Reader {
    pub fn herd(
        address: SocketAddr,
        topic: &str,
        partitions: u32,
        connections: usize,
        bytes: i32,
        committed: bool,
    ) -> Outcome<Vec<Self>> {
        let one = |number: usize| {
            let index = number as u32 % partitions;
            let end = i64::try_from(load::end_offset(address, topic, index)?).unwrap_or(i64::MAX);
            let partition = FetchPartition {
                partition: index as i32,
                fetch_offset: OFFSET_MARK,
                partition_max_bytes: bytes,
                ..Default::default()
            };
            let request = FetchRequest {
                max_wait_ms: 0,
                min_bytes: 1,
                max_bytes: bytes,
                isolation_level: i8::from(committed),
                topics: vec![FetchTopic { topic, partitions: vec![partition], ..Default::default() }],
                ..Default::default()
            };
            let request = load::frame(ApiKey::Fetch, FETCH, 0, &request)?;
            // Apart from each other, so that not all read the same pages at the same time.
            let offset = end / connections.max(1) as i64 * number as i64;
            Ok(Self {
                offset_at: load::find(&request, &OFFSET_MARK.to_be_bytes())?,
                request,
                offset,
                end,
                since: 0,
            })
        };
        (0..connections).map(one).collect()
    }
}

impl Member for Reader {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        if let Event::Answer(answer) = event {
            let fetched = load::read::<FetchRequest<'_>>(FETCH, answer)?;
            let partition = fetched.responses.first().and_then(|topic| topic.partitions.first());
            let partition = partition.ok_or("a fetch was answered with nothing")?;
            if fetched.error_code != 0 || partition.error_code != 0 {
                return Err(format!("a fetch: error {} {}", fetched.error_code, partition.error_code));
            }
            let records = match &partition.records {
                Some(RecordsField::Bytes(bytes)) => *bytes,
                _ => &[],
            };
            let before = self.offset;
            let mut rest = records;
            while let Some(batch) = peek(rest).filter(|batch| batch.total_size <= rest.len()) {
                // The last offset's distance stands behind length, epoch, magic, checksum and attributes.
                self.offset = batch.base_offset.0 + i64::from(mini::word(rest, 23)) + 1;
                rest = &rest[batch.total_size..];
            }
            if self.offset == before && before == 0 {
                return Err("a fetch from the start brought no whole batch".to_owned());
            }
            turn.board.done(self.since, turn.now, records.len());
            if self.offset == before || self.offset >= self.end {
                self.offset = 0;
            }
        }
        self.request[self.offset_at..self.offset_at + 8].copy_from_slice(&self.offset.to_be_bytes());
        self.since = turn.now;
        turn.out.extend_from_slice(&self.request);
        Ok(Next::Listen)
    }
}

/// Appends batches of keyed records at a steady rate.
#[derive(Debug)]
pub struct Feeder {
    topic: String,
    partitions: u32,
    keys: Keys,
    records: u32,
    every: u64,
    next: u64,
    partition: u32,
    since: u64,
}

/// Keyed records, the keys in an order without a pattern that a compactor could profit from.
#[derive(Clone, Debug)]
pub struct Keys {
    state: u64,
    keys: u64,
    value: Vec<u8>,
}

impl Keys {
    pub fn new(keys: u64, record_bytes: usize) -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, keys: keys.max(1), value: vec![b'v'; record_bytes] }
    }

    /// The next batch.
    pub fn batch(&mut self, records: u32) -> Vec<u8> {
        let mut builder = BatchBuilder::new(Compression::None);
        let now = load::now_ms();
        for _ in 0..records {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            let key = format!("key-{:012}", self.state % self.keys);
            builder.append(now, Some(key.as_bytes()), Some(&self.value), &[]);
        }
        builder.build()
    }
}

/// A whole Produce request for one batch, not of a transaction.
pub fn produce_frame(topic: &str, partition: u32, batch: &[u8]) -> Outcome<Vec<u8>> {
    let partition =
        PartitionProduceData { index: partition as i32, records: Some(RecordsField::Bytes(batch)) };
    let request = ProduceRequest {
        transactional_id: None,
        acks: -1,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            name: topic,
            topic_id: thalweg_wire::Uuid::ZERO,
            partition_data: vec![partition],
        }],
    };
    load::frame(ApiKey::Produce, PRODUCE, 0, &request)
}

/// Before topics had ids in it.
pub const PRODUCE: i16 = 11;

/// The first error of a Produce answer, if there is one.
pub fn check_produced(version: i16, answer: &[u8]) -> Outcome<i16> {
    let produced = load::read::<ProduceRequest<'_>>(version, answer)?;
    let partitions = produced.responses.iter().flat_map(|topic| &topic.partition_responses);
    Ok(partitions.map(|partition| partition.error_code).find(|&code| code != 0).unwrap_or(0))
}

impl Feeder {
    pub fn herd(
        topic: &str,
        partitions: u32,
        keys: u64,
        records: u32,
        record_bytes: usize,
        rate: f64,
    ) -> Vec<Self> {
        vec![Self {
            topic: topic.to_owned(),
            partitions,
            keys: Keys::new(keys, record_bytes),
            records,
            every: (1e9 / rate.max(0.001)) as u64,
            next: 0,
            partition: 0,
            since: 0,
        }]
    }
}

impl Member for Feeder {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        if let Event::Answer(answer) = event {
            match check_produced(PRODUCE, answer)? {
                0 => turn.board.done(self.since, turn.now, 0),
                error => return Err(format!("a keyed batch: error {error}")),
            }
            self.next += self.every;
            if self.next > turn.now {
                return Ok(Next::At(self.next));
            }
        }
        let batch = self.keys.batch(self.records);
        turn.out.extend(produce_frame(&self.topic, self.partition, &batch)?);
        self.partition = (self.partition + 1) % self.partitions;
        self.since = turn.now;
        Ok(Next::Listen)
    }
}

/// Asks for the versions once and then says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Idler;

impl Member for Idler {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        match event {
            Event::Answer(_) => turn.board.count += 1,
            Event::Opened | Event::Due => turn.out.extend(api_versions()?),
        }
        Ok(Next::Listen)
    }
}

/// What every client asks first.
pub fn api_versions() -> Outcome<Vec<u8>> {
    let request = ApiVersionsRequest {
        client_software_name: "bench",
        client_software_version: "1",
        ..Default::default()
    };
    load::frame(ApiKey::ApiVersions, 3, 0, &request)
}
