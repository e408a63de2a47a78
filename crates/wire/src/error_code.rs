//! Every error code a Kafka 4.4 response may carry: number, Kafka's name, whether a client may try again as it
//! is, and a sentence of our own. Decides nothing; picking the code is the broker's business.

use std::fmt;

macro_rules! error_codes {
    ($($(#[$attribute:meta])? $variant:ident = $code:literal, $name:literal, $retriable:literal, $message:literal;)*) => {
        /// An error code of the protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(i16)]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $name, "`: ", $message)]
                $(#[$attribute])?
                $variant = $code,
            )*
        }

        impl ErrorCode {
            /// All codes, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code with this number.
            #[must_use]
            pub const fn from_code(code: i16) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Kafka's name, as in `UNKNOWN_TOPIC_OR_PARTITION`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Whether Kafka's clients repeat the request as it is, perhaps with fresh metadata.
            #[must_use]
            pub const fn is_retriable(self) -> bool {
                match self {
                    $(Self::$variant => $retriable,)*
                }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)*
                }
            }
        }
    };
}

impl ErrorCode {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// True for [`ErrorCode::None`].
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }
}

impl From<ErrorCode> for i16 {
    fn from(code: ErrorCode) -> Self {
        code.code()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

// Number, name, whether it is retriable, what it means.
error_codes! {
    UnknownServerError = -1, "UNKNOWN_SERVER_ERROR", false, "The broker failed in a way it has no code for; its log says more.";
    #[default]
    None = 0, "NONE", false, "No error.";
    OffsetOutOfRange = 1, "OFFSET_OUT_OF_RANGE", false, "The offset lies outside what the log holds.";
    CorruptMessage = 2, "CORRUPT_MESSAGE", true, "The record data is damaged, too large, or lacks a key that a compacted topic needs.";
    UnknownTopicOrPartition = 3, "UNKNOWN_TOPIC_OR_PARTITION", true, "This broker does not have that topic or partition.";
    InvalidFetchSize = 4, "INVALID_FETCH_SIZE", false, "The fetch size is not a valid one.";
    LeaderNotAvailable = 5, "LEADER_NOT_AVAILABLE", true, "The partition has no leader at the moment.";
    NotLeaderOrFollower = 6, "NOT_LEADER_OR_FOLLOWER", true, "This broker is not the leader, or not a replica, of the partition.";
    RequestTimedOut = 7, "REQUEST_TIMED_OUT", true, "The time allowed for the request has passed.";
    BrokerNotAvailable = 8, "BROKER_NOT_AVAILABLE", false, "The broker cannot be reached.";
    ReplicaNotAvailable = 9, "REPLICA_NOT_AVAILABLE", true, "The replica is not available here.";
    MessageTooLarge = 10, "MESSAGE_TOO_LARGE", false, "The message is larger than the broker or topic accepts.";
    StaleControllerEpoch = 11, "STALE_CONTROLLER_EPOCH", false, "The controller epoch is an old one.";
    OffsetMetadataTooLarge = 12, "OFFSET_METADATA_TOO_LARGE", false, "The metadata stored beside the offset is too long.";
    NetworkException = 13, "NETWORK_EXCEPTION", true, "The connection broke before an answer came.";
    CoordinatorLoadInProgress = 14, "COORDINATOR_LOAD_IN_PROGRESS", true, "The coordinator is still reading its log.";
    CoordinatorNotAvailable = 15, "COORDINATOR_NOT_AVAILABLE", true, "There is no coordinator at the moment.";
    NotCoordinator = 16, "NOT_COORDINATOR", true, "This broker does not coordinate that group or transaction.";
    InvalidTopicException = 17, "INVALID_TOPIC_EXCEPTION", false, "The topic name or the operation on that topic is not allowed.";
    RecordListTooLarge = 18, "RECORD_LIST_TOO_LARGE", false, "The batch is larger than a segment may be.";
    NotEnoughReplicas = 19, "NOT_ENOUGH_REPLICAS", true, "Fewer replicas are in sync than the topic demands.";
    NotEnoughReplicasAfterAppend = 20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, "The records were appended, but to fewer in-sync replicas than the topic demands.";
    InvalidRequiredAcks = 21, "INVALID_REQUIRED_ACKS", false, "acks must be 0, 1 or -1.";
    IllegalGeneration = 22, "ILLEGAL_GENERATION", false, "The generation is not the group's current one.";
    InconsistentGroupProtocol = 23, "INCONSISTENT_GROUP_PROTOCOL", false, "The member's protocols do not fit those of the group, or it named none.";
    InvalidGroupId = 24, "INVALID_GROUP_ID", false, "The group id is not a valid one.";
    UnknownMemberId = 25, "UNKNOWN_MEMBER_ID", false, "The coordinator does not know this member.";
    InvalidSessionTimeout = 26, "INVALID_SESSION_TIMEOUT", false, "The session timeout is outside what the broker allows.";
    RebalanceInProgress = 27, "REBALANCE_IN_PROGRESS", false, "The group is rebalancing; join again.";
    InvalidCommitOffsetSize = 28, "INVALID_COMMIT_OFFSET_SIZE", false, "The committed offset and its metadata are too large.";
    TopicAuthorizationFailed = 29, "TOPIC_AUTHORIZATION_FAILED", false, "Not authorized to use the topic.";
    GroupAuthorizationFailed = 30, "GROUP_AUTHORIZATION_FAILED", false, "Not authorized to use the group.";
    ClusterAuthorizationFailed = 31, "CLUSTER_AUTHORIZATION_FAILED", false, "Not authorized for this operation on the cluster.";
    InvalidTimestamp = 32, "INVALID_TIMESTAMP", false, "The timestamp is outside what the topic accepts.";
    UnsupportedSaslMechanism = 33, "UNSUPPORTED_SASL_MECHANISM", false, "The broker does not offer this SASL mechanism.";
    IllegalSaslState = 34, "ILLEGAL_SASL_STATE", false, "The request does not belong at this point of the SASL exchange.";
    UnsupportedVersion = 35, "UNSUPPORTED_VERSION", false, "The broker does not serve this version of the request.";
    TopicAlreadyExists = 36, "TOPIC_ALREADY_EXISTS", false, "A topic of that name exists.";
    InvalidPartitions = 37, "INVALID_PARTITIONS", false, "The number of partitions is not valid.";
    InvalidReplicationFactor = 38, "INVALID_REPLICATION_FACTOR", false, "The replication factor is below one or above the number of brokers.";
    InvalidReplicaAssignment = 39, "INVALID_REPLICA_ASSIGNMENT", false, "The replica assignment is not valid.";
    InvalidConfig = 40, "INVALID_CONFIG", false, "The configuration is not valid.";
    NotController = 41, "NOT_CONTROLLER", true, "This node is not the active controller.";
    InvalidRequest = 42, "INVALID_REQUEST", false, "The request does not make sense; the client or the broker that sent it is at fault.";
    UnsupportedForMessageFormat = 43, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, "The record format on the broker cannot serve this request.";
    PolicyViolation = 44, "POLICY_VIOLATION", false, "The request breaks a policy of the cluster.";
    OutOfOrderSequenceNumber = 45, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, "The sequence number does not follow the last one.";
    DuplicateSequenceNumber = 46, "DUPLICATE_SEQUENCE_NUMBER", false, "The sequence number was seen before.";
    InvalidProducerEpoch = 47, "INVALID_PRODUCER_EPOCH", false, "The producer's epoch is an old one.";
    InvalidTxnState = 48, "INVALID_TXN_STATE", false, "The transaction is not in a state that allows this.";
    InvalidProducerIdMapping = 49, "INVALID_PRODUCER_ID_MAPPING", false, "The producer id does not belong to the transactional id.";
    InvalidTransactionTimeout = 50, "INVALID_TRANSACTION_TIMEOUT", false, "The transaction timeout is above what the broker allows.";
    ConcurrentTransactions = 51, "CONCURRENT_TRANSACTIONS", true, "Another operation on the same transaction is under way.";
    TransactionCoordinatorFenced = 52, "TRANSACTION_COORDINATOR_FENCED", false, "The transaction coordinator that asks is no longer the current one.";
    TransactionalIdAuthorizationFailed = 53, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false, "Not authorized to use the transactional id.";
    SecurityDisabled = 54, "SECURITY_DISABLED", false, "No authorizer is configured.";
    OperationNotAttempted = 55, "OPERATION_NOT_ATTEMPTED", false, "The broker left this part of the request undone.";
    KafkaStorageError = 56, "KAFKA_STORAGE_ERROR", true, "The log directory failed, or cannot take writes now.";
    LogDirNotFound = 57, "LOG_DIR_NOT_FOUND", false, "The broker has no such log directory.";
    SaslAuthenticationFailed = 58, "SASL_AUTHENTICATION_FAILED", false, "Authentication failed.";
    UnknownProducerId = 59, "UNKNOWN_PRODUCER_ID", false, "Nothing is known of this producer id any more.";
    ReassignmentInProgress = 60, "REASSIGNMENT_IN_PROGRESS", false, "A reassignment of the partition is under way.";
    DelegationTokenAuthDisabled = 61, "DELEGATION_TOKEN_AUTH_DISABLED", false, "Delegation tokens are not enabled.";
    DelegationTokenNotFound = 62, "DELEGATION_TOKEN_NOT_FOUND", false, "There is no such delegation token.";
    DelegationTokenOwnerMismatch = 63, "DELEGATION_TOKEN_OWNER_MISMATCH", false, "The principal is neither owner nor renewer of the token.";
    DelegationTokenRequestNotAllowed = 64, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false, "Delegation tokens cannot be requested over this kind of connection.";
    DelegationTokenAuthorizationFailed = 65, "DELEGATION_TOKEN_AUTHORIZATION_FAILED", false, "Not authorized to use the delegation token.";
    DelegationTokenExpired = 66, "DELEGATION_TOKEN_EXPIRED", false, "The delegation token has expired.";
    InvalidPrincipalType = 67, "INVALID_PRINCIPAL_TYPE", false, "The principal type is not supported.";
    NonEmptyGroup = 68, "NON_EMPTY_GROUP", false, "The group still has members.";
    GroupIdNotFound = 69, "GROUP_ID_NOT_FOUND", false, "There is no such group.";
    FetchSessionIdNotFound = 70, "FETCH_SESSION_ID_NOT_FOUND", true, "There is no such fetch session.";
    InvalidFetchSessionEpoch = 71, "INVALID_FETCH_SESSION_EPOCH", true, "The fetch session's epoch is not the expected one.";
    ListenerNotFound = 72, "LISTENER_NOT_FOUND", true, "The leader has no listener of the name the request came in by.";
    TopicDeletionDisabled = 73, "TOPIC_DELETION_DISABLED", false, "Deleting topics is switched off.";
    FencedLeaderEpoch = 74, "FENCED_LEADER_EPOCH", true, "The leader epoch in the request is older than the broker's.";
    UnknownLeaderEpoch = 75, "UNKNOWN_LEADER_EPOCH", true, "The leader epoch in the request is newer than the broker's.";
    UnsupportedCompressionType = 76, "UNSUPPORTED_COMPRESSION_TYPE", false, "The client cannot read the compression the partition uses.";
    StaleBrokerEpoch = 77, "STALE_BROKER_EPOCH", false, "The broker epoch in the request is not the current one.";
    OffsetNotAvailable = 78, "OFFSET_NOT_AVAILABLE", true, "The leader is new and cannot yet name an offset that will not move back.";
    MemberIdRequired = 79, "MEMBER_ID_REQUIRED", false, "The member must come with the id it is given here.";
    PreferredLeaderNotAvailable = 80, "PREFERRED_LEADER_NOT_AVAILABLE", true, "The preferred leader is not available.";
    GroupMaxSizeReached = 81, "GROUP_MAX_SIZE_REACHED", false, "The group is full.";
    FencedInstanceId = 82, "FENCED_INSTANCE_ID", false, "Another member with the same group instance id took this one's place.";
    EligibleLeadersNotAvailable = 83, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, "No replica that may lead the partition is available.";
    ElectionNotNeeded = 84, "ELECTION_NOT_NEEDED", true, "The partition needs no election.";
    NoReassignmentInProgress = 85, "NO_REASSIGNMENT_IN_PROGRESS", false, "No reassignment is under way.";
    GroupSubscribedToTopic = 86, "GROUP_SUBSCRIBED_TO_TOPIC", false, "The group reads the topic, so its offsets stay.";
    InvalidRecord = 87, "INVALID_RECORD", false, "A record does not pass validation.";
    UnstableOffsetCommit = 88, "UNSTABLE_OFFSET_COMMIT", true, "Offsets of an unfinished transaction are pending.";
    ThrottlingQuotaExceeded = 89, "THROTTLING_QUOTA_EXCEEDED", true, "A quota is used up; try later.";
    ProducerFenced = 90, "PRODUCER_FENCED", false, "A newer producer uses the same transactional id.";
    ResourceNotFound = 91, "RESOURCE_NOT_FOUND", false, "The request names a resource that does not exist.";
    DuplicateResource = 92, "DUPLICATE_RESOURCE", false, "The request names the same resource twice.";
    UnacceptableCredential = 93, "UNACCEPTABLE_CREDENTIAL", false, "The credential does not meet the rules.";
    InconsistentVoterSet = 94, "INCONSISTENT_VOTER_SET", false, "Sender or receiver is not a voter, though it should be.";
    InvalidUpdateVersion = 95, "INVALID_UPDATE_VERSION", false, "The requested version of the feature is not valid.";
    FeatureUpdateFailed = 96, "FEATURE_UPDATE_FAILED", false, "The feature could not be updated.";
    PrincipalDeserializationFailure = 97, "PRINCIPAL_DESERIALIZATION_FAILURE", false, "The forwarded principal cannot be read.";
    SnapshotNotFound = 98, "SNAPSHOT_NOT_FOUND", false, "There is no such snapshot.";
    PositionOutOfRange = 99, "POSITION_OUT_OF_RANGE", false, "The position lies outside the snapshot.";
    UnknownTopicId = 100, "UNKNOWN_TOPIC_ID", true, "This broker does not have a topic with that id.";
    DuplicateBrokerRegistration = 101, "DUPLICATE_BROKER_REGISTRATION", false, "Another broker has registered with this id.";
    BrokerIdNotRegistered = 102, "BROKER_ID_NOT_REGISTERED", false, "No broker with that id is registered.";
    InconsistentTopicId = 103, "INCONSISTENT_TOPIC_ID", true, "The topic id does not match the log's.";
    InconsistentClusterId = 104, "INCONSISTENT_CLUSTER_ID", false, "The cluster id does not match this cluster's.";
    TransactionalIdNotFound = 105, "TRANSACTIONAL_ID_NOT_FOUND", false, "There is no such transactional id.";
    FetchSessionTopicIdError = 106, "FETCH_SESSION_TOPIC_ID_ERROR", true, "The fetch session mixes topic names and ids.";
    IneligibleReplica = 107, "INELIGIBLE_REPLICA", false, "The proposed in-sync set holds a replica that may not be in it.";
    NewLeaderElected = 108, "NEW_LEADER_ELECTED", false, "The change was made, but the partition has a new leader.";
    OffsetMovedToTieredStorage = 109, "OFFSET_MOVED_TO_TIERED_STORAGE", false, "The offset has moved to tiered storage.";
    FencedMemberEpoch = 110, "FENCED_MEMBER_EPOCH", false, "The coordinator fenced this member; it must drop its partitions and join anew.";
    UnreleasedInstanceId = 111, "UNRELEASED_INSTANCE_ID", false, "Another member still holds the instance id; it must leave first.";
    UnsupportedAssignor = 112, "UNSUPPORTED_ASSIGNOR", false, "The group has no such assignor, or not in that version.";
    StaleMemberEpoch = 113, "STALE_MEMBER_EPOCH", false, "The member's epoch is an old one; heartbeat, then try again.";
    MismatchedEndpointType = 114, "MISMATCHED_ENDPOINT_TYPE", false, "The request does not belong on this kind of listener.";
    UnsupportedEndpointType = 115, "UNSUPPORTED_ENDPOINT_TYPE", false, "This kind of endpoint is not supported.";
    UnknownControllerId = 116, "UNKNOWN_CONTROLLER_ID", false, "No controller with that id is known.";
    UnknownSubscriptionId = 117, "UNKNOWN_SUBSCRIPTION_ID", false, "The telemetry subscription is unknown or outdated.";
    TelemetryTooLarge = 118, "TELEMETRY_TOO_LARGE", false, "The telemetry data is larger than the broker accepts.";
    InvalidRegistration = 119, "INVALID_REGISTRATION", false, "The registration is not valid.";
    TransactionAbortable = 120, "TRANSACTION_ABORTABLE", false, "The transaction failed in a way that an abort mends.";
    InvalidRecordState = 121, "INVALID_RECORD_STATE", false, "The record is not in a state that allows this acknowledgement.";
    ShareSessionNotFound = 122, "SHARE_SESSION_NOT_FOUND", true, "There is no such share session.";
    InvalidShareSessionEpoch = 123, "INVALID_SHARE_SESSION_EPOCH", true, "The share session's epoch is not the expected one.";
    FencedStateEpoch = 124, "FENCED_STATE_EPOCH", false, "The state epoch does not match the coordinator's.";
    InvalidVoterKey = 125, "INVALID_VOTER_KEY", false, "The voter's key is not that of the receiving node.";
    DuplicateVoter = 126, "DUPLICATE_VOTER", false, "The voter is in the voter set already.";
    VoterNotFound = 127, "VOTER_NOT_FOUND", false, "The voter is not in the voter set.";
    InvalidRegularExpression = 128, "INVALID_REGULAR_EXPRESSION", false, "The regular expression is not valid.";
    RebootstrapRequired = 129, "REBOOTSTRAP_REQUIRED", false, "The client's view of the cluster is too old; it must start from its bootstrap servers.";
    StreamsInvalidTopology = 130, "STREAMS_INVALID_TOPOLOGY", false, "The topology is not valid.";
    StreamsInvalidTopologyEpoch = 131, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, "The topology's epoch is not valid.";
    StreamsTopologyFenced = 132, "STREAMS_TOPOLOGY_FENCED", false, "The topology's epoch is an old one.";
    ShareSessionLimitReached = 133, "SHARE_SESSION_LIMIT_REACHED", true, "No more share sessions fit.";
    GroupDeletionFailed = 134, "GROUP_DELETION_FAILED", false, "The group could not be deleted; its own message says why.";
    StreamsTopologyDescriptionUpdateFailed = 135, "STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED", false, "The topology description could not be stored; its own message says why.";
    ControllerIdNotRegistered = 136, "CONTROLLER_ID_NOT_REGISTERED", false, "No controller with that id is registered.";
}
