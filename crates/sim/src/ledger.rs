//! What clients were told, kept where no fault reaches it, and every rule that a broker must keep. A rule that is
//! broken is a [`Violation`] at once: the run ends there.
//!
//! Rules: an acknowledged record is read at its offset for ever, unless a power cut may have taken it (a topic that
//! does not ask for more than Kafka's default); offsets have no gaps; one offset never has two contents within one
//! history; no record is there twice; an acknowledged topic is there, an acknowledged deletion stays; a committed
//! offset never moves back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::groups::Groups;
use crate::transactions::Transactions;

/// A broken rule, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A record's identity: its writer, and the how manieth it is of that writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId(pub u64);

impl RecordId {
    /// The record's key: the same for many records of many writers.
    #[must_use]
    pub fn key(self) -> u64 {
        self.0 % KEYS
    }
}

/// How many keys there are.
const KEYS: u64 = 64;

/// What acknowledged means for a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// In the page cache: a power cut may take it.
    PageCache,
    /// On disk (`flush.messages=1`).
    Disk,
}

/// What a topic keeps of what is written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// Everything.
    All,
    /// The last record of every key, whatever else it still has (`cleanup.policy=compact`).
    LastOfKey,
    /// What is younger than so many milliseconds, whatever else it still has (`retention.ms`).
    Younger(i64),
    /// Everything, and only transactions are written to it: [`crate::transactions`] judges them.
    Transactions,
}

/// A topic the workload writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: &'static str,
    /// Its partitions.
    pub partitions: i32,
    /// Its configuration.
    pub configs: &'static [(&'static str, &'static str)],
    /// What acknowledged means for it.
    pub durability: Durability,
    /// What it keeps.
    pub keeps: Keeps,
}

/// What is known of one partition.
#[derive(Debug, Default)]
struct History {
    /// What was acknowledged or read, by offset.
    at: BTreeMap<i64, RecordId>,
    /// The reverse.
    places: BTreeMap<RecordId, i64>,
    /// Offsets whose records were acknowledged.
    acked: BTreeSet<i64>,
    /// Acknowledged as a repetition: the offset was not told.
    acked_somewhere: BTreeSet<RecordId>,
    /// The highest offset that was told as the log's start, since the power was last cut.
    start: i64,
}

/// What is known of a committed offset.
#[derive(Debug, Default)]
struct Committed {
    /// The highest that must be there; −1 for none.
    known: i64,
    /// Asked for and never answered, with the epoch in which that was: each may still be carried out in that epoch, by a
    /// broker that reads the request late.
    doubtful: BTreeMap<i64, u64>,
}

/// Everything that was told.
#[derive(Debug)]
pub struct Ledger {
    topics: Vec<TopicSpec>,
    partitions: BTreeMap<String, BTreeMap<i32, History>>,
    /// Topics made and deleted by name, and whether they are there; absent while that is not known.
    admin: BTreeMap<String, bool>,
    committed: BTreeMap<(u64, i32), Committed>,
    /// When each record was written to a topic that keeps only what is young.
    written_ms: BTreeMap<RecordId, i64>,
    /// What is known of transactions.
    pub transactions: Transactions,
    /// What is known of groups.
    pub groups: Groups,
    /// Lives of the broker so far.
    pub life: u64,
    violation: Option<Violation>,
    /// Counted for the report.
    pub counts: Counts,
}

/// How much a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records acknowledged.
    pub acked: u64,
    /// Records given up by their producer.
    pub failed: u64,
    /// Acknowledged records that a power cut took where it may.
    pub excused: u64,
    /// Records read.
    pub read: u64,
    /// Offset commits acknowledged.
    pub commits: u64,
    /// Transactions that were committed.
    pub transactions: u64,
    /// Generations of groups that a member was assigned something in.
    pub assignments: u64,
    /// Records that compaction or retention took.
    pub retired: u64,
    /// Topics created and deleted.
    pub topics: u64,
    /// Requests sent by all clients.
    pub requests: u64,
    /// Turns of the broker's roles.
    pub turns: u64,
    /// Faults done to it.
    pub faults: u64,
}

