//! Kafka's protocol where no clock runs: topics made and deleted, logs filled, "does it serve?" asked. One
//! blocking request at a time.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use thalweg_wire::messages::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use thalweg_wire::messages::metadata_request::MetadataRequestTopic;
use thalweg_wire::messages::{ApiVersionsRequest, CreateTopicsRequest, ListOffsetsRequest, MetadataRequest};
use thalweg_wire::{ApiKey, Decode, Reader, Request, Writer};

use super::shape::{Codec, Shape, Work};
use crate::Outcome;

/// A topic of a benchmark.
#[derive(Clone, Debug)]
pub struct Topic<'t> {
    pub name: &'t str,
    pub partitions: i32,
    pub configs: &'t [(&'t str, &'t str)],
}

const CLIENT: &str = "bench";

/// A request with its header and length.
pub fn frame<R: Request>(key: ApiKey, version: i16, correlation: i32, request: &R) -> Outcome<Vec<u8>> {
    let mut writer = Writer::new();
    let length = writer.begin_frame();
    writer.raw(&key.code().to_be_bytes());
    writer.raw(&version.to_be_bytes());
    writer.raw(&correlation.to_be_bytes());
    writer.raw(&(CLIENT.len() as i16).to_be_bytes());
    writer.raw(CLIENT.as_bytes());
    if R::FLEXIBLE_VERSIONS.is_some_and(|first| version >= first) {
        writer.raw(&[0]);
    }
    request.encode(&mut writer, version).map_err(|error| error.to_string())?;
    writer.end_frame(length).map_err(|error| error.to_string())?;
    Ok(writer.buf)
}

/// Sends one request on a connection of its own and hands the answer's body to `read`.
pub fn call<R: Request, T>(
    address: SocketAddr,
    version: i16,
    request: &R,
    read: impl FnOnce(R::Response<'_>) -> Outcome<T>,
) -> Outcome<T> {
    Link::open(address)?.call(version, request, read)
}

/// An answer, without its length, as the message it is.
pub fn read<R: Request>(version: i16, answer: &[u8]) -> Outcome<R::Response<'_>> {
    // ApiVersions answers with header v0 always (KIP-511), every other flexible version with tags.
    let tagged =
        R::API_KEY != ApiKey::ApiVersions && R::FLEXIBLE_VERSIONS.is_some_and(|first| version >= first);
    let body = answer.get(4 + usize::from(tagged)..).ok_or("the answer is short")?;
    R::Response::decode(&mut Reader::new(body), version).map_err(|error| error.to_string())
}

/// A connection for one request after the other.
#[derive(Debug)]
pub struct Link(TcpStream);

impl Link {
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let failed = |error: std::io::Error| error.to_string();
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5)).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(120))).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self(stream))
    }

    pub fn call<R: Request, T>(
        &mut self,
        version: i16,
        request: &R,
        take: impl FnOnce(R::Response<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let answer = self.exchange(&frame(R::API_KEY, version, 1, request)?)?;
        take(read::<R>(version, &answer)?)
    }

    /// Sends a whole request; hands back the answer without its length.
    pub fn exchange(&mut self, frame: &[u8]) -> Outcome<Vec<u8>> {
        self.0.write_all(frame).map_err(|error| error.to_string())?;
        read_answer(&mut self.0).map_err(|error| error.to_string())
    }
}

fn read_answer(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// Makes a topic and waits until every partition has a leader.
pub fn create_topic(address: SocketAddr, topic: &Topic<'_>) -> Outcome {
    let configs =
        topic.configs.iter().map(|(name, value)| CreatableTopicConfig { name, value: Some(value) }).collect();
    let request = CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: topic.name,
            num_partitions: topic.partitions,
            replication_factor: 1,
            assignments: Vec::new(),
            configs,
        }],
        timeout_ms: 60_000,
        validate_only: false,
    };
    call(address, 7, &request, |response| match response.topics.first() {
        Some(made) if made.error_code == 0 => Ok(()),
        Some(made) => Err(format!("topic {}: error {}", topic.name, made.error_code)),
        None => Err("no answer about the topic".to_owned()),
    })?;
    for _ in 0..3000 {
        if metadata_serves(address, &[topic.name], topic.partitions as usize)? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(format!("topic {} has no leaders after 30 s", topic.name))
}

