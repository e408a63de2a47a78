//! What clients were told, kept in this process, where no fault reaches it, and the rules that a broker's next life is
//! held against.
//!
//! Rules: an acknowledged record is read at its offset, unless the fault may take it by its topic's durability;
//! what was read once after a fault is there for ever; offsets have no gaps; the records of one writer are in the
//! order in which it wrote them, each once (and all of them, where it is idempotent and nothing may be lost); a
//! record is one that was sent, to the last byte; an acknowledged topic is there and an acknowledged deletion stays;
//! a committed offset never moves back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::record::RecordId;

/// When an acknowledged record is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Whenever the kernel or a segment's end sees to it: Kafka's default.
    PageCache,
    /// After so many milliseconds (`flush.ms`).
    Within(u64),
    /// Before it is acknowledged (`flush.messages=1`).
    Disk,
}

/// A topic of the load.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// Its configuration.
    pub configs: &'static [(&'static str, &'static str)],
    /// What acknowledged means.
    pub durability: Durability,
}

/// Small segments, so that many end during a run.
pub const TOPICS: [Topic; 3] = [
    Topic { name: "default", configs: &[("segment.bytes", "1048576")], durability: Durability::PageCache },
    Topic {
        name: "flush-ms",
        configs: &[("segment.bytes", "1048576"), ("flush.ms", "500")],
        durability: Durability::Within(500),
    },
    Topic {
        name: "flush-1",
        configs: &[("segment.bytes", "1048576"), ("flush.messages", "1")],
        durability: Durability::Disk,
    },
];
/// Partitions of each topic.
pub const PARTITIONS: usize = 2;
/// How late a flush by time may be: a busy machine's sync takes its time.
pub const FLUSH_SLACK: Duration = Duration::from_secs(3);

/// A partition: which topic, which number.
pub type Place = (usize, usize);

/// A writer's part in a partition.
#[derive(Clone, Copy, Debug, Default)]
struct Author {
    /// Records sent so far.
    sent: u64,
    /// None may be missing between those that are there.
    is_whole: bool,
}

#[derive(Debug, Default)]
struct Partition {
    /// What was read at each offset after the last fault.
    known: Vec<RecordId>,
    /// Acknowledged since, by offset.
    acked: BTreeMap<usize, (RecordId, Instant)>,
    authors: BTreeMap<u32, Author>,
}

/// What a fault took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loss {
    /// Records that were acknowledged.
    pub records: u64,
    /// How long before the fault the oldest of them was acknowledged.
    pub oldest: Duration,
}

impl Loss {
    /// Counts another's with this one.
    pub fn add(&mut self, other: Loss) {
        self.records += other.records;
        self.oldest = self.oldest.max(other.oldest);
    }
}

/// Everything that was told.
#[derive(Debug, Default)]
pub struct Ledger {
    partitions: BTreeMap<Place, Partition>,
    /// Topics made and deleted, and whether they are there; absent while that is not known.
    pub topics: BTreeMap<String, bool>,
    /// The highest offset whose commit was acknowledged, and the highest that was asked for.
    pub committed: (i64, i64),
    /// Records acknowledged.
    pub acked: u64,
    /// Commits acknowledged.
    pub commits: u64,
    /// Creations and deletions of topics acknowledged.
    pub changes: u64,
    /// The first thing that should not have happened.
    pub broken: Option<String>,
}

impl Ledger {
    /// An empty one.
    pub fn new() -> Self {
        Self { committed: (-1, -1), ..Self::default() }
    }

    /// A rule is broken; the first counts.
    pub fn break_rule(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }

    /// A writer is about to send its records up to this number.
    pub fn sending(&mut self, place: Place, writer: u32, end: u64, is_whole: bool) {
        let authors = &mut self.partitions.entry(place).or_default().authors;
        let author = authors.entry(writer).or_default();
        (author.sent, author.is_whole) = (author.sent.max(end), is_whole);
    }

    /// A writer was told that these records are there, from `base` on.
    pub fn acked(&mut self, place: Place, base: i64, first: RecordId, count: u64, at: Instant) {
        self.acked += count;
        let Ok(base) = usize::try_from(base) else {
            return self.break_rule(format!("{}: acknowledged at offset {base}", shown(place)));
        };
        let partition = self.partitions.entry(place).or_default();
        for step in 0..count {
            let id = RecordId { number: first.number + step, ..first };
            let offset = base + usize::try_from(step).unwrap_or(usize::MAX);
            let before = match partition.known.get(offset) {
                Some(&known) => Some(known),
                None => partition.acked.insert(offset, (id, at)).map(|(before, _)| before),
            };
            if let Some(before) = before.filter(|before| *before != id) {
                let place = shown(place);
                self.broken.get_or_insert(format!("{place}@{offset}: {id:?} acknowledged, was {before:?}"));
            }
        }
    }

