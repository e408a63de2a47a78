//! The controller role: decides what waits, appends, syncs once, publishes, answers.
//!
//! State changes by replay only. Requests of one turn are decided one after the other, each against the image
//! that the ones before have made, and all of them become durable by one sync. If append or sync fails, the
//! image goes back to what is durable, everybody is told, and after a failed sync nothing is written again.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use thalweg_config::{Effective, MetadataLogConfig};
use thalweg_controller::{
    ApiError, ControllerRequest, ControllerResponse, ControllerSettings, Decision, NewIds,
    RECORDS_PER_REQUEST_MAX, Registration, bootstrap_features, bootstrap_records, features_to_add, fence,
    handle, register_broker, register_controller, shut_down, unfence, with_effective,
};
use thalweg_metadata::{
    Change, Checkpoint, Loader, MetadataImage, Progress, RecordList, control_batch, quorum_records, snapshot,
};
use thalweg_model::{DirectoryId, LeaderEpoch, Mono, Now, Offset, Uuid};
use thalweg_platform::{Disk, Random, Wake};
use thalweg_records::{BatchBuilder, BatchView, Compression, ControlType};
use thalweg_wire::messages::metadata::AbortTransactionRecord;
use thalweg_wire::messages::raft::LeaderChangeMessage;
use thalweg_wire::messages::raft::leader_change_message::Voter;
use thalweg_wire::{EncodeError, ErrorCode, encode_message};

use super::checkpoints::CheckpointId;
use super::handle::{ControllerHandle, MetadataListener, Submitted};
use super::metadata_log::{LogError, MetadataLog};
use super::open::{ControllerError, bootstrap_records_of};
use super::quorum_state::QuorumState;
use crate::mailbox::{Receiver, mailbox};

/// What the host is made of; see [`super::open_or_format`].
pub(super) struct Parts {
    pub disk: Arc<dyn Disk>,
    pub random: Arc<dyn Random>,
    pub settings: ControllerSettings,
    pub limits: MetadataLogConfig,
    pub metadata_dir: PathBuf,
    pub log: MetadataLog,
    pub loader: Loader,
    pub snapshots: Vec<CheckpointId>,
    pub cluster_id: String,
    pub directories: Vec<(PathBuf, DirectoryId)>,
    pub wake: Arc<dyn Wake>,
    pub now: Now,
}

/// The controller role of this node.
pub struct ControllerHost {
    disk: Arc<dyn Disk>,
    random: Arc<dyn Random>,
    settings: ControllerSettings,
    limits: MetadataLogConfig,
    metadata_dir: PathBuf,
    log: MetadataLog,
    loader: Loader,
    epoch: i32,
    cluster_id: String,
    directories: Vec<(PathBuf, DirectoryId)>,
    handle: ControllerHandle,
    inbox: Receiver<Submitted>,
    waiting: VecDeque<Submitted>,
    listeners: Vec<Box<dyn MetadataListener>>,
    /// Snapshots on disk, oldest first.
    snapshots: Vec<CheckpointId>,
    bytes_since_snapshot: u64,
    snapshot_due: Mono,
    /// Set once, by a failed sync or by records of our own that do not replay: nothing is written any more.
    broken: Option<ApiError>,
}

impl std::fmt::Debug for ControllerHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ControllerHost")
            .field("cluster_id", &self.cluster_id)
            .field("epoch", &self.epoch)
            .field("end_offset", &self.log.end_offset())
            .finish_non_exhaustive()
    }
}

/// What one turn has decided and not yet made durable.
#[derive(Default)]
struct Turn {
    batches: Vec<u8>,
    end_offset: i64,
    changes: Vec<Change>,
    answers: Vec<Answer>,
}

/// Calls a reply: with the answer when the argument is `None`, with the error otherwise.
type Answer = Box<dyn FnOnce(Option<&ApiError>) + Send>;

impl ControllerHost {
    pub(super) fn new(parts: Parts) -> Self {
        let (sender, inbox) = mailbox(parts.wake);
        let image = Arc::new(ArcSwap::from_pointee(parts.loader.image().clone()));
        let snapshot_end = parts.snapshots.last().map_or(0, |id| id.end_offset);
        let mut host = Self {
            disk: parts.disk,
            random: parts.random,
            settings: parts.settings,
            limits: parts.limits,
            metadata_dir: parts.metadata_dir,
            // What a restart finds behind the snapshot counts towards the next one.
            bytes_since_snapshot: if parts.log.end_offset() > snapshot_end { parts.log.size() } else { 0 },
            log: parts.log,
            loader: parts.loader,
            epoch: 0,
            cluster_id: parts.cluster_id,
            directories: parts.directories,
            handle: ControllerHandle { sender, image },
            inbox,
            waiting: VecDeque::new(),
            listeners: Vec::new(),
            snapshots: parts.snapshots,
            snapshot_due: Mono(u64::MAX),
            broken: None,
        };
        host.schedule_snapshot(parts.now);
        host
    }

