//! The load: threads that write, commit and administrate until the broker is gone, and enter every acknowledgement.
//! A writer without idempotence never sends a record twice; an idempotent one sends what was not acknowledged again,
//! with the same sequence numbers, to the broker's next life.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{BatchBuilder, Compression};

use crate::client::Client;
use crate::ledger::{Ledger, Place, TOPICS};
use crate::record::{Dice, RecordId, value};

/// What all threads of one life share.
#[derive(Debug)]
pub struct Life<'a> {
    /// The broker.
    pub address: SocketAddr,
    /// Where acknowledgements go.
    pub ledger: &'a Mutex<Ledger>,
    /// Set a moment before the fault: from then on a failure is what is expected.
    pub is_ending: &'a AtomicBool,
    /// The fault is a power cut: what is told from then on counts for nothing.
    pub is_cut: bool,
}

/// What became of a thread's work.
enum End {
    /// The connection or the broker's directory is gone.
    Fault(String),
    /// It is time.
    Time,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        End::Fault(error.to_string())
    }
}

impl Life<'_> {
    fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Acquire)
    }

    /// Ends a thread that was told something too late. Without power nobody tells anything; here the machine goes on,
    /// and both ext4 and XFS let a sync that is under way at the shutdown return as if it had done its work.
    fn counts(&self) -> Result<(), End> {
        if self.is_cut && self.is_ending() { Err(End::Time) } else { Ok(()) }
    }

    /// Ends a thread's work: a failure before its time breaks a rule.
    fn ended(&self, who: &str, end: End) {
        if let End::Fault(what) = end
            && !self.is_ending()
        {
            self.with_ledger(|ledger| ledger.break_rule(format!("{who}: {what}, and nothing was cut yet")));
        }
    }

    fn with_ledger(&self, act: impl FnOnce(&mut Ledger)) {
        if let Ok(mut ledger) = self.ledger.lock() {
            act(&mut ledger);
        }
    }
}

/// A batch that was sent and not acknowledged.
#[derive(Debug)]
struct Waiting {
    first: u64,
    count: u64,
    bytes: Vec<u8>,
}

/// A writer of one partition; lives through many lives of the broker.
#[derive(Debug)]
pub struct Writer {
    id: u32,
    place: Place,
    is_idempotent: bool,
    /// What it did not hear of is sent again; else it begins anew with what comes next.
    keeps: bool,
    next: u64,
    producer: Option<(i64, i16)>,
    sequence: i32,
    waiting: VecDeque<Waiting>,
    dice: Dice,
}

/// Requests in flight: as many batches as a broker remembers of a producer.
const IN_FLIGHT_MAX: u64 = 5;
/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// `DUPLICATE_SEQUENCE_NUMBER`: there already, and too long ago to know where.
const DUPLICATE: i16 = 46;

impl Writer {
    /// A writer that has not begun.
    pub fn new(id: u32, place: Place, is_idempotent: bool, keeps: bool, seed: u64) -> Self {
        let dice = Dice(seed ^ u64::from(id) << 48);
        let (next, sequence, waiting) = (0, 0, VecDeque::new());
        Self { id, place, is_idempotent, keeps, next, producer: None, sequence, waiting, dice }
    }

    /// Writes until the broker is gone.
    pub fn run(&mut self, life: &Life<'_>) {
        let end = self.write(life).err().unwrap_or(End::Time);
        life.ended(&format!("writer {} of {}", self.id, TOPICS[self.place.0].name), end);
        if !self.keeps {
            self.waiting.clear();
            self.producer = None;
        }
    }

    fn write(&mut self, life: &Life<'_>) -> Result<(), End> {
        let mut client = Client::connect(life.address, PATIENCE)?;
        if self.is_idempotent && self.producer.is_none() {
            self.producer = Some(client.producer_id()?);
            self.sequence = 0;
        }
        if !self.waiting.is_empty() {
            self.exchange(life, &mut client)?;
        }
        while !life.is_ending() {
            for _ in 0..self.dice.within(1..=IN_FLIGHT_MAX) {
                self.make();
            }
            self.exchange(life, &mut client)?;
            std::thread::sleep(Duration::from_millis(self.dice.below(25)));
        }
        Err(End::Time)
    }

