//! `thalweg consume -g`: as a member of a group, reads what the group's coordinator gives it, says how far it has come,
//! and leaves when it is done, told to stop (SIGINT, SIGTERM), or failed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use thalweg_client::calls::OffsetSpec;
use thalweg_client::{
    CallError, ClientEvent, FetchFailure, Fetcher, FetcherSettings, Member, MemberEvent, MemberSettings,
    TopicView,
};
use thalweg_platform::Random as _;
use thalweg_platform::os::OsRandom;
use thalweg_wire::ErrorCode;

use super::consume::{Job, Printer, fetch_failure};
use super::topic::offsets;
use crate::failure::{Failure, Outcome};
use crate::output::hint;
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// How long the member may take to give partitions up; nothing it does takes longer.
const REBALANCE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long leaving may take before the process ends anyway; the coordinator then notices by itself.
const LEAVE_PATIENCE: Duration = Duration::from_secs(5);
/// Exit status of a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

impl Job<'_> {
    pub(super) fn run_in_group(&self, session: &mut Session, group: &str, commit_every: Duration) -> Outcome {
        let view = session.topic(self.topic)?.ok_or_else(|| no_such_topic(self.topic))?;
        if self.number == Some(0) {
            return Ok(());
        }
        let stop = on_signal(session)?;
        // What is there now: for -e, and where a partition begins that the group has not been in.
        let ends = offsets(session, self.topic, &view, OffsetSpec::Latest)?;
        let member = Member::new(MemberSettings {
            group: group.to_owned(),
            topics: vec![self.topic.to_owned()],
            id: random_uuid(),
            rebalance_timeout: REBALANCE_TIMEOUT,
            commit_interval: commit_every,
            seed: OsRandom.next_u64(),
        });
        let settings = FetcherSettings { read_committed: self.read_committed, ..FetcherSettings::default() };
        let mut reader = Reader {
            job: self,
            group,
            view,
            ends,
            member,
            fetcher: Fetcher::new(settings),
            left: BTreeMap::new(),
            begun_anew: BTreeSet::new(),
            has_left: None,
        };
        let read = reader.read(session, &stop);
        // Whatever ended the reading: the others should not have to wait for a session to run out.
        let left = reader.leave(session);
        read.and(left)
    }
}

/// Turns SIGINT and SIGTERM into a flag and a wake-up; the second one ends the process.
fn on_signal(session: &Session) -> Outcome<Arc<AtomicBool>> {
    let failed = |error: std::io::Error| Failure::failed(format!("Signals cannot be caught: {error}."));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let (stop, waker) = (Arc::new(AtomicBool::new(false)), session.driver.waker());
    let told = Arc::clone(&stop);
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if told.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
            // The reader looks within a second anyway.
            let _ = waker.wake();
        }
    });
    Ok(stop)
}

