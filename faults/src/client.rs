//! A client that blocks: one connection, requests sent and answers taken in order. It hides nothing, above all no
//! retry, so that its caller knows what was acknowledged and what was not.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use thalweg_wire::headers::{RequestHeader, ResponseHeader};
use thalweg_wire::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use thalweg_wire::messages::delete_topics_request::DeleteTopicState;
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::OffsetFetchRequestTopic;
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{
    CreateTopicsRequest, DeleteTopicsRequest, FetchRequest, FindCoordinatorRequest, InitProducerIdRequest,
    ListOffsetsRequest, MetadataRequest, OffsetCommitRequest, OffsetFetchRequest, ProduceRequest,
};
use thalweg_wire::{Decode, Reader, RecordsField, Request, Writer};

/// One connection to the broker.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    correlation_id: i32,
}

/// Versions asked in: the last ones that name topics by name.
const PRODUCE_VERSION: i16 = 12;
const FETCH_VERSION: i16 = 12;
const COMMIT_VERSION: i16 = 8;
const OFFSETS_VERSION: i16 = 7;
/// No answer of this program's requests is longer.
const ANSWER_MAX: usize = 64 << 20;
/// Fetched at a time.
const FETCH_BYTES: i32 = 8 << 20;

impl Client {
    /// Connects; a broker that says nothing for so long is given up.
    pub fn connect(address: SocketAddr, patience: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self { stream, correlation_id: 0 })
    }

    /// Sends a request; its answer is to be taken by [`Self::receive`], in order.
    pub fn send<Q: Request>(&mut self, version: i16, request: &Q) -> io::Result<()> {
        self.correlation_id += 1;
        let mut writer = Writer::new();
        let length = writer.begin_frame();
        let header = RequestHeader {
            request_api_key: Q::API_KEY as i16,
            request_api_version: version,
            correlation_id: self.correlation_id,
            client_id: Some("faults"),
        };
        header.write(&mut writer).map_err(invalid)?;
        request.encode(&mut writer, version).map_err(invalid)?;
        writer.end_frame(length).map_err(invalid)?;
        self.stream.write_all(&writer.buf)
    }

    /// Takes the next answer.
    pub fn receive<Q: Request, T>(
        &mut self,
        version: i16,
        read: impl FnOnce(Q::Response<'_>) -> T,
    ) -> io::Result<T> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > ANSWER_MAX {
            return Err(io::Error::new(ErrorKind::InvalidData, format!("an answer of {length} bytes")));
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        let mut reader = Reader::new(&bytes);
        ResponseHeader::read(&mut reader, Q::API_KEY, version).map_err(invalid)?;
        let body = <Q::Response<'_> as Decode>::decode(&mut reader, version).map_err(invalid)?;
        Ok(read(body))
    }

    /// Sends a request and takes its answer.
    pub fn ask<Q: Request, T>(
        &mut self,
        version: i16,
        request: &Q,
        read: impl FnOnce(Q::Response<'_>) -> T,
    ) -> io::Result<T> {
        self.send(version, request)?;
        self.receive::<Q, T>(version, read)
    }

    /// Sends one batch with acks=all.
    pub fn send_batch(&mut self, topic: &str, partition: i32, batch: &[u8]) -> io::Result<()> {
        let data = PartitionProduceData { index: partition, records: Some(RecordsField::Bytes(batch)) };
        let topic = TopicProduceData { name: topic, partition_data: vec![data], ..Default::default() };
        let request =
            ProduceRequest { acks: -1, timeout_ms: 10_000, topic_data: vec![topic], ..Default::default() };
        self.send(PRODUCE_VERSION, &request)
    }

    /// The answer to [`Self::send_batch`]: error code and base offset.
    pub fn receive_produced(&mut self) -> io::Result<(i16, i64)> {
        let found = self.receive::<ProduceRequest<'_>, _>(PRODUCE_VERSION, |answer| {
            let partition = answer.responses.first().and_then(|topic| topic.partition_responses.first());
            partition.map(|partition| (partition.error_code, partition.base_offset))
        })?;
        found.ok_or_else(|| invalid("an answer to Produce without the partition"))
    }

    /// A producer id and its epoch.
    pub fn producer_id(&mut self) -> io::Result<(i64, i16)> {
        let request = InitProducerIdRequest {
            transactional_id: None,
            transaction_timeout_ms: 60_000,
            ..Default::default()
        };
        let (error, id, epoch) =
            self.ask(4, &request, |answer| (answer.error_code, answer.producer_id, answer.producer_epoch))?;
        if error == 0 { Ok((id, epoch)) } else { Err(invalid(format!("InitProducerId: error {error}"))) }
    }

    /// Fetches a partition from an offset: error code, high watermark, bytes.
    pub fn fetch(&mut self, topic: &str, partition: i32, offset: i64) -> io::Result<(i16, i64, Vec<u8>)> {
        let wanted = FetchPartition {
            partition,
            fetch_offset: offset,
            partition_max_bytes: FETCH_BYTES,
            ..Default::default()
        };
        let request = FetchRequest {
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: FETCH_BYTES,
            topics: vec![FetchTopic { topic, partitions: vec![wanted], ..Default::default() }],
            ..Default::default()
        };
        let found = self.ask(FETCH_VERSION, &request, |answer| {
            let partition = answer.responses.first().and_then(|topic| topic.partitions.first())?;
            let bytes = match &partition.records {
                Some(RecordsField::Bytes(bytes)) => bytes.to_vec(),
                _ => Vec::new(),
            };
            Some((partition.error_code, partition.high_watermark, bytes))
        })?;
        found.ok_or_else(|| invalid("an answer to Fetch without the partition"))
    }

    /// The partition's end: error code and offset.
    pub fn end(&mut self, topic: &str, partition: i32) -> io::Result<(i16, i64)> {
        let wanted =
            ListOffsetsPartition { partition_index: partition, current_leader_epoch: -1, timestamp: -1 };
        let request = ListOffsetsRequest {
            replica_id: -1,
            topics: vec![ListOffsetsTopic { name: topic, partitions: vec![wanted] }],
            ..Default::default()
        };
        let found = self.ask(7, &request, |answer| {
            let partition = answer.topics.first().and_then(|topic| topic.partitions.first());
            partition.map(|partition| (partition.error_code, partition.offset))
        })?;
        found.ok_or_else(|| invalid("an answer to ListOffsets without the partition"))
    }

    /// Creates a topic: the error code.
    pub fn create_topic(&mut self, name: &str, partitions: i32, configs: &[(&str, &str)]) -> io::Result<i16> {
        let configs =
            configs.iter().map(|&(name, value)| CreatableTopicConfig { name, value: Some(value) }).collect();
        let topic = CreatableTopic {
            name,
            num_partitions: partitions,
            replication_factor: 1,
            configs,
            ..Default::default()
        };
        let request = CreateTopicsRequest { topics: vec![topic], timeout_ms: 10_000, validate_only: false };
        let found = self.ask(7, &request, |answer| answer.topics.first().map(|topic| topic.error_code))?;
        found.ok_or_else(|| invalid("an answer to CreateTopics without the topic"))
    }

    /// Deletes a topic: the error code.
    pub fn delete_topic(&mut self, name: &str) -> io::Result<i16> {
        let topics = vec![DeleteTopicState { name: Some(name), ..Default::default() }];
        let request = DeleteTopicsRequest { topics, timeout_ms: 10_000, ..Default::default() };
        let found = self.ask(6, &request, |answer| answer.responses.first().map(|topic| topic.error_code))?;
        found.ok_or_else(|| invalid("an answer to DeleteTopics without the topic"))
    }

    /// Every topic, and whether all its partitions have leaders.
    pub fn topics(&mut self) -> io::Result<Vec<(String, bool)>> {
        let request =
            MetadataRequest { topics: None, allow_auto_topic_creation: false, ..Default::default() };
        self.ask(12, &request, |answer| {
            let served = |topic: &thalweg_wire::messages::metadata_response::MetadataResponseTopic<'_>| {
                topic.error_code == 0
                    && topic.partitions.iter().all(|p| p.error_code == 0 && p.leader_id >= 0)
            };
            let topics = answer.topics.iter();
            topics.map(|topic| (topic.name.unwrap_or_default().to_owned(), served(topic))).collect()
        })
    }

    /// Asks for a group's coordinator, which makes the topic of offsets: the error code.
    pub fn find_coordinator(&mut self, group: &str) -> io::Result<i16> {
        let request = FindCoordinatorRequest { key: group, ..Default::default() };
        self.ask(3, &request, |answer| answer.error_code)
    }

    /// Commits an offset for a group without members: the error code.
    pub fn commit(&mut self, group: &str, topic: &str, offset: i64) -> io::Result<i16> {
        let partition = OffsetCommitRequestPartition {
            partition_index: 0,
            committed_offset: offset,
            committed_leader_epoch: -1,
            committed_metadata: None,
        };
        let topic =
            OffsetCommitRequestTopic { name: topic, partitions: vec![partition], ..Default::default() };
        let request = OffsetCommitRequest {
            group_id: group,
            generation_id_or_member_epoch: -1,
            topics: vec![topic],
            ..Default::default()
        };
        let found = self.ask(COMMIT_VERSION, &request, |answer| {
            let partition = answer.topics.first().and_then(|topic| topic.partitions.first());
            partition.map(|partition| partition.error_code)
        })?;
        found.ok_or_else(|| invalid("an answer to OffsetCommit without the partition"))
    }

    /// A group's committed offset: error code and offset, −1 for none.
    pub fn committed(&mut self, group: &str, topic: &str) -> io::Result<(i16, i64)> {
        let topic = OffsetFetchRequestTopic { name: topic, partition_indexes: vec![0] };
        let request = OffsetFetchRequest { group_id: group, topics: Some(vec![topic]), ..Default::default() };
        let found = self.ask(OFFSETS_VERSION, &request, |answer| {
            if answer.error_code != 0 {
                return Some((answer.error_code, -1));
            }
            let partition = answer.topics.first().and_then(|topic| topic.partitions.first());
            partition.map(|partition| (partition.error_code, partition.committed_offset))
        })?;
        found.ok_or_else(|| invalid("an answer to OffsetFetch without the partition"))
    }
}

fn invalid(error: impl ToString) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error.to_string())
}