impl Counts {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.acked += other.acked;
        self.failed += other.failed;
        self.excused += other.excused;
        self.read += other.read;
        self.commits += other.commits;
        self.transactions += other.transactions;
        self.assignments += other.assignments;
        self.retired += other.retired;
        self.topics += other.topics;
        self.requests += other.requests;
        self.turns += other.turns;
        self.faults += other.faults;
    }
}

impl Ledger {
    /// An empty ledger for these topics.
    pub fn new(topics: Vec<TopicSpec>) -> Self {
        Self {
            topics,
            partitions: BTreeMap::new(),
            admin: BTreeMap::new(),
            committed: BTreeMap::new(),
            written_ms: BTreeMap::new(),
            transactions: Transactions::default(),
            groups: Groups::default(),
            life: 0,
            violation: None,
            counts: Counts::default(),
        }
    }

    /// The topics of the workload.
    pub fn topics(&self) -> &[TopicSpec] {
        &self.topics
    }

    /// The first rule that was broken.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// A rule is broken; only the first counts.
    pub fn break_rule(&mut self, what: String) {
        self.violation.get_or_insert(Violation(what));
    }

    /// A producer was told that these records are there, from `base` on if the broker said.
    pub fn acked(&mut self, topic: &str, partition: i32, base: Option<i64>, records: &[RecordId]) {
        self.counts.acked += records.len() as u64;
        for (place, &id) in records.iter().enumerate() {
            match base {
                Some(base) => {
                    let offset = base + place as i64;
                    self.place(topic, partition, offset, id, "acknowledged");
                    self.history(topic, partition).acked.insert(offset);
                }
                None => {
                    self.history(topic, partition).acked_somewhere.insert(id);
                }
            }
        }
    }

    /// A reader was given a record.
    pub fn read(&mut self, topic: &str, partition: i32, offset: i64, id: RecordId) {
        self.counts.read += 1;
        self.place(topic, partition, offset, id, "read");
    }

    /// A record is about to be written at this time, to a topic that keeps only what is young.
    pub fn written_at(&mut self, id: RecordId, wall_ms: i64) {
        self.written_ms.insert(id, wall_ms);
    }

    /// Where the log was last said to start.
    pub fn start_of(&mut self, topic: &str, partition: i32) -> i64 {
        self.history(topic, partition).start
    }

    /// The broker told where a log starts, no later than at this time.
    pub fn log_starts_at(&mut self, topic: &str, partition: i32, start: i64, now_ms: i64) {
        let Some(spec) = self.spec(topic) else { return };
        let youngest = match spec.keeps {
            Keeps::Younger(ms) => now_ms - ms,
            _ => i64::MIN,
        };
        let history = self.history(topic, partition);
        let before = std::mem::replace(&mut history.start, start);
        let gone: Vec<(i64, RecordId)> = history
            .acked
            .range(before..start.max(before))
            .filter_map(|offset| Some((*offset, *history.at.get(offset)?)))
            .collect();
        let early =
            gone.iter().find(|(_, id)| self.written_ms.get(id).is_none_or(|&written| written > youngest));
        if start < before {
            self.break_rule(format!("{topic}-{partition} started at {before}, now it starts at {start}"));
        } else if let Some((offset, _)) = early {
            self.break_rule(format!("{topic}-{partition}@{offset} is gone before its time"));
        }
    }

    fn spec(&self, topic: &str) -> Option<&TopicSpec> {
        self.topics.iter().find(|spec| spec.name == topic)
    }

    /// A reader that stood at `expected` was given `offset` next.
    pub fn gap(&mut self, topic: &str, partition: i32, expected: i64, offset: i64) {
        self.break_rule(format!("{topic}-{partition}: a reader at {expected} was given {offset}: a gap"));
    }

