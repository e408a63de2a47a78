//! Fetch (key 1), versions 4–18.
//!
//! This file decides what a Fetch asks, what one look at the logs yields, and how the answer reads. Waiting and
//! waking are the worker's (`worker/fetches.rs`). Record bytes are never copied here beyond small slices: an
//! answer is header bytes with ranges of segment files between them.
//!
//! v5 log start · v7 sessions (KIP-227) · v9 leader epochs (KIP-320) · v11 rack (KIP-392) · v12 flexible,
//! diverging epochs (KIP-595) · v13 topic ids (KIP-516) · v15 replica state · v16 leader discovery (KIP-951)
//! · v17 directory id · v18 high watermark (KIP-1166).

use std::sync::Arc;

use thalweg_model::{LeaderEpoch, Mono, Offset};
use thalweg_partition_log::{AbortedTxn, Bound, ReadError, Slice};
use thalweg_security::acl::Operation;
use thalweg_wire::messages::fetch_response::{
    AbortedTransaction, EpochEndOffset, FetchableTopicResponse, LeaderIdAndEpoch, PartitionData,
};
use thalweg_wire::messages::{FetchRequest, FetchResponse};
use thalweg_wire::{ApiKey, ErrorCode, Reader, RecordsField};

use crate::authorizer::{Access, Decisions};
use crate::connection::outbound::FileRange;
use crate::connection::slots::Response;
use crate::fetch_session::{Context, FetchSessions, SessionUse, TOPIC_ID_VERSION, TopicKey, Wanted};
use crate::partition::Partition;
use crate::topics::LocalTopics;
use crate::worker::encode_with_files;

/// A slice shorter than this is copied into the answer: cheaper than a `sendfile` of its own. At 16 KiB it no longer
/// is: a copy brings the bytes from memory to this core, `sendfile` leaves that to whoever reads them.
const COPY_BELOW: u32 = 4096;

/// About what an answer takes beside its partitions, and what a partition takes beside its records.
const HEAD_BYTES: usize = 128;
const PARTITION_BYTES: usize = 64;

/// A Fetch that is being served.
#[derive(Debug)]
pub struct FetchPlan {
    /// Correlation id of the request.
    pub correlation_id: i32,
    /// Version of the request.
    pub version: i16,
    /// How long it may wait for `min_bytes`.
    max_wait_ms: i32,
    /// When it has waited long enough.
    pub deadline: Mono,
    min_bytes: i32,
    max_bytes: i32,
    isolation: Bound,
    is_replica: bool,
    /// Which of the partitions the caller may not read, by their places; empty: he may read all.
    denied: Vec<bool>,
    context: Context,
}

/// What a look at one partition yielded.
#[derive(Debug)]
struct Looked {
    error: ErrorCode,
    high_watermark: i64,
    last_stable: i64,
    log_start: i64,
    slice: Option<Slice>,
    aborted: Option<Vec<AbortedTxn>>,
    diverging: Option<(LeaderEpoch, Offset)>,
    leader: Option<(i32, i32)>,
}

impl Looked {
    fn error(error: ErrorCode) -> Self {
        Self {
            error,
            high_watermark: -1,
            last_stable: -1,
            log_start: -1,
            slice: None,
            aborted: None,
            diverging: None,
            leader: None,
        }
    }
}

/// What a look at all partitions yielded.
#[derive(Debug)]
pub enum Look {
    /// Enough to answer, or nothing to wait for.
    Enough(Found),
    /// Not enough yet: watch these.
    NotYet(Found),
    /// Some of the bytes would come from the disk: to be brought into the page cache first.
    Cold(Vec<FileRange>),
}

/// One look's yield, partition by partition, in the plan's order.
#[derive(Debug)]
pub struct Found {
    looked: Vec<Looked>,
    partitions: Vec<Option<Arc<Partition>>>,
}

impl Found {
    /// The partitions that were looked at and exist.
    pub fn partitions(&self) -> impl Iterator<Item = &Arc<Partition>> {
        self.partitions.iter().flatten()
    }

