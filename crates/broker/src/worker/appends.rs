//! Produce on its way to the log: checked as it arrives, written together when the turn ends.
//!
//! Each batch is validated while its bytes are hot, then staged where it lies. At the end of the turn every
//! touched partition gets its staged batches in one call of [`PartitionLog::append`], in the order in which
//! they arrived. Appends that must not run here are copied to the partition's queue. Never decides whether a
//! sequence or an epoch is right: that is the log's, under its lock.

use std::sync::Arc;

use hashbrown::HashMap;
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, Place as AppendPlace};
use thalweg_records::{ProduceRules, Verdict, validate_produce};
use thalweg_security::acl::Operation;
use thalweg_wire::messages::produce_request::PartitionProduceData;
use thalweg_wire::{ApiKey, ErrorCode, RecordsField};

use super::intake::{Place, large_body};
use super::{ProduceTicket, Worker};
use crate::api::Header;
use crate::api::produce::{
    self, PartitionAnswer, PartitionOutcome, ProduceState, TOPIC_ID_VERSION, TopicNamed,
};
use crate::connection::ConnectionId;
use crate::connection::slots::{Slot, SlotNumber};
use crate::disk::{DiskMessage, failure_of};
use crate::memory::Charge;
use crate::metrics::Asked;
use crate::partition::{DivertedAppend, Partition};
use crate::validation::{self, Validation};

/// Where a staged batch lies until the turn ends.
#[derive(Debug)]
enum Source {
    /// In the worker's scratch.
    Scratch { start: usize, length: usize },
    /// In one of the turn's large frames.
    Frame { index: usize, start: usize, length: usize },
    /// Built anew by validation.
    Owned(Vec<u8>),
    /// With the compute role, which validates it.
    Aside(Arc<Validation>),
}

impl Source {
    /// Without what a client sent behind the batch.
    fn cut(self, size: usize) -> Self {
        match self {
            Self::Scratch { start, .. } => Self::Scratch { start, length: size },
            Self::Frame { index, start, .. } => Self::Frame { index, start, length: size },
            Self::Owned(mut bytes) => {
                bytes.truncate(size);
                Self::Owned(bytes)
            }
            Self::Aside(validation) => Self::Aside(validation),
        }
    }
}

/// A validated batch that waits for the turn's end.
#[derive(Debug)]
struct Staged {
    /// For what is with the compute role.
    charge: Option<Charge>,
    source: Source,
    touched: usize,
    max_timestamp: i64,
    offset_of_max_timestamp_delta: i32,
    connection: ConnectionId,
    /// `None` for acks=0.
    slot: Option<SlotNumber>,
    place: u32,
}

/// A partition with staged batches.
#[derive(Debug)]
struct Touched {
    partition: Arc<Partition>,
    staged: Vec<usize>,
    /// One of them is with the compute role: all of them go by the partition's queue.
    waits: bool,
}

/// One turn's produce. Its vectors keep their storage from turn to turn.
#[derive(Debug, Default)]
pub(super) struct Staging {
    staged: Vec<Staged>,
    touched: Vec<Touched>,
    /// How many of `touched` belong to this turn; those behind keep their vectors for later.
    touched_count: usize,
    /// Partition's address to its place in `touched`; only consulted when a turn touches many.
    index: HashMap<usize, usize>,
    outcomes: Vec<(usize, PartitionOutcome)>,
    /// Batches found in the request at hand: partition, rules' owner, where, which answer.
    found: Vec<Found>,
    scratch: thalweg_records::Scratch,
    /// The transactional id of the request at hand.
    transactional_id: Option<Arc<str>>,
}

#[derive(Debug)]
struct Found {
    partition: Arc<Partition>,
    rules: Arc<ProduceRules>,
    start: usize,
    length: usize,
    place: u32,
}

/// Below this many touched partitions a linear look is quicker than a hash.
const LINEAR: usize = 8;

impl Staging {
    fn touch(&mut self, partition: &Arc<Partition>) -> usize {
        let count = self.touched_count;
        if count <= LINEAR {
            let same = |touched: &Touched| Arc::ptr_eq(&touched.partition, partition);
            if let Some(found) = self.touched[..count].iter().position(same) {
                return found;
            }
        } else {
            if self.index.is_empty() {
                for (place, touched) in self.touched[..count].iter().enumerate() {
                    self.index.insert(Arc::as_ptr(&touched.partition) as usize, place);
                }
            }
            if let Some(&found) = self.index.get(&(Arc::as_ptr(partition) as usize)) {
                return found;
            }
            self.index.insert(Arc::as_ptr(partition) as usize, count);
        }
        match self.touched.get_mut(count) {
            Some(old) => (old.partition, old.waits) = (Arc::clone(partition), false),
            None => self.touched.push(Touched {
                partition: Arc::clone(partition),
                staged: Vec::new(),
                waits: false,
            }),
        }
        self.touched_count += 1;
        count
    }
}

