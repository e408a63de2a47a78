//! What is known of transactions, and the rules that readers of committed records may rely on: nothing of a transaction
//! that nobody asked to commit, everything of one whose commit was acknowledged, all or nothing of one whose commit was
//! asked for and never answered; one content per offset; the records of one producer in their order.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::RecordId;

/// How far a transaction is, as its producer knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fate {
    /// Nobody has asked to commit it: it must never be seen.
    #[default]
    Open,
    /// To commit it was asked for, but not answered.
    Unknown,
    /// Its commit was acknowledged.
    Committed,
}

#[derive(Debug, Default)]
struct Transaction {
    fate: Fate,
    records: BTreeSet<(i32, RecordId)>,
}

/// All transactions of a run.
#[derive(Debug, Default)]
pub struct Transactions {
    all: BTreeMap<u64, Transaction>,
    /// What was at an offset, by partition and offset.
    at: BTreeMap<(i32, i64), RecordId>,
}

/// Bits of a record's id that count within its transaction.
pub const RECORD_BITS: u32 = 8;
/// Bits of a record's id below its producer's number.
const PRODUCER_BITS: u32 = 48;

/// A record of a transaction.
#[must_use]
pub fn record_id(transaction: u64, place: u64) -> RecordId {
    RecordId(transaction << RECORD_BITS | place)
}

/// A transaction's number, from its producer's and how many that had before.
#[must_use]
pub fn transaction_id(producer: u64, count: u64) -> u64 {
    producer << (PRODUCER_BITS - RECORD_BITS) | count
}

impl Transactions {
    /// A record was written and acknowledged within an open transaction.
    pub fn wrote(&mut self, transaction: u64, partition: i32, id: RecordId) {
        self.all.entry(transaction).or_default().records.insert((partition, id));
    }

    /// Its producer is about to ask for the commit.
    pub fn commit_asked(&mut self, transaction: u64) {
        self.all.entry(transaction).or_default().fate = Fate::Unknown;
    }

    /// The commit was acknowledged.
    pub fn committed(&mut self, transaction: u64) {
        self.all.entry(transaction).or_default().fate = Fate::Committed;
    }

    /// A reader of committed records was given one. The rule that this breaks, if it does. `last` is the newest that this
    /// reader has had of each producer in this partition.
    pub fn read(
        &mut self,
        partition: i32,
        offset: i64,
        id: RecordId,
        last: &mut BTreeMap<u64, RecordId>,
    ) -> Result<(), String> {
        let transaction = id.0 >> RECORD_BITS;
        match self.all.get(&transaction).map(|transaction| transaction.fate) {
            Some(Fate::Unknown | Fate::Committed) => {}
            Some(Fate::Open) => {
                return Err(format!(
                    "partition {partition}@{offset}: record {:x} of a transaction that was never committed",
                    id.0
                ));
            }
            None => return Err(format!("partition {partition}@{offset}: nobody wrote record {:x}", id.0)),
        }
        let there = *self.at.entry((partition, offset)).or_insert(id);
        if there != id {
            return Err(format!(
                "partition {partition}@{offset}: record {:x}, but it was {:x}",
                id.0, there.0
            ));
        }
        match last.insert(id.0 >> PRODUCER_BITS, id) {
            Some(before) if before >= id => Err(format!(
                "partition {partition}@{offset}: record {:x} comes after {:x} of the same producer",
                id.0, before.0
            )),
            _ => Ok(()),
        }
    }

    /// A reader of committed records has read every partition from its start to its end, when nothing was under way any
    /// more.
    pub fn read_whole(&self, given: &BTreeSet<(i32, RecordId)>) -> Result<(), String> {
        for (number, transaction) in &self.all {
            let there = transaction.records.iter().filter(|record| given.contains(record)).count();
            let all = transaction.records.len();
            let is_whole = match transaction.fate {
                Fate::Committed => there == all,
                Fate::Unknown => there == 0 || there == all,
                Fate::Open => there == 0,
            };
            if !is_whole {
                return Err(format!(
                    "transaction {number:x}, {:?}: {there} of its {all} records are there",
                    transaction.fate
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (Transactions, [RecordId; 3]) {
        let mut known = Transactions::default();
        let (one, two) = (transaction_id(1, 0), transaction_id(1, 1));
        let ids = [record_id(one, 0), record_id(one, 1), record_id(two, 0)];
        known.wrote(one, 0, ids[0]);
        known.wrote(one, 1, ids[1]);
        known.wrote(two, 0, ids[2]);
        known.commit_asked(one);
        (known, ids)
    }

    #[test]
    fn every_rule_is_seen_when_it_is_broken() {
        let (mut known, ids) = two();
        let mut last = BTreeMap::new();
        assert_eq!(known.read(0, 5, ids[0], &mut last), Ok(()));
        assert!(known.read(0, 9, ids[2], &mut BTreeMap::new()).is_err(), "never committed");
        assert!(known.read(0, 5, ids[1], &mut BTreeMap::new()).is_err(), "another content");
        assert!(known.read(0, 7, ids[0], &mut last).is_err(), "twice");
        assert!(known.read(0, 8, RecordId(77), &mut last).is_err(), "nobody wrote it");
        assert!(known.read_whole(&BTreeSet::from([(0, ids[0])])).is_err(), "a half");
        assert_eq!(known.read_whole(&BTreeSet::new()), Ok(()), "its commit was not acknowledged");
        known.committed(transaction_id(1, 0));
        assert!(known.read_whole(&BTreeSet::new()).is_err(), "now it was");
        assert_eq!(known.read_whole(&BTreeSet::from([(0, ids[0]), (1, ids[1])])), Ok(()));
    }
}
