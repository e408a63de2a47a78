//! The start of a record's path: gathers records into batches per partition, sends each batch to its leader,
//! and makes it good until it is acknowledged or its time is up. A partition has one batch on the wire at a
//! time, so a repeated one cannot overtake another; with a producer id the broker drops what it already has
//! (KIP-98). Needs topics to be watched by the client; never chooses a partition.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use thalweg_model::{Mono, ProducerEpoch, ProducerId, Sequence, Uuid};
use thalweg_records::{BatchBuilder, Codec, Compression, Header};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{ProduceRequest, ProduceResponse};
use thalweg_wire::{ApiKey, Encode, ErrorCode, RecordsField};

use crate::backoff::Backoff;
use crate::calls::{init_producer_id, read_producer_id};
use crate::{Answer, BrokerError, Call, CallError, CallId, Client, Target};

/// How a producer behaves.
#[derive(Clone, Debug)]
pub struct ProducerSettings {
    /// −1: all in-sync replicas; 1: the leader; 0: nobody answers.
    pub acks: i16,
    /// What batches are compressed with.
    pub compression: Compression,
    /// A batch is closed at this size, before compression.
    pub batch_bytes: usize,
    /// How long an open batch waits for more records.
    pub linger: Duration,
    /// Whether the broker should drop what it already has.
    pub idempotent: bool,
    /// How long the broker may wait for replicas.
    pub request_timeout: Duration,
    /// A record is given up after this time.
    pub delivery_timeout: Duration,
    /// Records of one request, roughly.
    pub request_bytes: usize,
}

impl Default for ProducerSettings {
    fn default() -> Self {
        Self {
            acks: -1,
            compression: Compression::None,
            batch_bytes: 256 << 10,
            linger: Duration::from_millis(5),
            idempotent: true,
            request_timeout: Duration::from_secs(30),
            delivery_timeout: Duration::from_secs(120),
            request_bytes: 4 << 20,
        }
    }
}

/// A record to send.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingRecord<'a> {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// Chooses the partition and what compaction keeps.
    pub key: Option<&'a [u8]>,
    /// `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// In this order.
    pub headers: &'a [Header<'a>],
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// How many records it had.
    pub records: u32,
    /// Its size as it was sent.
    pub bytes: usize,
    /// The first record's offset, `None` where the broker did not say; or why it is given up.
    pub result: Result<Option<i64>, CallError>,
}

/// The machine.
#[derive(Debug)]
pub struct Producer {
    settings: ProducerSettings,
    identity: Identity,
    /// Grows with every producer id: lanes begin a new sequence with it.
    generation: u32,
    lanes: BTreeMap<(String, i32), Lane>,
    calls: BTreeMap<CallId, Vec<(String, i32)>>,
    deliveries: VecDeque<Delivery>,
    unsettled_records: u64,
    buffered_bytes: usize,
    flushing: bool,
    backoff: Backoff,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identity {
    NotWanted,
    Wanted,
    Asked(CallId),
    Known(ProducerId, ProducerEpoch),
}

/// What waits for one partition, oldest first: `sent`, then `full`, then `open`.
#[derive(Debug, Default)]
struct Lane {
    open: Option<Open>,
    full: VecDeque<Open>,
    sent: Option<Sent>,
    generation: u32,
    next_sequence: Sequence,
}

/// A partition and the batch on its way to it.
type PartitionBatch = (i32, Arc<Vec<u8>>);

#[derive(Debug)]
struct Open {
    builder: BatchBuilder,
    opened_at: Mono,
}

#[derive(Debug)]
struct Sent {
    bytes: Arc<Vec<u8>>,
    records: u32,
    buffered: usize,
    deadline: Mono,
    failures: u32,
    on_wire: bool,
    not_before: Mono,
    last: Option<CallError>,
}

impl Producer {
    /// A producer with nothing to send.
    #[must_use]
    pub fn new(settings: ProducerSettings) -> Self {
        let identity = if settings.idempotent { Identity::Wanted } else { Identity::NotWanted };
        Self {
            settings,
            identity,
            generation: 1,
            lanes: BTreeMap::new(),
            calls: BTreeMap::new(),
            deliveries: VecDeque::new(),
            unsettled_records: 0,
            buffered_bytes: 0,
            flushing: false,
            backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(1), 7),
        }
    }

    /// Records that are neither acknowledged nor given up.
    #[must_use]
    pub fn unsettled_records(&self) -> u64 {
        self.unsettled_records
    }

