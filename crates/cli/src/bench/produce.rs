//! `bench produce`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use thalweg_client::{Answer, Call};
use thalweg_model::Mono;
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{ProduceRequest, ProduceResponse};
use thalweg_wire::{Encode, ErrorCode, RecordsField};

use super::Stage;
use super::load::{Pool, Share, build_batch, shares};
use super::report::{Latency, Report, grouped};
use super::watch::Watched;
use crate::args::{CodecName, ProduceBench};
use crate::commands::produce::now_ms;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::{Session, call_failure};

/// Different batches that are sent in turn.
const BATCHES: u64 = 8;
/// An open loop holds requests back above this many unsent bytes of a connection; their due times stay.
const UNSENT_BYTES_MAX: usize = 64 << 20;

/// Runs it.
pub fn run(session: &mut Session, args: &ProduceBench, stage: &Stage) -> Outcome<Report> {
    let shares = shares(session, stage, args.connections)?;
    let load = Load::prepare(args, stage, &shares);
    let mut pool = Pool::connect(shares.iter().map(|share| share.address.as_str()), session.timeout)?;
    let mut run = Run::new(args, load, pool.now())?;
    run.go(&mut pool, args, &shares[0].address)?;
    let open = args
        .rate
        .map(|rate| format!("open loop, {} records/s; latency from the scheduled time", grouped(rate)));
    let mode = open.unwrap_or_else(|| format!("closed loop, {} in flight per connection", args.in_flight));
    let setup = vec![
        ("topic", format!("{}, {} partitions", stage.topic, stage.view.partitions.len())),
        ("load", format!("{mode}; {} connections", shares.len())),
        ("acks", if args.acks == -1 { "all".to_owned() } else { args.acks.to_string() }),
        ("codec", format!("{:?}", args.codec).to_lowercase()),
        (
            "batch",
            format!(
                "{} bytes on the wire, {} records of {} bytes",
                run.load.bytes(),
                run.load.records,
                args.record_size
            ),
        ),
        ("flushed", stage.flush.clone()),
    ];
    Ok(Report {
        kind: "produce",
        setup,
        records: run.records,
        bytes: run.bytes,
        took: args.shared.duration,
        latency: Some(run.latency),
        spent: run.spent,
    })
}

/// Writes `bytes` of data as fast as it goes: what a consume benchmark reads.
pub fn fill(session: &mut Session, stage: &Stage, connections: usize, bytes: u64) -> Outcome {
    let args = ProduceBench {
        shared: crate::args::BenchShared {
            topic: None,
            partitions: 0,
            duration: Duration::from_secs(3600),
            warm_up: Duration::ZERO,
        },
        rate: None,
        record_size: 1024,
        batch_size: 256 << 10,
        connections,
        in_flight: 1,
        codec: CodecName::None,
        acks: -1,
    };
    let shares = shares(session, stage, connections)?;
    let load = Load::prepare(&args, stage, &shares);
    let mut pool = Pool::connect(shares.iter().map(|share| share.address.as_str()), session.timeout)?;
    let mut run = Run::new(&args, load, pool.now())?;
    run.bytes_wanted = Some(bytes);
    run.go(&mut pool, &args, &shares[0].address)
}

/// Requests that are ready to be sent.
struct Load {
    /// Per connection, sent in turn.
    calls: Vec<Vec<Call>>,
    records: u32,
    batch_bytes: Vec<usize>,
}

impl Load {
    fn prepare(args: &ProduceBench, stage: &Stage, shares: &[Share]) -> Self {
        let record_size = usize::try_from(args.record_size).unwrap_or(usize::MAX);
        let batch_size = usize::try_from(args.batch_size).unwrap_or(usize::MAX);
        let built =
            |seed| build_batch(args.codec.compression(), record_size, batch_size, now_ms(), seed * 77 + 1);
        let batches: Vec<(Arc<Vec<u8>>, u32)> =
            (0..BATCHES).map(built).map(|(batch, records)| (Arc::new(batch), records)).collect();
        let calls = shares.iter().map(|share| {
            let turns = share.partitions.len().max(batches.len());
            let call = |turn: usize| {
                let batch = Arc::clone(&batches[turn % batches.len()].0);
                produce_call(stage, share.partitions[turn % share.partitions.len()], args.acks, batch)
            };
            (0..turns).map(call).collect()
        });
        let calls = calls.collect();
        let batch_bytes = batches.iter().map(|(batch, _)| batch.len()).collect();
        Self { calls, records: batches[0].1, batch_bytes }
    }

    /// Bytes of a batch, on average.
    fn bytes(&self) -> usize {
        self.batch_bytes.iter().sum::<usize>() / self.batch_bytes.len()
    }
}

/// A Produce request of one batch, by topic id where the broker gave one.
pub fn produce_call(stage: &Stage, index: i32, acks: i16, batch: Arc<Vec<u8>>) -> Call {
    let (topic, topic_id) = (stage.topic.clone(), stage.view.id);
    let highest = if topic_id.is_zero() { 12 } else { 13 };
    Call::new::<ProduceRequest<'_>>(7..=highest, move |version, w| {
        let records = Some(RecordsField::Bytes(&batch));
        let partition_data = vec![PartitionProduceData { index, records }];
        let topic_data = vec![TopicProduceData { name: &topic, topic_id, partition_data }];
        ProduceRequest { acks, timeout_ms: 30_000, topic_data, ..Default::default() }.encode(w, version)
    })
}