    /// One more batch, waiting to be sent.
    fn make(&mut self) {
        let count = self.dice.within(1..=12);
        let mut builder = BatchBuilder::new(Compression::None);
        if let Some((id, epoch)) = self.producer {
            builder = builder.producer(ProducerId(id), ProducerEpoch(epoch), Sequence(self.sequence));
            self.sequence += i32::try_from(count).unwrap_or(0);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(0);
        for number in self.next..self.next + count {
            let id = RecordId { writer: self.id, number };
            builder.append(now, None, Some(&value(id)), &[]);
        }
        self.waiting.push_back(Waiting { first: self.next, count, bytes: builder.build() });
        self.next += count;
    }

    /// Sends all that waits, and takes the answers.
    fn exchange(&mut self, life: &Life<'_>, client: &mut Client) -> Result<(), End> {
        let partition = i32::try_from(self.place.1).unwrap_or(0);
        let is_whole = self.is_idempotent && self.keeps;
        life.with_ledger(|ledger| ledger.sending(self.place, self.id, self.next, is_whole));
        for batch in &self.waiting {
            client.send_batch(TOPICS[self.place.0].name, partition, &batch.bytes)?;
        }
        while let Some(batch) = self.waiting.front() {
            let (error, base) = client.receive_produced()?;
            let at = Instant::now();
            life.counts()?;
            let (first, count) = (RecordId { writer: self.id, number: batch.first }, batch.count);
            match error {
                0 => life.with_ledger(|ledger| ledger.acked(self.place, base, first, count, at)),
                DUPLICATE if is_whole => {}
                error => return Err(End::Fault(format!("Produce: error {error}"))),
            }
            self.waiting.pop_front();
        }
        Ok(())
    }
}

/// The group that commits, and the topic it says it reads.
pub const GROUP: &str = "committer";

/// Commits higher and higher offsets until the broker is gone.
pub fn commit(life: &Life<'_>) {
    let end = commit_on(life).err().unwrap_or(End::Time);
    life.ended("committer", end);
}

fn commit_on(life: &Life<'_>) -> Result<(), End> {
    let mut client = Client::connect(life.address, PATIENCE)?;
    let mut next = 0;
    life.with_ledger(|ledger| next = ledger.committed.1 + 1);
    while !life.is_ending() {
        life.with_ledger(|ledger| ledger.committed.1 = next);
        let error = client.commit(GROUP, TOPICS[0].name, next)?;
        life.counts()?;
        match error {
            0 => life.with_ledger(|ledger| {
                ledger.committed.0 = next;
                ledger.commits += 1;
            }),
            // The coordinator is being made or read: 14 to 16.
            14..=16 => drop(client.find_coordinator(GROUP)?),
            error => return Err(End::Fault(format!("OffsetCommit: error {error}"))),
        }
        next += 1;
        std::thread::sleep(Duration::from_millis(3));
    }
    Err(End::Time)
}

/// Makes topics and deletes some of them until the broker is gone.
pub fn administrate(life: &Life<'_>, number: u64) {
    let end = administrate_on(life, number).err().unwrap_or(End::Time);
    life.ended("administrator", end);
}

/// Topics made in one life at most.
const MADE_MAX: u64 = 12;

fn administrate_on(life: &Life<'_>, life_number: u64) -> Result<(), End> {
    let mut client = Client::connect(life.address, PATIENCE)?;
    for count in 0..MADE_MAX {
        let name = format!("made-{life_number}-{count}");
        let error = client.create_topic(&name, 1, &[])?;
        life.counts()?;
        match error {
            0 => entered(life, name.clone(), true),
            error => return Err(End::Fault(format!("CreateTopics: error {error}"))),
        }
        std::thread::sleep(Duration::from_millis(40));
        // Not all are deleted, so that a number of them is there.
        if count % 4 != 3 {
            // Until it is told, nothing is known.
            life.with_ledger(|ledger| {
                ledger.topics.remove(&name);
            });
            let error = client.delete_topic(&name)?;
            life.counts()?;
            match error {
                0 => entered(life, name, false),
                error => return Err(End::Fault(format!("DeleteTopics: error {error}"))),
            }
        }
        if life.is_ending() {
            break;
        }
    }
    Err(End::Time)
}

fn entered(life: &Life<'_>, name: String, is_there: bool) {
    life.with_ledger(|ledger| {
        ledger.topics.insert(name, is_there);
        ledger.changes += 1;
    });
}
