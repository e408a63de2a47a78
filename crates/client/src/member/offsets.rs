//! Committed offsets of a member's partitions: looked up when a partition comes, committed on a timer, when one goes,
//! and at the end.

use std::collections::{BTreeMap, BTreeSet};

use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use super::{Member, MemberEvent, Owned, Phase};
use crate::calls::{
    TopicPartition, commit_member_offsets, fetch_member_offsets, read_member_commit, read_member_offsets,
};
use crate::{Answer, BrokerError, CallError, Client};

impl Member {
    /// Asks where the group is in partitions that are new.
    pub(super) fn look_up(
        &mut self,
        now: Mono,
        client: &mut Client,
        node: i32,
        of: BTreeSet<TopicPartition>,
    ) {
        let call = fetch_member_offsets(node, self.identity(), of);
        self.looking_up = Some(client.submit(now, call));
    }

    pub(super) fn looked_up(&mut self, now: Mono, result: Result<Answer, CallError>) {
        let offsets = match result.and_then(|answer| read_member_offsets(&answer)) {
            Ok(offsets) => offsets,
            // A transaction that is not over yet among others: it is asked for again.
            Err(error) => return self.failed(now, error),
        };
        self.failures = 0;
        if self.target.is_none() || self.phase != Phase::In {
            // Lost, or leaving, while it was on its way.
            return;
        }
        for ((topic, partition), committed) in offsets {
            let owned = Owned { committed, ..Owned::default() };
            self.owned.insert((topic.clone(), partition), owned);
            self.events.push_back(MemberEvent::Assigned { topic, partition, committed });
        }
        self.tell_owned(now);
    }

    /// Commits on the timer, and at once what is being given up.
    pub(super) fn commit_if_due(&mut self, now: Mono, client: &mut Client, node: i32) {
        let is_urgent = self.phase != Phase::In || self.owned.values().any(|owned| owned.is_revoked);
        if self.committing.is_some() || self.epoch == 0 || (self.next_commit > now && !is_urgent) {
            return;
        }
        let behind = self.owned.iter();
        let offsets: BTreeMap<TopicPartition, i64> =
            behind.filter_map(|(of, owned)| Some((of.clone(), owned.uncommitted()?))).collect();
        if offsets.is_empty() {
            return;
        }
        self.next_commit = now.after(self.settings.commit_interval);
        let call = commit_member_offsets(node, self.identity(), offsets.clone());
        self.committing = Some((client.submit(now, call), offsets));
    }

    pub(super) fn committed(
        &mut self,
        now: Mono,
        offsets: &BTreeMap<TopicPartition, i64>,
        result: Result<Answer, CallError>,
    ) {
        let codes = match result.and_then(|answer| read_member_commit(&answer)) {
            Ok(codes) => codes,
            Err(error) => {
                self.next_commit = now;
                return self.failed(now, error);
            }
        };
        let mut failure = None;
        for (partition, offset) in offsets {
            let code = codes.get(partition).copied().unwrap_or(ErrorCode::UnknownServerError);
            match code {
                ErrorCode::None => {}
                // A topic that is gone has nothing to be remembered of.
                ErrorCode::UnknownTopicOrPartition | ErrorCode::UnknownTopicId => {}
                code => {
                    failure = Some(code);
                    continue;
                }
            }
            if let Some(owned) = self.owned.get_mut(partition) {
                owned.committed = Some(*offset);
            }
        }
        match failure {
            None => self.failures = 0,
            Some(code) => {
                self.next_commit = now;
                self.failed(now, CallError::Broker(BrokerError { code, message: None }));
            }
        }
    }
}
