//! A compacting thread: picks the dirtiest log that is due, compacts it step by step at the pace that
//! `log.cleaner.io.max.bytes.per.second` allows, and sleeps for `log.cleaner.backoff.ms` when nothing is due. Several
//! of them share what is at work and what cannot be compacted. Runs at low priority, so that compaction never shows
//! in a producer's latency; what it takes out of a log it hands to the janitor.

use std::sync::Arc;
use std::time::Duration;

use hashbrown::HashSet;
use parking_lot::Mutex;
use thalweg_config::BrokerConfig;
use thalweg_model::{Mono, Now, Offset, TopicId};
use thalweg_partition_log::{Compacted, Compaction, CompactionError, Dirtiness, Doomed, OffsetMap, Step};

use super::LogDirectories;
use crate::dynamic_config::DynamicConfig;
use crate::partition::Partition;
use crate::topics::Topics;

/// Bytes read between two looks at the clock.
const STEP: u32 = 1 << 20;

type Key = (TopicId, i32);

/// What all compacting threads know.
#[derive(Debug, Default)]
struct Shared {
    /// Partitions somebody is at work on.
    busy: HashSet<Key>,
    /// Partitions that hold something that cannot be compacted; until the next start.
    uncleanable: HashSet<Key>,
}

/// A log being compacted.
#[derive(Debug)]
struct AtWork {
    partition: Arc<Partition>,
    compaction: Compaction,
    began: Mono,
}

/// The role.
#[derive(Debug)]
pub struct Cleaner {
    topics: Arc<Topics>,
    directories: Arc<LogDirectories>,
    dynamic: Arc<DynamicConfig>,
    shared: Arc<Mutex<Shared>>,
    seed: (u64, u64),
    /// Threads at the start: they share memory and pace.
    threads: u64,
    /// Kept from log to log.
    map: Option<OffsetMap>,
    at_work: Option<AtWork>,
    next: Mono,
}

impl Cleaner {
    /// As many as `log.cleaner.threads` says, none where `log.cleaner.enable` is false. The first look comes after
    /// one backoff.
    pub fn make(
        topics: &Arc<Topics>,
        directories: &Arc<LogDirectories>,
        dynamic: &Arc<DynamicConfig>,
        seed: (u64, u64),
        now: Now,
    ) -> Vec<Self> {
        let config = dynamic.now();
        let threads = if config.log.log_cleaner_enable { config.log.log_cleaner_threads.max(0) } else { 0 };
        let shared = Arc::new(Mutex::new(Shared::default()));
        let one = |_| Self {
            topics: Arc::clone(topics),
            directories: Arc::clone(directories),
            dynamic: Arc::clone(dynamic),
            shared: Arc::clone(&shared),
            seed,
            threads: threads.max(1) as u64,
            map: None,
            at_work: None,
            next: now.mono.after(backoff(&config)),
        };
        (0..threads).map(one).collect()
    }

    /// One step. Returns when it wants to be called again.
    pub fn turn(&mut self, now: Now) -> Mono {
        if now.mono < self.next {
            return self.next;
        }
        let config = self.dynamic.now();
        self.next = match self.at_work.take() {
            Some(at_work) => self.step(at_work, &config, now),
            None => {
                self.directories.write_compacted();
                self.expire(now);
                match self.pick(now) {
                    Some((partition, dirtiness)) => self.begin(partition, &dirtiness, &config, now),
                    None => now.mono.after(backoff(&config)),
                }
            }
        };
        self.next
    }

    /// The dirtiest log that is due and that nobody is at work on, marked as being worked on.
    fn pick(&self, now: Now) -> Option<(Arc<Partition>, Dirtiness)> {
        let mut best: Option<(Arc<Partition>, Dirtiness)> = None;
        let table = self.topics.table();
        for partition in table.by_name.values().flat_map(|topic| topic.partitions.iter().flatten()) {
            let config = partition.log.config();
            let is_out = !config.cleanup_policy.compact
                || partition.is_retired()
                || partition.directory.is_offline()
                // Nothing but an active segment.
                || partition.log.segment_count() < 2;
            if is_out || !self.shared.lock().may_begin(&key(partition)) {
                continue;
            }
            let checkpoint = self.directories.compacted_up_to(partition);
            let dirtiness = match partition.log.dirtiness(checkpoint, now) {
                Ok(dirtiness) => dirtiness,
                Err(error) => {
                    tracing::warn!(event = "not_compacted", partition = %name(partition), %error);
                    continue;
                }
            };
            if dirtiness.checkpoint_is_wrong && checkpoint.is_some_and(|at| at > dirtiness.first_dirty) {
                tracing::warn!(
                    event = "compaction_starts_over",
                    partition = %name(partition),
                    "cleaner-offset-checkpoint names an offset behind the log's end"
                );
                self.directories.note_compacted(partition, dirtiness.first_dirty);
            }
            let is_dirtier = best.as_ref().is_none_or(|(_, most)| dirtiness.ratio() > most.ratio());
            if dirtiness.is_due(config.min_cleanable_dirty_ratio) && is_dirtier {
                best = Some((Arc::clone(partition), dirtiness));
            }
        }
        best.filter(|(partition, _)| self.shared.lock().begin(key(partition)))
    }