    fn history(&mut self, topic: &str, partition: i32) -> &mut History {
        // Asked for with every record: no name is made anew for it.
        if !self.partitions.contains_key(topic) {
            self.partitions.insert(topic.to_owned(), BTreeMap::new());
        }
        let partitions = self.partitions.get_mut(topic).expect("put there above");
        partitions.entry(partition).or_default()
    }

    fn place(&mut self, topic: &str, partition: i32, offset: i64, id: RecordId, how: &str) {
        let history = self.history(topic, partition);
        if history.at.get(&offset) == Some(&id) && history.places.get(&id) == Some(&offset) {
            return;
        }
        let broken = match (history.at.get(&offset), history.places.get(&id)) {
            (Some(&other), _) if other != id => Some(format!(
                "{topic}-{partition}@{offset}: {how} record {:x}, but it was {:x}",
                id.0, other.0
            )),
            (_, Some(&other)) if other != offset => Some(format!(
                "{topic}-{partition}: record {:x} {how} at {offset}, but it is at {other} too",
                id.0
            )),
            _ => {
                history.at.insert(offset, id);
                history.places.insert(id, offset);
                None
            }
        };
        if let Some(what) = broken {
            self.break_rule(what);
        }
    }

    /// A new life of the broker begins with this end of a partition. After a power cut what is behind it may be gone,
    /// if the topic's durability permits; otherwise nothing acknowledged may be.
    pub fn restarted(&mut self, topic: &str, partition: i32, end: i64, power_was_cut: bool) {
        let Some(spec) = self.topics.iter().find(|spec| spec.name == topic) else { return };
        let may_lose = power_was_cut && spec.durability == Durability::PageCache;
        let history = self.history(topic, partition);
        if power_was_cut {
            // What was deleted, or said to be, may be back.
            history.start = 0;
        }
        let lost = history.acked.split_off(&end);
        if let (false, Some(&first)) = (may_lose, lost.first()) {
            let last = lost.last().copied().unwrap_or(first);
            self.break_rule(format!(
                "{topic}-{partition} ends at {end} after a restart, but offsets {first} to {last} were acknowledged"
            ));
            return;
        }
        // What was read but not acknowledged may be another record in the next history.
        let gone = history.at.split_off(&end);
        for id in gone.values() {
            history.places.remove(id);
        }
        if may_lose {
            // Where a repetition is, is not known: it may have been in the lost part.
            let places = &history.places;
            history.acked_somewhere.retain(|id| places.contains_key(id));
        }
        self.counts.excused += lost.len() as u64;
    }

    /// Whether something at or behind this end was acknowledged.
    pub fn knows_more(&self, topic: &str, partition: i32, end: i64) -> bool {
        let history = self.partitions.get(topic).and_then(|partitions| partitions.get(&partition));
        history.is_some_and(|history| history.acked.range(end..).next().is_some())
    }

    /// A reader has read a partition from its start to `end`, and was given these records.
    pub fn read_whole(&mut self, topic: &str, partition: i32, end: i64, ids: &BTreeSet<RecordId>) {
        let keeps = self.spec(topic).map_or(Keeps::All, |spec| spec.keeps);
        let history = self.history(topic, partition);
        let start = if matches!(keeps, Keeps::Younger(_)) { history.start } else { 0 };
        // By key: the highest offset that was read, and whether anything was.
        let mut last_of_key = BTreeMap::new();
        if keeps == Keeps::LastOfKey {
            for (id, offset) in ids.iter().filter_map(|id| Some((id, *history.places.get(id)?))) {
                let last = last_of_key.entry(id.key()).or_insert(offset);
                *last = offset.max(*last);
            }
        }
        let mut retired = 0;
        let mut is_retired = |id: &RecordId, offset: i64| {
            let is = last_of_key.get(&id.key()).is_some_and(|&last| last > offset);
            retired += u64::from(is);
            is
        };
        let missing = history.acked.range(start..end.max(start)).copied().find(|offset| {
            history.at.get(offset).is_none_or(|id| !ids.contains(id) && !is_retired(id, *offset))
        });
        let beyond = history.acked.range(end..).next().copied();
        let unfound = match keeps {
            Keeps::All | Keeps::Transactions => {
                history.acked_somewhere.iter().find(|id| !ids.contains(id)).copied()
            }
            // Where it is is not known: something of its key must be there.
            Keeps::LastOfKey => {
                history.acked_somewhere.iter().find(|id| !last_of_key.contains_key(&id.key())).copied()
            }
            Keeps::Younger(_) => None,
        };
        retired += history.acked.range(..start).count() as u64;
        self.counts.retired += retired;
        let broken = if let Some(offset) = missing {
            Some(format!("{topic}-{partition}@{offset} was acknowledged, but a reader was not given it"))
        } else if let Some(offset) = beyond {
            Some(format!("{topic}-{partition}@{offset} was acknowledged, but the log ends at {end}"))
        } else {
            unfound.map(|id| {
                format!("{topic}-{partition}: record {:x} was acknowledged, but is not there", id.0)
            })
        };
        if let Some(what) = broken {
            self.break_rule(what);
        }
    }

