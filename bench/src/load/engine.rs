//! The run itself: warm up until the rate settles, then measure one window.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use serde::{Deserialize, Serialize};

use super::Measured;
use super::connection::{Answer, Connection, SMALL};
use super::shape::{Shape, Work};
use super::watch::Watch;
use crate::{Outcome, measure};

/// Everything that says what a run does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub address: SocketAddr,
    /// None: the mini protocol.
    pub topic: Option<String>,
    pub partitions: u32,
    pub work: Work,
    pub connections: usize,
    pub in_flight: usize,
    /// Requests a second over all connections; none: as fast as answers come.
    pub rate: Option<f64>,
    /// A reader on every partition waits for what is written, and latency counts until it has it.
    #[serde(default)]
    pub watched: bool,
    /// Fetch: bytes per partition that may be read before starting over.
    pub readable_bytes: u64,
    pub server_pid: u32,
    pub warm_up_least_s: f64,
    pub warm_up_most_s: f64,
    pub window_s: f64,
}

struct Engine<'p> {
    plan: &'p Plan,
    shape: Shape,
    /// The writers (or the readers of a fetch case), then those that wait for what is written.
    connections: Vec<Connection>,
    watch: Option<Watch>,
    epoll: rustix::fd::OwnedFd,
    begun: Instant,
    latencies: Histogram<u64>,
    answered: u64,
    answered_bytes: u64,
    /// Open loop: when the next request is due, and who sends it.
    next_due_ns: f64,
    next_sender: usize,
}

/// Runs a plan.
pub fn run(plan: &Plan) -> Outcome<Measured> {
    let mut engine = Engine::new(plan)?;
    engine.start()?;
    let (warm_up_s, settled) = engine.warm_up()?;
    engine.latencies.reset();
    let before = engine.sample();
    engine.work_for(Duration::from_secs_f64(plan.window_s))?;
    let after = engine.sample();
    let shape = &engine.shape;
    let bytes = match plan.work {
        Work::Produce { .. } => (after.answered - before.answered) * shape.batch_bytes as u64,
        Work::Fetch { .. } => after.answered_bytes - before.answered_bytes,
    };
    let latencies = &engine.latencies;
    Ok(Measured {
        requests: after.answered - before.answered,
        seconds: after.seconds - before.seconds,
        bytes,
        records: bytes / shape.batch_bytes as u64 * u64::from(shape.records),
        server_cpu_s: after.server_cpu_s - before.server_cpu_s,
        load_cpu_s: after.load_cpu_s - before.load_cpu_s,
        server_rss_mib: measure::resident_mib(plan.server_pid),
        warm_up_s,
        settled,
        p50_ns: latencies.value_at_quantile(0.5),
        p99_ns: latencies.value_at_quantile(0.99),
        p999_ns: latencies.value_at_quantile(0.999),
        max_ns: latencies.max(),
        buckets: latencies
            .iter_recorded()
            .map(|step| (step.value_iterated_to(), step.count_since_last_iteration()))
            .collect(),
    })
}

/// Running totals at one moment.
struct Sample {
    seconds: f64,
    answered: u64,
    answered_bytes: u64,
    server_cpu_s: f64,
    load_cpu_s: f64,
}

const ONE_WARM_UP_WINDOW: Duration = Duration::from_millis(500);
const SCRATCH: usize = 256 << 10;

impl<'p> Engine<'p> {
    fn new(plan: &'p Plan) -> Outcome<Self> {
        let shape = match &plan.topic {
            Some(topic) => Shape::kafka(&plan.work, topic)?,
            None => Shape::mini(&plan.work),
        };
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(|error| error.to_string())?;
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        let mut connections = Vec::with_capacity(plan.connections);
        for number in 0..plan.connections {
            let mut connection = Connection::open(plan.address, &shape, number as u32 % plan.partitions)?;
            if shape.offset_at.is_some() {
                connection.offset = start_offset(plan, &shape, number);
            }
            connections.push(connection);
        }
        let watch = match plan.watched {
            true => {
                let (watch, readers) = Watch::open(plan)?;
                connections.extend(readers);
                Some(watch)
            }
            false => None,
        };
        for (number, connection) in connections.iter().enumerate() {
            epoll::add(&epoll, &connection.stream, EventData::new_u64(number as u64), flags)
                .map_err(|error| error.to_string())?;
        }
        let latencies =
            Histogram::new_with_bounds(1, 60_000_000_000, 3).map_err(|error| error.to_string())?;
        Ok(Self {
            plan,
            shape,
            connections,
            watch,
            epoll,
            begun: Instant::now(),
            latencies,
            answered: 0,
            answered_bytes: 0,
            next_due_ns: 0.0,
            next_sender: 0,
        })
    }

