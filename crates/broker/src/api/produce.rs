//! Produce (key 0), versions 3–13; 0 is advertised as the minimum because librdkafka turns compression off
//! otherwise (KAFKA-18659), and 0–2 close the connection.
//!
//! This file decides what a Produce request asks and how its answer reads: topic and partition look-up, the
//! errors that need no log, the answer's layout. Checking a batch is [`thalweg_records::validate_produce`];
//! writing it is the worker's turn (`worker/appends.rs`). It never touches a file.
//!
//! v7 zstd · v8 record errors (KIP-467) · v9 flexible · v10 leader discovery (KIP-951) · v11 TV2 errors ·
//! v12 implicit partitions in transactions (KIP-890) · v13 topic ids (KIP-516).

use std::sync::Arc;

use thalweg_model::{LeaderEpoch, TopicId};
use thalweg_partition_log::{Outcome, Refusal};
use thalweg_records::ProduceError;
use thalweg_wire::messages::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, PartitionProduceResponse, TopicProduceResponse,
};
use thalweg_wire::messages::{ProduceRequest, ProduceResponse};
use thalweg_wire::{ErrorCode, Reader};

use crate::topics::Topic;

/// First version that names topics by id only.
pub const TOPIC_ID_VERSION: i16 = 13;

/// A Produce on its way: what was asked, and what has been answered so far. One answer per partition, in the
/// request's order; the slot leaves when `unanswered` is 0.
#[derive(Debug, Default)]
pub struct ProduceState {
    /// Correlation id of the request.
    pub correlation_id: i32,
    /// Version of the request.
    pub version: i16,
    /// The partitions in request order.
    pub partitions: Vec<PartitionAnswer>,
    /// Partitions without an answer.
    pub unanswered: u32,
}

/// How the topic was named, for the answer.
#[derive(Debug)]
pub enum TopicNamed {
    /// A topic we serve.
    Known(Arc<Topic>),
    /// One we do not.
    Unknown {
        /// As asked.
        name: String,
        /// As asked.
        id: TopicId,
    },
}

/// One partition's answer.
#[derive(Debug)]
pub struct PartitionAnswer {
    /// Set on the first partition of each topic entry; the following ones belong to it.
    pub topic: Option<TopicNamed>,
    /// The partition's index.
    pub index: i32,
    /// The outcome so far.
    pub outcome: PartitionOutcome,
}

/// What happened to one partition's batch.
#[derive(Debug)]
pub enum PartitionOutcome {
    /// Not decided yet.
    Pending,
    /// Written, or found written before.
    Written {
        /// Offset of the first record.
        base_offset: i64,
        /// Broker's time on the records when the topic stamps them, else −1.
        log_append_time_ms: i64,
        /// The log's start.
        log_start_offset: i64,
    },
    /// Refused.
    Failed(Box<Failure>),
}

/// Why a batch was refused.
#[derive(Debug)]
pub struct Failure {
    /// Code on the wire.
    pub code: ErrorCode,
    /// A sentence for the client, where there is more to say than the code does.
    pub message: Option<String>,
    /// Which records were at fault (v8+): place in the batch and why.
    pub records: Vec<(i32, Option<String>)>,
    /// Log start, where it is known; −1 else.
    pub log_start_offset: i64,
    /// Where the leader is, if not here.
    pub leader: Option<(i32, LeaderEpoch)>,
}

impl PartitionOutcome {
    /// A refusal that the code alone explains.
    pub fn error(code: ErrorCode) -> Self {
        Self::failed(code, None)
    }

    /// A refusal with a sentence.
    pub fn failed(code: ErrorCode, message: Option<String>) -> Self {
        Self::Failed(Box::new(Failure {
            code,
            message,
            records: Vec::new(),
            log_start_offset: -1,
            leader: None,
        }))
    }
}

impl ProduceState {
    /// True when the answer can be written.
    pub fn is_done(&self) -> bool {
        self.unanswered == 0
    }

    /// Empties it for the next request; its storage stays.
    pub fn reset(&mut self, correlation_id: i32, version: i16) {
        self.correlation_id = correlation_id;
        self.version = version;
        self.partitions.clear();
        self.unanswered = 0;
    }

    /// Sets one partition's outcome. A second one for the same partition is our own mistake and is dropped.
    pub fn answer(&mut self, place: u32, outcome: PartitionOutcome) {
        let Some(partition) = self.partitions.get_mut(place as usize) else {
            debug_assert!(false, "no partition at {place}");
            return;
        };
        if matches!(partition.outcome, PartitionOutcome::Pending) {
            partition.outcome = outcome;
            self.unanswered -= 1;
        } else {
            debug_assert!(false, "partition at {place} answered twice");
        }
    }

