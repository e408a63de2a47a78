//! `thalweg produce`: records from arguments or from lines of standard input. Lines are read on a thread of
//! their own, so that one that waits for a person does not hold back what is already there; memory is bounded
//! by what the producer may buffer.

use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thalweg_client::calls::{self, NewTopic};
use thalweg_client::{
    CallError, ClientEvent, Delivery, OutgoingRecord, Partitioner, Producer, ProducerSettings,
};
use thalweg_records::Header;
use thalweg_wire::ErrorCode;

use crate::args::ProduceArgs;
use crate::failure::{Failure, Outcome};
use crate::output::{Format, hint, print_text};
use crate::progress;
use crate::session::{Session, broker_failure, call_failure, no_such_topic};

/// Records waiting for acknowledgement above this stop the reading.
const BUFFERED_BYTES_MAX: usize = 64 << 20;
/// Lines handed over at a time.
const LINES_MAX: usize = 1024;

/// Writes everything, waits until it is acknowledged, says how much it was.
pub fn run(session: &mut Session, args: &ProduceArgs, format: Format) -> Outcome {
    let partitions = partition_count(session, args)?;
    if let Some(partition) = args.partition.filter(|p| !(0..partitions as i32).contains(p)) {
        return Err(Failure::not_found(format!(
            "Topic '{}' has no partition {partition}: it has {partitions}, counted from 0.",
            args.topic
        )));
    }
    let settings = ProducerSettings {
        acks: args.acks,
        compression: args.codec.compression(),
        batch_bytes: usize::try_from(args.batch_size).unwrap_or(usize::MAX).max(1),
        linger: args.linger,
        idempotent: args.acks == -1 && !args.no_idempotence,
        delivery_timeout: session.timeout.max(Duration::from_secs(1)),
        ..ProducerSettings::default()
    };
    let now = session.driver.now();
    session.driver.client().watch_topics(now, [args.topic.as_str()]);
    let mut work = Work {
        args,
        partitions,
        producer: Producer::new(settings),
        partitioner: Partitioner::new(now_ms() as u32),
        written: Written::default(),
    };
    if args.values.is_empty() {
        work.write_standard_input(session)?;
    } else {
        for value in &args.values {
            work.append(session, value.as_bytes())?;
        }
    }
    work.finish(session)?;
    work.written.report(&args.topic, format)
}

fn partition_count(session: &mut Session, args: &ProduceArgs) -> Outcome<u32> {
    let mut topic = session.topic(&args.topic)?;
    if topic.is_none() && args.create {
        let new = NewTopic {
            name: args.topic.clone(),
            partitions: None,
            replication_factor: None,
            configs: vec![],
        };
        let answer = session.call(calls::create_topics(vec![new], false, session.timeout))?;
        for (name, result) in calls::read_created(&answer).map_err(|error| call_failure(&error))? {
            match result {
                Err(error) if error.code != ErrorCode::TopicAlreadyExists => {
                    return Err(broker_failure("Creating", &format!("topic '{name}'"), &error));
                }
                _ => {}
            }
        }
        let deadline = session.driver.now().after(session.timeout);
        while topic.is_none() && session.driver.now() < deadline {
            topic = session.topic(&args.topic)?;
            session.pause(Duration::from_millis(if topic.is_none() { 20 } else { 0 }));
        }
    }
    let topic = topic.ok_or_else(|| {
        let failure = no_such_topic(&args.topic);
        Failure { message: format!("{} Or say --create.", failure.message), ..failure }
    })?;
    Ok(u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX).max(1))
}

struct Work<'a> {
    args: &'a ProduceArgs,
    partitions: u32,
    producer: Producer,
    partitioner: Partitioner,
    written: Written,
}

#[derive(Default)]
struct Written {
    records: u64,
    /// (partition, last offset) of the last delivery.
    last: Option<(i32, i64)>,
    failure: Option<Failure>,
    lost: u64,
}

