//! `bench latency`: single records at a rate; a reader waits for them. Counted from the moment a record was due
//! to the moment its bytes are in the reader's hands; both ends are on one clock, in one thread.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use thalweg_client::Answer;
use thalweg_client::calls::OffsetSpec;
use thalweg_model::Mono;
use thalweg_records::{BatchBuilder, BatchView, Compression, Limits, RecordIter, Scratch, peek};
use thalweg_wire::RecordsField;
use thalweg_wire::messages::FetchResponse;

use super::Stage;
use super::consume::{Got, fetch_call, read};
use super::load::{Pool, Share, shares};
use super::produce::{check, produce_call};
use super::report::{Latency, Report, grouped};
use super::watch::Watched;
use crate::args::LatencyBench;
use crate::commands::produce::now_ms;
use crate::commands::topic::offsets;
use crate::failure::{Failure, Outcome};
use crate::session::{Session, call_failure};

/// A reader's request waits at most so long.
const FETCH_WAIT: Duration = Duration::from_millis(500);
const FETCH_BYTES: i32 = 1 << 20;

/// Runs it.
pub fn run(session: &mut Session, args: &LatencyBench, stage: &Stage) -> Outcome<Report> {
    let ends = offsets(session, &stage.topic, &stage.view, OffsetSpec::Latest)?;
    // One writer and one reader per broker.
    let shares = shares(session, stage, 1)?;
    let addresses = || shares.iter().map(|share| share.address.as_str());
    let mut pool = Pool::connect(addresses().chain(addresses()), session.timeout)?;
    let mut run = Run {
        args,
        stage,
        shares: &shares,
        positions: shares.iter().map(|s| s.partitions.iter().map(|p| (*p, ends[p])).collect()).collect(),
        begin: pool.now(),
        measure_from: pool.now().after(args.shared.warm_up),
        sent: 0,
        received: 0,
        measured: 0,
        latency: Latency::new("end to end")?,
        scratch: Scratch::default(),
        marker: u64::from(std::process::id()) << 32 | (now_ms() as u64 & 0xffff_ffff),
    };
    let spent = run.go(&mut pool)?;
    let record_size = args.record_size.max(16);
    Ok(Report {
        kind: "latency",
        setup: vec![
            ("topic", format!("{}, {} partitions", stage.topic, stage.view.partitions.len())),
            ("load", format!("open loop, {} records/s, one record a batch", grouped(args.rate))),
            ("acks", if args.acks == -1 { "all".to_owned() } else { args.acks.to_string() }),
            ("codec", "none".to_owned()),
            ("record", format!("{record_size} bytes")),
            ("flushed", stage.flush.clone()),
        ],
        records: run.measured,
        bytes: run.measured * record_size,
        took: args.shared.duration,
        latency: Some(run.latency),
        spent,
    })
}

struct Run<'a> {
    args: &'a LatencyBench,
    stage: &'a Stage,
    shares: &'a [Share],
    /// Per reader, where its partitions go on.
    positions: Vec<BTreeMap<i32, i64>>,
    begin: Mono,
    measure_from: Mono,
    sent: u64,
    received: u64,
    measured: u64,
    latency: Latency,
    scratch: Scratch,
    /// Tells our records from those of others in the topic.
    marker: u64,
}

