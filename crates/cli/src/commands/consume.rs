//! `thalweg consume` and `thalweg tail`: find where to begin, fetch, print, until told to stop. As a member of a group:
//! `consume_group.rs`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use thalweg_client::calls::OffsetSpec;
use thalweg_client::{CallError, ClientEvent, FetchFailure, Fetched, Fetcher, FetcherSettings, TopicView};
use thalweg_records::{Limits, Scratch};
use thalweg_wire::ErrorCode;

use super::produce::now_ms;
use super::record_format::RecordFormat;
use super::topic::offsets;
use crate::args::{ConsumeArgs, OffsetArg, TailArgs};
use crate::failure::{Failure, Outcome};
use crate::output::{Format, stdout_failure};
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// `consume`.
pub fn run(session: &mut Session, args: &ConsumeArgs, format: Format) -> Outcome {
    let job = Job {
        topic: &args.topic,
        offset: args.offset,
        number: args.number,
        partitions: &args.partitions,
        exit_at_end: args.exit_at_end,
        read_committed: args.read_committed,
        format: RecordFormat::choose(format, args.format.as_deref())?,
    };
    match &args.group {
        Some(group) => job.run_in_group(session, group, args.commit_every),
        None => job.run(session),
    }
}

/// `tail`.
pub fn run_tail(session: &mut Session, args: &TailArgs, format: Format) -> Outcome {
    let job = Job {
        topic: &args.topic,
        offset: OffsetArg::BeforeEnd(i64::from(args.number)),
        number: None,
        partitions: &[],
        exit_at_end: false,
        read_committed: false,
        format: RecordFormat::choose(format, args.format.as_deref())?,
    };
    job.run(session)
}

pub(super) struct Job<'a> {
    pub(super) topic: &'a str,
    offset: OffsetArg,
    pub(super) number: Option<u64>,
    partitions: &'a [i32],
    pub(super) exit_at_end: bool,
    pub(super) read_committed: bool,
    format: RecordFormat,
}

