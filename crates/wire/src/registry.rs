//! All messages in one list, for checks, fuzzing and tools that go through them by name or key. Not for the path
//! of a record: there the type is known.

use crate::schema::MessageSchema;
use crate::{ApiKey, Decode, DecodeError, Encode, EncodeError, Message, Reader, Writer, messages};

/// A message without its type.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it looks like.
    pub schema: &'static MessageSchema,
    /// Decodes and drops; what remains in the reader is the caller's business.
    pub decode: fn(&mut Reader<'_>, i16) -> Result<(), DecodeError>,
    /// Decodes from one version and encodes in another.
    pub transcode: fn(&mut Reader<'_>, i16, &mut Writer, i16) -> Result<(), TranscodeError>,
    /// Kafka's defaults, encoded.
    pub encode_default: fn(&mut Writer, i16) -> Result<(), EncodeError>,
    /// Decodes and shows the fields.
    pub show: fn(&mut Reader<'_>, i16) -> Result<String, DecodeError>,
}

/// Which half failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscodeError {
    /// The bytes are not the message.
    Decode(DecodeError),
    /// The message cannot be written in the other version.
    Encode(EncodeError),
}

macro_rules! entries {
    ($($message:ident)*) => {
        &[$({
            fn decode(r: &mut Reader<'_>, version: i16) -> Result<(), DecodeError> {
                messages::$message::decode(r, version).map(drop)
            }
            fn transcode(r: &mut Reader<'_>, from: i16, w: &mut Writer, to: i16) -> Result<(), TranscodeError> {
                let message = messages::$message::decode(r, from).map_err(TranscodeError::Decode)?;
                message.encode(w, to).map_err(TranscodeError::Encode)
            }
            fn encode_default(w: &mut Writer, version: i16) -> Result<(), EncodeError> {
                messages::$message::default().encode(w, version)
            }
            fn show(r: &mut Reader<'_>, version: i16) -> Result<String, DecodeError> {
                messages::$message::decode(r, version).map(|message| format!("{message:?}"))
            }
            Entry { schema: messages::$message::SCHEMA, decode, transcode, encode_default, show }
        }),*]
    };
}

/// Every message, by Kafka's name.
pub const ALL: &[Entry] = entries! {
    AbortTransactionRecord
    AbortedTxn
    AccessControlEntryRecord
    AddOffsetsToTxnRequest
    AddOffsetsToTxnResponse
    AddPartitionsToTxnRequest
    AddPartitionsToTxnResponse
    AddRaftVoterRequest
    AddRaftVoterResponse
    AllocateProducerIdsRequest
    AllocateProducerIdsResponse
    AlterClientQuotasRequest
    AlterClientQuotasResponse
    AlterConfigsRequest
    AlterConfigsResponse
    AlterPartitionReassignmentsRequest
    AlterPartitionReassignmentsResponse
    AlterPartitionRequest
    AlterPartitionResponse
    AlterReplicaLogDirsRequest
    AlterReplicaLogDirsResponse
    AlterShareGroupOffsetsRequest
    AlterShareGroupOffsetsResponse
    AlterUserScramCredentialsRequest
    AlterUserScramCredentialsResponse
    ApiVersionsRequest
    ApiVersionsResponse
    AssignReplicasToDirsRequest
    AssignReplicasToDirsResponse
    BeginQuorumEpochRequest
    BeginQuorumEpochResponse
    BeginTransactionRecord
    BrokerHeartbeatRequest
    BrokerHeartbeatResponse
    BrokerRegistrationChangeRecord
    BrokerRegistrationRequest
    BrokerRegistrationResponse
    ClearElrRecord
    ClientQuotaRecord
    ConfigRecord
    ConsumerGroupCurrentMemberAssignmentKey
    ConsumerGroupCurrentMemberAssignmentValue
    ConsumerGroupDescribeRequest
    ConsumerGroupDescribeResponse
    ConsumerGroupHeartbeatRequest
    ConsumerGroupHeartbeatResponse
    ConsumerGroupMemberMetadataKey
    ConsumerGroupMemberMetadataValue
    ConsumerGroupMetadataKey
    ConsumerGroupMetadataValue
    ConsumerGroupPartitionMetadataKey
    ConsumerGroupPartitionMetadataValue
    ConsumerGroupRegularExpressionKey
    ConsumerGroupRegularExpressionValue
    ConsumerGroupTargetAssignmentMemberKey
    ConsumerGroupTargetAssignmentMemberValue
    ConsumerGroupTargetAssignmentMetadataKey
    ConsumerGroupTargetAssignmentMetadataValue
    ConsumerProtocolAssignment
    ConsumerProtocolSubscription
    ControlRecordTypeSchema
    ControllerRegistrationRequest
    ControllerRegistrationResponse
    CreateAclsRequest
    CreateAclsResponse
    CreateDelegationTokenRequest
    CreateDelegationTokenResponse
    CreatePartitionsRequest
    CreatePartitionsResponse
    CreateTopicsRequest
    CreateTopicsResponse
    DefaultPrincipalData
    DelegationTokenRecord
    DeleteAclsRequest
    DeleteAclsResponse
    DeleteGroupsRequest
    DeleteGroupsResponse
    DeleteRecordsRequest
    DeleteRecordsResponse
    DeleteShareGroupOffsetsRequest
    DeleteShareGroupOffsetsResponse
    DeleteShareGroupStateRequest
    DeleteShareGroupStateResponse
    DeleteTopicsRequest
    DeleteTopicsResponse
    DescribeAclsRequest
    DescribeAclsResponse
    DescribeClientQuotasRequest
    DescribeClientQuotasResponse
    DescribeClusterRequest
    DescribeClusterResponse
    DescribeConfigsRequest
    DescribeConfigsResponse
    DescribeDelegationTokenRequest
    DescribeDelegationTokenResponse
    DescribeGroupsRequest
    DescribeGroupsResponse
    DescribeLogDirsRequest
    DescribeLogDirsResponse
    DescribeProducersRequest
    DescribeProducersResponse
    DescribeQuorumRequest
    DescribeQuorumResponse
    DescribeShareGroupOffsetsRequest
    DescribeShareGroupOffsetsResponse
    DescribeTopicPartitionsRequest
    DescribeTopicPartitionsResponse
    DescribeTransactionsRequest
    DescribeTransactionsResponse
    DescribeUserScramCredentialsRequest
    DescribeUserScramCredentialsResponse
    ElectLeadersRequest
    ElectLeadersResponse
    EndQuorumEpochRequest
    EndQuorumEpochResponse
    EndTransactionRecord
    EndTxnMarker
    EndTxnRequest
    EndTxnResponse
    EnvelopeRequest
    EnvelopeResponse
    ExpireDelegationTokenRequest
    ExpireDelegationTokenResponse
    FeatureLevelRecord
    FenceBrokerRecord
    FetchRequest
    FetchResponse
    FetchSnapshotRequest
    FetchSnapshotResponse
    FindCoordinatorRequest
    FindCoordinatorResponse
    GetTelemetrySubscriptionsRequest
    GetTelemetrySubscriptionsResponse
    GroupMetadataKey
    GroupMetadataValue
    HeartbeatRequest
    HeartbeatResponse
    IncrementalAlterConfigsRequest
    IncrementalAlterConfigsResponse
    InitProducerIdRequest
    InitProducerIdResponse
    InitializeShareGroupStateRequest
    InitializeShareGroupStateResponse
    JoinGroupRequest
    JoinGroupResponse
    KRaftVersionRecord
    LeaderChangeMessage
    LeaveGroupRequest
    LeaveGroupResponse
    LegacyOffsetCommitKey
    LegacyOffsetCommitValue
    ListConfigResourcesRequest
    ListConfigResourcesResponse
    ListGroupsRequest
    ListGroupsResponse
    ListOffsetsRequest
    ListOffsetsResponse
    ListPartitionReassignmentsRequest
    ListPartitionReassignmentsResponse
    ListTransactionsRequest
    ListTransactionsResponse
    MetadataRequest
    MetadataResponse
    NoOpRecord
    OffsetCommitKey
    OffsetCommitRequest
    OffsetCommitResponse
    OffsetCommitValue
    OffsetDeleteRequest
    OffsetDeleteResponse
    OffsetFetchRequest
    OffsetFetchResponse
    OffsetForLeaderEpochRequest
    OffsetForLeaderEpochResponse
    PartitionChangeRecord
    PartitionRecord
    ProduceRequest
    ProduceResponse
    ProducerIdsRecord
    ProducerSnapshot
    PushTelemetryRequest
    PushTelemetryResponse
    QuorumStateData
    ReadShareGroupStateRequest
    ReadShareGroupStateResponse
    ReadShareGroupStateSummaryRequest
    ReadShareGroupStateSummaryResponse
    RegisterBrokerRecord
    RegisterControllerRecord
    RemoteLogSegmentMetadataRecord
    RemoteLogSegmentMetadataSnapshotRecord
    RemoteLogSegmentMetadataUpdateRecord
    RemotePartitionDeleteMetadataRecord
    RemoveAccessControlEntryRecord
    RemoveDelegationTokenRecord
    RemoveRaftVoterRequest
    RemoveRaftVoterResponse
    RemoveTopicRecord
    RemoveUserScramCredentialRecord
    RenewDelegationTokenRequest
    RenewDelegationTokenResponse
    RequestHeader
    ResponseHeader
    SaslAuthenticateRequest
    SaslAuthenticateResponse
    SaslHandshakeRequest
    SaslHandshakeResponse
    ShareAcknowledgeRequest
    ShareAcknowledgeResponse
    ShareFetchRequest
    ShareFetchResponse
    ShareGroupCurrentMemberAssignmentKey
    ShareGroupCurrentMemberAssignmentValue
    ShareGroupDescribeRequest
    ShareGroupDescribeResponse
    ShareGroupHeartbeatRequest
    ShareGroupHeartbeatResponse
    ShareGroupMemberMetadataKey
    ShareGroupMemberMetadataValue
    ShareGroupMetadataKey
    ShareGroupMetadataValue
    ShareGroupStatePartitionMetadataKey
    ShareGroupStatePartitionMetadataValue
    ShareGroupTargetAssignmentMemberKey
    ShareGroupTargetAssignmentMemberValue
    ShareGroupTargetAssignmentMetadataKey
    ShareGroupTargetAssignmentMetadataValue
    ShareSnapshotKey
    ShareSnapshotValue
    ShareUpdateKey
    ShareUpdateValue
    SnapshotFooterRecord
    SnapshotHeaderRecord
    StreamsGroupCurrentMemberAssignmentKey
    StreamsGroupCurrentMemberAssignmentValue
    StreamsGroupDescribeRequest
    StreamsGroupDescribeResponse
    StreamsGroupHeartbeatRequest
    StreamsGroupHeartbeatResponse
    StreamsGroupMemberMetadataKey
    StreamsGroupMemberMetadataValue
    StreamsGroupMetadataKey
    StreamsGroupMetadataValue
    StreamsGroupTargetAssignmentMemberKey
    StreamsGroupTargetAssignmentMemberValue
    StreamsGroupTargetAssignmentMetadataKey
    StreamsGroupTargetAssignmentMetadataValue
    StreamsGroupTopologyDescriptionUpdateRequest
    StreamsGroupTopologyDescriptionUpdateResponse
    StreamsGroupTopologyKey
    StreamsGroupTopologyValue
    SyncGroupRequest
    SyncGroupResponse
    TopicRecord
    TransactionLogKey
    TransactionLogValue
    TxnOffsetCommitRequest
    TxnOffsetCommitResponse
    UnfenceBrokerRecord
    UnregisterBrokerRecord
    UnregisterBrokerRequest
    UnregisterBrokerResponse
    UnregisterControllerRecord
    UnregisterControllerRequest
    UnregisterControllerResponse
    UpdateFeaturesRequest
    UpdateFeaturesResponse
    UpdateRaftVoterRequest
    UpdateRaftVoterResponse
    UserScramCredentialRecord
    VoteRequest
    VoteResponse
    VotersRecord
    WriteShareGroupStateRequest
    WriteShareGroupStateResponse
    WriteTxnMarkersRequest
    WriteTxnMarkersResponse
    ZkMigrationStateRecord
};

/// The message of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.schema.structure.name == name)
}

/// The request of this key.
#[must_use]
pub fn request(key: ApiKey) -> Option<&'static Entry> {
    by_name(key.request_schema()?.structure.name)
}

/// The response of this key.
#[must_use]
pub fn response(key: ApiKey) -> Option<&'static Entry> {
    by_name(key.response_schema()?.structure.name)
}