    /// Bytes of records found.
    pub fn bytes(&self) -> u64 {
        self.looked.iter().flat_map(|looked| &looked.slice).map(|slice| u64::from(slice.length)).sum()
    }

    fn count(&self) {
        for (partition, looked) in self.partitions.iter().zip(&self.looked) {
            let bytes = looked.slice.as_ref().map_or(0, |slice| u64::from(slice.length));
            if let Some(partition) = partition {
                partition.metrics.note_fetched(bytes, looked.error);
            }
        }
    }
}

impl FetchPlan {
    /// Reads a request and its session. `before`: what this connection's last fetch without a session wanted.
    /// An error is answered at the top level of the response.
    pub fn read(
        body: &[u8],
        correlation_id: i32,
        version: i16,
        sessions: &FetchSessions,
        fetch_max_bytes: i32,
        before: &[Wanted],
        now: Mono,
    ) -> Result<Result<Self, ErrorCode>, thalweg_wire::DecodeError> {
        let request: FetchRequest<'_> = thalweg_wire::Decode::decode(&mut Reader::new(body), version)?;
        let replica_id = if version >= 15 { request.replica_state.replica_id } else { request.replica_id };
        let mut context = match sessions.open(&request, version, now) {
            Ok(context) => context,
            Err(code) => return Ok(Err(code)),
        };
        if context.session == SessionUse::None {
            // A client without sessions asks for much the same again and again: it goes on where it was.
            for (want, before) in context.wanted.iter_mut().zip(before) {
                if want.index == before.index && want.topic == before.topic {
                    want.cursor = before.cursor;
                }
            }
        }
        Ok(Ok(Self {
            correlation_id,
            version,
            max_wait_ms: request.max_wait_ms,
            deadline: now.after_ms(i64::from(request.max_wait_ms)),
            min_bytes: request.min_bytes,
            max_bytes: request.max_bytes.min(fetch_max_bytes),
            isolation: if request.isolation_level == 1 { Bound::LastStable } else { Bound::HighWatermark },
            is_replica: replica_id >= 0,
            denied: Vec::new(),
            context,
        }))
    }

    /// Finds out which partitions the caller may read. Asked once, when the request comes.
    pub fn ask_leave(&mut self, access: &Access<'_>, told: &mut Decisions, topics: &mut LocalTopics) {
        let is_follower = self.is_replica && !access.cluster(Operation::ClusterAction);
        let mut last: Option<(TopicKey, bool)> = None;
        let mut denied = Vec::with_capacity(self.context.wanted.len());
        for want in &self.context.wanted {
            if let Some((topic, is_denied)) = &last
                && *topic == want.topic
            {
                denied.push(*is_denied);
                continue;
            }
            let by_id = self.version >= TOPIC_ID_VERSION;
            let topic = if by_id { topics.by_id(want.topic.id) } else { topics.by_name(&want.topic.name) };
            let is_denied = match topic {
                _ if self.is_replica => is_follower,
                Some(topic) => !told.topic(access, Operation::Read, topic.id, &topic.name),
                // An id that no topic has is no secret; a name may be one.
                None => !by_id && !access.topic(Operation::Read, &want.topic.name),
            };
            denied.push(is_denied);
            last = Some((want.topic.clone(), is_denied));
        }
        if denied.contains(&true) {
            self.denied = denied;
        }
    }

    /// Whether waiting can change the answer.
    pub fn may_wait(&self) -> bool {
        self.max_wait_ms > 0 && !self.context.wanted.is_empty()
    }