impl Job<'_> {
    fn run(&self, session: &mut Session) -> Outcome {
        let mut topic = session.topic(self.topic)?.ok_or_else(|| no_such_topic(self.topic))?;
        if !self.partitions.is_empty() {
            self.choose_partitions(&mut topic)?;
        }
        // What is there now, for -e and for -N.
        let ends = offsets(session, self.topic, &topic, OffsetSpec::Latest)?;
        let begins = self.begins(session, &topic, &ends)?;
        let mut left: BTreeMap<i32, i64> = if self.exit_at_end { ends } else { BTreeMap::new() };
        left.retain(|partition, end| begins.get(partition).is_some_and(|begin| begin < end));
        if self.number == Some(0) || (self.exit_at_end && left.is_empty()) {
            return Ok(());
        }
        let settings = FetcherSettings { read_committed: self.read_committed, ..FetcherSettings::default() };
        let mut fetcher = Fetcher::new(settings);
        for (&partition, &begin) in &begins {
            // A partition that has nothing left is not asked for where only what is there counts.
            if !self.exit_at_end || left.contains_key(&partition) {
                fetcher.assign(self.topic, partition, begin);
            }
        }
        let now = session.driver.now();
        session.driver.client().watch_topics(now, [self.topic]);
        self.read(session, fetcher, left)
    }

    fn choose_partitions(&self, topic: &mut TopicView) -> Outcome {
        if let Some(missing) = self.partitions.iter().find(|index| !topic.partitions.contains_key(index)) {
            return Err(Failure::not_found(format!(
                "Topic '{}' has no partition {missing}: it has {}, counted from 0.",
                self.topic,
                topic.partitions.len()
            )));
        }
        topic.partitions.retain(|index, _| self.partitions.contains(index));
        Ok(())
    }

    /// The first offset to read, per partition.
    pub(super) fn begins(
        &self,
        session: &mut Session,
        topic: &TopicView,
        ends: &BTreeMap<i32, i64>,
    ) -> Outcome<BTreeMap<i32, i64>> {
        let starts = |session: &mut Session| offsets(session, self.topic, topic, OffsetSpec::Earliest);
        let at = |session: &mut Session, ms| {
            let mut found = offsets(session, self.topic, topic, OffsetSpec::Timestamp(ms))?;
            // No record of that time or later: begin at the end.
            for (partition, offset) in &mut found {
                if *offset < 0 {
                    *offset = ends.get(partition).copied().unwrap_or(0);
                }
            }
            Ok(found)
        };
        match self.offset {
            OffsetArg::Start => starts(session),
            OffsetArg::End => Ok(ends.clone()),
            OffsetArg::Exact(offset) => Ok(ends.keys().map(|&partition| (partition, offset)).collect()),
            OffsetArg::At(ms) => at(session, ms),
            OffsetArg::Ago(ms) => at(session, now_ms().saturating_sub(ms)),
            OffsetArg::AfterStart(count) => {
                Ok(starts(session)?.into_iter().map(|(p, start)| (p, start.saturating_add(count))).collect())
            }
            OffsetArg::BeforeEnd(count) => {
                let starts = starts(session)?;
                let begin =
                    |(&p, &end): (&i32, &i64)| (p, (end - count).max(starts.get(&p).copied().unwrap_or(0)));
                Ok(ends.iter().map(begin).collect())
            }
        }
    }

    /// Fetches and prints until the number is reached or nothing is left.
    fn read(&self, session: &mut Session, mut fetcher: Fetcher, mut left: BTreeMap<i32, i64>) -> Outcome {
        let mut printer = Printer::new(self);
        loop {
            let now = session.driver.now();
            fetcher.poll(now, session.driver.client());
            session.driver.turn(fetcher.poll_timeout().or_else(|| Some(now.after(Duration::from_secs(1)))));
            let now = session.driver.now();
            while let Some(event) = session.driver.poll_event() {
                if let ClientEvent::Completed { call, result } = event {
                    fetcher.handle_completed(now, session.driver.client(), call, result);
                }
            }
            while let Some(fetched) = fetcher.poll_fetched() {
                let fetched = fetched.map_err(|failure| fetch_failure(&failure))?;
                let end = left.get(&fetched.partition).copied();
                if printer.print(&fetched, end)?.is_break() {
                    return Ok(());
                }
                // Compaction and aborted transactions leave gaps: the position decides, not the last record.
                let stable = if self.read_committed { fetched.last_stable_offset } else { i64::MAX };
                if end.is_some_and(|end| fetched.next >= end.min(stable.max(0))) {
                    left.remove(&fetched.partition);
                    fetcher.unassign(&fetched.topic, fetched.partition);
                    if left.is_empty() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

pub(super) struct Printer<'a> {
    job: &'a Job<'a>,
    printed: u64,
    /// The offset behind what was printed last, or behind what there was.
    pub(super) next: i64,
    scratch: Scratch,
    out: Vec<u8>,
}

impl<'a> Printer<'a> {
    /// A printer that has not printed anything.
    pub(super) fn new(job: &'a Job<'a>) -> Self {
        Self { job, printed: 0, next: 0, scratch: Scratch::default(), out: Vec::new() }
    }

    /// Prints the records before `end`; breaks when the number is reached.
    pub(super) fn print(&mut self, fetched: &Fetched, end: Option<i64>) -> Outcome<ControlFlow<()>> {
        let Self { job, printed, next, scratch, out } = self;
        out.clear();
        let mut failed = None;
        let flow = fetched.records(&Limits::default(), scratch, |record| {
            if end.is_some_and(|end| record.offset.0 >= end) {
                return ControlFlow::Continue(());
            }
            job.format.write(&fetched.topic, fetched.partition, record, out);
            *printed += 1;
            *next = record.offset.0 + 1;
            if out.len() > 1 << 20 {
                failed = flush(out).err();
            }
            if failed.is_some() || job.number == Some(*printed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        failed.map_or(Ok(()), Err)?;
        flush(out)?;
        if matches!(flow, Ok(ControlFlow::Continue(()))) {
            *next = end.map_or(fetched.next, |end| fetched.next.min(end.max(fetched.from)));
        }
        flow.map_err(|error| {
            Failure::failed(format!(
                "A batch of {}-{} after offset {} cannot be read: {error}. The records before it were printed; skip \
                 it with -O and a later offset.",
                fetched.topic, fetched.partition, fetched.from
            ))
        })
    }
}

fn flush(out: &mut Vec<u8>) -> Outcome {
    let mut stdout = io::stdout().lock();
    stdout.write_all(out).and_then(|()| stdout.flush()).map_err(|error| stdout_failure(&error))?;
    out.clear();
    Ok(())
}

pub(super) fn fetch_failure(failure: &FetchFailure) -> Failure {
    let partition = format!("{}-{}", failure.topic, failure.partition);
    match &failure.error {
        CallError::Broker(error) if error.code == ErrorCode::OffsetOutOfRange => Failure::failed(format!(
            "Offset {} of {partition} is out of range: retention may have deleted it, or it is not written yet. \
                 `thalweg topic describe {}` shows START and END; -O start reads from the oldest record.",
            failure.offset, failure.topic
        )),
        CallError::Broker(error) => broker_failure("Reading", &partition, error),
        other => call_failure(other),
    }
}
