//! The hot path: batches of one turn into the active segment with one write. Judges each batch by its
//! producer's state, gives it its offsets, patches its header in place, writes the gather, then tells readers.
//! On a worker nothing else happens here but a roll that was prepared; whatever needs more is diverted to the disk
//! thread, which comes back through the same code.

use std::io::{self, IoSlice};
use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Offset};
use thalweg_platform::File;
use thalweg_records::{BatchView, TimestampType, set_base_offset, set_partition_leader_epoch};

use crate::growing::ROWS_MAX;
use crate::index::{OffsetRow, TimeRow};
use crate::jitter::segment_ms;
use crate::log::{PartitionLog, Tail, Work, offline};
use crate::producers::{CompletedTxn, Judged};
use crate::request::{
    Appended, Appending, DivertReason, Incoming, Origin, Outcome, Place, Refusal, WriteFailed,
};

/// So much may be written before the disk thread is asked to look.
const ATTENTION_BYTES: u32 = 4 << 20;

/// A batch that has its offsets and waits for the write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    /// Which of the caller's batches.
    index: usize,
    size: u32,
    base_offset: i64,
    last_offset: i64,
    max_timestamp: i64,
    is_append_time: bool,
    completed: Option<CompletedTxn>,
}

impl PartitionLog {
    /// Appends batches in order. See [`Appended`] for what may come of it. Workers and disk threads.
    pub fn append(&self, batches: &mut [Incoming<'_>], how: &Appending) -> Appended {
        if how.place == Place::Worker {
            let mut tail = self.tail.lock();
            if tail.is_busy || tail.is_sealed {
                return Appended::Divert(DivertReason::Busy);
            }
            loop {
                let appended = self.append_locked(&mut tail, batches, how);
                let rolls = matches!(appended, Appended::Divert(DivertReason::Roll));
                if !rolls || !self.roll_to_spare(&mut tail, how.now) {
                    return appended;
                }
            }
        }
        let mut work = self.work.lock();
        if self.tail.lock().is_sealed {
            return Appended::Divert(DivertReason::Busy);
        }
        loop {
            let appended = self.append_locked(&mut self.tail.lock(), batches, how);
            let Appended::Divert(reason) = appended else { return appended };
            if let Err(error) = self.resolve(&mut work, reason, batches, how) {
                return Appended::Failed(WriteFailed::new(error));
            }
        }
    }

    fn append_locked(&self, tail: &mut Tail, batches: &mut [Incoming<'_>], how: &Appending) -> Appended {
        if tail.is_offline {
            return Appended::Failed(WriteFailed::new(offline()));
        }
        if let Some(reason) = not_ready(tail, how) {
            return Appended::Divert(reason);
        }
        let Some(file) = tail.file.clone() else { return Appended::Divert(DivertReason::OpenFile) };
        let config = self.config.load();
        let run_start = batches.iter().position(|batch| batch.outcome.is_none()).unwrap_or(batches.len());
        let log_end_before = tail.log_end;
        let mut planned = std::mem::take(&mut tail.planned);
        planned.clear();
        let mut bytes = 0;
        let mut divert = None;
        for (index, batch) in batches.iter_mut().enumerate().filter(|(_, batch)| batch.outcome.is_none()) {
            match plan(tail, batch, how, &config, (bytes, planned.len() as u32)) {
                Plan::Write(plan) => {
                    bytes += plan.size;
                    planned.push(Planned { index, ..plan });
                }
                Plan::Decided(outcome) => batch.outcome = Some(outcome),
                Plan::Divert(reason) => {
                    divert = Some(reason);
                    break;
                }
            }
        }
        let written = write(tail, &*file, &planned, batches);
        if let Err(error) = written {
            tail.producers.roll_back();
            tail.log_end = log_end_before;
            for batch in &mut batches[run_start..] {
                batch.outcome = None;
            }
            tail.planned = planned;
            let failed = WriteFailed::new(error);
            tail.needs_cut = true;
            tail.is_offline |= failed.is_fatal;
            return Appended::Failed(failed);
        }
        tail.producers.commit();
        for plan in &planned {
            note_written(tail, plan, &config);
            batches[plan.index].outcome = Some(Outcome::Written {
                base_offset: Offset(plan.base_offset),
                last_offset: Offset(plan.last_offset),
                log_start_offset: Offset(tail.log_start),
                append_time: if plan.is_append_time { plan.max_timestamp } else { -1 },
            });
        }
        if !planned.is_empty() {
            tail.segment.set_size(tail.position);
            self.ends.publish(tail.snapshot());
        }
        tail.planned = planned;
        if let Some(reason) = divert {
            return Appended::Divert(reason);
        }
        tail.unattended = tail.unattended.saturating_add(bytes);
        let attention = tail.unattended >= ATTENTION_BYTES;
        if attention {
            tail.unattended = 0;
        }
        let wants_spare = how.place == Place::Worker && tail.asks_for_spare(&config);
        Appended::Done { end: Offset(tail.log_end), attention, wants_spare }
    }

    /// On the disk thread: removes what stood in the way of an append.
    fn resolve(
        &self,
        work: &mut Work,
        reason: DivertReason,
        batches: &[Incoming<'_>],
        how: &Appending,
    ) -> io::Result<()> {
        let first = batches.iter().find(|batch| batch.outcome.is_none());
        let view = first.and_then(|batch| BatchView::parse(batch.bytes).ok());
        // A leader's batch comes with its own epoch and place.
        let replicated = view.filter(|_| how.origin == Origin::Replica);
        let base = replicated.map(|view| view.base_offset().0);
        match reason {
            DivertReason::Roll => self.roll_to(work, base, how.now),
            DivertReason::FirstAppend => {
                let own = if how.origin == Origin::Replica { LeaderEpoch::NONE } else { how.leader_epoch };
                self.lay(work, own)
            }
            DivertReason::NewEpoch => {
                let epoch = replicated.map_or(how.leader_epoch, |view| view.partition_leader_epoch());
                self.write_epoch(work, epoch, base)
            }
            DivertReason::OpenFile => self.open_active(),
            DivertReason::CutTail => self.cut_tail(work),
            // Set by holders of the work lock only, which this thread is now.
            DivertReason::Busy => Ok(()),
        }
    }
}

fn not_ready(tail: &Tail, how: &Appending) -> Option<DivertReason> {
    if tail.needs_cut {
        return Some(DivertReason::CutTail);
    }
    if !tail.is_laid {
        return Some(DivertReason::FirstAppend);
    }
    if how.origin != Origin::Replica && how.leader_epoch.0 > tail.epoch_on_disk {
        return Some(DivertReason::NewEpoch);
    }
    if tail.position > 0 && tail.segment.known_first_timestamp().is_none() {
        return Some(DivertReason::OpenFile);
    }
    None
}

enum Plan {
    Write(Planned),
    Decided(Outcome),
    Divert(DivertReason),
}

/// Decides about one batch; if it is to be written, gives it its place and takes it into producer state.
/// `ahead` = bytes and batches planned before it.
fn plan(
    tail: &mut Tail,
    batch: &mut Incoming<'_>,
    how: &Appending,
    config: &TopicConfig,
    ahead: (u32, u32),
) -> Plan {
    let refused = |refusal| Plan::Decided(Outcome::Refused(refusal));
    let Ok(view) = BatchView::parse(batch.bytes) else { return refused(Refusal::CorruptBatch) };
    let is_replica = how.origin == Origin::Replica;
    let base_offset = if is_replica { view.base_offset().0 } else { tail.log_end };
    let delta = view.last_offset_delta();
    let size = view.total_size();
    if size != batch.bytes.len() || delta < 0 || base_offset < tail.log_end || base_offset > MAX_OFFSET {
        return refused(Refusal::CorruptBatch);
    }
    let Ok(size) = u32::try_from(size) else { return refused(Refusal::CorruptBatch) };
    let last_offset = base_offset + i64::from(delta);
    if is_replica && view.partition_leader_epoch().0 > tail.epoch_on_disk {
        return Plan::Divert(DivertReason::NewEpoch);
    }
    match tail.producers.judge(&view, how.origin) {
        Judged::New => {}
        Judged::Refused(refusal) => return refused(refusal),
        Judged::Duplicate(known) => {
            return Plan::Decided(Outcome::Duplicate {
                base_offset: Offset(known.last_offset - i64::from(known.offset_delta)),
                last_offset: Offset(known.last_offset),
                log_start_offset: Offset(tail.log_start),
                append_time: known.timestamp,
            });
        }
    }
    let max_timestamp = view.max_timestamp();
    let is_append_time = view.timestamp_type() == TimestampType::LogAppendTime;
    let has_producer = view.has_producer_id();
    if must_roll(tail, config, ahead, size, last_offset, max_timestamp, how.now.wall_ms) {
        return Plan::Divert(DivertReason::Roll);
    }
    if !is_replica {
        set_base_offset(batch.bytes, Offset(base_offset));
        set_partition_leader_epoch(batch.bytes, how.leader_epoch);
    }
    let completed = match BatchView::parse(batch.bytes) {
        Ok(view) if has_producer => tail.producers.apply(&view, true),
        _ => None,
    };
    tail.log_end = last_offset + 1;
    Plan::Write(Planned {
        index: 0,
        size,
        base_offset,
        last_offset,
        max_timestamp,
        is_append_time,
        completed,
    })
}

/// Offsets end well before arithmetic does.
const MAX_OFFSET: i64 = i64::MAX - (1 << 32);

/// Kafka's rules: size, time, indexes, offsets that no longer fit 32 bits.
fn must_roll(
    tail: &Tail,
    config: &TopicConfig,
    (bytes, batches): (u32, u32),
    size: u32,
    last_offset: i64,
    max_timestamp: i64,
    now_ms: i64,
) -> bool {
    let position = tail.position + bytes;
    if last_offset - tail.segment.base > i64::from(i32::MAX) {
        return true;
    }
    if position == 0 {
        return false;
    }
    let limit = config.segment_bytes.max(0) as u32;
    if position.saturating_add(size) > limit {
        return true;
    }
    let index_bytes = config.segment_index_bytes.max(0) as u32;
    if tail.offset_rows + batches >= (index_bytes / 8).clamp(1, ROWS_MAX)
        || tail.time_rows + batches >= (index_bytes / 12).saturating_sub(1).clamp(1, ROWS_MAX)
    {
        return true;
    }
    // The first batch's time against this batch's; the wall clock where there is none.
    let waited = match tail.segment.known_first_timestamp() {
        Some(first) if first >= 0 => max_timestamp.saturating_sub(first),
        _ => now_ms.saturating_sub(tail.segment.created_ms),
    };
    tail.position > 0 && waited > segment_ms(config, tail.jitter_seed, tail.segment.base)
}

/// One write for the whole gather.
fn write(
    tail: &mut Tail,
    file: &dyn File,
    planned: &[Planned],
    batches: &[Incoming<'_>],
) -> Result<(), io::Error> {
    if planned.is_empty() {
        return Ok(());
    }
    let mut slices: Vec<IoSlice<'_>> = std::mem::take(&mut tail.slices);
    slices.extend(planned.iter().map(|plan| IoSlice::new(batches[plan.index].bytes)));
    let written = file.write_all_at(&mut slices, u64::from(tail.position));
    slices.clear();
    // Gives the storage back: an empty list holds no borrow, and collecting in place keeps its allocation.
    tail.slices = slices.into_iter().map(|_| IoSlice::new(&[])).collect();
    written.map(|_| ()).map_err(|failed| failed.error)
}

/// Bookkeeping for a batch that is in the file.
fn note_written(tail: &mut Tail, plan: &Planned, config: &TopicConfig) {
    let segment = Arc::clone(&tail.segment);
    if tail.position == 0 {
        segment.set_first_timestamp(plan.max_timestamp);
    }
    if plan.max_timestamp > segment.max_timestamp().0 {
        segment.set_max_timestamp(plan.max_timestamp, plan.last_offset);
    }
    if i64::from(tail.bytes_since_index) > i64::from(config.index_interval_bytes) {
        if segment.offsets.push(OffsetRow { offset: plan.last_offset, position: tail.position }) {
            tail.offset_rows += 1;
        }
        push_time_row(tail);
        tail.bytes_since_index = 0;
    }
    if let Some(CompletedTxn { row, is_aborted: true }) = plan.completed {
        segment.aborted.push(row);
    }
    tail.bytes_since_index = tail.bytes_since_index.saturating_add(plan.size);
    tail.position += plan.size;
}

/// Adds a time index row if the largest timestamp has grown since the last one.
pub(crate) fn push_time_row(tail: &mut Tail) {
    let (timestamp, offset) = tail.segment.max_timestamp();
    if timestamp > tail.last_time_row && tail.segment.times.push(TimeRow { timestamp, offset }) {
        tail.last_time_row = timestamp;
        tail.time_rows += 1;
    }
}
