//! A client that speaks typed requests over the memory network, and the few things every test asks for: create,
//! produce, read to the end. Never knows what the broker is inside.

use std::io::{ErrorKind, IoSlice};
use std::marker::PhantomData;

use thalweg_platform::Stream;
use thalweg_records::{BatchBuilder, BatchView, Compression, Limits, RecordIter, Scratch};
use thalweg_wire::headers::{RequestHeader, ResponseHeader};
use thalweg_wire::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use thalweg_wire::messages::delete_topics_request::DeleteTopicState;
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use thalweg_wire::messages::metadata_request::MetadataRequestTopic;
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{
    CreateTopicsRequest, DeleteTopicsRequest, FetchRequest, ListOffsetsRequest, MetadataRequest,
    ProduceRequest,
};
use thalweg_wire::{Decode, Reader, RecordsField, Request, Writer};

use crate::world::World;

/// The wall clock of the world at its start.
pub const NOW_MS: i64 = 1_700_000_000_000;
/// ListOffsets: the log's start.
pub const EARLIEST: i64 = -2;
/// ListOffsets: the high watermark.
pub const LATEST: i64 = -1;

/// One connection.
pub struct Client {
    pub stream: Box<dyn Stream>,
    correlation_id: i32,
    received: Vec<u8>,
}

/// The bytes of one answer, to be looked at as a message.
pub struct Answer<Q> {
    bytes: Vec<u8>,
    version: i16,
    request: PhantomData<Q>,
}

impl<Q: Request> Answer<Q> {
    /// The answer as the message it must be, filled to its last byte.
    pub fn body(&self) -> Q::Response<'_> {
        let mut reader = Reader::new(&self.bytes);
        ResponseHeader::read(&mut reader, Q::API_KEY, self.version).expect("a header");
        let body = <Q::Response<'_> as Decode>::decode(&mut reader, self.version).expect("an answer");
        assert_eq!(reader.remaining(), 0, "nothing behind the answer");
        body
    }
}

impl Client {
    /// A connection the broker has accepted.
    pub fn connect(world: &mut World) -> Self {
        Self { stream: world.connect(), correlation_id: 0, received: Vec::new() }
    }

    /// A client on a connection that has been made.
    pub fn over(stream: Box<dyn Stream>) -> Self {
        Self { stream, correlation_id: 0, received: Vec::new() }
    }

    /// The frame of a request.
    pub fn frame<Q: Request>(&mut self, version: i16, request: &Q) -> Vec<u8> {
        self.correlation_id += 1;
        let mut writer = Writer::new();
        writer.buf.extend_from_slice(&[0; 4]);
        let header = RequestHeader {
            request_api_key: Q::API_KEY as i16,
            request_api_version: version,
            correlation_id: self.correlation_id,
            client_id: Some("test"),
        };
        header.write(&mut writer).unwrap();
        request.encode(&mut writer, version).unwrap();
        let length = i32::try_from(writer.buf.len() - 4).unwrap();
        writer.buf[..4].copy_from_slice(&length.to_be_bytes());
        writer.buf
    }

    /// Writes a request without giving the broker a turn, as far as the pipe has room: all of it.
    pub fn post<Q: Request>(&mut self, version: i16, request: &Q) {
        let frame = self.frame(version, request);
        let sent = self.stream.write(&[IoSlice::new(&frame)], false).expect("there is room");
        assert_eq!(sent, frame.len());
    }

    /// Sends a request and gives the turns in which it is worked on.
    pub fn send<Q: Request>(&mut self, world: &mut World, version: i16, request: &Q) {
        let frame = self.frame(version, request);
        let mut at = 0;
        while at < frame.len() {
            match self.stream.write(&[IoSlice::new(&frame[at..])], false) {
                Ok(count) => at += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => panic!("{error}"),
            }
            world.run();
        }
    }

    /// The next answer's bytes behind its length, if it is there.
    pub fn next(&mut self, world: &mut World) -> Option<Vec<u8>> {
        loop {
            if let Some(&prefix) = self.received.first_chunk::<4>() {
                let end = 4 + usize::try_from(i32::from_be_bytes(prefix)).unwrap();
                if self.received.len() >= end {
                    let rest = self.received.split_off(end);
                    return Some(std::mem::replace(&mut self.received, rest).split_off(4));
                }
            }
            let (bytes, _) = world.receive(&mut *self.stream);
            if bytes.is_empty() {
                return None;
            }
            self.received.extend(bytes);
            world.run();
        }
    }

