//! Groups of kinds that this build does not serve, share (KIP-932) and streams (KIP-1071): known by the records that
//! a Kafka has left in the log, so that nobody takes their names and nobody ages their offsets. Their values are never
//! looked into, so that a version of them that only a later Kafka knows harms nothing; nothing of them is ever
//! written.

use std::sync::Arc;

use imbl::OrdSet;
use thalweg_wire::ErrorCode;
use thalweg_wire::records::GroupKey;

use crate::machine::GroupMachine;
use crate::request::{Commit, Listing};
use crate::state::{State, Touched};

/// The kind of such a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Share,
    Streams,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Streams => "streams",
        }
    }
}

/// What is known of such a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignGroup {
    pub kind: Kind,
    /// Who was in it when the Kafka that served it stopped.
    pub members: OrdSet<Arc<str>>,
}

impl State {
    /// Takes a record of such a group in. `None`: it is of another kind. The group is there from its first record with a
    /// value until the tombstone of its metadata, which Kafka writes last.
    pub(crate) fn replay_foreign(&mut self, key: &GroupKey<'_>, has_value: bool) -> Option<Touched> {
        use GroupKey as Key;
        let (kind, group, member) = match key {
            Key::ShareGroupMetadata(key) => (Kind::Share, key.group_id, None),
            Key::StreamsGroupMetadata(key) => (Kind::Streams, key.group_id, None),
            Key::ShareGroupMemberMetadata(key) => (Kind::Share, key.group_id, Some(key.member_id)),
            Key::StreamsGroupMemberMetadata(key) => (Kind::Streams, key.group_id, Some(key.member_id)),
            Key::ShareGroupTargetAssignmentMetadata(_)
            | Key::ShareGroupTargetAssignmentMember(_)
            | Key::ShareGroupCurrentMemberAssignment(_)
            | Key::ShareGroupStatePartitionMetadata(_)
            | Key::StreamsGroupTargetAssignmentMetadata(_)
            | Key::StreamsGroupTargetAssignmentMember(_)
            | Key::StreamsGroupCurrentMemberAssignment(_)
            | Key::StreamsGroupTopology(_) => return Some(Touched::Other),
            _ => return None,
        };
        match (member, has_value) {
            (None, false) => drop(self.foreign.remove(group)),
            (None, true) => self.foreign_mut(group).kind = kind,
            (Some(member), true) => {
                let found = self.foreign_mut(group);
                found.kind = kind;
                found.members.insert(Arc::from(member));
            }
            (Some(member), false) => {
                if let Some(found) = self.foreign.get_mut(group) {
                    Arc::make_mut(found).members.remove(member);
                }
            }
        }
        Some(Touched::Other)
    }

    fn foreign_mut(&mut self, group: &str) -> &mut ForeignGroup {
        let new = || Arc::new(ForeignGroup { kind: Kind::Share, members: OrdSet::new() });
        Arc::make_mut(self.foreign.entry(Arc::from(group)).or_insert_with(new))
    }
}

impl GroupMachine {
    /// Such a group in ListGroups. In which state its members would be cannot be told without serving it.
    pub(crate) fn list_foreign(&self, id: &Arc<str>) -> Option<Listing> {
        let group = self.state.foreign.get(id)?;
        Some(Listing {
            protocol_type: group.kind.name().to_owned(),
            state: if group.members.is_empty() { "Empty" } else { "Unknown" },
            kind: group.kind.name(),
            group: Arc::clone(id),
        })
    }

    /// Whether offsets may be committed for such a group; `None`: there is none of that name. A streams group without
    /// members takes them from tools, as in Kafka; a share group has no offsets of this kind.
    pub(crate) fn may_commit_foreign(&self, commit: &Commit) -> Option<Result<(), ErrorCode>> {
        let group = self.state.foreign.get(&commit.member.group)?;
        Some(match group.kind {
            Kind::Streams if group.members.is_empty() && commit.member.generation < 0 => Ok(()),
            Kind::Streams => Err(ErrorCode::UnknownMemberId),
            Kind::Share => Err(ErrorCode::GroupIdNotFound),
        })
    }
}