impl Work<'_> {
    fn write_standard_input(&mut self, session: &mut Session) -> Outcome {
        if io::stdin().is_terminal() {
            hint("Type one record a line; Ctrl-D ends.");
        }
        let progress = progress::count("records");
        let (sender, lines) = sync_channel(8);
        let waker = session.driver.waker();
        std::thread::spawn(move || {
            read_lines(&sender, || drop(waker.wake()));
            // The last wake-up must find the channel closed.
            drop(sender);
            drop(waker.wake());
        });
        let mut open = true;
        while open && self.written.failure.is_none() {
            open = self.take_lines(session, &lines)?;
            // Once the input has ended there may be nothing to wait for.
            self.turn(session, open);
            progress.set_position(self.written.records);
        }
        progress.finish_and_clear();
        Ok(())
    }

    /// Appends lines that have arrived; false once the input has ended.
    fn take_lines(
        &mut self,
        session: &mut Session,
        lines: &Receiver<io::Result<Vec<Vec<u8>>>>,
    ) -> Outcome<bool> {
        while self.producer.buffered_bytes() < BUFFERED_BYTES_MAX {
            match lines.try_recv() {
                Ok(Ok(chunk)) => {
                    for line in chunk {
                        self.append(session, &line)?;
                    }
                }
                Ok(Err(error)) => {
                    return Err(Failure::failed(format!("Reading standard input failed: {error}.")));
                }
                Err(TryRecvError::Empty) => return Ok(true),
                Err(TryRecvError::Disconnected) => return Ok(false),
            }
        }
        Ok(true)
    }

    fn append(&mut self, session: &mut Session, line: &[u8]) -> Outcome {
        let (key, value) = match &self.args.key_delimiter {
            None => (self.args.key.as_deref().map(str::as_bytes), line),
            Some(delimiter) => match split(line, delimiter.as_bytes()) {
                Some((key, value)) => (Some(key), value),
                None => {
                    let line = String::from_utf8_lossy(line);
                    return Err(Failure::failed(format!(
                        "The line '{line}' has no '{delimiter}' between a key and a value. Lines before it were \
                         written."
                    )));
                }
            },
        };
        let value = if self.args.tombstone && value.is_empty() { None } else { Some(value) };
        let headers: Vec<Header<'_>> = self
            .args
            .headers
            .iter()
            .map(|(name, value)| Header { key: name.as_bytes(), value: Some(value.as_bytes()) })
            .collect();
        let partition = match self.args.partition {
            Some(partition) => partition,
            None => self.partitioner.partition(key, self.partitions),
        };
        let record = OutgoingRecord { timestamp: now_ms(), key, value, headers: &headers };
        let now = session.driver.now();
        if self.producer.append(now, &self.args.topic, partition, &record) {
            self.partitioner.next_batch();
            if self.producer.buffered_bytes() > BUFFERED_BYTES_MAX / 2 {
                self.turn(session, false);
            }
        }
        Ok(())
    }

    /// Sends what is due and takes what has arrived; waits for something to happen if told to.
    fn turn(&mut self, session: &mut Session, wait: bool) {
        let now = session.driver.now();
        self.producer.poll(now, session.driver.client());
        let until = if wait { self.producer.poll_timeout() } else { Some(now) };
        session.driver.turn(until);
        let now = session.driver.now();
        while let Some(event) = session.driver.poll_event() {
            if let ClientEvent::Completed { call, result } = event {
                self.producer.handle_completed(now, session.driver.client(), call, result);
            }
        }
        while let Some(delivery) = self.producer.poll_delivery() {
            self.written.add(delivery);
        }
    }

    fn finish(&mut self, session: &mut Session) -> Outcome {
        self.producer.set_flushing(true);
        while self.producer.unsettled_records() > 0 {
            self.turn(session, true);
        }
        match self.written.failure.take() {
            None => Ok(()),
            Some(failure) => {
                let counts =
                    format!("{} records were written, {} were not.", self.written.records, self.written.lost);
                Err(Failure { message: format!("{} {counts}", failure.message), ..failure })
            }
        }
    }
}

impl Written {
    fn add(&mut self, delivery: Delivery) {
        match delivery.result {
            Ok(base_offset) => {
                self.records += u64::from(delivery.records);
                if let Some(base) = base_offset {
                    self.last = Some((delivery.partition, base + i64::from(delivery.records) - 1));
                }
            }
            Err(error) => {
                self.lost += u64::from(delivery.records);
                self.failure.get_or_insert_with(|| match &error {
                    CallError::Broker(error) => {
                        let object = format!("{}-{}", delivery.topic, delivery.partition);
                        broker_failure("Writing to", &object, error)
                    }
                    other => call_failure(other),
                });
            }
        }
    }

    fn report(&self, topic: &str, format: Format) -> Outcome {
        match format {
            Format::Table => {
                let records = if self.records == 1 { "record" } else { "records" };
                match self.last {
                    Some((partition, offset)) => hint(&format!(
                        "{} {records} written to '{topic}', the last at partition {partition} offset {offset}.",
                        self.records
                    )),
                    None => hint(&format!("{} {records} sent to '{topic}'.", self.records)),
                }
                Ok(())
            }
            Format::Name => print_text(&format!("{topic}\n")),
            Format::Json | Format::Yaml => {
                let value = serde_json::json!({
                    "topic": topic, "records": self.records,
                    "last_partition": self.last.map(|last| last.0), "last_offset": self.last.map(|last| last.1),
                });
                print_text(&crate::output::render_streamed(&value, format))
            }
        }
    }
}

/// Hands over what a read returned as soon as it is there, in chunks.
fn read_lines(sender: &SyncSender<io::Result<Vec<Vec<u8>>>>, wake: impl Fn()) {
    let mut input = io::BufReader::with_capacity(256 * 1024, io::stdin().lock());
    let mut chunk = Vec::new();
    loop {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {
                if line.last() == Some(&b'\n') {
                    line.pop();
                    if line.last() == Some(&b'\r') {
                        line.pop();
                    }
                }
                chunk.push(line);
            }
            Err(error) => {
                let _ = sender.send(Err(error));
                break;
            }
        }
        if chunk.len() >= LINES_MAX || !input.buffer().contains(&b'\n') {
            if sender.send(Ok(std::mem::take(&mut chunk))).is_err() {
                return;
            }
            wake();
        }
    }
    if !chunk.is_empty() {
        let _ = sender.send(Ok(chunk));
    }
}

fn split<'a>(line: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = line.windows(delimiter.len().max(1)).position(|window| window == delimiter)?;
    Some((&line[..at], &line[at + delimiter.len()..]))
}

/// Wall-clock time for record timestamps.
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| i64::try_from(time.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_at_the_first_delimiter() {
        assert_eq!(split(b"k:v:w", b":"), Some((&b"k"[..], &b"v:w"[..])));
        assert_eq!(split(b"k => v", b" => "), Some((&b"k"[..], &b"v"[..])));
        assert_eq!(split(b"kv", b":"), None);
    }
}