    /// The answer to a request that was sent, if it is there.
    pub fn answer<Q: Request>(&mut self, world: &mut World, version: i16) -> Option<Answer<Q>> {
        self.next(world).map(|bytes| Answer { bytes, version, request: PhantomData })
    }

    /// The answer to a request that was sent, if all of it is there; nobody gets a turn.
    pub fn answer_as_it_is<Q: Request>(&mut self, world: &mut World, version: i16) -> Option<Answer<Q>> {
        self.received.extend(world.receive(&mut *self.stream).0);
        let end = 4 + u32::from_be_bytes(*self.received.first_chunk()?) as usize;
        if self.received.len() < end {
            return None;
        }
        let rest = self.received.split_off(end);
        let bytes = std::mem::replace(&mut self.received, rest).split_off(4);
        Some(Answer { bytes, version, request: PhantomData })
    }

    /// Whether the broker has ended the connection, and nothing was sent before that.
    pub fn is_ended(&mut self, world: &mut World) -> bool {
        let (bytes, is_ended) = world.receive(&mut *self.stream);
        assert!(bytes.is_empty() && self.received.is_empty(), "an answer nobody took");
        is_ended
    }

    /// Sends a request and takes its answer, which must be there after the turns.
    pub fn ask<Q: Request>(&mut self, world: &mut World, version: i16, request: &Q) -> Answer<Q> {
        self.send(world, version, request);
        let answer = self.answer(world, version).unwrap_or_else(|| panic!("no answer to {}", Q::NAME));
        assert_eq!(answer.bytes[..4], self.correlation_id.to_be_bytes(), "the answers come in order");
        answer
    }

    /// Creates a topic; the error code.
    pub fn try_create(
        &mut self,
        world: &mut World,
        name: &str,
        partitions: i32,
        configs: &[(&str, &str)],
    ) -> i16 {
        let configs = configs.iter().map(|&(name, value)| CreatableTopicConfig { name, value: Some(value) });
        let topic = CreatableTopic {
            name,
            num_partitions: partitions,
            replication_factor: 1,
            configs: configs.collect(),
            ..CreatableTopic::default()
        };
        let request = CreateTopicsRequest { topics: vec![topic], ..CreateTopicsRequest::default() };
        self.ask(world, 7, &request).body().topics[0].error_code
    }

    /// Creates a topic of one partition.
    pub fn create(&mut self, world: &mut World, name: &str, configs: &[(&str, &str)]) {
        assert_eq!(self.try_create(world, name, 1, configs), 0, "{name} is created");
    }

    /// Deletes a topic by name; the error code.
    pub fn delete(&mut self, world: &mut World, name: &str) -> i16 {
        let topics = vec![DeleteTopicState { name: Some(name), ..DeleteTopicState::default() }];
        let request = DeleteTopicsRequest { topics, ..DeleteTopicsRequest::default() };
        self.ask(world, 6, &request).body().responses[0].error_code
    }

    /// Produces one batch to partition 0 with acks=all: error code and base offset.
    pub fn produce(&mut self, world: &mut World, topic: &str, records: &[u8]) -> (i16, i64) {
        let answer = self.ask(world, PRODUCE_VERSION, &produce_request(topic, -1, records));
        produced(&answer)
    }

    /// The offset for a timestamp or one of [`EARLIEST`] and [`LATEST`], and the leader epoch: partition 0.
    pub fn list_offset(&mut self, world: &mut World, topic: &str, timestamp: i64) -> (i64, i32) {
        let partitions = vec![ListOffsetsPartition { timestamp, ..ListOffsetsPartition::default() }];
        let topics = vec![ListOffsetsTopic { name: topic, partitions }];
        let request = ListOffsetsRequest { topics, ..ListOffsetsRequest::default() };
        let answer = self.ask(world, 9, &request);
        let partition = answer.body().topics[0].partitions[0].clone();
        assert_eq!(partition.error_code, 0);
        (partition.offset, partition.leader_epoch)
    }

    /// Fetches partition 0 from an offset, without a wait: error code, high watermark, records as bytes.
    pub fn fetch(&mut self, world: &mut World, topic: &str, offset: i64) -> (i16, i64, Vec<u8>) {
        let answer = self.ask(world, FETCH_VERSION, &fetch_request(topic, offset, 0));
        let response = answer.body();
        let partition = &response.responses[0].partitions[0];
        (partition.error_code, partition.high_watermark, record_bytes(partition.records).to_vec())
    }