    /// The way to this controller.
    #[must_use]
    pub fn handle(&self) -> ControllerHandle {
        self.handle.clone()
    }

    /// Who is told of changes from now on.
    pub fn add_listener(&mut self, listener: Box<dyn MetadataListener>) {
        self.listeners.push(listener);
    }

    /// The cluster's id.
    #[must_use]
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// The log directories with their ids, the metadata directory last.
    #[must_use]
    pub fn directories(&self) -> &[(PathBuf, DirectoryId)] {
        &self.directories
    }

    /// This broker's epoch: what `.kafka_cleanshutdown` is to say.
    #[must_use]
    pub fn broker_epoch(&self) -> i64 {
        self.loader.image().cluster.brokers.get(&self.settings.node_id).map_or(-1, |broker| broker.epoch)
    }

    /// Carries out what waits. Returns when it wants to be called at the latest; the mailbox's wake may end the
    /// sleep before that.
    pub fn turn(&mut self, now: Now) -> Mono {
        if self.waiting.is_empty() {
            self.inbox.drain(&mut self.waiting);
        }
        let mut turn = self.begin_turn();
        let before = self.loader.image().clone();
        let mut requests = 0;
        while requests < REQUESTS_PER_TURN_MAX
            && turn.batches.len() < BYTES_PER_TURN_MAX
            && let Some(submitted) = self.waiting.pop_front()
        {
            self.take(submitted, &mut turn, now);
            requests += 1;
        }
        if requests > 0 {
            self.finish_turn(turn, before, now);
        }
        if self.broken.is_none() && now.mono >= self.snapshot_due {
            self.snapshot(now);
        }
        let mut due = self.snapshot_due;
        for listener in &mut self.listeners {
            if listener.due() <= now.mono {
                listener.turn(&self.handle.image(), now);
            }
            due = due.min(listener.due());
        }
        if self.waiting.is_empty() && self.inbox.is_empty() { due } else { now.mono }
    }

    /// The records with which every run begins. `bootstrap` is used when the log is empty.
    pub(super) fn begin(
        &mut self,
        bootstrap: &Option<Checkpoint>,
        controller: &Registration,
        broker: &Registration,
        previous_broker_epoch: Option<i64>,
        now: Now,
    ) -> Result<(), ControllerError> {
        let is_new = self.log.end_offset() == 0;
        let mut quorum = self.loader.image().quorum.clone();
        if is_new && let Some(bootstrap) = bootstrap {
            quorum = bootstrap.quorum.clone();
        }
        let io = |path: &Path, error| ControllerError::Io(path.to_owned(), error);
        let remembered = QuorumState::read(&*self.disk, &self.metadata_dir)
            .map_err(|error| io(&self.metadata_dir.join("quorum-state"), error))?;
        let remembered = remembered.unwrap_or_default().leader_epoch;
        self.epoch = remembered.max(self.log.last_epoch()).max(self.loader.image().highest_epoch) + 1;
        QuorumState { leader_epoch: self.epoch }
            .write(&*self.disk, &self.metadata_dir, self.settings.node_id, quorum.kraft_version)
            .map_err(|error| io(&self.metadata_dir.join("quorum-state"), error))?;
        self.log.begin_epoch(self.epoch)?;

        let mut turn = self.begin_turn();
        self.lead(&mut turn, &quorum, is_new, now)?;
        if self.loader.in_transaction() {
            let mut abort = RecordList::new();
            abort.push(AbortTransactionRecord { reason: Some("Controller failover") }, 0)?;
            self.stage_own(&mut turn, &abort, now)?;
        }
        // Not "when the log is empty": a crash may have kept the first batch and lost the second.
        if self.loader.image().features.metadata_version() == 0 {
            let mut records = bootstrap_records_of(bootstrap.as_ref());
            if records.is_empty() {
                records = bootstrap_features(&self.settings)?;
            }
            let records = bootstrap_records(&self.settings, &records).map_err(ControllerError::Bootstrap)?;
            self.stage_own(&mut turn, &records, now)?;
        } else {
            let added = features_to_add(&self.settings, &self.loader.image().features)?;
            self.stage_own(&mut turn, &added, now)?;
        }
        self.stage_own(&mut turn, &register_controller(self.loader.image(), controller)?, now)?;
        if previous_broker_epoch != Some(self.broker_epoch()) {
            // This process holds the directory's lock, so the broker that was registered is gone for sure: there
            // is no session to wait for.
            let records = fence(self.loader.image(), broker.id)?;
            self.stage_own(&mut turn, &records, now)?;
        }
        let records = register_broker(self.loader.image(), broker, turn.end_offset, previous_broker_epoch)?;
        self.stage_own(&mut turn, &records, now)?;

        self.log.append(&turn.batches, turn.end_offset, now.wall_ms)?;
        self.log.sync()?;
        self.bytes_since_snapshot += turn.batches.len() as u64;
        self.publish(&[]);
        let image = self.loader.image();
        tracing::info!(
            event = "controller_started",
            cluster_id = %self.cluster_id,
            epoch = self.epoch,
            metadata_offset = image.highest_offset,
            topics = image.topics.by_id.len(),
            metadata_version = image.features.metadata_version(),
            "the metadata log is open and this node leads it"
        );
        Ok(())
    }