    /// A partition was read from 0 to its end after a fault at `when`, and these are its records. `may_lose`: the
    /// fault was one that may take what is not on disk.
    pub fn read(
        &mut self,
        place: Place,
        found: Vec<RecordId>,
        may_lose: bool,
        when: Instant,
    ) -> Result<Loss, String> {
        let partition = self.partitions.entry(place).or_default();
        let name = shown(place);
        let known = &partition.known;
        if let Some(offset) = (0..known.len()).find(|&offset| found.get(offset) != known.get(offset)) {
            let now = found.get(offset);
            return Err(format!("{name}@{offset}: {:?} before this fault, {now:?} after", known[offset]));
        }
        let mut loss = Loss::default();
        for (&offset, &(id, at)) in &partition.acked {
            match found.get(offset) {
                Some(&now) if now == id => {}
                Some(now) => return Err(format!("{name}@{offset}: {id:?} acknowledged, {now:?} read")),
                None => loss.add(Loss { records: 1, oldest: when.saturating_duration_since(at) }),
            }
        }
        let bound = match TOPICS[place.0].durability {
            _ if !may_lose => Some(Duration::ZERO),
            Durability::Disk => Some(Duration::ZERO),
            Durability::Within(ms) => Some(Duration::from_millis(ms) + FLUSH_SLACK),
            Durability::PageCache => None,
        };
        if loss.records > 0 && bound.is_some_and(|bound| loss.oldest > bound || bound.is_zero()) {
            let (records, age, end) = (loss.records, loss.oldest, found.len());
            return Err(format!(
                "{name} ends at {end}: {records} acknowledged records are lost, the oldest acknowledged {age:?} before"
            ));
        }
        check_order(&found, &partition.authors).map_err(|what| format!("{name}{what}"))?;
        partition.known = found;
        partition.acked.clear();
        Ok(loss)
    }

    /// Holds the topics that are there, and a group's committed offset, against what was acknowledged.
    pub fn metadata_read(&mut self, names: &[String], committed: i64) -> Result<(), String> {
        if let Some((name, is_there)) = self.topics.iter().find(|(name, is)| names.contains(name) != **is) {
            let what = if *is_there { "created, but is not there" } else { "deleted, but is there" };
            return Err(format!("topic {name} was {what}"));
        }
        let (acked, asked) = self.committed;
        if committed < acked || committed > asked {
            return Err(format!(
                "offset {acked} was committed (up to {asked} asked for), now it is {committed}"
            ));
        }
        self.committed.0 = committed;
        Ok(())
    }
}

/// Each writer's records once and in its order.
fn check_order(found: &[RecordId], authors: &BTreeMap<u32, Author>) -> Result<(), String> {
    let mut next: BTreeMap<u32, u64> = BTreeMap::new();
    for (offset, id) in found.iter().enumerate() {
        let Some(author) = authors.get(&id.writer).filter(|author| id.number < author.sent) else {
            return Err(format!("@{offset}: {id:?} was never sent there"));
        };
        let expected = next.insert(id.writer, id.number + 1).unwrap_or(0);
        if id.number < expected {
            return Err(format!("@{offset}: {id:?} again, or out of order (after {})", expected - 1));
        }
        if author.is_whole && id.number > expected {
            return Err(format!("@{offset}: {id:?}, but {expected} of this idempotent writer is missing"));
        }
    }
    Ok(())
}

/// The partition's name.
pub fn shown(place: Place) -> String {
    format!("{}-{}", TOPICS[place.0].name, place.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> RecordId {
        RecordId { writer: 1, number }
    }

    /// Two records acknowledged in this topic, then a read that finds these.
    fn after(topic: usize, found: &[RecordId], may_lose: bool) -> Result<Loss, String> {
        let (mut ledger, now) = (Ledger::new(), Instant::now());
        ledger.sending((topic, 0), 1, 3, true);
        ledger.acked((topic, 0), 0, id(0), 2, now);
        assert_eq!(ledger.broken, None);
        ledger.read((topic, 0), found.to_vec(), may_lose, now)
    }

    #[test]
    fn each_broken_rule_is_seen() {
        assert!(after(2, &[id(0), id(1)], true).is_ok());
        assert!(after(2, &[id(0), id(1), id(2)], true).is_ok(), "sent and not acknowledged may be there");
        assert!(after(2, &[id(0)], true).is_err(), "lost though it was on disk");
        assert!(after(0, &[id(0)], false).is_err(), "lost though the power stayed");
        assert_eq!(after(0, &[id(0)], true).unwrap().records, 1, "what the default may lose");
        assert!(after(0, &[id(1), id(0)], true).is_err(), "other records");
        assert!(after(0, &[id(0), id(1), id(1)], true).is_err(), "twice");
        assert!(after(0, &[id(0), id(1), id(3)], true).is_err(), "never sent");
        assert!(after(0, &[id(0), id(1), RecordId { writer: 9, number: 0 }], true).is_err(), "a stranger's");
    }

    #[test]
    fn what_was_read_once_must_stay() {
        let (mut ledger, now) = (Ledger::new(), Instant::now());
        ledger.sending((0, 0), 1, 3, false);
        assert!(ledger.read((0, 0), vec![id(0), id(2)], true, now).is_ok());
        assert!(ledger.read((0, 0), vec![id(0)], true, now).is_err());
        assert!(ledger.read((0, 0), vec![id(0), id(2)], true, now).is_ok());
        ledger.sending((0, 0), 1, 3, true);
        assert!(ledger.read((0, 0), vec![id(0), id(2)], true, now).is_err(), "a gap of an idempotent writer");
    }

    #[test]
    fn metadata_that_moves_back_is_seen() {
        let mut ledger = Ledger::new();
        ledger.topics.insert("there".to_owned(), true);
        ledger.topics.insert("gone".to_owned(), false);
        ledger.committed = (4, 5);
        let there = vec!["there".to_owned()];
        assert!(ledger.metadata_read(&there, 5).is_ok());
        assert!(ledger.metadata_read(&there, 4).is_err(), "5 was seen");
        assert!(ledger.metadata_read(&there, 6).is_err(), "never asked for");
        assert!(ledger.metadata_read(&[], 5).is_err());
        assert!(ledger.metadata_read(&["there".to_owned(), "gone".to_owned()], 5).is_err());
    }
}
