//! What may be asked of the group machine, and its answers: owned, so that they can cross threads. The broker's
//! API files translate them from and to the wire.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use thalweg_coordinator::{Marker, Producer};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use crate::consumer::{TopicPartitions, Worked};

/// Protocols that a classic member offers: name and metadata, in its order of preference.
pub type Protocols = Vec<(String, Vec<u8>)>;

/// A request to the group machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// JoinGroup.
    Join(Join),
    /// SyncGroup.
    Sync(Sync),
    /// Heartbeat.
    Heartbeat(Member),
    /// LeaveGroup.
    Leave(Leave),
    /// OffsetCommit.
    Commit(Commit),
    /// TxnOffsetCommit: counts once the producer's transaction commits.
    CommitInTransaction(Producer, Commit),
    /// The end of a producer's transaction. Answered with [`Response::Done`].
    EndTransaction(Marker),
    /// OffsetFetch of one group.
    FetchOffsets(FetchOffsets),
    /// OffsetDelete.
    DeleteOffsets(DeleteOffsets),
    /// DescribeGroups, one group.
    Describe(Arc<str>),
    /// ListGroups.
    List,
    /// DeleteGroups, one group.
    Delete(Arc<str>),
    /// ConsumerGroupHeartbeat.
    Beat(ConsumerHeartbeat),
    /// ConsumerGroupDescribe, one group.
    DescribeConsumer(Arc<str>),
    /// Work of the machine's own that was done elsewhere. Answered with [`Response::Done`].
    Worked(Worked),
    /// Topics are gone: their committed offsets go too. Answered with [`Response::Done`].
    TopicsDeleted(Vec<String>),
}

/// An answer of the group machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// To [`Request::Join`].
    Join(Joined),
    /// To [`Request::Sync`].
    Sync(Result<Synced, ErrorCode>),
    /// To [`Request::Heartbeat`].
    Heartbeat(Result<(), ErrorCode>),
    /// To [`Request::Leave`]: one result per member named.
    Leave(Result<Vec<Result<(), ErrorCode>>, ErrorCode>),
    /// To [`Request::Commit`], [`Request::CommitInTransaction`] and [`Request::DeleteOffsets`]: one code per partition named, in their order.
    Partitions(Result<Vec<Vec<ErrorCode>>, ErrorCode>),
    /// To [`Request::FetchOffsets`].
    Offsets(Result<Vec<TopicOffsets>, ErrorCode>),
    /// To [`Request::Describe`]; `None`: there is no such group.
    Described(Result<Option<Description>, ErrorCode>),
    /// To [`Request::List`].
    Listed(Result<Vec<Listing>, ErrorCode>),
    /// To [`Request::Beat`].
    Beat(Result<Beat, ErrorCode>),
    /// To [`Request::DescribeConsumer`]; `None`: there is no such group.
    DescribedConsumer(Result<Option<ConsumerDescription>, ErrorCode>),
    /// To [`Request::Delete`], [`Request::TopicsDeleted`], [`Request::EndTransaction`] and [`Request::Worked`].
    Done(Result<(), ErrorCode>),
}

/// A member as it names itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The group.
    pub group: Arc<str>,
    /// The generation it believes in.
    pub generation: i32,
    /// Its id.
    pub member: Arc<str>,
    /// Its name as a static member (KIP-345).
    pub instance: Option<Arc<str>>,
}

/// JoinGroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The group.
    pub group: Arc<str>,
    /// Empty for a newcomer.
    pub member: Arc<str>,
    /// Its name as a static member.
    pub instance: Option<Arc<str>>,
    /// `client.id`.
    pub client_id: String,
    /// The address it came from, as Java prints it.
    pub client_host: String,
    /// After how long of silence it is out.
    pub session_timeout_ms: i32,
    /// How long it may take to rejoin.
    pub rebalance_timeout_ms: i32,
    /// Kind of group.
    pub protocol_type: String,
    /// What it offers.
    pub protocols: Protocols,
    /// A newcomer is first told its id and must come again (KIP-394).
    pub requires_known_member: bool,
    /// It understands that it leads but must not assign (KIP-814).
    pub can_skip_assignment: bool,
}

/// Id, instance and metadata of a member, as the leader is told them.
pub type JoinedMember = (Arc<str>, Option<Arc<str>>, Vec<u8>);

/// A topic and its partitions; `Err`: refused before the request came here, repeated in the answer.
pub type CheckedPartitions = (Arc<str>, Vec<Result<i32, ErrorCode>>);

/// Answer to JoinGroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// How it went.
    pub code: ErrorCode,
    /// The generation, −1 with an error.
    pub generation: i32,
    /// Kind of group.
    pub protocol_type: Option<String>,
    /// The protocol chosen.
    pub protocol: Option<String>,
    /// Who leads.
    pub leader: Arc<str>,
    /// The leader keeps the assignment it has.
    pub skip_assignment: bool,
    /// The member's id.
    pub member: Arc<str>,
    /// For the leader: everybody's id, instance and metadata.
    pub members: Vec<JoinedMember>,
}

