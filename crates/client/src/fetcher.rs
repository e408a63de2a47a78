//! The end of a record's path: asks leaders for records from given offsets, keeps one request on the wire per
//! broker and a fetch session with it (KIP-227), moves positions forward by what arrived, and leaves out what
//! an aborted transaction wrote if asked to. Decompresses nothing by itself: [`Fetched::records`] does, for
//! whoever reads it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::time::Duration;

use thalweg_model::{Mono, Offset, Uuid};
use thalweg_records::{BatchError, BatchView, Limits, Record, RecordIter, Scratch, peek};
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};
use thalweg_wire::messages::{FetchRequest, FetchResponse};
use thalweg_wire::{Encode, ErrorCode, RecordsField};

use crate::backoff::Backoff;
use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError, CallId, Client, Target};

/// How a fetcher behaves.
#[derive(Clone, Debug)]
pub struct FetcherSettings {
    /// How long a broker may wait for something to send.
    pub wait: Duration,
    /// How much is worth an answer before that.
    pub bytes_min: i32,
    /// Bytes of one answer.
    pub bytes_max: i32,
    /// Bytes of one partition in an answer.
    pub partition_bytes_max: i32,
    /// Leave out open and aborted transactions.
    pub read_committed: bool,
    /// Keep sessions, so that requests name only what changed.
    pub sessions: bool,
}

impl Default for FetcherSettings {
    fn default() -> Self {
        Self {
            wait: Duration::from_millis(500),
            bytes_min: 1,
            bytes_max: 50 << 20,
            partition_bytes_max: 4 << 20,
            read_committed: false,
            sessions: true,
        }
    }
}

/// Records of one partition, as they arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Where the fetch began; batches may begin before.
    pub from: i64,
    /// Where the next fetch begins.
    pub next: i64,
    /// First offset not known to be on all in-sync replicas.
    pub high_watermark: i64,
    /// Bound for readers of committed records.
    pub last_stable_offset: i64,
    /// First offset there is.
    pub log_start_offset: i64,
    /// Whole batches; a cut-off one at the end is ignored.
    pub batches: Vec<u8>,
    /// (first offset, producer id) of aborted transactions in this range, when reading committed records.
    aborted: Vec<(i64, i64)>,
}

/// A partition that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchFailure {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset asked for.
    pub offset: i64,
    /// Why. The partition is taken out of the fetcher.
    pub error: CallError,
}

/// The machine.
#[derive(Debug)]
pub struct Fetcher {
    settings: FetcherSettings,
    positions: BTreeMap<(String, i32), Position>,
    sessions: BTreeMap<i32, Session>,
    calls: BTreeMap<CallId, InFlight>,
    fetched: VecDeque<Result<Fetched, FetchFailure>>,
    backoff: Backoff,
}

#[derive(Debug)]
struct Position {
    offset: i64,
    not_before: Mono,
    failures: u32,
}

/// Offset and leader epoch by partition, as they were asked for.
type Asked = BTreeMap<(String, i32), (i64, i32)>;

/// A fetch session with one broker: what the broker remembers.
#[derive(Debug, Default)]
struct Session {
    id: i32,
    epoch: i32,
    known: Asked,
}

#[derive(Debug)]
struct InFlight {
    node: i32,
    asked: Asked,
    ids: BTreeMap<Uuid, String>,
}

