//! Requests as bytes: what is sent for one batch or one fetch, with the places that differ per request.

use serde::{Deserialize, Serialize};
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{FetchRequest, ProduceRequest};
use thalweg_wire::{ApiKey, RecordsField};

use super::kafka;
use crate::{Outcome, mini};

/// What every request of a run does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Work {
    /// Append one batch of `records` records with values of `record_bytes` random bytes.
    Produce { records: u32, record_bytes: usize, codec: Codec },
    /// Read up to `bytes` from a log written in batches of that shape.
    Fetch { bytes: u32, records: u32, record_bytes: usize },
}

/// Compression of the produced batches.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub enum Codec {
    None,
    Lz4,
    Zstd,
}

/// One kind of request, ready but for correlation id, partition and offset.
#[derive(Debug)]
pub struct Shape {
    /// Everything before the batch; copied and patched per request.
    pub head: Vec<u8>,
    pub correlation_at: usize,
    pub partition_at: usize,
    /// Fetch only.
    pub offset_at: Option<usize>,
    pub batch: Vec<u8>,
    /// Everything behind the batch.
    pub tail: Vec<u8>,
    /// Where the answer, without its length, holds an error code that must be zero.
    pub error_at: Option<usize>,
    /// Where a fetch answer's data begin: those bytes are its records.
    pub answer_overhead: usize,
    /// Records and stored bytes of one batch.
    pub records: u32,
    pub batch_bytes: usize,
}

/// A batch as a client would send it. Values are pseudo-random hex digits: a codec finds something to do,
/// as it does in real text, and the bytes are the same for every server.
pub fn batch(records: u32, record_bytes: usize, codec: Codec) -> Vec<u8> {
    let compression = match codec {
        Codec::None => Compression::None,
        Codec::Lz4 => Compression::Lz4,
        Codec::Zstd => Compression::Zstd { level: 3 },
    };
    let timestamp = kafka::now_ms();
    let mut builder = BatchBuilder::new(compression);
    let mut state = 0x1234_5678_u64;
    for _ in 0..records {
        let value: Vec<u8> = (0..record_bytes)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                b"0123456789abcdef"[(state >> 32) as usize & 15]
            })
            .collect();
        builder.append(timestamp, None, Some(&value), &[]);
    }
    builder.build()
}

impl Shape {
    /// Bytes of one request.
    pub fn request_bytes(&self) -> usize {
        self.head.len() + self.batch.len() + self.tail.len()
    }

    /// The mini protocol's request.
    pub fn mini(work: &Work) -> Self {
        let (head, batch, records, batch_bytes) = match *work {
            Work::Produce { records, record_bytes, codec } => {
                let batch = batch(records, record_bytes, codec);
                let bytes = batch.len();
                (mini::request(mini::PRODUCE, bytes, 0), batch, records, bytes)
            }
            Work::Fetch { bytes, records, record_bytes } => {
                let batch_bytes = batch(records, record_bytes, Codec::None).len();
                (mini::request(mini::FETCH, 0, bytes), Vec::new(), records, batch_bytes)
            }
        };
        let offset_at = matches!(work, Work::Fetch { .. }).then_some(16);
        Self {
            head,
            correlation_at: 8,
            partition_at: 12,
            offset_at,
            batch,
            tail: Vec::new(),
            error_at: None,
            answer_overhead: mini::ANSWER - 4,
            records,
            batch_bytes,
        }
    }

    /// Kafka's request: Produce v11 and Fetch v12, the last versions before topic ids replaced names, so
    /// that the bytes do not depend on the cluster.
    pub fn kafka(work: &Work, topic: &str) -> Outcome<Self> {
        match *work {
            Work::Produce { records, record_bytes, codec } => {
                Self::produce(topic, records, record_bytes, codec)
            }
            Work::Fetch { bytes, records, record_bytes } => Self::fetch(topic, bytes, records, record_bytes),
        }
    }