    /// Whether any partition failed: acks=0 has no answer, an error then closes the connection.
    pub fn has_failure(&self) -> bool {
        self.partitions.iter().any(|partition| matches!(partition.outcome, PartitionOutcome::Failed(_)))
    }

    /// The answer as a message that borrows from this state.
    pub fn response(&self) -> ProduceResponse<'_> {
        let mut responses: Vec<TopicProduceResponse<'_>> = Vec::new();
        for partition in &self.partitions {
            if let Some(named) = &partition.topic {
                let (name, topic_id) = match named {
                    TopicNamed::Known(topic) => (&*topic.name, topic.id),
                    TopicNamed::Unknown { name, id } => (name.as_str(), *id),
                };
                responses.push(TopicProduceResponse {
                    name,
                    topic_id,
                    partition_responses: Vec::with_capacity(1),
                });
            }
            if let Some(topic) = responses.last_mut() {
                topic.partition_responses.push(partition.response());
            }
        }
        ProduceResponse { responses, ..ProduceResponse::default() }
    }
}

impl PartitionAnswer {
    fn response(&self) -> PartitionProduceResponse<'_> {
        let mut response =
            PartitionProduceResponse { index: self.index, ..PartitionProduceResponse::default() };
        match &self.outcome {
            PartitionOutcome::Written { base_offset, log_append_time_ms, log_start_offset } => {
                response.base_offset = *base_offset;
                response.log_append_time_ms = *log_append_time_ms;
                response.log_start_offset = *log_start_offset;
            }
            PartitionOutcome::Failed(failure) => {
                response.error_code = failure.code.code();
                response.base_offset = -1;
                response.log_append_time_ms = -1;
                response.log_start_offset = failure.log_start_offset;
                response.error_message = failure.message.as_deref();
                response.record_errors = failure
                    .records
                    .iter()
                    .map(|(index, message)| BatchIndexAndErrorMessage {
                        batch_index: *index,
                        batch_index_error_message: message.as_deref(),
                    })
                    .collect();
                if let Some((leader_id, epoch)) = failure.leader {
                    response.current_leader = LeaderIdAndEpoch { leader_id, leader_epoch: epoch.0 };
                }
            }
            PartitionOutcome::Pending => response.error_code = ErrorCode::RequestTimedOut.code(),
        }
        response
    }
}

/// Reads the request. The bytes behind it are not looked at, as Kafka does not.
pub fn decode<'a>(body: &'a [u8], version: i16) -> Result<ProduceRequest<'a>, thalweg_wire::DecodeError> {
    thalweg_wire::Decode::decode(&mut Reader::new(body), version)
}

/// What a refused validation is on the wire.
pub fn refused_by_validation(error: &ProduceError) -> PartitionOutcome {
    let records = error.record_errors().iter().map(|record| (record.index, Some(record.to_string())));
    PartitionOutcome::Failed(Box::new(Failure {
        code: ErrorCode::from_code(error.code()).unwrap_or(ErrorCode::InvalidRecord),
        message: Some(error.to_string()),
        records: records.collect(),
        log_start_offset: -1,
        leader: None,
    }))
}

/// Whether bytes that claim to be a batch claim to be part of a transaction.
pub fn is_transactional(records: &[u8]) -> bool {
    thalweg_records::BatchView::parse(records).is_ok_and(|batch| batch.is_transactional())
}

/// What the log's outcome is on the wire.
pub fn from_log(outcome: Outcome) -> PartitionOutcome {
    match outcome {
        Outcome::Written { base_offset, append_time, log_start_offset, .. }
        | Outcome::Duplicate { base_offset, append_time, log_start_offset, .. } => {
            PartitionOutcome::Written {
                base_offset: base_offset.0,
                log_append_time_ms: append_time,
                log_start_offset: log_start_offset.0,
            }
        }
        Outcome::Refused(refusal) => {
            let code = match refusal {
                Refusal::OutOfOrderSequence => ErrorCode::OutOfOrderSequenceNumber,
                Refusal::InvalidProducerEpoch => ErrorCode::InvalidProducerEpoch,
                Refusal::InvalidTxnState => ErrorCode::InvalidTxnState,
                Refusal::TransactionCoordinatorFenced => ErrorCode::TransactionCoordinatorFenced,
                Refusal::CorruptBatch => ErrorCode::CorruptMessage,
            };
            PartitionOutcome::failed(code, Some(refusal.to_string()))
        }
    }
}