impl Joined {
    /// A refusal.
    #[must_use]
    pub fn refused(member: Arc<str>, code: ErrorCode) -> Self {
        Self {
            code,
            generation: -1,
            protocol_type: None,
            protocol: None,
            leader: Arc::from(""),
            skip_assignment: false,
            member,
            members: Vec::new(),
        }
    }
}

/// SyncGroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Who.
    pub member: Member,
    /// Kind of group, if told.
    pub protocol_type: Option<String>,
    /// The protocol chosen, if told.
    pub protocol: Option<String>,
    /// From the leader: assignment by member.
    pub assignments: Vec<(Arc<str>, Vec<u8>)>,
}

/// A member's assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Kind of group.
    pub protocol_type: Option<String>,
    /// The protocol chosen.
    pub protocol: Option<String>,
    /// What the leader said for this member.
    pub assignment: Arc<[u8]>,
}

/// LeaveGroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// The group.
    pub group: Arc<str>,
    /// Ids and instances; an empty id with an instance is an administrator's word.
    pub members: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// OffsetCommit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Who; a generation below 0 comes from outside a group's management.
    pub member: Member,
    /// Kafka answers a missing group differently since version 9.
    pub knows_missing_groups: bool,
    /// How long the offsets are kept, for old clients that say so.
    pub retention_ms: Option<i64>,
    /// What is committed.
    pub topics: Vec<CommitTopic>,
}

/// Offsets of one topic to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitTopic {
    /// The topic's name.
    pub name: Arc<str>,
    /// Its id.
    pub id: Uuid,
    /// By partition; `Err`: refused before it came here, repeated in the answer.
    pub partitions: Vec<Result<CommitPartition, ErrorCode>>,
}

/// One offset to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPartition {
    /// Partition.
    pub index: i32,
    /// The next offset to read.
    pub offset: i64,
    /// Epoch of the last record read, −1 unknown.
    pub leader_epoch: i32,
    /// The client's note.
    pub metadata: String,
}

/// ConsumerGroupHeartbeat, checked for what can be told without the group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsumerHeartbeat {
    /// The group.
    pub group: Arc<str>,
    /// Its id; empty for a newcomer of version 0.
    pub member: Arc<str>,
    /// 0 joins, −1 leaves, −2 leaves for a while.
    pub epoch: i32,
    /// Its name as a static member.
    pub instance: Option<Arc<str>>,
    /// Where it stands.
    pub rack: Option<Arc<str>>,
    /// How long it may take to give partitions up, −1 not told.
    pub rebalance_timeout_ms: i32,
    /// The topics it subscribes to, if told.
    pub topics: Option<Arc<BTreeSet<Arc<str>>>>,
    /// The expression it subscribes to, if told.
    pub regex: Option<Arc<str>>,
    /// The topics that an expression of its may match; `None`: all.
    pub visible: Option<Visible>,
    /// The assignor it asks for, if told.
    pub assignor: Option<Arc<str>>,
    /// What it has, if told.
    pub owned: Option<Vec<(Uuid, Vec<i32>)>>,
    /// `client.id`.
    pub client_id: String,
    /// The address it came from, as Java prints it.
    pub client_host: String,
}

/// Which topics a caller may know of.
#[derive(Clone)]
pub struct Visible(pub Arc<dyn Fn(&str) -> bool + Send + std::marker::Sync>);

impl fmt::Debug for Visible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visible")
    }
}

impl PartialEq for Visible {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Visible {}

/// Answer to ConsumerGroupHeartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The member's id.
    pub member: Arc<str>,
    /// Its epoch.
    pub epoch: i32,
    /// How long until the next heartbeat.
    pub heartbeat_interval_ms: i32,
    /// What it has from now on; `None`: as before.
    pub assignment: Option<TopicPartitions>,
}

/// A group as ConsumerGroupDescribe tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerDescription {
    /// State's name.
    pub state: &'static str,
    /// The group's epoch.
    pub epoch: i32,
    /// The epoch its target is for.
    pub assignment_epoch: i32,
    /// The assignor's name.
    pub assignor: Arc<str>,
    /// Members.
    pub members: Vec<DescribedConsumer>,
}

/// A member as ConsumerGroupDescribe tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedConsumer {
    /// Its id.
    pub member: Arc<str>,
    /// Its instance.
    pub instance: Option<Arc<str>>,
    /// Where it stands.
    pub rack: Option<Arc<str>>,
    /// Its epoch.
    pub epoch: i32,
    /// `client.id`.
    pub client_id: Arc<str>,
    /// Where it came from.
    pub client_host: Arc<str>,
    /// The topics it subscribes to.
    pub topics: Arc<BTreeSet<Arc<str>>>,
    /// The expression it subscribes to.
    pub regex: Option<Arc<str>>,
    /// What it has.
    pub assignment: Vec<TopicAssignment>,
    /// What it shall have.
    pub target: Vec<TopicAssignment>,
    /// It speaks the classic protocol.
    pub is_classic: bool,
}