    /// An administrator is about to make or delete a topic: until it is told, nothing is known.
    pub fn topic_unsure(&mut self, name: &str) {
        self.admin.remove(name);
    }

    /// An administrator was told that a topic is there, or is gone.
    pub fn topic_is(&mut self, name: &str, there: bool) {
        self.counts.topics += 1;
        self.admin.insert(name.to_owned(), there);
    }

    /// A topic that is known to be there, if any is.
    pub fn some_topic(&self, choice: usize) -> Option<String> {
        let there: Vec<&String> =
            self.admin.iter().filter(|(_, there)| **there).map(|(name, _)| name).collect();
        there.get(choice.checked_rem(there.len())?).map(|name| (*name).clone())
    }

    /// The broker listed its topics. Nothing was being made or deleted meanwhile.
    pub fn listed(&mut self, names: &BTreeSet<String>) {
        let wrong = self.admin.iter().find(|(name, there)| names.contains(*name) != **there);
        if let Some((name, there)) = wrong {
            let what = if *there { "was created, but is not there" } else { "was deleted, but is there" };
            self.break_rule(format!("topic {name} {what}"));
        }
    }

    /// A commit was acknowledged.
    pub fn committed(&mut self, group: u64, partition: i32, offset: i64) {
        self.counts.commits += 1;
        let entry = self.commits_of(group, partition);
        entry.known = offset.max(entry.known);
    }

    /// A commit was not answered, or with an error: it may be carried out, even later than those that follow, but only
    /// in this epoch.
    pub fn commit_unsure(&mut self, group: u64, partition: i32, offset: i64, epoch: u64) {
        self.commits_of(group, partition).doubtful.insert(offset, epoch);
    }

    fn commits_of(&mut self, group: u64, partition: i32) -> &mut Committed {
        self.committed.entry((group, partition)).or_insert(Committed { known: -1, doubtful: BTreeMap::new() })
    }