    /// Every record of partition 0 from an offset to the high watermark: offset and value.
    pub fn read_all(&mut self, world: &mut World, topic: &str, from: i64) -> Vec<(i64, String)> {
        let (mut at, mut all) = (from, Vec::new());
        loop {
            let (error, high_watermark, bytes) = self.fetch(world, topic, at);
            assert_eq!(error, 0, "reading {topic} at {at}");
            if at >= high_watermark {
                return all;
            }
            let records = records_of(&bytes);
            assert!(!records.is_empty(), "nothing at {at} below {high_watermark}");
            all.extend(records.into_iter().filter(|(offset, _)| *offset >= at));
            at = all.last().map_or(at, |(offset, _)| offset + 1);
        }
    }
}

/// Names topics by name, explains records.
pub const PRODUCE_VERSION: i16 = 12;
/// The last one that names topics by name.
pub const FETCH_VERSION: i16 = 12;

/// Asks about these topics, and may make them.
pub fn metadata_request<'a>(names: &[&'a str]) -> MetadataRequest<'a> {
    let topics = names
        .iter()
        .map(|&name| MetadataRequestTopic { name: Some(name), ..MetadataRequestTopic::default() });
    MetadataRequest { topics: Some(topics.collect()), ..MetadataRequest::default() }
}

/// One batch for partition 0 of a topic.
pub fn produce_request<'a>(topic: &'a str, acks: i16, records: &'a [u8]) -> ProduceRequest<'a> {
    let data = PartitionProduceData { index: 0, records: Some(RecordsField::Bytes(records)) };
    let topic = TopicProduceData { name: topic, partition_data: vec![data], ..TopicProduceData::default() };
    ProduceRequest { acks, timeout_ms: 1_000, topic_data: vec![topic], ..ProduceRequest::default() }
}

/// Error code and base offset of a Produce's only partition.
pub fn produced(answer: &Answer<ProduceRequest<'_>>) -> (i16, i64) {
    let response = answer.body();
    let partition = &response.responses[0].partition_responses[0];
    (partition.error_code, partition.base_offset)
}

/// A fetch of partition 0 without a session: waits so long for one byte.
pub fn fetch_request(topic: &str, offset: i64, wait_ms: i32) -> FetchRequest<'_> {
    let partition =
        FetchPartition { fetch_offset: offset, partition_max_bytes: 1 << 20, ..FetchPartition::default() };
    let topic = FetchTopic { topic, partitions: vec![partition], ..FetchTopic::default() };
    FetchRequest {
        max_wait_ms: wait_ms,
        min_bytes: 1,
        max_bytes: 50 << 20,
        topics: vec![topic],
        ..FetchRequest::default()
    }
}

/// The bytes of a records field.
pub fn record_bytes(records: Option<RecordsField<'_>>) -> &[u8] {
    match records {
        Some(RecordsField::Bytes(bytes)) => bytes,
        other => panic!("no bytes: {other:?}"),
    }
}

/// A batch of records with these values, all of one time.
pub fn batch_at(timestamp: i64, values: &[&str]) -> Vec<u8> {
    compressed(Compression::None, timestamp, values)
}

/// A batch of records with these values, of the world's first moment.
pub fn batch(values: &[&str]) -> Vec<u8> {
    batch_at(NOW_MS, values)
}

/// A compressed batch.
pub fn compressed(compression: Compression, timestamp: i64, values: &[&str]) -> Vec<u8> {
    let mut builder = BatchBuilder::new(compression);
    for value in values {
        builder.append(timestamp, None, Some(value.as_bytes()), &[]);
    }
    builder.build()
}

/// The records of whole batches: offset and value. What is cut off at the end is left out, as a client does.
pub fn records_of(mut bytes: &[u8]) -> Vec<(i64, String)> {
    let mut all = Vec::new();
    let (mut scratch, limits) = (Scratch::default(), Limits::default());
    while let Ok(view) = BatchView::parse(bytes) {
        view.verify_crc().expect("the CRC is right");
        let mut plain = Vec::new();
        for record in RecordIter::new(&view, &limits, &mut scratch, &mut plain).expect("records") {
            let record = record.expect("a record");
            all.push((
                record.offset.0,
                String::from_utf8_lossy(record.value.unwrap_or_default()).into_owned(),
            ));
        }
        bytes = &bytes[view.total_size()..];
    }
    all
}