    /// Bytes of those records, for the caller to bound.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.buffered_bytes
    }

    /// Adds a record. True if it closed a batch: time for a keyless stream to change partitions.
    pub fn append(&mut self, now: Mono, topic: &str, partition: i32, record: &OutgoingRecord<'_>) -> bool {
        let key = (topic.to_owned(), partition);
        let lane = self.lanes.entry(key).or_default();
        let mut closed = false;
        let full = |open: &Open| {
            open.builder.size_with(record.key, record.value, record.headers) > self.settings.batch_bytes
        };
        if lane.open.as_ref().is_some_and(full) {
            lane.full.extend(lane.open.take());
            closed = true;
        }
        let open = lane.open.get_or_insert_with(|| Open {
            builder: BatchBuilder::new(self.settings.compression),
            opened_at: now,
        });
        let before = open.builder.uncompressed_size();
        open.builder.append(record.timestamp, record.key, record.value, record.headers);
        self.buffered_bytes += open.builder.uncompressed_size() - before;
        self.unsettled_records += 1;
        closed
    }

    /// Sends open batches without lingering, until told otherwise.
    pub fn set_flushing(&mut self, flushing: bool) {
        self.flushing = flushing;
    }

    /// Sends what is due.
    pub fn poll(&mut self, now: Mono, client: &mut Client) {
        if self.identity == Identity::Wanted && !self.lanes.is_empty() {
            self.identity = Identity::Asked(client.submit(now, init_producer_id()));
        }
        self.expire(now);
        self.prepare(now);
        let mut by_node: BTreeMap<i32, Vec<(String, i32)>> = BTreeMap::new();
        let mut leaderless = false;
        for (key, lane) in &mut self.lanes {
            let Some(sent) = &mut lane.sent else { continue };
            if sent.on_wire || sent.not_before > now {
                continue;
            }
            // Past its wait: without a leader only new metadata or its deadline moves it on.
            sent.not_before = Mono(0);
            match client.cluster().leader(&key.0, key.1) {
                Some((node, _)) => by_node.entry(node).or_default().push(key.clone()),
                None => leaderless = true,
            }
        }
        if leaderless {
            client.refresh_metadata(now);
        }
        for (node, keys) in by_node {
            self.send_to(now, client, node, keys);
        }
    }

    /// Takes a completed call if it is one of its own; hands it back otherwise.
    pub fn handle_completed(
        &mut self,
        now: Mono,
        client: &mut Client,
        call: CallId,
        result: Result<Option<Answer>, CallError>,
    ) -> Option<Result<Option<Answer>, CallError>> {
        if self.identity == Identity::Asked(call) {
            self.handle_identity(now, result);
            return None;
        }
        let Some(keys) = self.calls.remove(&call) else { return Some(result) };
        match result {
            Ok(None) => keys.iter().for_each(|key| self.settle(key, Ok(None))),
            Ok(Some(answer)) => self.handle_answer(now, client, keys, &answer),
            Err(error) => {
                client.refresh_metadata(now);
                keys.iter().for_each(|key| self.failed(now, key, error.clone()));
            }
        }
        None
    }

    /// When [`Self::poll`] wants to be called next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Mono> {
        // Without an identity nothing new leaves: its answer is what moves on.
        let is_waiting = matches!(self.identity, Identity::Wanted | Identity::Asked(_));
        let lanes = self.lanes.values().filter_map(|lane| match (&lane.sent, &lane.open) {
            (Some(sent), _) if sent.on_wire => None,
            (Some(sent), _) if sent.not_before > Mono(0) => Some(sent.not_before),
            (Some(sent), _) => Some(sent.deadline),
            (None, Some(open)) if lane.full.is_empty() && !self.flushing && !is_waiting => {
                Some(open.opened_at.after(self.settings.linger))
            }
            _ => None,
        });
        lanes.min()
    }

    /// The next batch that is settled.
    pub fn poll_delivery(&mut self) -> Option<Delivery> {
        self.deliveries.pop_front()
    }

    fn handle_identity(&mut self, now: Mono, result: Result<Option<Answer>, CallError>) {
        let answer = result.and_then(|answer| read_producer_id(&answer.expect("it is answered")));
        self.identity = match answer {
            Ok((id, epoch)) => Identity::Known(id, epoch),
            // A broker without idempotent producers: go on without.
            Err(CallError::Unsupported { api: ApiKey::InitProducerId, .. }) => Identity::NotWanted,
            Err(error) => {
                // The caller hears it through the deliveries.
                self.give_up_everything(now, &error);
                Identity::Wanted
            }
        };
    }

    fn give_up_everything(&mut self, now: Mono, error: &CallError) {
        let keys: Vec<_> = self.lanes.keys().cloned().collect();
        for key in keys {
            while let Some(batch) = self.lanes.get_mut(&key).and_then(Lane::take_next) {
                let sent = Sent::new(now, batch.builder.record_count() as u32, batch, &self.settings);
                self.lanes.get_mut(&key).expect("just looked at").sent = Some(sent);
                self.settle(&key, Err(error.clone()));
            }
        }
    }

    /// Builds the next batch of every lane that may send one.
    fn prepare(&mut self, now: Mono) {
        let (id, epoch) = match self.identity {
            Identity::NotWanted => (ProducerId::NONE, ProducerEpoch::NONE),
            Identity::Known(id, epoch) => (id, epoch),
            Identity::Wanted | Identity::Asked(_) => return,
        };
        for lane in self.lanes.values_mut() {
            if lane.sent.is_some() {
                continue;
            }
            let linger = if self.flushing { Duration::ZERO } else { self.settings.linger };
            let due = |open: &Open| open.opened_at.after(linger) <= now;
            if lane.full.is_empty() && !lane.open.as_ref().is_some_and(due) {
                continue;
            }
            let Some(mut batch) = lane.take_next() else { continue };
            let records = batch.builder.record_count();
            if id != ProducerId::NONE {
                if lane.generation != self.generation {
                    (lane.generation, lane.next_sequence) = (self.generation, Sequence(0));
                }
                batch.builder = batch.builder.producer(id, epoch, lane.next_sequence);
                lane.next_sequence = lane.next_sequence.plus(records);
            }
            lane.sent = Some(Sent::new(now, records as u32, batch, &self.settings));
        }
    }

    /// Gives up batches that could not be sent in their time.
    fn expire(&mut self, now: Mono) {
        let late = |sent: &Sent| !sent.on_wire && sent.deadline <= now;
        let keys: Vec<_> = self
            .lanes
            .iter()
            .filter(|(_, lane)| lane.sent.as_ref().is_some_and(late))
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            let last = self.lanes[&key].sent.as_ref().and_then(|sent| sent.last.clone()).map(Box::new);
            self.settle(&key, Err(CallError::TimedOut { api: ApiKey::Produce, last }));
        }
    }

    /// One or more requests with these partitions' batches.
    fn send_to(&mut self, now: Mono, client: &mut Client, node: i32, keys: Vec<(String, i32)>) {
        let mut group = Vec::new();
        let mut group_bytes = 0;
        for key in keys {
            let bytes = self.lanes[&key].sent.as_ref().map_or(0, |sent| sent.bytes.len());
            if !group.is_empty() && group_bytes + bytes > self.settings.request_bytes {
                self.send_group(now, client, node, std::mem::take(&mut group));
                group_bytes = 0;
            }
            group_bytes += bytes;
            group.push(key);
        }
        self.send_group(now, client, node, group);
    }

    fn send_group(&mut self, now: Mono, client: &mut Client, node: i32, keys: Vec<(String, i32)>) {
        let mut deadline = Mono(u64::MAX);
        let mut topics: BTreeMap<String, (Uuid, Vec<PartitionBatch>)> = BTreeMap::new();
        for key in &keys {
            let sent = self.lanes.get_mut(key).and_then(|lane| lane.sent.as_mut()).expect("chosen by poll");
            (sent.on_wire, sent.not_before) = (true, Mono(0));
            deadline = deadline.min(sent.deadline);
            let id = client.cluster().topics.get(&key.0).map_or(Uuid::ZERO, |topic| topic.id);
            let topic = topics.entry(key.0.clone()).or_insert_with(|| (id, Vec::new()));
            topic.1.push((key.1, Arc::clone(&sent.bytes)));
        }
        // From version 13 on topics are named by id (KIP-516); zstd needs version 7 (KIP-110).
        let highest = if topics.values().all(|(id, _)| !id.is_zero()) { 13 } else { 12 };
        let lowest = if self.settings.compression.codec() == Codec::Zstd { 7 } else { 3 };
        let acks = self.settings.acks;
        let timeout_ms = i32::try_from(self.settings.request_timeout.as_millis()).unwrap_or(i32::MAX);
        let call = Call::new::<ProduceRequest<'_>>(lowest..=highest, move |version, w| {
            let topic_data = topics.iter().map(|(name, (id, partitions))| TopicProduceData {
                name,
                topic_id: *id,
                partition_data: partitions
                    .iter()
                    .map(|(index, bytes)| PartitionProduceData {
                        index: *index,
                        records: Some(RecordsField::Bytes(bytes)),
                    })
                    .collect(),
            });
            ProduceRequest { acks, timeout_ms, topic_data: topic_data.collect(), ..Default::default() }
                .encode(w, version)
        });
        let call = call.to(Target::Node(node)).within(now.until(deadline)).once();
        let call = if acks == 0 { call.unanswered() } else { call };
        let id = client.submit(now, call);
        self.calls.insert(id, keys);
    }

    fn handle_answer(&mut self, now: Mono, client: &mut Client, keys: Vec<(String, i32)>, answer: &Answer) {
        let response: ProduceResponse<'_> = match answer.decode() {
            Ok(response) => response,
            Err(error) => return keys.iter().for_each(|key| self.settle(key, Err(error.clone()))),
        };
        let mut results: BTreeMap<(String, i32), Result<Option<i64>, BrokerError>> = BTreeMap::new();
        for topic in &response.responses {
            let name = if answer.version >= 13 {
                let known = client.cluster().topics.iter().find(|(_, view)| view.id == topic.topic_id);
                known.map(|(name, _)| name.clone()).unwrap_or_default()
            } else {
                topic.name.to_owned()
            };
            for partition in &topic.partition_responses {
                let message = partition.record_errors.first().and_then(|e| e.batch_index_error_message);
                let message = message.or(partition.error_message);
                let result = match BrokerError::check(partition.error_code, message) {
                    Ok(()) => Ok(Some(partition.base_offset).filter(|&offset| offset >= 0)),
                    // The broker has these records from an attempt whose answer was lost.
                    Err(error) if error.code == ErrorCode::DuplicateSequenceNumber => Ok(None),
                    Err(error) => Err(error),
                };
                results.insert((name.clone(), partition.index), result);
            }
        }
        for key in keys {
            match results.remove(&key) {
                Some(Ok(offset)) => self.settle(&key, Ok(offset)),
                Some(Err(error)) => {
                    client.refresh_metadata(now);
                    self.failed(now, &key, CallError::Broker(error));
                }
                None => {
                    let why = "the answer leaves a partition out".to_owned();
                    self.failed(now, &key, CallError::Closed { address: String::new(), why });
                }
            }
        }
    }

    /// An attempt failed: again later, or never.
    fn failed(&mut self, now: Mono, key: &(String, i32), error: CallError) {
        let Some(sent) = self.lanes.get_mut(key).and_then(|lane| lane.sent.as_mut()) else { return };
        sent.failures += 1;
        let retry_at = now.after(self.backoff.wait(sent.failures));
        if !error.is_retriable() {
            self.settle(key, Err(error));
        } else if retry_at >= sent.deadline {
            self.settle(key, Err(CallError::TimedOut { api: ApiKey::Produce, last: Some(Box::new(error)) }));
        } else {
            sent.on_wire = false;
            sent.not_before = retry_at;
            sent.last = Some(error);
        }
    }

    fn settle(&mut self, key: &(String, i32), result: Result<Option<i64>, CallError>) {
        let Some(sent) = self.lanes.get_mut(key).and_then(|lane| lane.sent.take()) else { return };
        self.unsettled_records -= u64::from(sent.records);
        self.buffered_bytes = self.buffered_bytes.saturating_sub(sent.buffered);
        if result.is_err() && matches!(self.identity, Identity::Known(..)) {
            // The sequence has a gap now; a new identity begins without one.
            self.identity = Identity::Wanted;
            self.generation += 1;
        }
        let (topic, partition) = key.clone();
        let (records, bytes) = (sent.records, sent.bytes.len());
        self.deliveries.push_back(Delivery { topic, partition, records, bytes, result });
    }
}

impl Lane {
    fn take_next(&mut self) -> Option<Open> {
        self.full.pop_front().or_else(|| self.open.take())
    }
}

impl Sent {
    fn new(now: Mono, records: u32, batch: Open, settings: &ProducerSettings) -> Self {
        // The header is not what `append` counted.
        let buffered = batch.builder.uncompressed_size().saturating_sub(thalweg_records::HEADER_SIZE);
        Self {
            bytes: Arc::new(batch.builder.build()),
            records,
            buffered,
            deadline: batch.opened_at.after(settings.delivery_timeout).max(now),
            failures: 0,
            on_wire: false,
            not_before: Mono(0),
            last: None,
        }
    }
}