    /// Looks at every partition once, in order, within the byte limits. `is_warm`: the caller has had cold
    /// bytes fetched; they are taken as they are.
    pub fn look(&mut self, topics: &mut LocalTopics, node_id: i32, is_warm: bool) -> Look {
        let mut found = Found {
            looked: Vec::with_capacity(self.context.wanted.len()),
            partitions: Vec::with_capacity(self.context.wanted.len()),
        };
        let mut cold = Vec::new();
        let mut taken: i64 = 0;
        let mut has_error = false;
        for (place, want) in self.context.wanted.iter_mut().enumerate() {
            let limit = i64::from(self.max_bytes) - taken;
            let limit = limit.clamp(0, i64::from(want.max_bytes.max(0))) as u32;
            let (partition, looked) = if self.denied.get(place) == Some(&true) {
                (None, Looked::error(ErrorCode::TopicAuthorizationFailed))
            } else if self.is_replica {
                (None, Looked::error(ErrorCode::NotLeaderOrFollower))
            } else {
                look_at(want, topics, self.version, self.isolation, limit, taken == 0, node_id)
            };
            has_error |= looked.error != ErrorCode::None || looked.diverging.is_some();
            if let Some(slice) = &looked.slice {
                taken += i64::from(slice.length);
                let is_tail = slice.next_offset.is_some();
                if !is_warm && !is_tail && !slice.file.is_resident(slice.position, u64::from(slice.length)) {
                    cold.push(FileRange {
                        file: Arc::clone(&slice.file),
                        offset: slice.position,
                        length: u64::from(slice.length),
                    });
                }
            }
            found.partitions.push(partition);
            found.looked.push(looked);
        }
        if !cold.is_empty() {
            return Look::Cold(cold);
        }
        if has_error || taken >= i64::from(self.min_bytes) {
            Look::Enough(found)
        } else {
            Look::NotYet(found)
        }
    }

    /// Writes the answer and settles the session. What a fetch without one wanted comes back, for the next.
    pub fn answer(
        mut self,
        found: Found,
        sessions: &FetchSessions,
        now: Mono,
        random: impl FnMut() -> u64,
    ) -> (Option<Response>, Vec<Wanted>) {
        found.count();
        let is_incremental = matches!(self.context.session, SessionUse::Continue(_));
        let mut copied: Vec<u8> = Vec::new();
        let mut copies: Vec<Option<std::ops::Range<usize>>> = Vec::with_capacity(found.looked.len());
        let mut looked = found.looked;
        for look in &mut looked {
            let Some(slice) = look.slice.as_ref().filter(|slice| slice.length < COPY_BELOW) else {
                copies.push(None);
                continue;
            };
            let start = copied.len();
            copied.resize(start + slice.length as usize, 0);
            if slice.file.read_exact_at(&mut copied[start..], slice.position).is_ok() {
                copies.push(Some(start..copied.len()));
            } else {
                // A read that failed is a disk that failed; the partition says so instead of sending nothing.
                copied.truncate(start);
                *look = Looked::error(ErrorCode::KafkaStorageError);
                copies.push(None);
            }
        }
        let mut served = Vec::new();
        let mut include = Vec::with_capacity(looked.len());
        for (place, (want, look)) in self.context.wanted.iter_mut().zip(&looked).enumerate() {
            let has_records = look.slice.as_ref().is_some_and(|slice| slice.length > 0);
            include.push(!is_incremental || must_tell(want, look, has_records));
            want.told_high_watermark = (look.error == ErrorCode::None).then_some(look.high_watermark);
            want.told_log_start = look.log_start;
            if has_records {
                served.push(place);
            }
        }
        let session_id = match self.context.session {
            SessionUse::Continue(id) => id,
            // The partitions move into the session after the answer is written; its id must be known before.
            SessionUse::None | SessionUse::Begin => 0,
        };
        let begins = self.context.session == SessionUse::Begin && self.version >= 7;
        let wanted = std::mem::take(&mut self.context.wanted);
        let keys: Vec<_> = wanted.iter().map(|want| (want.topic.clone(), want.index)).collect();
        let mut left = Vec::new();
        let session_id = if begins {
            sessions.begin(wanted, self.version, now, random)
        } else {
            match self.context.session {
                SessionUse::Continue(id) => sessions.put_back(id, rotate(wanted, &served)),
                SessionUse::None | SessionUse::Begin => left = wanted,
            }
            session_id
        };
        let mut files = Vec::new();
        let mut responses: Vec<FetchableTopicResponse<'_>> = Vec::new();
        let mut last: Option<&TopicKey> = None;
        for (place, (topic, index)) in keys.iter().enumerate() {
            if !include[place] {
                continue;
            }
            if last != Some(topic) {
                responses.push(FetchableTopicResponse {
                    topic: &topic.name,
                    topic_id: topic.id,
                    partitions: Vec::with_capacity(1),
                });
                last = Some(topic);
            }
            let copy = copies[place].clone().map(|range| &copied[range]);
            if let Some(response) = responses.last_mut() {
                response.partitions.push(partition_data(
                    *index,
                    &looked[place],
                    copy,
                    &mut files,
                    self.version,
                ));
            }
        }
        let response = FetchResponse { session_id, responses, ..FetchResponse::default() };
        let (version, correlation_id) = (self.version, self.correlation_id);
        let expected = copied.len() + HEAD_BYTES + looked.len() * PARTITION_BYTES;
        let response = encode_with_files(ApiKey::Fetch, version, correlation_id, &response, &files, expected);
        (response, left)
    }