    /// The epoch's first batch: LeaderChange, and in a new log kraft.version and the voters with it.
    fn lead(
        &mut self,
        turn: &mut Turn,
        quorum: &thalweg_metadata::QuorumImage,
        is_new: bool,
        now: Now,
    ) -> Result<(), ControllerError> {
        let voter = Voter { voter_id: self.settings.node_id, voter_directory_id: Uuid::ZERO };
        let message = LeaderChangeMessage {
            version: 0,
            leader_id: self.settings.node_id,
            voters: vec![voter.clone()],
            granting_voters: vec![voter],
        };
        let mut records = vec![(ControlType::LeaderChange, encode_message(&message, 0)?)];
        if is_new && quorum.kraft_version > 0 {
            records.append(&mut quorum_records(quorum)?);
        }
        let batch = control_batch(&records, now.wall_ms)
            .base_offset(Offset(turn.end_offset))
            .leader_epoch(LeaderEpoch(self.epoch))
            .build();
        let view = BatchView::parse(&batch).map_err(|error| {
            ControllerError::Io(self.metadata_dir.clone(), std::io::Error::other(error.to_string()))
        })?;
        self.loader.batch(&view).map_err(|error| {
            ControllerError::Log(LogError::Replay(self.metadata_dir.clone(), turn.end_offset, error))
        })?;
        turn.end_offset = view.next_offset().0;
        turn.batches.extend_from_slice(&batch);
        Ok(())
    }

    fn begin_turn(&self) -> Turn {
        Turn { end_offset: self.log.end_offset(), ..Turn::default() }
    }

    fn take(&mut self, submitted: Submitted, turn: &mut Turn, now: Now) {
        match submitted {
            Submitted::Request(request, reply) => {
                let response = self.decide(&request, turn, now);
                turn.answers.push(Box::new(move |failed| {
                    reply(failed.map_or(response, |error| ControllerResponse::Unavailable(error.clone())));
                }));
            }
            // Behind the requests of this turn, once they are published.
            Submitted::Run(work) => turn.answers.push(Box::new(move |_| work(now))),
            Submitted::Ready(reply) => {
                let image = self.loader.image();
                let cordoned = with_effective(&self.settings, image, |now| {
                    cordoned(image, self.settings.node_id, &self.directories, now)
                });
                let lists = unfence(image, self.settings.node_id, &cordoned);
                let result = self.stage_lists(lists, turn, now);
                turn.answers.push(Box::new(move |failed| reply(failed.cloned().map_or(result, Err))));
            }
            Submitted::ShutDown(reply) => {
                let lists = shut_down(self.loader.image(), self.settings.node_id);
                let result = self.stage_lists(lists, turn, now);
                turn.answers.push(Box::new(move |failed| reply(failed.cloned().map_or(result, Err))));
            }
        }
    }

    fn decide(&mut self, request: &ControllerRequest, turn: &mut Turn, now: Now) -> ControllerResponse {
        if let Some(error) = &self.broken {
            return ControllerResponse::Unavailable(error.clone());
        }
        let mut ids = Around {
            random: &*self.random,
            listeners: &self.listeners,
            image: self.loader.image(),
            node_id: self.settings.node_id,
            directories: &self.directories,
        };
        let Decision { records, response } = handle(&self.settings, self.loader.image(), request, &mut ids);
        if records.byte_len() > BATCH_BYTES_MAX {
            let why = "Unable to perform excessively large batch operation.";
            return ControllerResponse::Unavailable(ApiError::new(ErrorCode::PolicyViolation, why));
        }
        match self.stage(turn, &records, now) {
            Ok(()) => response,
            Err(error) => ControllerResponse::Unavailable(error),
        }
    }