    fn now_ns(&self) -> u64 {
        self.begun.elapsed().as_nanos() as u64
    }

    fn sample(&self) -> Sample {
        Sample {
            seconds: self.begun.elapsed().as_secs_f64(),
            answered: self.answered,
            answered_bytes: self.answered_bytes,
            server_cpu_s: measure::cpu_seconds(self.plan.server_pid),
            load_cpu_s: measure::own_cpu_seconds(),
        }
    }

    fn start(&mut self) -> Outcome {
        self.next_due_ns = self.now_ns() as f64;
        let first = if self.plan.rate.is_none() { 0 } else { self.plan.connections };
        for number in first..self.connections.len() {
            self.pump(number)?;
        }
        Ok(())
    }

    /// Works in half-second windows until the last three agree within 5 % or the time is up.
    fn warm_up(&mut self) -> Outcome<(f64, bool)> {
        let begun = Instant::now();
        let mut counts = Vec::new();
        loop {
            let before = self.answered;
            self.work_for(ONE_WARM_UP_WINDOW)?;
            counts.push((self.answered - before) as f64);
            let spent = begun.elapsed().as_secs_f64();
            let settled = counts.last_chunk::<3>().is_some_and(|last| {
                let most = last.iter().copied().fold(0.0, f64::max);
                let least = last.iter().copied().fold(f64::MAX, f64::min);
                least > 0.0 && most / least <= 1.05
            });
            if spent >= self.plan.warm_up_least_s && (settled || spent >= self.plan.warm_up_most_s) {
                return Ok((spent, settled));
            }
        }
    }