    /// An answer will not be larger than this, whatever the client wants.
    pub fn at_most(&mut self, bytes: i32) {
        self.max_bytes = self.max_bytes.min(bytes);
    }

    /// The answer of a client that has exceeded its quota: no records, and the session as it was.
    pub fn throttled(mut self, sessions: &FetchSessions) -> (Option<Response>, Vec<Wanted>) {
        let wanted = std::mem::take(&mut self.context.wanted);
        let mut left = Vec::new();
        let session_id = match self.context.session {
            SessionUse::Continue(id) => {
                sessions.put_back(id, wanted);
                id
            }
            SessionUse::None | SessionUse::Begin => {
                left = wanted;
                0
            }
        };
        let response = FetchResponse { session_id, ..FetchResponse::default() };
        (encode_with_files(ApiKey::Fetch, self.version, self.correlation_id, &response, &[], 0), left)
    }

    /// The plan comes to nothing (its connection is gone): its session ends with it.
    pub fn abandon(self, sessions: &FetchSessions) {
        if let SessionUse::Continue(id) = self.context.session {
            sessions.close(id);
        }
    }
}

/// The answer to a request whose session is not there.
pub fn top_level_error(correlation_id: i32, version: i16, code: ErrorCode) -> Option<Response> {
    let response = FetchResponse { error_code: code.code(), ..FetchResponse::default() };
    encode_with_files(ApiKey::Fetch, version, correlation_id, &response, &[], 0)
}

fn look_at(
    want: &mut Wanted,
    topics: &mut LocalTopics,
    version: i16,
    isolation: Bound,
    limit: u32,
    at_least_one: bool,
    node_id: i32,
) -> (Option<Arc<Partition>>, Looked) {
    let by_id = version >= TOPIC_ID_VERSION;
    let topic = if by_id { topics.by_id(want.topic.id) } else { topics.by_name(&want.topic.name) };
    let Some(topic) = topic else {
        let code = if by_id { ErrorCode::UnknownTopicId } else { ErrorCode::UnknownTopicOrPartition };
        return (None, Looked::error(code));
    };
    let partition = match topic.served(want.index) {
        Ok(partition) => Arc::clone(partition),
        Err(code) => return (None, Looked::error(code)),
    };
    if let Err(code) = super::check_epoch(&partition, want.current_leader_epoch) {
        let mut looked = Looked::error(code);
        if code == ErrorCode::FencedLeaderEpoch {
            looked.leader = Some((node_id, partition.leader_epoch().0));
        }
        return (Some(partition), looked);
    }
    if partition.directory.is_offline() {
        return (Some(partition), Looked::error(ErrorCode::KafkaStorageError));
    }
    // KIP-595: what the consumer read last may have been cut off since.
    if want.last_fetched_epoch >= 0 {
        let (end_epoch, end) = partition.log.end_offset_for_epoch(LeaderEpoch(want.last_fetched_epoch));
        if end_epoch.0 < want.last_fetched_epoch || end.0 < want.fetch_offset {
            let ends = partition.log.ends();
            let looked = Looked {
                high_watermark: ends.high_watermark.0,
                last_stable: ends.last_stable.0,
                log_start: ends.log_start.0,
                diverging: Some((end_epoch, end)),
                ..Looked::error(ErrorCode::None)
            };
            return (Some(partition), looked);
        }
    }
    let read =
        partition.log.read(Offset(want.fetch_offset), limit, isolation, at_least_one, &mut want.cursor);
    let looked = match read {
        Ok(mut slice) => {
            // A first batch that does not fit is left for a later request instead of being sent in part.
            if slice.length < slice.first_batch_length {
                slice.length = 0;
            }
            let ends = partition.log.ends();
            let aborted = (isolation == Bound::LastStable).then(|| std::mem::take(&mut slice.aborted));
            Looked {
                error: ErrorCode::None,
                high_watermark: ends.high_watermark.0,
                last_stable: ends.last_stable.0,
                log_start: ends.log_start.0,
                slice: (slice.length > 0).then_some(slice),
                aborted,
                diverging: None,
                leader: None,
            }
        }
        Err(ReadError::OffsetOutOfRange) => Looked::error(ErrorCode::OffsetOutOfRange),
        Err(ReadError::Io(error)) => {
            partition.directory.read_failed(&partition, &error);
            Looked::error(ErrorCode::KafkaStorageError)
        }
        Err(error) => {
            tracing::error!(
                event = "fetch_failed",
                topic = %partition.topic,
                partition = partition.index,
                offset = want.fetch_offset,
                %error
            );
            Looked::error(ErrorCode::KafkaStorageError)
        }
    };
    (Some(partition), looked)
}