/// Whether every one of these topics has `partitions` partitions, each with a leader.
pub fn metadata_serves(address: SocketAddr, names: &[&str], partitions: usize) -> Outcome<bool> {
    let topics = names
        .iter()
        .map(|name| MetadataRequestTopic { topic_id: thalweg_wire::Uuid::ZERO, name: Some(name) })
        .collect();
    let request =
        MetadataRequest { topics: Some(topics), allow_auto_topic_creation: false, ..Default::default() };
    call(address, 12, &request, |response| {
        Ok(response.topics.iter().all(|topic| {
            topic.error_code == 0
                && topic.partitions.len() == partitions
                && topic.partitions.iter().all(|partition| partition.leader_id >= 0)
        }))
    })
}

/// The time that records are stamped with.
pub fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(0)
}

/// Where the next record of a partition goes.
pub fn end_offset(address: SocketAddr, topic: &str, partition: u32) -> Outcome<u64> {
    let partition = ListOffsetsPartition {
        partition_index: partition as i32,
        current_leader_epoch: -1,
        timestamp: LATEST,
    };
    let request = ListOffsetsRequest {
        replica_id: -1,
        topics: vec![ListOffsetsTopic { name: topic, partitions: vec![partition] }],
        ..Default::default()
    };
    call(address, 7, &request, |response| {
        let found = response.topics.first().and_then(|topic| topic.partitions.first());
        match found {
            Some(found) if found.error_code == 0 => Ok(u64::try_from(found.offset).unwrap_or(0)),
            Some(found) => Err(format!("the end of {topic}: error {}", found.error_code)),
            None => Err("no answer about the partition".to_owned()),
        }
    })
}

/// The timestamp that asks for a partition's end.
const LATEST: i64 = -1;

/// Whether ApiVersions is answered: the first sign of life.
pub fn answers_api_versions(address: SocketAddr) -> bool {
    let request = ApiVersionsRequest {
        client_software_name: CLIENT,
        client_software_version: "1",
        ..Default::default()
    };
    call(address, 3, &request, |_| Ok(())).is_ok()
}

/// Appends `bytes` to every partition, one request at a time per partition.
pub fn fill(
    address: SocketAddr,
    topic: &Topic<'_>,
    records: u32,
    record_bytes: usize,
    bytes: u64,
) -> Outcome {
    let work = Work::Produce { records, record_bytes, codec: Codec::None };
    let mut shape = Shape::kafka(&work, topic.name)?;
    let mut link = Link::open(address)?;
    for partition in 0..topic.partitions {
        let at = shape.partition_at;
        shape.head[at..at + 4].copy_from_slice(&partition.to_be_bytes());
        let request = [&shape.head[..], &shape.batch, &shape.tail].concat();
        for _ in 0..bytes / shape.batch_bytes as u64 {
            until_ready(|| {
                let answer = link.exchange(&request)?;
                let at = shape.error_at.unwrap_or(0);
                let error = answer.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
                error.map(i16::from_be_bytes).ok_or_else(|| "the answer is short".to_owned())
            })
            .map_err(|error| format!("filling {}-{partition}: {error}", topic.name))?;
        }
    }
    Ok(())
}

/// Asks until the answer is no error; a broker may name a leader or a coordinator that has not begun yet.
pub fn until_ready(mut ask: impl FnMut() -> Outcome<i16>) -> Outcome {
    const NOT_YET: &[i16] = &[3, 5, 6, 14, 15, 16];
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match ask()? {
            0 => return Ok(()),
            error if NOT_YET.contains(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            error => return Err(format!("error {error}")),
        }
    }
}
