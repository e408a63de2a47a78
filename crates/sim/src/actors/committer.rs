//! A consumer that keeps its own offsets: commits ever higher ones and asks for them back.

use std::time::Duration;

use thalweg_client::{Call, CallId};
use thalweg_model::Mono;

use super::{Completed, Phase, Turn, Work, calls};

/// Commits for one group and one partition of the first topic.
#[derive(Debug)]
pub struct Committer {
    group: u64,
    found: bool,
    attempted: i64,
    asked: Option<(CallId, Asked)>,
    next_at: Mono,
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Find,
    /// This offset, in this life of the broker.
    Commit(i64, u64),
    Fetch,
}

const PARTITION: i32 = 0;

impl Committer {
    /// A committer for this group.
    pub fn new(group: u64) -> Self {
        Self { group, found: false, attempted: -1, asked: None, next_at: Mono(0) }
    }

    fn next(&mut self, turn: &mut Turn<'_>) -> Option<(Call, Asked)> {
        let name = format!("group-{}", self.group);
        let topic = turn.ledger.topics().first()?.name;
        if !self.found {
            return Some((calls::find(0, &name), Asked::Find));
        }
        if turn.dice.once_in(2) && turn.phase == Phase::Working {
            self.attempted += 1;
            let call = calls::commit(&name, (-1, ""), (topic, PARTITION), self.attempted);
            return Some((call, Asked::Commit(self.attempted, turn.ledger.life)));
        }
        Some((calls::fetch_offsets(&name, topic, vec![PARTITION]), Asked::Fetch))
    }
}

impl Work for Committer {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.asked.is_none()
            && self.next_at <= now
            && let Some((call, asked)) = self.next(turn)
        {
            self.asked = Some((turn.client.submit(now, call), asked));
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        let Some((_, asked)) = self.asked.take_if(|(asked, _)| *asked == call) else { return };
        let pause = turn.dice.between(Duration::from_millis(10), Duration::from_millis(400));
        self.next_at = turn.now.mono.after(pause);
        let answer = result.ok().flatten();
        let ledger = &mut *turn.ledger;
        match asked {
            Asked::Find => self.found = answer.is_some_and(|answer| calls::found(&answer) == 0),
            // While that life lasts, a broker that reads it late may still do it.
            Asked::Commit(offset, life) => match answer.map(|answer| calls::committed(&answer)) {
                Some(0) => ledger.committed(self.group, PARTITION, offset),
                _ => ledger.commit_unsure(self.group, PARTITION, offset, life),
            },
            Asked::Fetch => {
                let offsets = answer.map(|answer| calls::fetched_offsets(&answer)).unwrap_or_default();
                for (partition, offset) in offsets {
                    let life = ledger.life;
                    ledger.committed_is(self.group, partition, offset, self.attempted, life);
                }
            }
        }
    }

    fn due(&self) -> Mono {
        if self.asked.is_some() { Mono(u64::MAX) } else { self.next_at }
    }

    fn is_done(&self, _: Phase) -> bool {
        true
    }
}