    /// The broker told, in this epoch, a committed offset; −1 for none. `attempted` is the highest that was ever asked for.
    pub fn committed_is(&mut self, group: u64, partition: i32, offset: i64, attempted: i64, epoch: u64) {
        let entry = self.commits_of(group, partition);
        let known = entry.known;
        let was_late = entry.doubtful.contains_key(&offset);
        // Whatever is still under way from an earlier epoch is refused from now on, or lost with its life.
        entry.doubtful.retain(|_, began| *began >= epoch);
        entry.known = if was_late { offset } else { known.max(offset) };
        if offset < known && !was_late {
            self.break_rule(format!(
                "group {group}: {known} was committed for partition {partition}, now it is {offset}"
            ));
        } else if offset > attempted {
            self.break_rule(format!(
                "group {group}: {offset} is committed for partition {partition}, never asked for"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISK: TopicSpec =
        TopicSpec { name: "t", partitions: 1, configs: &[], durability: Durability::Disk, keeps: Keeps::All };

    fn broken(act: impl FnOnce(&mut Ledger)) -> bool {
        let mut ledger = Ledger::new(vec![
            DISK,
            TopicSpec { name: "c", durability: Durability::PageCache, ..DISK },
            TopicSpec { name: "young", keeps: Keeps::Younger(10), ..DISK },
            TopicSpec { name: "keyed", keeps: Keeps::LastOfKey, ..DISK },
        ]);
        ledger.acked("t", 0, Some(0), &[RecordId(1), RecordId(2)]);
        ledger.acked("c", 0, Some(0), &[RecordId(1), RecordId(2)]);
        assert_eq!(ledger.violation(), None);
        act(&mut ledger);
        ledger.violation().is_some()
    }

    #[test]
    fn every_rule_is_seen_when_it_is_broken() {
        assert!(broken(|ledger| {
            ledger.written_at(RecordId(1), 100);
            ledger.log_starts_at("young", 0, 0, 100);
            ledger.acked("young", 0, Some(0), &[RecordId(1)]);
            ledger.log_starts_at("young", 0, 1, 105);
        }));
        assert!(broken(|ledger| {
            ledger.log_starts_at("young", 0, 5, 0);
            ledger.log_starts_at("young", 0, 4, 0);
        }));
        assert!(broken(|ledger| {
            ledger.acked("keyed", 0, Some(0), &[RecordId(1), RecordId(1 + 64), RecordId(2)]);
            ledger.read_whole("keyed", 0, 3, &BTreeSet::from([RecordId(1), RecordId(2)]));
        }));
        assert!(broken(|ledger| ledger.read("t", 0, 1, RecordId(3))), "another record at an offset");
        assert!(broken(|ledger| ledger.read("t", 0, 2, RecordId(2))), "a record twice");
        assert!(broken(|ledger| ledger.restarted("t", 0, 1, true)), "a synced record lost");
        assert!(broken(|ledger| ledger.restarted("c", 0, 1, false)), "a record lost by a kill");
        assert!(broken(|ledger| ledger.read_whole("t", 0, 2, &BTreeSet::from([RecordId(1)]))), "not read");
        assert!(broken(|ledger| ledger.gap("t", 0, 1, 2)));
        assert!(broken(|ledger| {
            ledger.topic_is("a", true);
            ledger.listed(&BTreeSet::new());
        }));
        assert!(broken(|ledger| {
            ledger.committed(1, 0, 9);
            ledger.committed_is(1, 0, 8, 9, 1);
        }));
    }

    #[test]
    fn what_retention_and_compaction_may_take_and_a_late_commit_are_no_broken_rules() {
        assert!(!broken(|ledger| {
            ledger.written_at(RecordId(1), 100);
            ledger.acked("young", 0, Some(0), &[RecordId(1)]);
            ledger.log_starts_at("young", 0, 1, 110);
            ledger.read_whole("young", 0, 1, &BTreeSet::new());
            let all = [RecordId(1), RecordId(1 + 64), RecordId(2)];
            ledger.acked("keyed", 0, Some(0), &all);
            for offset in 1..3 {
                ledger.read("keyed", 0, offset, all[offset as usize]);
            }
            ledger.read_whole("keyed", 0, 3, &BTreeSet::from([all[1], all[2]]));
            ledger.commit_unsure(1, 0, 7, 1);
            ledger.committed(1, 0, 8);
            ledger.committed_is(1, 0, 7, 8, 1);
        }));
        assert!(broken(|ledger| {
            ledger.commit_unsure(1, 0, 7, 1);
            ledger.committed(1, 0, 8);
            ledger.committed_is(1, 0, 8, 8, 2);
            ledger.committed_is(1, 0, 7, 8, 2);
        }));
    }

    #[test]
    fn what_a_power_cut_may_take_is_forgotten_and_its_offsets_may_be_used_again() {
        assert!(!broken(|ledger| {
            ledger.restarted("c", 0, 1, true);
            ledger.read("c", 0, 1, RecordId(7));
            ledger.read_whole("c", 0, 2, &BTreeSet::from([RecordId(1), RecordId(7)]));
            assert_eq!(ledger.counts.excused, 1);
        }));
    }
}