impl Run<'_> {
    fn go(&mut self, pool: &mut Pool) -> Outcome<Option<super::watch::Spent>> {
        let writers = self.shares.len();
        let interval_ns = 1_000_000_000 / self.args.rate.max(1);
        let end = self.measure_from.after(self.args.shared.duration);
        for reader in 0..writers {
            self.ask(pool, reader)?;
        }
        // Readers are waiting before the first record is due.
        self.begin = pool.now().after_ms(50);
        let mut watched = None;
        let mut spent = None;
        loop {
            let now = pool.now();
            if now >= self.measure_from && watched.is_none() {
                watched = Some(Watched::find(&self.shares[0].address));
            }
            if now >= end {
                spent = spent.or_else(|| watched.as_ref().and_then(|w| w.as_ref()).and_then(Watched::spent));
                if self.received >= self.sent {
                    return Ok(spent);
                }
                if now >= end.after(Duration::from_secs(30)) {
                    return Err(Failure::timeout(format!(
                        "{} of {} records were never seen by the reader.",
                        self.sent - self.received,
                        self.sent
                    )));
                }
            }
            let due = Mono(self.begin.0 + self.sent * interval_ns);
            let wait = if now < end && due <= now {
                self.write(pool)?;
                Duration::ZERO
            } else if now < end {
                // The poll rounds up to milliseconds: spin through the last one.
                now.until(due).saturating_sub(Duration::from_millis(2))
            } else {
                Duration::from_millis(10)
            };
            let mut answers = Vec::new();
            pool.turn(Some(wait), |lane, _, answer| {
                answers.push((lane, answer));
                Ok(())
            })?;
            let now = pool.now();
            for (lane, answer) in answers {
                if lane < writers {
                    check(&answer)?;
                } else {
                    self.arrived(now, lane - writers, &answer, interval_ns)?;
                    self.ask(pool, lane - writers)?;
                }
            }
        }
    }

    fn write(&mut self, pool: &mut Pool) -> Outcome {
        let writer = (self.sent % self.shares.len() as u64) as usize;
        let partitions = &self.shares[writer].partitions;
        let partition = partitions[(self.sent / self.shares.len() as u64) as usize % partitions.len()];
        let mut value = vec![b'.'; usize::try_from(self.args.record_size.max(16)).unwrap_or(usize::MAX)];
        value[..8].copy_from_slice(&self.marker.to_be_bytes());
        value[8..16].copy_from_slice(&self.sent.to_be_bytes());
        let mut builder = BatchBuilder::new(Compression::None);
        builder.append(now_ms(), None, Some(&value), &[]);
        let call = produce_call(self.stage, partition, self.args.acks, Arc::new(builder.build()));
        self.sent += 1;
        pool.send(writer, self.sent, &call)
    }

    fn ask(&self, pool: &mut Pool, reader: usize) -> Outcome {
        let call = fetch_call(self.stage, &self.positions[reader], FETCH_BYTES, FETCH_WAIT);
        pool.send(self.shares.len() + reader, 0, &call)
    }

    fn arrived(&mut self, now: Mono, reader: usize, answer: &Answer, interval_ns: u64) -> Outcome {
        for (partition, next) in read(answer, &mut Got::default())? {
            self.positions[reader].insert(partition, next);
        }
        let response: FetchResponse<'_> = answer.decode().map_err(|error| call_failure(&error))?;
        for partition in response.responses.iter().flat_map(|topic| &topic.partitions) {
            let Some(RecordsField::Bytes(mut bytes)) = partition.records else { continue };
            while let Some(found) = peek(bytes) {
                let Some((batch, rest)) = bytes.split_at_checked(found.total_size) else { break };
                bytes = rest;
                self.count(now, batch, interval_ns)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, now: Mono, batch: &[u8], interval_ns: u64) -> Outcome {
        let unreadable = |error| Failure::failed(format!("A batch cannot be read: {error}."));
        let view = BatchView::parse(batch).map_err(unreadable)?;
        let mut buffer = Vec::new();
        let records = RecordIter::new(&view, &Limits::default(), &mut self.scratch, &mut buffer);
        for record in records.map_err(unreadable)? {
            let value = record.map_err(unreadable)?.value.unwrap_or_default();
            let Some((head, rest)) = value.split_first_chunk::<8>() else { continue };
            let (true, Some(number)) = (u64::from_be_bytes(*head) == self.marker, rest.first_chunk::<8>())
            else {
                continue;
            };
            self.received += 1;
            let due = Mono(self.begin.0 + u64::from_be_bytes(*number) * interval_ns);
            if due >= self.measure_from {
                self.measured += 1;
                self.latency.record(due.until(now));
            }
        }
        Ok(())
    }
}