impl Worker {
    /// Reads a Produce, answers what needs no log, validates and stages the rest.
    pub(super) fn stage_produce(
        &mut self,
        id: ConnectionId,
        place: Place,
        body_start: usize,
        header: Header,
    ) -> Result<(), &'static str> {
        let mut state = self.spare_states.pop().unwrap_or_default();
        state.reset(header.correlation_id, header.version);
        let acks = self.read_produce(id, place, body_start, header.version, &mut state)?;
        let wants_answer = acks != 0;
        let mut slot = None;
        let mut refused = None;
        if wants_answer {
            let now = self.now.mono;
            let Some(connection) = self.connection(id) else { return Err("it is gone") };
            let asked = Asked { api: ApiKey::Produce, at: now };
            slot = Some(connection.ring.push(Slot::Produce(state), asked));
            self.note_answer(id);
        } else {
            // No slot, no answer: an error shows as a closed connection (KIP-219 leaves this as it was).
            if state.has_failure() {
                refused = Some("a Produce with acks=0 failed");
            }
            self.spare_states.push(state);
            self.node.metrics.workers[self.id.0].unanswered.add(1);
        }
        self.validate_found(id, place, body_start, slot, header.version, &mut refused);
        if let Place::Large = place
            && !self.staging.staged.iter().rev().any(|staged| self.is_in_last_frame(&staged.source))
            && let Some(frame) = self.turn_frames.pop()
        {
            self.pool.finish(frame);
        }
        refused.map_or(Ok(()), Err)
    }

    fn is_in_last_frame(&self, source: &Source) -> bool {
        matches!(source, Source::Frame { index, .. } if *index + 1 == self.turn_frames.len())
    }

    /// Looks up what the request names; fills `state` and `staging.found`. Returns acks.
    fn read_produce(
        &mut self,
        id: ConnectionId,
        place: Place,
        body_start: usize,
        version: i16,
        state: &mut ProduceState,
    ) -> Result<i16, &'static str> {
        let body = match place {
            Place::Scratch { start, end } => &self.scratch[start + body_start..end],
            Place::Large => match self.turn_frames.last() {
                Some(frame) => &frame.bytes[large_body(body_start)..frame.total],
                None => return Err("no frame"),
            },
        };
        let request = produce::decode(body, version).map_err(|error| {
            crate::api::log_undecodable(None, "Produce", &error.to_string());
            "its Produce request cannot be read"
        })?;
        let body_address = body.as_ptr() as usize;
        // Records of a transaction need a transactional id, as there is nobody to ask for leave without one.
        let mut all_records = request.topic_data.iter().flat_map(|topic| &topic.partition_data);
        let lacks_transactional_id = request.transactional_id.is_none()
            && all_records.any(|data| record_bytes(data).is_some_and(produce::is_transactional));
        let node = Arc::clone(&self.node);
        let is_asked = node.authorizer.is_some() || node.audit.is_some();
        let asking = self.connections.get_mut(id.key).filter(|_| is_asked);
        let mut leave = asking.map(|connection| connection.access(&node, ApiKey::Produce));
        let may_use_id = match (&leave, request.transactional_id) {
            (Some((access, _)), Some(id)) => access.transactional_id(Operation::Write, id),
            _ => true,
        };
        self.staging.transactional_id = request.transactional_id.map(Arc::from);
        for topic_data in &request.topic_data {
            let topic = if version >= TOPIC_ID_VERSION {
                self.topics.by_id(topic_data.topic_id)
            } else {
                self.topics.by_name(topic_data.name)
            };
            let may_write = match (&mut leave, &topic) {
                (None, _) => true,
                (Some((access, told)), Some(topic)) => {
                    told.topic(access, Operation::Write, topic.id, &topic.name)
                }
                // An id that no topic has is no secret; a name may be one.
                (Some(_), None) if version >= TOPIC_ID_VERSION => true,
                (Some((access, _)), None) => access.topic(Operation::Write, topic_data.name),
            };
            let mut named = Some(match &topic {
                Some(topic) => TopicNamed::Known(Arc::clone(topic)),
                None => TopicNamed::Unknown { name: topic_data.name.to_owned(), id: topic_data.topic_id },
            });
            for data in &topic_data.partition_data {
                let place = state.partitions.len() as u32;
                let records = record_bytes(data);
                let decided = match &topic {
                    _ if !matches!(request.acks, -1..=1) => Err(ErrorCode::InvalidRequiredAcks),
                    _ if lacks_transactional_id => Err(ErrorCode::TransactionalIdAuthorizationFailed),
                    _ if !may_use_id => Err(ErrorCode::TransactionalIdAuthorizationFailed),
                    _ if !may_write => Err(ErrorCode::TopicAuthorizationFailed),
                    None if version >= TOPIC_ID_VERSION => Err(ErrorCode::UnknownTopicId),
                    None => Err(ErrorCode::UnknownTopicOrPartition),
                    Some(topic) if topic.is_internal => Err(ErrorCode::InvalidTopicException),
                    Some(topic) => match topic.served(data.index) {
                        Ok(partition) if partition.directory.is_offline() => {
                            Err(ErrorCode::KafkaStorageError)
                        }
                        Ok(partition) => Ok((partition, topic.produce_rules(version))),
                        Err(code) => Err(code),
                    },
                };
                let outcome = match (decided, records) {
                    (Err(code), _) => PartitionOutcome::error(code),
                    (Ok(_), None | Some([])) => PartitionOutcome::failed(
                        ErrorCode::InvalidRecord,
                        Some("a Produce request must hold exactly one record batch per partition".into()),
                    ),
                    (Ok((partition, rules)), Some(bytes)) => {
                        self.staging.found.push(Found {
                            partition: Arc::clone(partition),
                            rules,
                            start: bytes.as_ptr() as usize - body_address,
                            length: bytes.len(),
                            place,
                        });
                        PartitionOutcome::Pending
                    }
                };
                state.unanswered += u32::from(matches!(outcome, PartitionOutcome::Pending));
                state.partitions.push(PartitionAnswer { topic: named.take(), index: data.index, outcome });
            }
        }
        Ok(request.acks)
    }

    /// Validates the batches of the request at hand where they lie, and stages the good ones.
    fn validate_found(
        &mut self,
        id: ConnectionId,
        place: Place,
        body_start: usize,
        slot: Option<SlotNumber>,
        version: i16,
        refused: &mut Option<&'static str>,
    ) {
        let mut found = std::mem::take(&mut self.staging.found);
        let frame_index = self.turn_frames.len().wrapping_sub(1);
        for Found { partition, rules, start, length, place: answer } in found.drain(..) {
            let start = match place {
                Place::Scratch { start: frame, .. } => frame + body_start + start,
                Place::Large => large_body(body_start) + start,
            };
            let (bytes, source) = match place {
                Place::Scratch { .. } => {
                    (&mut self.scratch[start..start + length], Source::Scratch { start, length })
                }
                Place::Large => (
                    &mut self.turn_frames[frame_index].bytes[start..start + length],
                    Source::Frame { index: frame_index, start, length },
                ),
            };
            if validation::is_large(bytes) {
                let aside = validation::begin(&self.node, &partition, rules, bytes, self.now.wall_ms);
                let touched = self.staging.touch(&partition);
                let staged = self.staging.staged.len();
                self.staging.touched[touched].waits = true;
                self.staging.touched[touched].staged.push(staged);
                self.staging.staged.push(Staged {
                    charge: Some(self.node.memory.charge(length)),
                    source: Source::Aside(aside),
                    touched,
                    max_timestamp: -1,
                    offset_of_max_timestamp_delta: 0,
                    connection: id,
                    slot,
                    place: answer,
                });
                continue;
            }
            match validate_produce(bytes, &rules, self.now.wall_ms, &mut self.staging.scratch) {
                Ok(verdict) => {
                    let (source, accepted) = match verdict {
                        Verdict::InPlace(accepted) => (source.cut(accepted.size), accepted),
                        Verdict::Rebuilt(accepted, bytes) => (Source::Owned(bytes), accepted),
                    };
                    if accepted.is_transactional {
                        let bytes: &[u8] = match &source {
                            Source::Owned(bytes) => bytes,
                            Source::Aside(_) => &[],
                            Source::Scratch { start, length } => &self.scratch[*start..*start + *length],
                            Source::Frame { index, start, length } => {
                                &self.turn_frames[*index].bytes[*start..*start + *length]
                            }
                        };
                        let mailbox = &self.peers[self.id.0];
                        let append = || DivertedAppend {
                            bytes: bytes.to_vec(),
                            max_timestamp: accepted.max_timestamp,
                            offset_of_max_timestamp_delta: accepted.offset_delta_of_max_timestamp,
                            ticket: ProduceTicket {
                                mailbox: mailbox.clone(),
                                connection: id,
                                slot,
                                place: answer,
                            },
                            charge: self.node.memory.charge(bytes.len()),
                            origin: Origin::Client,
                            validation: None,
                        };
                        let transactional_id = self.staging.transactional_id.as_ref();
                        if partition.wait_for_leave(&self.node, transactional_id, &accepted, version, append)
                        {
                            continue;
                        }
                    }
                    let touched = self.staging.touch(&partition);
                    let staged = self.staging.staged.len();
                    self.staging.touched[touched].staged.push(staged);
                    self.staging.staged.push(Staged {
                        charge: None,
                        source,
                        touched,
                        max_timestamp: accepted.max_timestamp,
                        offset_of_max_timestamp_delta: accepted.offset_delta_of_max_timestamp,
                        connection: id,
                        slot,
                        place: answer,
                    });
                }
                Err(error) => {
                    validation::note_refused(&partition, &error, length);
                    match slot {
                        Some(slot) => {
                            self.answer_partition(id, slot, answer, produce::refused_by_validation(&error))
                        }
                        None => *refused = Some("a Produce with acks=0 was refused"),
                    }
                }
            }
        }
        self.staging.found = found;
    }

    fn answer_partition(
        &mut self,
        id: ConnectionId,
        slot: SlotNumber,
        place: u32,
        outcome: PartitionOutcome,
    ) {
        if let Some(connection) = self.connection(id)
            && let Some(state) = connection.ring.produce_mut(slot)
        {
            state.answer(place, outcome);
            self.note_answer(id);
        }
    }

    /// Writes everything the turn has staged, one call per partition, and hands out the outcomes.
    pub(super) fn write_appends(&mut self) {
        if self.staging.staged.is_empty() {
            self.release_frames();
            return;
        }
        self.append_staged();
        let mut outcomes = std::mem::take(&mut self.staging.outcomes);
        for (staged, outcome) in outcomes.drain(..) {
            let Staged { connection, slot, place, .. } = self.staging.staged[staged];
            self.produced(connection, slot, place, outcome);
        }
        self.staging.outcomes = outcomes;
        self.staging.staged.clear();
        let touched: Vec<Arc<Partition>> = self.staging.touched[..self.staging.touched_count]
            .iter_mut()
            .map(|touched| {
                touched.staged.clear();
                Arc::clone(&touched.partition)
            })
            .collect();
        self.staging.touched_count = 0;
        self.staging.index.clear();
        self.release_frames();
        for partition in touched {
            self.announce_growth(&partition);
        }
    }

    /// The end of a log has moved: wakes the fetches that wait for it, here and on other workers.
    pub(super) fn announce_growth(&mut self, partition: &Partition) {
        let mut own = Vec::new();
        partition.notify(|worker, parked| {
            if worker == self.id {
                own.push(parked);
            } else {
                self.peers[worker.0].send(super::WorkerMessage::FetchWake(parked));
            }
        });
        for parked in own {
            self.wake_fetch(parked, false);
        }
    }

    /// One partition of a Produce has its outcome.
    pub(super) fn produced(
        &mut self,
        connection: ConnectionId,
        slot: Option<SlotNumber>,
        place: u32,
        outcome: PartitionOutcome,
    ) {
        match slot {
            Some(slot) => self.answer_partition(connection, slot, place, outcome),
            None if matches!(outcome, PartitionOutcome::Failed(_)) => {
                self.close(connection, "a Produce with acks=0 failed");
            }
            None => {}
        }
    }

    fn append_staged(&mut self) {
        let Self { staging, scratch, turn_frames, now, node, peers, id, .. } = self;
        let Staging { staged, touched, touched_count, outcomes, .. } = staging;
        // Disjoint mutable slices, taken in the order in which the batches lie.
        let mut scratch_rest = &mut scratch[..];
        let mut scratch_at = 0;
        let mut frames = turn_frames.iter_mut().enumerate();
        let (mut frame_now, mut frame_rest, mut frame_at) = (usize::MAX, &mut [][..], 0);
        let mut askers = Vec::with_capacity(staged.len());
        // Beside `askers`: validations under way, with what they are charged.
        let mut asides: Vec<Option<(Arc<Validation>, Option<Charge>)>> = Vec::new();
        let mut incoming: Vec<Vec<Incoming<'_>>> = touched[..*touched_count]
            .iter()
            .map(|touched| Vec::with_capacity(touched.staged.len()))
            .collect();
        for entry in staged.iter_mut() {
            let bytes: &mut [u8] = match &mut entry.source {
                Source::Scratch { start, length } => {
                    take_slice(&mut scratch_rest, &mut scratch_at, *start, *length)
                }
                Source::Frame { index, start, length } => {
                    while frame_now != *index {
                        let Some((next, frame)) = frames.next() else { break };
                        (frame_now, frame_rest, frame_at) = (next, &mut frame.bytes[..], 0);
                    }
                    take_slice(&mut frame_rest, &mut frame_at, *start, *length)
                }
                Source::Owned(bytes) => bytes,
                Source::Aside(validation) => {
                    asides.push(Some((Arc::clone(validation), entry.charge.take())));
                    &mut []
                }
            };
            asides.resize_with(askers.len() + 1, || None);
            incoming[entry.touched].push(Incoming {
                bytes,
                max_timestamp: entry.max_timestamp,
                offset_of_max_timestamp_delta: entry.offset_of_max_timestamp_delta,
                outcome: None,
            });
            askers.push((entry.connection, entry.slot, entry.place));
        }
        let mut before = node.clock.mono();
        for (touched, batches) in touched[..*touched_count].iter().zip(&mut incoming) {
            let partition = &touched.partition;
            let appended = if touched.waits || partition.is_diverted() {
                None
            } else {
                let how = Appending {
                    leader_epoch: partition.leader_epoch(),
                    now: *now,
                    origin: Origin::Client,
                    place: AppendPlace::Worker,
                };
                Some(partition.log.append(batches, &how))
            };
            if appended.is_some() {
                let after = node.clock.mono();
                let bytes = || batches.iter().map(|batch| batch.bytes.len()).sum();
                partition.directory.observe_write(before.until(after), bytes);
                before = after;
            }
            match &appended {
                Some(Appended::Done { attention, wants_spare, .. }) => {
                    if *attention {
                        partition.send_to_sync(DiskMessage::Attend(Arc::clone(partition)));
                    }
                    if *wants_spare {
                        partition.send_to_disk(DiskMessage::Prepare(Arc::clone(partition)));
                    }
                }
                Some(Appended::Failed(failed)) => {
                    // Batches that went out before the failing write keep their outcomes.
                    partition.directory.append_failed(partition, failed);
                    partition.send_to_disk(DiskMessage::Repair(Arc::clone(partition)));
                }
                Some(Appended::Divert(_)) | None => {}
            }
            if appended.is_some() {
                partition.advance_high_watermark();
            }
            let failed = matches!(appended, Some(Appended::Failed(_)));
            partition.metrics.note_appended(batches, failed);
            for (&entry, batch) in touched.staged.iter().zip(batches) {
                match batch.outcome.take() {
                    Some(outcome) => outcomes.push((entry, produce::from_log(outcome))),
                    None if failed => {
                        outcomes.push((entry, PartitionOutcome::error(failure_of(partition))));
                    }
                    None => {
                        let (connection, slot, place) = askers[entry];
                        let mailbox = peers[id.0].clone();
                        let (validation, charge) = asides[entry].take().unzip();
                        partition.divert(DivertedAppend {
                            validation,
                            bytes: batch.bytes.to_vec(),
                            max_timestamp: batch.max_timestamp,
                            offset_of_max_timestamp_delta: batch.offset_of_max_timestamp_delta,
                            ticket: ProduceTicket { mailbox, connection, slot, place },
                            charge: charge.flatten().unwrap_or_else(|| node.memory.charge(batch.bytes.len())),
                            origin: Origin::Client,
                        });
                    }
                }
            }
        }
    }

    fn release_frames(&mut self) {
        for frame in self.turn_frames.drain(..) {
            self.pool.finish(frame);
        }
    }
}

/// The bytes of a partition's batch, as they came off the wire.
fn record_bytes<'a>(data: &PartitionProduceData<'a>) -> Option<&'a [u8]> {
    match data.records {
        Some(RecordsField::Bytes(bytes)) => Some(bytes),
        Some(RecordsField::Hole { .. }) | None => None,
    }
}

/// Cuts `length` bytes at `start` out of what is left of a buffer, whose first byte stands at `at`.
fn take_slice<'a>(rest: &mut &'a mut [u8], at: &mut usize, start: usize, length: usize) -> &'a mut [u8] {
    let (_, behind) = std::mem::take(rest).split_at_mut(start - *at);
    let (mine, behind) = behind.split_at_mut(length);
    *rest = behind;
    *at = start + length;
    mine
}