    fn stage_lists(
        &mut self,
        lists: Result<[RecordList; 2], EncodeError>,
        turn: &mut Turn,
        now: Now,
    ) -> Result<(), ApiError> {
        let lists = lists.map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string()))?;
        for list in &lists {
            self.stage(turn, list, now)?;
        }
        Ok(())
    }

    fn stage_own(&mut self, turn: &mut Turn, records: &RecordList, now: Now) -> Result<(), ControllerError> {
        self.stage(turn, records, now).map_err(|error| {
            ControllerError::Io(self.metadata_dir.clone(), std::io::Error::other(error.to_string()))
        })
    }

    /// Replays records and puts them into the turn's batches: one batch, or several when there are more records
    /// than Kafka puts into one.
    fn stage(&mut self, turn: &mut Turn, records: &RecordList, now: Now) -> Result<(), ApiError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let all: Vec<&[u8]> = records.iter().collect();
        for chunk in all.chunks(RECORDS_PER_REQUEST_MAX) {
            let mut list = RecordList::new();
            let mut batch = BatchBuilder::new(Compression::None)
                .base_offset(Offset(turn.end_offset))
                .leader_epoch(LeaderEpoch(self.epoch));
            for record in chunk {
                list.push_encoded(record);
                batch.append(now.wall_ms, None, Some(record), &[]);
            }
            let progress =
                Progress { base_offset: turn.end_offset, epoch: self.epoch, timestamp: now.wall_ms };
            match self.loader.list(progress, &list) {
                Ok(mut changes) => turn.changes.append(&mut changes),
                Err(error) => {
                    tracing::error!(event = "metadata_record_refused", offset = turn.end_offset, %error,
                        "the controller made a record that it cannot replay; it writes no more");
                    return Err(self.latch("The controller has stopped after a fault of its own."));
                }
            }
            turn.end_offset += i64::from(batch.record_count());
            turn.batches.extend_from_slice(&batch.build());
        }
        Ok(())
    }

    fn finish_turn(&mut self, turn: Turn, before: MetadataImage, now: Now) {
        let mut failed = self.broken.clone();
        if failed.is_none() && !turn.batches.is_empty() {
            failed = self.write(&turn, now).err();
        }
        if failed.is_some() {
            self.loader = Loader::new(before);
        } else if !turn.batches.is_empty() {
            self.bytes_since_snapshot += turn.batches.len() as u64;
            if self.bytes_since_snapshot >= self.snapshot_bytes() {
                self.snapshot_due = now.mono;
            }
            self.publish(&turn.changes);
        }
        for answer in turn.answers {
            answer(failed.as_ref());
        }
    }

    fn write(&mut self, turn: &Turn, now: Now) -> Result<(), ApiError> {
        if let Err(error) = self.log.append(&turn.batches, turn.end_offset, now.wall_ms) {
            tracing::error!(event = "metadata_append_failed", %error, "the metadata log could not be written");
            if error.is_want_of_space() {
                // The file is as it was, and full disks are emptied again.
                return Err(ApiError::new(ErrorCode::KafkaStorageError, "The metadata log's disk is full."));
            }
            return Err(self.latch("The metadata log cannot be written."));
        }
        if let Err(error) = self.log.sync() {
            tracing::error!(event = "metadata_sync_failed", %error,
                "the metadata log could not be made durable; it is not written any more, restart after repair");
            return Err(self.latch("The metadata log cannot be made durable."));
        }
        Ok(())
    }

    fn latch(&mut self, why: &str) -> ApiError {
        let error = ApiError::new(ErrorCode::KafkaStorageError, why);
        self.broken = Some(error.clone());
        error
    }

    fn publish(&mut self, changes: &[Change]) {
        let image = Arc::new(self.loader.image().clone());
        self.handle.image.store(Arc::clone(&image));
        for listener in &mut self.listeners {
            listener.published(&image, changes);
        }
    }

    fn snapshot_bytes(&self) -> u64 {
        u64::try_from(self.limits.metadata_log_max_record_bytes_between_snapshots).unwrap_or(u64::MAX)
    }

    fn schedule_snapshot(&mut self, now: Now) {
        self.snapshot_due = if self.bytes_since_snapshot >= self.snapshot_bytes() {
            now.mono
        } else if self.limits.metadata_log_max_snapshot_interval_ms > 0 {
            now.mono.after_ms(self.limits.metadata_log_max_snapshot_interval_ms)
        } else {
            Mono(u64::MAX)
        };
    }

    /// Writes a snapshot of what is durable, then drops the log and the snapshots that are no longer needed.
    fn snapshot(&mut self, now: Now) {
        if let Err(error) = self.try_snapshot(now) {
            tracing::error!(
                event = "metadata_snapshot_failed",
                error,
                "the log goes on growing until one succeeds"
            );
        }
        self.schedule_snapshot(now);
    }

    fn try_snapshot(&mut self, now: Now) -> Result<(), String> {
        let image = self.loader.image();
        let id = CheckpointId { end_offset: image.highest_offset + 1, epoch: image.highest_epoch };
        if self.bytes_since_snapshot == 0 || self.snapshots.last().is_some_and(|&newest| newest >= id) {
            return Ok(());
        }
        let bytes = snapshot(image)
            .and_then(|checkpoint| checkpoint.to_bytes(id.epoch, now.wall_ms))
            .map_err(|error| error.to_string())?;
        let path = id.path(&self.metadata_dir);
        self.disk.replace(&path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        self.snapshots.push(id);
        self.bytes_since_snapshot = 0;
        tracing::info!(event = "metadata_snapshot", file = %path.display(), bytes = bytes.len());
        self.clean(now).map_err(|error| error.to_string())
    }

    /// The newest snapshot and the log behind it are all that a start needs. One older snapshot is kept beside
    /// it, in case the newest turns out to be unreadable.
    fn clean(&mut self, now: Now) -> Result<(), LogError> {
        let retained = u64::try_from(self.limits.metadata_max_retention_bytes).unwrap_or(u64::MAX);
        let segment = u64::try_from(self.limits.metadata_log_segment_bytes).unwrap_or(u64::MAX);
        self.log.roll_if_due(segment.min(retained / 2), self.limits.metadata_log_segment_ms, now.wall_ms)?;
        if self.log.size() <= retained && self.snapshots.len() <= SNAPSHOTS_KEPT_MAX {
            return Ok(());
        }
        while self.snapshots.len() > 2 {
            let path = self.snapshots[0].path(&self.metadata_dir);
            match self.disk.remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LogError::Io(path, error));
                }
                _ => drop(self.snapshots.remove(0)),
            }
        }
        if let Some(oldest) = self.snapshots.first() {
            self.log.delete_before(oldest.end_offset)?;
        }
        Ok(())
    }
}

