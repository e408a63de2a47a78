//! Kafka's error codes, as the patterns that a herd's answers are matched by, and how long a member waits where one says
//! that it is too early.

use thalweg_wire::ErrorCode;

pub const UNKNOWN_TOPIC_OR_PARTITION: i16 = ErrorCode::UnknownTopicOrPartition.code();
pub const NOT_LEADER_OR_FOLLOWER: i16 = ErrorCode::NotLeaderOrFollower.code();
pub const COORDINATOR_LOAD_IN_PROGRESS: i16 = ErrorCode::CoordinatorLoadInProgress.code();
pub const COORDINATOR_NOT_AVAILABLE: i16 = ErrorCode::CoordinatorNotAvailable.code();
pub const NOT_COORDINATOR: i16 = ErrorCode::NotCoordinator.code();
pub const ILLEGAL_GENERATION: i16 = ErrorCode::IllegalGeneration.code();
pub const UNKNOWN_MEMBER_ID: i16 = ErrorCode::UnknownMemberId.code();
pub const REBALANCE_IN_PROGRESS: i16 = ErrorCode::RebalanceInProgress.code();
pub const CONCURRENT_TRANSACTIONS: i16 = ErrorCode::ConcurrentTransactions.code();
pub const MEMBER_ID_REQUIRED: i16 = ErrorCode::MemberIdRequired.code();
pub const FENCED_MEMBER_EPOCH: i16 = ErrorCode::FencedMemberEpoch.code();

/// Nanoseconds until the next try: the coordinator is loading, or the markers of the transaction before are on their way
/// (Java's client waits as long then).
pub const AGAIN: u64 = 20_000_000;