/// Whether an incremental answer names the partition: it has records, an error, or news of its ends.
fn must_tell(want: &Wanted, look: &Looked, has_records: bool) -> bool {
    has_records
        || look.error != ErrorCode::None
        || look.diverging.is_some()
        || want.told_high_watermark != Some(look.high_watermark)
        || want.told_log_start != look.log_start
}

/// Partitions that were served go to the end, so that those behind a full answer come first next time.
fn rotate(wanted: Vec<Wanted>, served: &[usize]) -> Vec<Wanted> {
    if served.is_empty() || served.len() == wanted.len() {
        return wanted;
    }
    let mut served = served.iter().copied().peekable();
    let mut first = Vec::with_capacity(wanted.len());
    let mut last = Vec::new();
    for (place, want) in wanted.into_iter().enumerate() {
        if served.next_if_eq(&place).is_some() { last.push(want) } else { first.push(want) }
    }
    first.append(&mut last);
    first
}

fn partition_data<'a>(
    index: i32,
    look: &Looked,
    copy: Option<&'a [u8]>,
    files: &mut Vec<FileRange>,
    version: i16,
) -> PartitionData<'a> {
    let records = match (&look.slice, copy) {
        (_, Some(bytes)) => RecordsField::Bytes(bytes),
        (Some(slice), None) => {
            let tag = files.len() as u32;
            files.push(FileRange {
                file: Arc::clone(&slice.file),
                offset: slice.position,
                length: u64::from(slice.length),
            });
            RecordsField::Hole { length: slice.length, tag }
        }
        (None, None) => RecordsField::Bytes(&[]),
    };
    let aborted = look.aborted.as_ref().map(|aborted| {
        aborted
            .iter()
            .map(|txn| AbortedTransaction {
                producer_id: txn.producer_id.0,
                first_offset: txn.first_offset.0,
            })
            .collect()
    });
    PartitionData {
        partition_index: index,
        error_code: look.error.code(),
        high_watermark: look.high_watermark,
        last_stable_offset: look.last_stable,
        log_start_offset: look.log_start,
        diverging_epoch: look.diverging.filter(|_| version >= 12).map_or_else(
            EpochEndOffset::default,
            |(epoch, end)| EpochEndOffset { epoch: epoch.0, end_offset: end.0 },
        ),
        current_leader: look.leader.filter(|_| version >= 12).map_or_else(
            LeaderIdAndEpoch::default,
            |(leader_id, leader_epoch)| LeaderIdAndEpoch { leader_id, leader_epoch },
        ),
        aborted_transactions: aborted,
        records: Some(records),
        ..PartitionData::default()
    }
}