impl Fetcher {
    /// A fetcher without partitions.
    #[must_use]
    pub fn new(settings: FetcherSettings) -> Self {
        Self {
            settings,
            positions: BTreeMap::new(),
            sessions: BTreeMap::new(),
            calls: BTreeMap::new(),
            fetched: VecDeque::new(),
            backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(1), 11),
        }
    }

    /// Reads a partition from `offset` on.
    pub fn assign(&mut self, topic: &str, partition: i32, offset: i64) {
        let position = Position { offset, not_before: Mono(0), failures: 0 };
        self.positions.insert((topic.to_owned(), partition), position);
    }

    /// Stops reading a partition.
    pub fn unassign(&mut self, topic: &str, partition: i32) {
        self.positions.remove(&(topic.to_owned(), partition));
    }

    /// Where the next fetch of a partition begins.
    #[must_use]
    pub fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.positions.get(&(topic.to_owned(), partition)).map(|position| position.offset)
    }

    /// True without partitions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Asks every broker that leads something and has nothing to answer yet. While what arrived is not taken,
    /// nothing more is asked for.
    pub fn poll(&mut self, now: Mono, client: &mut Client) {
        if !self.fetched.is_empty() {
            return;
        }
        let mut by_node: BTreeMap<i32, Asked> = BTreeMap::new();
        let mut leaderless = false;
        for (key, position) in &mut self.positions {
            if position.not_before > now {
                continue;
            }
            position.not_before = Mono(0);
            match client.cluster().leader(&key.0, key.1) {
                Some((node, view)) => {
                    let asked = (position.offset, view.leader_epoch);
                    by_node.entry(node).or_default().insert(key.clone(), asked);
                }
                None => leaderless = true,
            }
        }
        if leaderless {
            client.refresh_metadata(now);
        }
        for (node, asked) in by_node {
            if !self.calls.values().any(|call| call.node == node) {
                self.ask(now, client, node, asked);
            }
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
        let Some(in_flight) = self.calls.remove(&call) else { return Some(result) };
        let decoded = match &result {
            Ok(Some(answer)) => {
                answer.decode::<FetchResponse<'_>>().map(|response| (answer.version, response))
            }
            Ok(None) => unreachable!("fetches are answered"),
            Err(error) => Err(error.clone()),
        };
        match decoded {
            Ok((version, response)) => self.handle_answer(now, client, &in_flight, version, &response),
            Err(error) => {
                self.sessions.remove(&in_flight.node);
                client.refresh_metadata(now);
                for (key, (offset, _)) in in_flight.asked {
                    self.failed(now, &key, offset, error.clone());
                }
            }
        }
        None
    }

    /// When [`Self::poll`] wants to be called next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.positions.values().map(|position| position.not_before).filter(|at| *at > Mono(0)).min()
    }

    /// The next records, or the next partition that is given up.
    pub fn poll_fetched(&mut self) -> Option<Result<Fetched, FetchFailure>> {
        self.fetched.pop_front()
    }

    fn ask(&mut self, now: Mono, client: &mut Client, node: i32, asked: Asked) {
        let mut ids = BTreeMap::new();
        let mut id_of = BTreeMap::new();
        let session = self.sessions.entry(node).or_default();
        let incremental = self.settings.sessions && session.id != 0;
        // A session remembers the rest: only what changed is named again.
        let changed: BTreeMap<_, _> = asked
            .iter()
            .filter(|(key, value)| !incremental || session.known.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), *value))
            .collect();
        let forgotten: Vec<_> =
            session.known.keys().filter(|key| !asked.contains_key(*key)).cloned().collect();
        for name in asked.keys().chain(&forgotten).map(|key| &key.0) {
            let id = client.cluster().topics.get(name).map_or(Uuid::ZERO, |topic| topic.id);
            ids.insert(id, name.clone());
            id_of.insert(name.clone(), id);
        }
        let (session_id, session_epoch) = match (self.settings.sessions, incremental) {
            (true, true) => (session.id, session.epoch),
            (true, false) => (0, 0),
            (false, _) => (0, -1),
        };
        session.known = asked.clone();
        let settings = self.settings.clone();
        // From version 13 on topics are named by id (KIP-516).
        let highest = if id_of.values().any(|id| id.is_zero()) { 12 } else { 17 };
        let call = Call::new::<FetchRequest<'_>>(4..=highest, move |version, w| {
            let with_sessions = version >= 7;
            // A broker without sessions needs everything, every time.
            debug_assert!(with_sessions || session_id == 0, "a session came from a broker that has them");
            let mut topics: Vec<FetchTopic<'_>> = Vec::new();
            for ((name, partition), (offset, leader_epoch)) in &changed {
                if topics.last().is_none_or(|topic| topic.topic != name.as_str()) {
                    topics.push(FetchTopic { topic: name, topic_id: id_of[name], partitions: Vec::new() });
                }
                let partitions = &mut topics.last_mut().expect("pushed above").partitions;
                partitions.push(FetchPartition {
                    partition: *partition,
                    current_leader_epoch: *leader_epoch,
                    fetch_offset: *offset,
                    partition_max_bytes: settings.partition_bytes_max,
                    ..Default::default()
                });
            }
            let mut forgotten_topics_data: Vec<ForgottenTopic<'_>> = Vec::new();
            for (name, partition) in forgotten.iter().filter(|_| session_id != 0) {
                if forgotten_topics_data.last().is_none_or(|topic| topic.topic != name.as_str()) {
                    let (topic, topic_id) = (name.as_str(), id_of[name]);
                    forgotten_topics_data.push(ForgottenTopic { topic, topic_id, partitions: Vec::new() });
                }
                forgotten_topics_data.last_mut().expect("pushed above").partitions.push(*partition);
            }
            FetchRequest {
                max_wait_ms: i32::try_from(settings.wait.as_millis()).unwrap_or(i32::MAX),
                min_bytes: settings.bytes_min,
                max_bytes: settings.bytes_max,
                isolation_level: i8::from(settings.read_committed),
                session_id,
                session_epoch,
                topics,
                forgotten_topics_data,
                ..Default::default()
            }
            .encode(w, version)
        });
        let call = call.to(Target::Node(node)).within(self.settings.wait + Duration::from_secs(30)).once();
        self.calls.insert(client.submit(now, call), InFlight { node, asked, ids });
    }

    fn handle_answer(
        &mut self,
        now: Mono,
        client: &mut Client,
        in_flight: &InFlight,
        version: i16,
        response: &FetchResponse<'_>,
    ) {
        if let Some(error) = BrokerError::from_code(response.error_code, None) {
            // Session errors: begin a new one at once. Any other error concerns every partition.
            self.sessions.remove(&in_flight.node);
            let lost_session =
                matches!(error.code, ErrorCode::FetchSessionIdNotFound | ErrorCode::InvalidFetchSessionEpoch);
            if !lost_session {
                client.refresh_metadata(now);
                for (key, (offset, _)) in &in_flight.asked {
                    self.failed(now, key, *offset, CallError::Broker(error.clone()));
                }
            }
            return;
        }
        let session = self.sessions.entry(in_flight.node).or_default();
        // After a full request the broker counts from 1; without a session it says 0.
        session.epoch =
            if session.id == response.session_id { session.epoch.wrapping_add(1).max(1) } else { 1 };
        session.id = response.session_id;
        for topic in &response.responses {
            let name = match in_flight.ids.get(&topic.topic_id) {
                Some(name) if version >= 13 => name.as_str(),
                _ => topic.topic,
            };
            for partition in &topic.partitions {
                let key = (name.to_owned(), partition.partition_index);
                let Some(&(from, _)) = in_flight.asked.get(&key) else { continue };
                let code = error_code(partition.error_code);
                if code != ErrorCode::None {
                    client.refresh_metadata(now);
                    let error = BrokerError { code, message: None };
                    self.failed(now, &key, from, CallError::Broker(error));
                    continue;
                }
                let Some(position) = self.positions.get_mut(&key) else { continue };
                position.failures = 0;
                if position.offset != from {
                    // Assigned anew while the answer was on its way.
                    continue;
                }
                let batches = match &partition.records {
                    Some(RecordsField::Bytes(bytes)) => bytes.to_vec(),
                    _ => Vec::new(),
                };
                position.offset = next_offset(&batches).unwrap_or(from).max(from);
                let aborted = partition.aborted_transactions.iter().flatten();
                let mut aborted: Vec<_> = aborted.map(|txn| (txn.first_offset, txn.producer_id)).collect();
                aborted.sort_unstable();
                self.fetched.push_back(Ok(Fetched {
                    topic: key.0,
                    partition: key.1,
                    from,
                    next: position.offset,
                    high_watermark: partition.high_watermark,
                    last_stable_offset: partition.last_stable_offset,
                    log_start_offset: partition.log_start_offset,
                    batches,
                    aborted,
                }));
            }
        }
    }

    fn failed(&mut self, now: Mono, key: &(String, i32), offset: i64, error: CallError) {
        let Some(position) = self.positions.get_mut(key) else { return };
        if error.is_retriable() {
            position.failures += 1;
            position.not_before = now.after(self.backoff.wait(position.failures));
        } else {
            self.positions.remove(key);
            let (topic, partition) = key.clone();
            self.fetched.push_back(Err(FetchFailure { topic, partition, offset, error }));
        }
    }
}