/// A random id (RFC 9562, version 4), as Java's clients name themselves.
fn random_uuid() -> String {
    let mut bits = [0; 16];
    OsRandom.fill(&mut bits);
    let bits = u128::from_be_bytes(bits);
    let bits = (bits & !(0xf << 76)) | (0x4 << 76);
    let bits = (bits & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

struct Reader<'a> {
    job: &'a Job<'a>,
    group: &'a str,
    view: TopicView,
    /// Ends of all partitions when the command began.
    ends: BTreeMap<i32, i64>,
    member: Member,
    fetcher: Fetcher,
    /// With -e: partitions that are not read to their end yet.
    left: BTreeMap<i32, i64>,
    /// Partitions in which the group's offset was not there any more.
    begun_anew: BTreeSet<i32>,
    has_left: Option<usize>,
}

impl Reader<'_> {
    /// Reads until told to stop, the number is reached, or nothing is left.
    fn read(&mut self, session: &mut Session, stop: &AtomicBool) -> Outcome {
        let mut printer = Printer::new(self.job);
        while !stop.load(Ordering::Relaxed) {
            self.turn(session);
            while let Some(event) = self.member.poll_event() {
                self.take(session, event)?;
            }
            while let Some(fetched) = self.fetcher.poll_fetched() {
                let fetched = match fetched {
                    Ok(fetched) => fetched,
                    Err(failure) => {
                        self.begin_anew(session, &failure)?;
                        continue;
                    }
                };
                if !self.member.reads(&fetched.topic, fetched.partition) {
                    continue;
                }
                let end = self.left.get(&fetched.partition).copied();
                let flow = printer.print(&fetched, end)?;
                self.member.consumed(&fetched.topic, fetched.partition, printer.next);
                if flow == ControlFlow::Break(()) {
                    return Ok(());
                }
                let stable = if self.job.read_committed { fetched.last_stable_offset } else { i64::MAX };
                if end.is_some_and(|end| fetched.next >= end.min(stable.max(0))) {
                    self.left.remove(&fetched.partition);
                    self.fetcher.unassign(&fetched.topic, fetched.partition);
                }
            }
            if self.job.exit_at_end && self.left.is_empty() && self.member.is_settled() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One turn of both machines and the sockets.
    fn turn(&mut self, session: &mut Session) {
        let now = session.driver.now();
        let client = session.driver.client();
        self.member.poll(now, client);
        self.fetcher.poll(now, client);
        let due = self.member.poll_timeout().into_iter().chain(self.fetcher.poll_timeout());
        session.driver.turn(due.chain([now.after(Duration::from_secs(1))]).min());
        let now = session.driver.now();
        while let Some(event) = session.driver.poll_event() {
            if let ClientEvent::Completed { call, result } = event
                && let Some(result) = self.member.handle_completed(now, call, result)
            {
                self.fetcher.handle_completed(now, session.driver.client(), call, result);
            }
        }
    }

    fn take(&mut self, session: &mut Session, event: MemberEvent) -> Outcome {
        match event {
            MemberEvent::Assigned { topic, partition, committed } => {
                let begin = match committed {
                    Some(committed) => committed,
                    None => self.begin(session, partition)?,
                };
                self.member.consumed(&topic, partition, begin);
                self.read_from(partition, begin);
            }
            MemberEvent::Revoked { topic, partition } => {
                self.fetcher.unassign(&topic, partition);
                self.left.remove(&partition);
            }
            MemberEvent::Left { uncommitted } => self.has_left = Some(uncommitted),
            MemberEvent::Failed(error) => {
                self.has_left = Some(0);
                return Err(group_failure(self.group, &error));
            }
        }
        Ok(())
    }

    fn read_from(&mut self, partition: i32, begin: i64) {
        if self.job.exit_at_end {
            match self.ends.get(&partition) {
                Some(&end) if begin < end => drop(self.left.insert(partition, end)),
                _ => return,
            }
        }
        self.fetcher.assign(self.job.topic, partition, begin);
    }

    /// Where -O says that a partition begins.
    fn begin(&self, session: &mut Session, partition: i32) -> Outcome<i64> {
        let begins = self.job.begins(session, &self.view, &self.ends)?;
        // A partition that came later is read from its start: nothing of it was there when the command began.
        Ok(begins.get(&partition).copied().unwrap_or(0))
    }

    /// The group's offset is not there any more, as retention was faster: what -O says counts, once.
    fn begin_anew(&mut self, session: &mut Session, failure: &FetchFailure) -> Outcome {
        let FetchFailure { topic, partition, offset, error } = failure;
        let is_out_of_range =
            matches!(error, CallError::Broker(error) if error.code == ErrorCode::OffsetOutOfRange);
        if !is_out_of_range || !self.begun_anew.insert(*partition) {
            return Err(fetch_failure(failure));
        }
        let begin = self.begin(session, *partition)?;
        hint(&format!("Offset {offset} of {topic}-{partition} is not there any more; going on at {begin}."));
        self.left.remove(partition);
        self.read_from(*partition, begin);
        Ok(())
    }

    /// Commits what was read and leaves the group.
    fn leave(&mut self, session: &mut Session) -> Outcome {
        let now = session.driver.now();
        self.member.leave(now, LEAVE_PATIENCE);
        self.fetcher = Fetcher::new(FetcherSettings::default());
        while self.has_left.is_none() {
            self.turn(session);
            while let Some(event) = self.member.poll_event() {
                if !matches!(event, MemberEvent::Assigned { .. }) {
                    self.take(session, event)?;
                }
            }
        }
        match self.has_left {
            Some(1..) => Err(Failure::timeout(format!(
                "How far '{}' was read could not be committed for group '{}' in time; the next reader prints some \
                 records again.",
                self.job.topic, self.group
            ))),
            _ => Ok(()),
        }
    }
}

fn group_failure(group: &str, error: &CallError) -> Failure {
    match error {
        CallError::Broker(error) if error.code == ErrorCode::UnsupportedVersion => Failure::failed(format!(
            "The broker does not serve the consumer protocol (KIP-848), which joining group '{group}' takes. Its \
             group.coordinator.rebalance.protocols or its feature group.version turn it off."
        )),
        CallError::Broker(error) if error.code == ErrorCode::GroupIdNotFound => Failure::failed(format!(
            "Group '{group}' cannot be joined: its members are not consumers, or group.consumer.migration.policy keeps \
             the consumer protocol out while classic members are there. `thalweg group describe {group}` shows them."
        )),
        CallError::Broker(error) => broker_failure("Joining", &format!("group '{group}'"), error),
        other => call_failure(other),
    }
}