    fn produce(topic: &str, records: u32, record_bytes: usize, codec: Codec) -> Outcome<Self> {
        let batch = batch(records, record_bytes, codec);
        let partition =
            PartitionProduceData { index: PARTITION_MARK, records: Some(RecordsField::Bytes(&batch)) };
        let topic_data = TopicProduceData {
            name: topic,
            topic_id: thalweg_wire::Uuid::ZERO,
            partition_data: vec![partition],
        };
        let request = ProduceRequest {
            transactional_id: None,
            acks: -1,
            timeout_ms: 30_000,
            topic_data: vec![topic_data],
        };
        let frame = kafka::frame(ApiKey::Produce, 11, 0, &request)?;
        let at = find(&frame, &batch)?;
        let (head, tail) = (frame[..at].to_vec(), frame[at + batch.len()..].to_vec());
        // Answer: correlation, tags; topic array, name, partition array, index, error code.
        let error_at = Some(4 + 1 + 1 + 1 + topic.len() + 1 + 4);
        Ok(Self {
            correlation_at: CORRELATION,
            partition_at: find(&head, &PARTITION_MARK.to_be_bytes())?,
            offset_at: None,
            tail,
            error_at,
            answer_overhead: 0,
            records,
            batch_bytes: batch.len(),
            head,
            batch,
        })
    }

    fn fetch(topic: &str, bytes: u32, records: u32, record_bytes: usize) -> Outcome<Self> {
        let wanted = i32::try_from(bytes).map_err(|error| error.to_string())?;
        let partition = FetchPartition {
            partition: PARTITION_MARK,
            fetch_offset: OFFSET_MARK,
            partition_max_bytes: wanted,
            ..Default::default()
        };
        let topic_part = FetchTopic { topic, partitions: vec![partition], ..Default::default() };
        let request = FetchRequest {
            max_wait_ms: 500,
            min_bytes: 1,
            max_bytes: wanted,
            topics: vec![topic_part],
            ..Default::default()
        };
        let head = kafka::frame(ApiKey::Fetch, 12, 0, &request)?;
        // Answer: correlation, tags; throttle, error, session; topic array, name, partition array, index,
        // error code (2), high watermark, last stable, log start (24), aborted (1), preferred (4), length.
        let error_at = 4 + 1 + 4 + 2 + 4 + 1 + 1 + topic.len() + 1 + 4;
        Ok(Self {
            correlation_at: CORRELATION,
            partition_at: find(&head, &PARTITION_MARK.to_be_bytes())?,
            offset_at: Some(find(&head, &OFFSET_MARK.to_be_bytes())?),
            batch: Vec::new(),
            tail: Vec::new(),
            error_at: Some(error_at),
            // With a record length of two bytes (it may take four) and three empty tag sections behind the
            // records: at most two bytes too many are taken for data, which never make another batch.
            answer_overhead: error_at + 2 + 24 + 1 + 4 + 2 + 3,
            records,
            batch_bytes: batch(records, record_bytes, Codec::None).len(),
            head,
        })
    }
}

/// Length, key and version come before the correlation id.
const CORRELATION: usize = 8;
/// Values that stand nowhere else in a request's head, to find their places by.
const PARTITION_MARK: i32 = 0x5a5b_5c5d;
pub const OFFSET_MARK: i64 = 0x6a6b_6c6d_6e6f_7071;

/// Where a request holds what was put into it.
pub fn find(bytes: &[u8], mark: &[u8]) -> Outcome<usize> {
    let found = bytes.windows(mark.len()).position(|window| window == mark);
    found.ok_or_else(|| "a request does not hold what was put into it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_that_the_cases_name_are_the_sizes_of_the_batches() {
        let bytes = |records, size| batch(records, size, Codec::None).len();
        assert!((15_900..=16_384).contains(&bytes(148, 100)), "{}", bytes(148, 100));
        assert!((1_040_000..=1_048_576).contains(&bytes(1009, 1024)), "{}", bytes(1009, 1024));
    }

    #[test]
    fn a_request_is_its_head_its_batch_and_its_tail() {
        let work = Work::Produce { records: 3, record_bytes: 10, codec: Codec::None };
        let shape = Shape::kafka(&work, "t").unwrap();
        let whole = shape.head.len() + shape.batch.len() + shape.tail.len();
        assert_eq!(mini::word(&shape.head, 0) as usize + 4, whole);
        assert_eq!(mini::word(&shape.head, shape.correlation_at), 0);
        assert_eq!(mini::word(&shape.head, shape.partition_at), PARTITION_MARK as u32);
    }
}