/// The offset behind the last whole batch.
fn next_offset(mut bytes: &[u8]) -> Option<i64> {
    let mut next = None;
    while let Some(found) = peek(bytes) {
        let Some((batch, rest)) = bytes.split_at_checked(found.total_size) else { break };
        // Old message sets carry the last offset in front.
        next = Some(match BatchView::parse(batch) {
            Ok(view) => view.next_offset().0,
            Err(_) => found.base_offset.plus(1).0,
        });
        bytes = rest;
    }
    next
}

impl Fetched {
    /// Visits the records from [`Fetched::from`] on, in order; control records and, when committed records are
    /// read, aborted ones are left out.
    pub fn records(
        &self,
        limits: &Limits,
        scratch: &mut Scratch,
        mut visit: impl FnMut(&Record<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, BatchError> {
        let mut buffer = Vec::new();
        let mut aborted = self.aborted.iter().peekable();
        let mut aborting = BTreeSet::new();
        let mut bytes = self.batches.as_slice();
        while let Some(found) = peek(bytes) {
            let Some((batch, rest)) = bytes.split_at_checked(found.total_size) else { break };
            bytes = rest;
            let view = BatchView::parse(batch)?;
            view.verify_crc()?;
            while let Some((_, producer)) = aborted.next_if(|(first, _)| *first <= view.last_offset().0) {
                aborting.insert(*producer);
            }
            let of_aborted = view.is_transactional() && aborting.contains(&view.producer_id().0);
            if view.is_control() {
                // The marker ends its producer's aborted range.
                aborting.remove(&view.producer_id().0);
                continue;
            }
            if of_aborted || view.next_offset() <= Offset(self.from) {
                continue;
            }
            for record in RecordIter::new(&view, limits, scratch, &mut buffer)? {
                let record = record?;
                if record.offset.0 >= self.from && visit(&record).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