    fn work_for(&mut self, duration: Duration) -> Outcome {
        let end = Instant::now() + duration;
        let mut events = Vec::with_capacity(256);
        let mut scratch = vec![0; SCRATCH];
        while Instant::now() < end {
            let wait_ns = self.send_due()?;
            events.clear();
            let timeout = Timespec { tv_sec: 0, tv_nsec: wait_ns };
            match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.to_string()),
            }
            for event in &events {
                let number = event.data.u64() as usize;
                let flags = event.flags;
                if flags.contains(EventFlags::IN) {
                    self.receive(number, &mut scratch)?;
                }
                self.pump(number)?;
            }
        }
        Ok(())
    }

    /// Open loop: hands out what is due by now; answers how long there is nothing more to do.
    fn send_due(&mut self) -> Outcome<i64> {
        let Some(rate) = self.plan.rate else { return Ok(20_000_000) };
        let gap_ns = 1e9 / rate;
        let now = self.now_ns() as f64;
        while self.next_due_ns <= now {
            let number = self.next_sender;
            self.next_sender = (self.next_sender + 1) % self.plan.connections;
            self.connections[number].due.push_back(self.next_due_ns as u64);
            self.next_due_ns += gap_ns;
            self.pump(number)?;
        }
        Ok((self.next_due_ns - self.now_ns() as f64).clamp(0.0, 20_000_000.0) as i64)
    }

    /// Sends on one connection until its window or its socket is full, or nothing is due.
    fn pump(&mut self, number: usize) -> Outcome {
        if let Some(watch) = self.watch.as_ref().filter(|_| number >= self.plan.connections) {
            let now = self.begun.elapsed().as_nanos() as u64;
            let reader = &mut self.connections[number];
            if reader.in_flight.is_empty() {
                reader.begin(&watch.shape, now, self.plan.partitions, true);
            }
            return reader.send(&watch.shape).map(|_| ());
        }
        loop {
            if !self.connections[number].is_sending() && !self.begin(number) {
                return Ok(());
            }
            if !self.connections[number].send(&self.shape)? {
                return Ok(());
            }
        }
    }

    /// Begins what the window and the schedule allow; false when that is nothing.
    fn begin(&mut self, number: usize) -> bool {
        let now = self.now_ns();
        let connection = &mut self.connections[number];
        let is_small = self.shape.request_bytes() <= SMALL;
        let stay = self.shape.offset_at.is_some() || self.watch.is_some();
        let mut has_begun = false;
        while connection.in_flight.len() < self.plan.in_flight {
            let due = match self.plan.rate {
                None => now,
                Some(_) => match connection.due.pop_front() {
                    Some(due) => due,
                    None => break,
                },
            };
            if let Some(watch) = &mut self.watch {
                watch.begun(connection.partition(), due);
            }
            has_begun = true;
            if !is_small {
                connection.begin(&self.shape, due, self.plan.partitions, stay);
                break;
            }
            if !connection.join(&self.shape, due, self.plan.partitions, stay) {
                break;
            }
        }
        has_begun
    }

    fn receive(&mut self, number: usize, scratch: &mut [u8]) -> Outcome {
        let now = self.now_ns();
        if number >= self.plan.connections {
            return self.receive_watched(number, scratch, now);
        }
        let (plan, shape) = (self.plan, &self.shape);
        let (latencies, answered) = (&mut self.latencies, &mut self.answered);
        let answered_bytes = &mut self.answered_bytes;
        let mut empty = false;
        self.connections[number].receive(shape, scratch, |connection, answer: Answer| {
            if plan.watched {
                return;
            }
            *answered += 1;
            latencies.saturating_record(now.saturating_sub(answer.due).max(1));
            if shape.offset_at.is_some() {
                let data = answer.length.saturating_sub(shape.answer_overhead);
                *answered_bytes += data as u64;
                connection.offset = next_offset(plan, shape, connection.offset, data);
                empty |= data < shape.batch_bytes;
            }
        })?;
        if empty { Err("a fetch brought no whole batch".to_owned()) } else { Ok(()) }
    }

    /// An answer to a reader that waited: the batches in it have arrived.
    fn receive_watched(&mut self, number: usize, scratch: &mut [u8], now: u64) -> Outcome {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        let (latencies, answered) = (&mut self.latencies, &mut self.answered);
        let mut data = 0;
        self.connections[number].receive(&watch.shape, scratch, |_, answer: Answer| {
            data += answer.length;
        })?;
        // One answer at a time is asked for; without a whole batch it was none, or the end of a wait.
        let data = data.saturating_sub(watch.shape.answer_overhead);
        watch.arrived(&mut self.connections[number], data, |due| {
            *answered += 1;
            latencies.saturating_record(now.saturating_sub(due).max(1));
        });
        Ok(())
    }
}

/// Readers start apart from each other.
fn start_offset(plan: &Plan, shape: &Shape, number: usize) -> u64 {
    let batches = (plan.readable_bytes / shape.batch_bytes as u64).max(1);
    let batch = number as u64 * 7919 % batches;
    if plan.topic.is_some() { batch * u64::from(shape.records) } else { 0 }
}

/// Behind the whole batches that came; back to the start near the end.
fn next_offset(plan: &Plan, shape: &Shape, offset: u64, data: usize) -> u64 {
    if plan.topic.is_none() {
        let next = offset + data as u64;
        return if next + data as u64 > plan.readable_bytes { 0 } else { next };
    }
    let next = offset + (data / shape.batch_bytes) as u64 * u64::from(shape.records);
    let end = plan.readable_bytes / shape.batch_bytes as u64 * u64::from(shape.records);
    // Not the last few batches: an answer that ends early would have other costs than the rest.
    let per_answer = (data / shape.batch_bytes) as u64 * u64::from(shape.records);
    if next + per_answer > end { 0 } else { next }
}