/// The first error in a Produce answer ends the benchmark.
pub fn check(answer: &Answer) -> Outcome {
    let response: ProduceResponse<'_> = answer.decode().map_err(|error| call_failure(&error))?;
    for partition in response.responses.iter().flat_map(|topic| &topic.partition_responses) {
        if partition.error_code != 0 {
            let code = ErrorCode::from_code(partition.error_code).unwrap_or(ErrorCode::UnknownServerError);
            let message = partition.error_message.unwrap_or(code.message());
            return Err(Failure::failed(format!(
                "The broker refused a batch for partition {}: {message} ({}).",
                partition.index,
                code.name()
            )));
        }
    }
    Ok(())
}

struct Run {
    load: Load,
    begin: Mono,
    measure_from: Mono,
    end: Mono,
    /// Per connection: when its requests on the wire were due, oldest first.
    due: Vec<VecDeque<Mono>>,
    next_call: Vec<usize>,
    records: u64,
    bytes: u64,
    bytes_wanted: Option<u64>,
    latency: Latency,
    spent: Option<super::watch::Spent>,
}

impl Run {
    fn new(args: &ProduceBench, load: Load, now: Mono) -> Outcome<Self> {
        let lanes = load.calls.len();
        let measure_from = now.after(args.shared.warm_up);
        Ok(Self {
            begin: now,
            measure_from,
            end: measure_from.after(args.shared.duration),
            due: vec![VecDeque::new(); lanes],
            next_call: vec![0; lanes],
            records: 0,
            bytes: 0,
            bytes_wanted: None,
            latency: Latency::new("acknowledged")?,
            spent: None,
            load,
        })
    }

    fn go(&mut self, pool: &mut Pool, args: &ProduceBench, broker: &str) -> Outcome {
        // Times count from here, not from when connections were being opened.
        let shift = Duration::from_nanos(pool.now().0 - self.begin.0);
        (self.begin, self.measure_from, self.end) =
            (self.begin.after(shift), self.measure_from.after(shift), self.end.after(shift));
        let seconds = (args.shared.warm_up + args.shared.duration).as_secs();
        let progress = match self.bytes_wanted {
            None => progress::bar(seconds, "measuring (s)"),
            Some(bytes) => progress::bar(bytes, "writing (bytes)"),
        };
        let interval_ns = args.rate.map(|rate| u64::from(self.load.records) * 1_000_000_000 / rate.max(1));
        let mut scheduled = 0u64;
        let mut watched = None;
        loop {
            let now = pool.now();
            if watched.is_none() && now >= self.measure_from {
                watched = Some(Watched::find(broker));
            }
            let enough = self.bytes_wanted.is_some_and(|wanted| self.bytes >= wanted);
            if now >= self.end || enough {
                break;
            }
            progress.set_position(match self.bytes_wanted {
                None => (now.0 - self.begin.0) / 1_000_000_000,
                Some(_) => self.bytes,
            });
            let wait = match interval_ns {
                None => {
                    self.fill_lanes(pool, args.in_flight)?;
                    Duration::from_millis(100)
                }
                Some(interval) => self.send_due(pool, interval, &mut scheduled)?,
            };
            self.turn(pool, wait)?;
        }
        if let Some(Some(watched)) = watched {
            self.spent = watched.spent();
        }
        // What was sent in time and is not answered yet counts with the time it takes, not as nothing.
        while self.due.iter().any(|due| !due.is_empty()) {
            self.turn(pool, Duration::from_millis(100))?;
        }
        progress.finish_and_clear();
        Ok(())
    }

    /// Closed loop: as many on the wire as allowed.
    fn fill_lanes(&mut self, pool: &mut Pool, in_flight: usize) -> Outcome {
        for lane in 0..self.due.len() {
            while self.due[lane].len() < in_flight.max(1) {
                let now = pool.now();
                self.send(pool, lane, now)?;
            }
        }
        Ok(())
    }

    /// Open loop: everything that is due; returns how long nothing is.
    fn send_due(&mut self, pool: &mut Pool, interval_ns: u64, scheduled: &mut u64) -> Outcome<Duration> {
        loop {
            let due = Mono(self.begin.0 + *scheduled * interval_ns);
            let now = pool.now();
            if due > now {
                let wait = now.until(due);
                // The poll rounds up to milliseconds: spin through the last one.
                return Ok(if wait > Duration::from_millis(2) {
                    wait - Duration::from_millis(2)
                } else {
                    Duration::ZERO
                });
            }
            let lane = (*scheduled % self.due.len() as u64) as usize;
            if pool.unsent(lane) > UNSENT_BYTES_MAX {
                return Ok(Duration::from_millis(1));
            }
            self.send(pool, lane, due)?;
            *scheduled += 1;
        }
    }

    fn send(&mut self, pool: &mut Pool, lane: usize, due: Mono) -> Outcome {
        let calls = &self.load.calls[lane];
        let turn = self.next_call[lane];
        self.next_call[lane] = (turn + 1) % calls.len();
        self.due[lane].push_back(due);
        pool.send(lane, turn as u64, &calls[turn])
    }

    fn turn(&mut self, pool: &mut Pool, wait: Duration) -> Outcome {
        let mut done = Vec::new();
        pool.turn(Some(wait), |lane, turn, answer| {
            check(&answer)?;
            done.push((lane, turn));
            Ok(())
        })?;
        let now = pool.now();
        for (lane, turn) in done {
            let Some(due) = self.due[lane].pop_front() else { continue };
            if due >= self.measure_from {
                self.latency.record(due.until(now));
            }
            if now >= self.measure_from && now < self.end {
                self.records += u64::from(self.load.records);
                let batch = turn as usize % self.load.batch_bytes.len();
                self.bytes += self.load.batch_bytes[batch] as u64;
            }
        }
        Ok(())
    }
}