/// Partitions of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicAssignment {
    /// The topic's id.
    pub id: Uuid,
    /// The topic's name.
    pub name: Arc<str>,
    /// The partitions.
    pub partitions: Vec<i32>,
}

/// OffsetFetch of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchOffsets {
    /// The group.
    pub group: Arc<str>,
    /// Topics by name with partitions; `None` = all there are.
    pub topics: Option<Vec<(Arc<str>, Vec<i32>)>>,
    /// The member it is for, if it is for one (KIP-848).
    pub member: Option<Arc<str>>,
    /// The member's epoch, −1 unknown.
    pub member_epoch: i32,
    /// Offsets of unfinished transactions make an answer impossible (KIP-447).
    pub require_stable: bool,
}

/// Committed offsets of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicOffsets {
    /// The topic's name.
    pub name: Arc<str>,
    /// One entry per partition.
    pub partitions: Vec<PartitionOffset>,
}

/// A committed offset as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionOffset {
    /// Partition.
    pub index: i32,
    /// The offset, −1 when none is committed.
    pub offset: i64,
    /// Its leader epoch, −1 unknown.
    pub leader_epoch: i32,
    /// The client's note.
    pub metadata: Arc<str>,
    /// How it went.
    pub code: ErrorCode,
}

/// OffsetDelete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteOffsets {
    /// The group.
    pub group: Arc<str>,
    /// What is to be forgotten.
    pub topics: Vec<CheckedPartitions>,
}

/// A group as DescribeGroups tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// State's name.
    pub state: &'static str,
    /// Kind of group.
    pub protocol_type: String,
    /// The protocol chosen, empty unless the group is stable.
    pub protocol: String,
    /// Members.
    pub members: Vec<DescribedMember>,
}

/// A member as DescribeGroups tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedMember {
    /// Its id.
    pub member: Arc<str>,
    /// Its instance.
    pub instance: Option<Arc<str>>,
    /// `client.id`.
    pub client_id: Arc<str>,
    /// Where it came from.
    pub client_host: Arc<str>,
    /// Its metadata for the chosen protocol.
    pub metadata: Vec<u8>,
    /// Its assignment.
    pub assignment: Arc<[u8]>,
}

/// A group as ListGroups tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The group.
    pub group: Arc<str>,
    /// Kind of group.
    pub protocol_type: String,
    /// State's name.
    pub state: &'static str,
    /// `classic`, `consumer`, `share`, `streams`.
    pub kind: &'static str,
}

impl Response {
    /// The same kind of answer, as a refusal.
    #[must_use]
    pub fn refused(self, code: ErrorCode) -> Self {
        match self {
            Self::Join(joined) => Self::Join(Joined::refused(joined.member, code)),
            Self::Sync(_) => Self::Sync(Err(code)),
            Self::Heartbeat(_) => Self::Heartbeat(Err(code)),
            Self::Leave(_) => Self::Leave(Err(code)),
            Self::Partitions(_) => Self::Partitions(Err(code)),
            Self::Offsets(_) => Self::Offsets(Err(code)),
            Self::Described(_) => Self::Described(Err(code)),
            Self::Listed(_) => Self::Listed(Err(code)),
            Self::Beat(_) => Self::Beat(Err(code)),
            Self::DescribedConsumer(_) => Self::DescribedConsumer(Err(code)),
            Self::Done(_) => Self::Done(Err(code)),
        }
    }
}

impl Request {
    /// The answer that refuses this request altogether.
    #[must_use]
    pub fn refusal(&self, code: ErrorCode) -> Response {
        match self {
            Self::Join(join) => Response::Join(Joined::refused(Arc::clone(&join.member), code)),
            Self::Sync(_) => Response::Sync(Err(code)),
            Self::Heartbeat(_) => Response::Heartbeat(Err(code)),
            Self::Leave(_) => Response::Leave(Err(code)),
            Self::Commit(_) | Self::CommitInTransaction(..) | Self::DeleteOffsets(_) => {
                Response::Partitions(Err(code))
            }
            Self::FetchOffsets(_) => Response::Offsets(Err(code)),
            Self::Describe(_) => Response::Described(Err(code)),
            Self::List => Response::Listed(Err(code)),
            Self::Beat(_) => Response::Beat(Err(code)),
            Self::DescribeConsumer(_) => Response::DescribedConsumer(Err(code)),
            Self::Delete(_) | Self::TopicsDeleted(_) | Self::EndTransaction(_) | Self::Worked(_) => {
                Response::Done(Err(code))
            }
        }
    }
}
