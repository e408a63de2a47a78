//! Heartbeats: when one is due, what it says, and what the coordinator's answer changes.

use std::collections::BTreeMap;

use thalweg_model::{Mono, Uuid};

use super::{Member, Phase};
use crate::calls::{BeatDetails, member_beat, read_beat};
use crate::{Answer, CallError, Client};

/// Epoch of a member that leaves.
const LEAVES: i32 = -1;

impl Member {
    /// Says that the member is there, or that it goes once everything it has consumed is committed.
    pub(super) fn beat_if_due(&mut self, now: Mono, client: &mut Client, node: i32) {
        if self.beating.is_some() || self.next_beat > now {
            return;
        }
        let mut who = self.identity();
        let mut details = BeatDetails::default();
        let leaves = matches!(self.phase, Phase::Leaving(_)) && self.epoch > 0;
        if leaves {
            let is_behind = self.owned.values().any(|owned| owned.uncommitted().is_some());
            if self.committing.is_some() || is_behind {
                return;
            }
            who.epoch = LEAVES;
        } else {
            let all = self.says_all || self.epoch == 0;
            if all {
                client.watch_topics(now, self.settings.topics.iter().map(String::as_str));
                details.subscription = Some((self.settings.topics.clone(), self.settings.rebalance_timeout));
            }
            if all || self.says_owned {
                details.owned = Some(self.owned_by_id(client));
            }
            self.says_all = false;
            self.says_owned = false;
        }
        self.next_beat = now.after(self.heartbeat_interval);
        let call = member_beat(node, who, details);
        self.beating = Some(client.submit(now, call));
    }

    fn owned_by_id(&self, client: &Client) -> BTreeMap<Uuid, Vec<i32>> {
        let mut owned: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
        for (topic, partition) in self.owned.keys() {
            // What was assigned was found by its id; a topic that is gone is not owned any more.
            if let Some(view) = client.cluster().topics.get(topic) {
                owned.entry(view.id).or_default().push(*partition);
            }
        }
        owned
    }

    pub(super) fn beaten(&mut self, now: Mono, result: Result<Answer, CallError>) {
        let beaten = match result.and_then(|answer| read_beat(&answer)) {
            Ok(beaten) => beaten,
            Err(error) => {
                // It may have been taken or not: the next one says everything again.
                self.says_all = true;
                self.next_beat = now;
                return self.failed(now, error);
            }
        };
        self.failures = 0;
        self.beats = self.beats.saturating_add(1);
        if beaten.epoch < 0 {
            return self.is_out();
        }
        self.epoch = beaten.epoch;
        self.heartbeat_interval = beaten.interval;
        if !self.says_owned && self.phase == Phase::In {
            self.next_beat = now.after(beaten.interval);
        }
        if let Some(assignment) = beaten.assignment {
            self.target = Some(assignment);
        }
    }
}
