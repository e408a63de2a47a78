//! What tools and commits ask of consumer groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use super::group::{ConsumerGroup, ConsumerMember};
use super::types::{TopicPartitions, without_epochs};
use crate::machine::GroupMachine;
use crate::request::{ConsumerDescription, DescribedConsumer, TopicAssignment};

impl GroupMachine {
    /// ConsumerGroupDescribe.
    pub(crate) fn describe_consumer(&self, id: &str) -> Option<ConsumerDescription> {
        let group = self.state.consumers.get(id)?;
        let default = self.config.consumer.assignors.first().map_or("uniform", |assignor| assignor.name());
        Some(ConsumerDescription {
            state: group.state().name(),
            epoch: group.epoch,
            assignment_epoch: group.assignment_epoch,
            assignor: group.preferred_assignor().unwrap_or_else(|| Arc::from(default)),
            members: group.members.values().map(|member| self.described(group, member)).collect(),
        })
    }

    fn described(&self, group: &ConsumerGroup, member: &ConsumerMember) -> DescribedConsumer {
        DescribedConsumer {
            member: Arc::clone(&member.id),
            instance: member.instance.clone(),
            rack: member.rack.clone(),
            epoch: member.epoch,
            client_id: Arc::clone(&member.client_id),
            client_host: Arc::clone(&member.client_host),
            topics: Arc::clone(&member.topics),
            regex: member.regex.clone(),
            assignment: self.named(&without_epochs(&member.assigned)),
            target: self.named(&group.target_of(&member.id)),
            is_classic: member.is_classic(),
        }
    }

    /// Topics that are gone are left out, as in Kafka.
    fn named(&self, partitions: &TopicPartitions) -> Vec<TopicAssignment> {
        let named = partitions.iter().filter_map(|(id, of_topic)| {
            let name = self.topics.name_of(*id)?;
            Some(TopicAssignment { id: *id, name, partitions: of_topic.iter().copied().collect() })
        });
        named.collect()
    }
}

impl ConsumerGroup {
    /// Who may commit, as Kafka's `ConsumerGroup.validateOffsetCommit`: the member in its present epoch, or in an
    /// earlier one for partitions that it has had since then (KIP-1251).
    pub(crate) fn may_commit(
        &self,
        member: &str,
        instance: Option<&str>,
        epoch: i32,
        is_transactional: bool,
        knows_epochs: bool,
    ) -> Result<CommitRule<'_>, ErrorCode> {
        // An administrator's word about a group without members.
        if epoch < 0 && self.members.is_empty() {
            return Ok(CommitRule::All);
        }
        // A producer of the old days does not say for whom it commits.
        if is_transactional && epoch == -1 && member.is_empty() && instance.is_none() {
            return Ok(CommitRule::All);
        }
        let member = self.members.get(member).ok_or(ErrorCode::UnknownMemberId)?;
        if !is_transactional && !member.is_classic() && !knows_epochs {
            return Err(ErrorCode::UnsupportedVersion);
        }
        match epoch.cmp(&member.epoch) {
            std::cmp::Ordering::Equal => Ok(CommitRule::All),
            std::cmp::Ordering::Less => Ok(CommitRule::Since(member, epoch)),
            std::cmp::Ordering::Greater => Err(stale(member)),
        }
    }

    /// Whether a fetch of offsets speaks for a member in its present epoch.
    pub(crate) fn may_fetch(&self, member: Option<&str>, epoch: i32) -> Result<(), ErrorCode> {
        if member.is_none() && epoch < 0 {
            return Ok(());
        }
        let member = member.and_then(|member| self.members.get(member)).ok_or(ErrorCode::UnknownMemberId)?;
        if member.epoch == epoch { Ok(()) } else { Err(stale(member)) }
    }
}

/// Which partitions a member may commit for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CommitRule<'a> {
    /// Any.
    All,
    /// Those that it has had since this epoch.
    Since(&'a ConsumerMember, i32),
}

impl CommitRule<'_> {
    /// Whether it may commit for this one.
    pub fn check(&self, topic: Option<Uuid>, partition: i32) -> Result<(), ErrorCode> {
        let Self::Since(member, epoch) = self else { return Ok(()) };
        let of = |topics: &BTreeMap<Uuid, BTreeMap<i32, i32>>| topics.get(&topic?)?.get(&partition).copied();
        match of(&member.assigned).or_else(|| of(&member.revoking)) {
            Some(since) if *epoch >= since => Ok(()),
            _ => Err(stale(member)),
        }
    }
}

fn stale(member: &ConsumerMember) -> ErrorCode {
    if member.is_classic() { ErrorCode::IllegalGeneration } else { ErrorCode::StaleMemberEpoch }
}