    fn begin(
        &mut self,
        partition: Arc<Partition>,
        dirtiness: &Dirtiness,
        config: &BrokerConfig,
        now: Now,
    ) -> Mono {
        let memory = u64::try_from(config.log.log_cleaner_dedupe_buffer_size).unwrap_or(0) / self.threads;
        let load = f64::from(config.log.log_cleaner_io_buffer_load_permille) / 1000.0;
        let map = match self.map.take() {
            Some(map) if map.is_of(memory) => map,
            _ => OffsetMap::new(memory, self.seed),
        };
        match Compaction::new(Arc::clone(&partition.log), dirtiness, map.with_load(load), now) {
            Ok(compaction) => {
                self.at_work = Some(AtWork { partition, compaction, began: now.mono });
                now.mono
            }
            Err(failed) => {
                self.map = Some(failed.0);
                self.failed(&partition, failed.1, config, now)
            }
        }
    }

    fn step(&mut self, mut at_work: AtWork, config: &BrokerConfig, now: Now) -> Mono {
        let partition = &at_work.partition;
        let is_wanted = partition.log.config().cleanup_policy.compact && !partition.is_retired();
        let stepped = if is_wanted { at_work.compaction.step(STEP) } else { Err(CompactionError::Overtaken) };
        match stepped {
            Ok(Step::Worked { bytes, doomed }) => {
                self.hand_over(partition, doomed);
                self.at_work = Some(at_work);
                now.mono.after(pause(config, bytes.saturating_mul(self.threads)))
            }
            Ok(Step::Done(compacted)) => {
                self.directories.note_compacted(partition, compacted.end);
                report(partition, &compacted, at_work.began.until(now.mono));
                self.shared.lock().busy.remove(&key(partition));
                self.map = Some(at_work.compaction.into_map());
                now.mono
            }
            Err(error) => {
                let partition = Arc::clone(partition);
                self.map = Some(at_work.compaction.into_map());
                self.failed(&partition, error, config, now)
            }
        }
    }

    /// Says what went wrong, and to whom it matters. The log is whole.
    fn failed(
        &self,
        partition: &Arc<Partition>,
        error: CompactionError,
        config: &BrokerConfig,
        now: Now,
    ) -> Mono {
        self.shared.lock().busy.remove(&key(partition));
        match error {
            CompactionError::Overtaken => {
                tracing::debug!(event = "compaction_overtaken", partition = %name(partition));
            }
            CompactionError::Unreadable { .. } | CompactionError::MapTooSmall { .. } => {
                self.shared.lock().uncleanable.insert(key(partition));
                tracing::error!(
                    event = "not_compacted",
                    partition = %name(partition),
                    %error,
                    "the partition is served as it is and not compacted before the next start"
                );
            }
            CompactionError::Read(error) => {
                partition.directory.take_offline(&error, "compacting", Some(partition));
            }
            CompactionError::Write(failed) if failed.is_fatal => {
                partition.directory.take_offline(&failed.error, "compacting", Some(partition));
            }
            CompactionError::Write(failed) => {
                tracing::warn!(
                    event = "compaction_postponed",
                    partition = %name(partition),
                    error = %failed.error,
                    "no room to write the compacted log beside the old one"
                );
            }
        }
        now.mono.after(backoff(config))
    }

    /// Logs that are compacted and deleted, and the starts of compacted ones, are looked at as often as dirt is.
    fn expire(&self, now: Now) {
        let table = self.topics.table();
        for partition in table.by_name.values().flat_map(|topic| topic.partitions.iter().flatten()) {
            let is_out = !partition.log.config().cleanup_policy.compact
                || partition.is_retired()
                || partition.directory.is_offline()
                || !self.shared.lock().may_begin(&key(partition));
            if is_out {
                continue;
            }
            match partition.log.delete_old_segments(now) {
                Ok(doomed) => self.hand_over(partition, doomed),
                Err(failed) if failed.is_fatal => {
                    partition.directory.take_offline(&failed.error, "deleting old segments", Some(partition));
                }
                Err(failed) => partition.directory.append_failed(partition, &failed),
            }
        }
    }

    fn hand_over(&self, partition: &Partition, doomed: Vec<Doomed>) {
        if !doomed.is_empty() {
            self.directories.bury_files(doomed, partition.log.config().file_delete_delay_ms);
        }
    }
}

impl Shared {
    fn may_begin(&self, key: &Key) -> bool {
        !self.busy.contains(key) && !self.uncleanable.contains(key)
    }

    fn begin(&mut self, key: Key) -> bool {
        self.may_begin(&key) && self.busy.insert(key)
    }
}

fn key(partition: &Partition) -> Key {
    (partition.topic_id, partition.index)
}

fn name(partition: &Partition) -> String {
    format!("{}-{}", partition.topic, partition.index)
}

fn backoff(config: &BrokerConfig) -> Duration {
    Duration::from_millis(u64::try_from(config.log.log_cleaner_backoff_ms).unwrap_or(0).max(1))
}

/// How long to rest after so many bytes.
fn pause(config: &BrokerConfig, bytes: u64) -> Duration {
    let per_second = config.log.log_cleaner_io_max_bytes_per_second.max(1);
    Duration::from_secs_f64((bytes as f64 / per_second as f64).min(60.0))
}

fn report(partition: &Partition, compacted: &Compacted, took: Duration) {
    let Compacted { end: Offset(end), .. } = *compacted;
    tracing::info!(
        event = "log_compacted",
        partition = %name(partition),
        end,
        keys = compacted.keys,
        segments_before = compacted.segments_before,
        segments_after = compacted.segments_after,
        bytes_before = compacted.bytes_before,
        bytes_after = compacted.bytes_after,
        is_partial = compacted.is_partial,
        took_ms = took.as_millis() as u64,
    );
}