#[cfg(test)]
mod tests {
    use thalweg_coordinator::{CoordinatorRecord, Entry};
    use thalweg_wire::messages::coordinator::group::{
        ShareGroupMemberMetadataKey, ShareGroupMetadataKey, StreamsGroupMetadataKey, StreamsGroupTopologyKey,
    };
    use thalweg_wire::records::encode_coordinator_key;

    use crate::world::{World, commit, join};
    use crate::{GroupConfig, Request, Response};
    use thalweg_wire::ErrorCode;

    use super::*;

    fn record(key: GroupKey<'_>, value: Option<Vec<u8>>) -> Entry {
        let mut bytes = Vec::new();
        key.encode(&mut bytes).expect("the key is written");
        Entry::Record(CoordinatorRecord { key: bytes, value })
    }

    /// A version that no release so far has, and bytes that nobody understands.
    const UNKNOWN_VALUE: [u8; 4] = [0x7f, 0xff, 1, 2];

    fn left_by_kafka() -> Vec<Entry> {
        let unknown = || Some(UNKNOWN_VALUE.to_vec());
        let share = ShareGroupMetadataKey { group_id: "share" };
        let member = ShareGroupMemberMetadataKey { group_id: "share", member_id: "m" };
        let streams = StreamsGroupMetadataKey { group_id: "streams" };
        let topology = StreamsGroupTopologyKey { group_id: "streams" };
        vec![
            record(GroupKey::ShareGroupMemberMetadata(member), unknown()),
            record(GroupKey::ShareGroupMetadata(share), unknown()),
            record(GroupKey::StreamsGroupMetadata(streams), unknown()),
            record(GroupKey::StreamsGroupTopology(topology), unknown()),
        ]
    }

    #[test]
    fn groups_of_kinds_that_are_not_served_keep_their_names_and_their_records() {
        let mut world = World::with(GroupConfig::default(), left_by_kafka());
        for group in ["share", "streams"] {
            let Response::Join(joined) = world.answer(Request::Join(join(group, "", None))) else {
                panic!("not an answer to a join")
            };
            assert_eq!(joined.code, ErrorCode::InconsistentGroupProtocol, "{group}");
            let deleted = world.answer(Request::Delete(group.into()));
            assert_eq!(deleted, Response::Done(Err(ErrorCode::GroupIdNotFound)), "{group}");
        }
        let Response::Listed(Ok(listed)) = world.answer(Request::List) else { panic!("not a list") };
        let told: Vec<_> = listed.iter().map(|group| (&*group.group, group.kind, group.state)).collect();
        assert_eq!(told, [("share", "share", "Unknown"), ("streams", "streams", "Empty")]);
        assert_eq!(world.log, left_by_kafka(), "nothing was written");
    }

    #[test]
    fn offsets_of_a_streams_group_that_a_kafka_left_do_not_age() {
        let config = GroupConfig { offsets_retention_ms: 1_000, ..GroupConfig::default() };
        let mut world = World::with(config, left_by_kafka());
        let committed = world.answer(commit("streams", "", -1, 0, 7));
        assert_eq!(committed, Response::Partitions(Ok(vec![vec![ErrorCode::None]])));
        let refused = world.answer(commit("share", "", -1, 0, 7));
        assert_eq!(refused, Response::Partitions(Err(ErrorCode::GroupIdNotFound)));
        world.answer(commit("simple", "", -1, 0, 9));
        world.pass(3_600_000);
        world.settle();
        assert_eq!(world.committed("streams", "t", 0), 7);
        assert_eq!(world.committed("simple", "t", 0), -1, "an offset that nobody manages does");
    }

    #[test]
    fn a_name_is_free_again_when_kafka_has_deleted_the_group() {
        let mut log = left_by_kafka();
        let mut key = Vec::new();
        encode_coordinator_key(&ShareGroupMetadataKey { group_id: "share" }, &mut key)
            .expect("it is written");
        log.push(Entry::Record(CoordinatorRecord { key, value: None }));
        let mut world =
            World::with(GroupConfig { initial_rebalance_delay_ms: 0, ..GroupConfig::default() }, log);
        let Response::Join(joined) = world.answer(Request::Join(join("share", "", None))) else {
            panic!("not an answer to a join")
        };
        assert_eq!(joined.code, ErrorCode::None);
    }
}