/// Ids from the system's randomness, and what those who follow the metadata say of a change.
struct Around<'a> {
    random: &'a dyn Random,
    listeners: &'a [Box<dyn MetadataListener>],
    image: &'a MetadataImage,
    node_id: i32,
    directories: &'a [(PathBuf, DirectoryId)],
}

/// Which of a broker's registered directories a configuration cordons (KIP-1066).
fn cordoned(
    image: &MetadataImage,
    node_id: i32,
    directories: &[(PathBuf, DirectoryId)],
    effective: &Effective<'_>,
) -> Vec<DirectoryId> {
    let registered = image.cluster.brokers.get(&node_id).map_or(&[][..], |broker| &broker.log_dirs);
    let named = effective.list("cordoned.log.dirs").unwrap_or_default();
    let is_cordoned = |path: &Path| named.iter().any(|name| name == "*" || Path::new(name) == path);
    let cordoned = directories.iter().filter(|(path, id)| registered.contains(id) && is_cordoned(path));
    cordoned.map(|&(_, id)| id).collect()
}

impl NewIds for Around<'_> {
    fn topic_id(&mut self) -> Uuid {
        self.random.uuid()
    }

    fn number(&mut self) -> u64 {
        self.random.next_u64()
    }

    fn broker_takes(&self, then: &Effective<'_>) -> Result<(), String> {
        self.listeners.iter().try_for_each(|listener| listener.takes(then))
    }

    fn cordoned(&self, then: &Effective<'_>) -> Option<Vec<DirectoryId>> {
        Some(cordoned(self.image, self.node_id, self.directories, then))
    }
}

/// Requests that one sync may serve.
const REQUESTS_PER_TURN_MAX: usize = 4096;
/// Bytes of records after which a turn takes no further request.
const BYTES_PER_TURN_MAX: usize = 4 << 20;
/// Kafka's readers take metadata batches up to 8 MiB.
const BATCH_BYTES_MAX: usize = 7 << 20;
/// Snapshots on disk before old ones are removed, whatever the log's size.
const SNAPSHOTS_KEPT_MAX: usize = 8;
