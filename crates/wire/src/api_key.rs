//! The table of API keys: number, Kafka's name, request, and what kind of request it is. Decides which header
//! version goes with which message; versions come from the messages themselves. Which of them a broker serves
//! is the broker's business.

use std::fmt;
use std::ops::RangeInclusive;

use crate::schema::MessageSchema;
use crate::{Message, Request, messages};

/// On which listeners a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listeners {
    /// On those of brokers.
    Broker,
    /// On those of controllers.
    Controller,
    /// On all.
    Both,
}

/// An API key of Kafka 4.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
#[allow(missing_docs)] // The messages say what they are for.
pub enum ApiKey {
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    LeaderAndIsr = 4,
    StopReplica = 5,
    UpdateMetadata = 6,
    ControlledShutdown = 7,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    LeaveGroup = 13,
    SyncGroup = 14,
    DescribeGroups = 15,
    ListGroups = 16,
    SaslHandshake = 17,
    ApiVersions = 18,
    CreateTopics = 19,
    DeleteTopics = 20,
    DeleteRecords = 21,
    InitProducerId = 22,
    OffsetForLeaderEpoch = 23,
    AddPartitionsToTxn = 24,
    AddOffsetsToTxn = 25,
    EndTxn = 26,
    WriteTxnMarkers = 27,
    TxnOffsetCommit = 28,
    DescribeAcls = 29,
    CreateAcls = 30,
    DeleteAcls = 31,
    DescribeConfigs = 32,
    AlterConfigs = 33,
    AlterReplicaLogDirs = 34,
    DescribeLogDirs = 35,
    SaslAuthenticate = 36,
    CreatePartitions = 37,
    CreateDelegationToken = 38,
    RenewDelegationToken = 39,
    ExpireDelegationToken = 40,
    DescribeDelegationToken = 41,
    DeleteGroups = 42,
    ElectLeaders = 43,
    IncrementalAlterConfigs = 44,
    AlterPartitionReassignments = 45,
    ListPartitionReassignments = 46,
    OffsetDelete = 47,
    DescribeClientQuotas = 48,
    AlterClientQuotas = 49,
    DescribeUserScramCredentials = 50,
    AlterUserScramCredentials = 51,
    Vote = 52,
    BeginQuorumEpoch = 53,
    EndQuorumEpoch = 54,
    DescribeQuorum = 55,
    AlterPartition = 56,
    UpdateFeatures = 57,
    Envelope = 58,
    FetchSnapshot = 59,
    DescribeCluster = 60,
    DescribeProducers = 61,
    BrokerRegistration = 62,
    BrokerHeartbeat = 63,
    UnregisterBroker = 64,
    DescribeTransactions = 65,
    ListTransactions = 66,
    AllocateProducerIds = 67,
    ConsumerGroupHeartbeat = 68,
    ConsumerGroupDescribe = 69,
    ControllerRegistration = 70,
    GetTelemetrySubscriptions = 71,
    PushTelemetry = 72,
    AssignReplicasToDirs = 73,
    ListConfigResources = 74,
    DescribeTopicPartitions = 75,
    ShareGroupHeartbeat = 76,
    ShareGroupDescribe = 77,
    ShareFetch = 78,
    ShareAcknowledge = 79,
    AddRaftVoter = 80,
    RemoveRaftVoter = 81,
    UpdateRaftVoter = 82,
    InitializeShareGroupState = 83,
    ReadShareGroupState = 84,
    WriteShareGroupState = 85,
    DeleteShareGroupState = 86,
    ReadShareGroupStateSummary = 87,
    StreamsGroupHeartbeat = 88,
    StreamsGroupDescribe = 89,
    DescribeShareGroupOffsets = 90,
    AlterShareGroupOffsets = 91,
    DeleteShareGroupOffsets = 92,
    StreamsGroupTopologyDescriptionUpdate = 93,
    UnregisterController = 94,
}

macro_rules! api_keys {
    ($($key:ident: $request:ident, $listeners:ident, $sender:ident, $handled:ident;)*) => {
        impl ApiKey {
            /// All keys that have messages, by number.
            pub const ALL: &'static [Self] = &[$(Self::$key),*];

            /// The schema of the request; `None` for the keys that have none any more.
            #[must_use]
            pub const fn request_schema(self) -> Option<&'static MessageSchema> {
                match self {
                    $(Self::$key => Some(messages::$request::SCHEMA),)*
                    _ => None,
                }
            }

            /// The schema of the response; `None` for the keys that have none any more.
            #[must_use]
            pub const fn response_schema(self) -> Option<&'static MessageSchema> {
                match self {
                    $(Self::$key => Some(<messages::$request as Request>::Response::SCHEMA),)*
                    _ => None,
                }
            }

            /// On which listeners the request belongs; `None` for the keys that have none any more.
            #[must_use]
            pub const fn listeners(self) -> Option<Listeners> {
                match self {
                    $(Self::$key => Some(Listeners::$listeners),)*
                    _ => None,
                }
            }

            /// True if only members of the cluster may send it (it needs ClusterAction).
            #[must_use]
            pub const fn is_cluster_action(self) -> bool {
                match self {
                    $(Self::$key => cluster_action!($sender),)*
                    _ => true,
                }
            }

            /// True if a broker hands it on to the active controller.
            #[must_use]
            pub const fn is_forwarded(self) -> bool {
                match self {
                    $(Self::$key => forwarded!($handled),)*
                    _ => false,
                }
            }
        }
    };
}

macro_rules! cluster_action {
    (cluster) => {
        true
    };
    (client) => {
        false
    };
}

macro_rules! forwarded {
    (forwarded) => {
        true
    };
    (local) => {
        false
    };
}

// Request, listeners, who may send it, who handles it.
api_keys! {
    Produce: ProduceRequest, Broker, client, local;
    Fetch: FetchRequest, Both, client, local;
    ListOffsets: ListOffsetsRequest, Broker, client, local;
    Metadata: MetadataRequest, Broker, client, local;
    OffsetCommit: OffsetCommitRequest, Broker, client, local;
    OffsetFetch: OffsetFetchRequest, Broker, client, local;
    FindCoordinator: FindCoordinatorRequest, Broker, client, local;
    JoinGroup: JoinGroupRequest, Broker, client, local;
    Heartbeat: HeartbeatRequest, Broker, client, local;
    LeaveGroup: LeaveGroupRequest, Broker, client, local;
    SyncGroup: SyncGroupRequest, Broker, client, local;
    DescribeGroups: DescribeGroupsRequest, Broker, client, local;
    ListGroups: ListGroupsRequest, Broker, client, local;
    SaslHandshake: SaslHandshakeRequest, Both, client, local;
    ApiVersions: ApiVersionsRequest, Both, client, local;
    CreateTopics: CreateTopicsRequest, Both, client, forwarded;
    DeleteTopics: DeleteTopicsRequest, Both, client, forwarded;
    DeleteRecords: DeleteRecordsRequest, Broker, client, local;
    InitProducerId: InitProducerIdRequest, Broker, client, local;
    OffsetForLeaderEpoch: OffsetForLeaderEpochRequest, Broker, client, local;
    AddPartitionsToTxn: AddPartitionsToTxnRequest, Broker, client, local;
    AddOffsetsToTxn: AddOffsetsToTxnRequest, Broker, client, local;
    EndTxn: EndTxnRequest, Broker, client, local;
    WriteTxnMarkers: WriteTxnMarkersRequest, Broker, cluster, local;
    TxnOffsetCommit: TxnOffsetCommitRequest, Broker, client, local;
    DescribeAcls: DescribeAclsRequest, Both, client, local;
    CreateAcls: CreateAclsRequest, Both, client, forwarded;
    DeleteAcls: DeleteAclsRequest, Both, client, forwarded;
    DescribeConfigs: DescribeConfigsRequest, Both, client, local;
    AlterConfigs: AlterConfigsRequest, Both, client, forwarded;
    AlterReplicaLogDirs: AlterReplicaLogDirsRequest, Broker, client, local;
    DescribeLogDirs: DescribeLogDirsRequest, Broker, client, local;
    SaslAuthenticate: SaslAuthenticateRequest, Both, client, local;
    CreatePartitions: CreatePartitionsRequest, Both, client, forwarded;
    CreateDelegationToken: CreateDelegationTokenRequest, Both, client, forwarded;
    RenewDelegationToken: RenewDelegationTokenRequest, Both, client, forwarded;
    ExpireDelegationToken: ExpireDelegationTokenRequest, Both, client, forwarded;
    DescribeDelegationToken: DescribeDelegationTokenRequest, Both, client, local;
    DeleteGroups: DeleteGroupsRequest, Broker, client, local;
    ElectLeaders: ElectLeadersRequest, Both, client, forwarded;
    IncrementalAlterConfigs: IncrementalAlterConfigsRequest, Both, client, forwarded;
    AlterPartitionReassignments: AlterPartitionReassignmentsRequest, Both, client, forwarded;
    ListPartitionReassignments: ListPartitionReassignmentsRequest, Both, client, forwarded;
    OffsetDelete: OffsetDeleteRequest, Broker, client, local;
    DescribeClientQuotas: DescribeClientQuotasRequest, Broker, client, local;
    AlterClientQuotas: AlterClientQuotasRequest, Both, client, forwarded;
    DescribeUserScramCredentials: DescribeUserScramCredentialsRequest, Both, client, local;
    AlterUserScramCredentials: AlterUserScramCredentialsRequest, Both, client, forwarded;
    Vote: VoteRequest, Controller, cluster, local;
    BeginQuorumEpoch: BeginQuorumEpochRequest, Controller, cluster, local;
    EndQuorumEpoch: EndQuorumEpochRequest, Controller, cluster, local;
    DescribeQuorum: DescribeQuorumRequest, Both, cluster, forwarded;
    AlterPartition: AlterPartitionRequest, Controller, cluster, local;
    UpdateFeatures: UpdateFeaturesRequest, Both, cluster, forwarded;
    Envelope: EnvelopeRequest, Controller, cluster, local;
    FetchSnapshot: FetchSnapshotRequest, Controller, client, local;
    DescribeCluster: DescribeClusterRequest, Both, client, local;
    DescribeProducers: DescribeProducersRequest, Broker, client, local;
    BrokerRegistration: BrokerRegistrationRequest, Controller, cluster, local;
    BrokerHeartbeat: BrokerHeartbeatRequest, Controller, cluster, local;
    UnregisterBroker: UnregisterBrokerRequest, Both, client, forwarded;
    DescribeTransactions: DescribeTransactionsRequest, Broker, client, local;
    ListTransactions: ListTransactionsRequest, Broker, client, local;
    AllocateProducerIds: AllocateProducerIdsRequest, Controller, cluster, forwarded;
    ConsumerGroupHeartbeat: ConsumerGroupHeartbeatRequest, Broker, client, local;
    ConsumerGroupDescribe: ConsumerGroupDescribeRequest, Broker, client, local;
    ControllerRegistration: ControllerRegistrationRequest, Controller, client, local;
    GetTelemetrySubscriptions: GetTelemetrySubscriptionsRequest, Broker, client, local;
    PushTelemetry: PushTelemetryRequest, Broker, client, local;
    AssignReplicasToDirs: AssignReplicasToDirsRequest, Controller, client, local;
    ListConfigResources: ListConfigResourcesRequest, Broker, client, local;
    DescribeTopicPartitions: DescribeTopicPartitionsRequest, Broker, client, local;
    ShareGroupHeartbeat: ShareGroupHeartbeatRequest, Broker, client, local;
    ShareGroupDescribe: ShareGroupDescribeRequest, Broker, client, local;
    ShareFetch: ShareFetchRequest, Broker, client, local;
    ShareAcknowledge: ShareAcknowledgeRequest, Broker, client, local;
    AddRaftVoter: AddRaftVoterRequest, Both, client, forwarded;
    RemoveRaftVoter: RemoveRaftVoterRequest, Both, client, forwarded;
    UpdateRaftVoter: UpdateRaftVoterRequest, Controller, client, local;
    InitializeShareGroupState: InitializeShareGroupStateRequest, Broker, cluster, local;
    ReadShareGroupState: ReadShareGroupStateRequest, Broker, cluster, local;
    WriteShareGroupState: WriteShareGroupStateRequest, Broker, cluster, local;
    DeleteShareGroupState: DeleteShareGroupStateRequest, Broker, cluster, local;
    ReadShareGroupStateSummary: ReadShareGroupStateSummaryRequest, Broker, cluster, local;
    StreamsGroupHeartbeat: StreamsGroupHeartbeatRequest, Broker, client, local;
    StreamsGroupDescribe: StreamsGroupDescribeRequest, Broker, client, local;
    DescribeShareGroupOffsets: DescribeShareGroupOffsetsRequest, Broker, client, local;
    AlterShareGroupOffsets: AlterShareGroupOffsetsRequest, Broker, client, local;
    DeleteShareGroupOffsets: DeleteShareGroupOffsetsRequest, Broker, client, local;
    StreamsGroupTopologyDescriptionUpdate: StreamsGroupTopologyDescriptionUpdateRequest, Broker, client, local;
    UnregisterController: UnregisterControllerRequest, Both, client, forwarded;
}

impl ApiKey {
    /// The key with this number.
    #[must_use]
    pub const fn from_code(code: i16) -> Option<Self> {
        Some(match code {
            0 => Self::Produce,
            1 => Self::Fetch,
            2 => Self::ListOffsets,
            3 => Self::Metadata,
            4 => Self::LeaderAndIsr,
            5 => Self::StopReplica,
            6 => Self::UpdateMetadata,
            7 => Self::ControlledShutdown,
            8 => Self::OffsetCommit,
            9 => Self::OffsetFetch,
            10 => Self::FindCoordinator,
            11 => Self::JoinGroup,
            12 => Self::Heartbeat,
            13 => Self::LeaveGroup,
            14 => Self::SyncGroup,
            15 => Self::DescribeGroups,
            16 => Self::ListGroups,
            17 => Self::SaslHandshake,
            18 => Self::ApiVersions,
            19 => Self::CreateTopics,
            20 => Self::DeleteTopics,
            21 => Self::DeleteRecords,
            22 => Self::InitProducerId,
            23 => Self::OffsetForLeaderEpoch,
            24 => Self::AddPartitionsToTxn,
            25 => Self::AddOffsetsToTxn,
            26 => Self::EndTxn,
            27 => Self::WriteTxnMarkers,
            28 => Self::TxnOffsetCommit,
            29 => Self::DescribeAcls,
            30 => Self::CreateAcls,
            31 => Self::DeleteAcls,
            32 => Self::DescribeConfigs,
            33 => Self::AlterConfigs,
            34 => Self::AlterReplicaLogDirs,
            35 => Self::DescribeLogDirs,
            36 => Self::SaslAuthenticate,
            37 => Self::CreatePartitions,
            38 => Self::CreateDelegationToken,
            39 => Self::RenewDelegationToken,
            40 => Self::ExpireDelegationToken,
            41 => Self::DescribeDelegationToken,
            42 => Self::DeleteGroups,
            43 => Self::ElectLeaders,
            44 => Self::IncrementalAlterConfigs,
            45 => Self::AlterPartitionReassignments,
            46 => Self::ListPartitionReassignments,
            47 => Self::OffsetDelete,
            48 => Self::DescribeClientQuotas,
            49 => Self::AlterClientQuotas,
            50 => Self::DescribeUserScramCredentials,
            51 => Self::AlterUserScramCredentials,
            52 => Self::Vote,
            53 => Self::BeginQuorumEpoch,
            54 => Self::EndQuorumEpoch,
            55 => Self::DescribeQuorum,
            56 => Self::AlterPartition,
            57 => Self::UpdateFeatures,
            58 => Self::Envelope,
            59 => Self::FetchSnapshot,
            60 => Self::DescribeCluster,
            61 => Self::DescribeProducers,
            62 => Self::BrokerRegistration,
            63 => Self::BrokerHeartbeat,
            64 => Self::UnregisterBroker,
            65 => Self::DescribeTransactions,
            66 => Self::ListTransactions,
            67 => Self::AllocateProducerIds,
            68 => Self::ConsumerGroupHeartbeat,
            69 => Self::ConsumerGroupDescribe,
            70 => Self::ControllerRegistration,
            71 => Self::GetTelemetrySubscriptions,
            72 => Self::PushTelemetry,
            73 => Self::AssignReplicasToDirs,
            74 => Self::ListConfigResources,
            75 => Self::DescribeTopicPartitions,
            76 => Self::ShareGroupHeartbeat,
            77 => Self::ShareGroupDescribe,
            78 => Self::ShareFetch,
            79 => Self::ShareAcknowledge,
            80 => Self::AddRaftVoter,
            81 => Self::RemoveRaftVoter,
            82 => Self::UpdateRaftVoter,
            83 => Self::InitializeShareGroupState,
            84 => Self::ReadShareGroupState,
            85 => Self::WriteShareGroupState,
            86 => Self::DeleteShareGroupState,
            87 => Self::ReadShareGroupStateSummary,
            88 => Self::StreamsGroupHeartbeat,
            89 => Self::StreamsGroupDescribe,
            90 => Self::DescribeShareGroupOffsets,
            91 => Self::AlterShareGroupOffsets,
            92 => Self::DeleteShareGroupOffsets,
            93 => Self::StreamsGroupTopologyDescriptionUpdate,
            94 => Self::UnregisterController,
            _ => return None,
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// Kafka's name, as in `ListOffsets`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Produce => "Produce",
            Self::Fetch => "Fetch",
            Self::ListOffsets => "ListOffsets",
            Self::Metadata => "Metadata",
            Self::LeaderAndIsr => "LeaderAndIsr",
            Self::StopReplica => "StopReplica",
            Self::UpdateMetadata => "UpdateMetadata",
            Self::ControlledShutdown => "ControlledShutdown",
            Self::OffsetCommit => "OffsetCommit",
            Self::OffsetFetch => "OffsetFetch",
            Self::FindCoordinator => "FindCoordinator",
            Self::JoinGroup => "JoinGroup",
            Self::Heartbeat => "Heartbeat",
            Self::LeaveGroup => "LeaveGroup",
            Self::SyncGroup => "SyncGroup",
            Self::DescribeGroups => "DescribeGroups",
            Self::ListGroups => "ListGroups",
            Self::SaslHandshake => "SaslHandshake",
            Self::ApiVersions => "ApiVersions",
            Self::CreateTopics => "CreateTopics",
            Self::DeleteTopics => "DeleteTopics",
            Self::DeleteRecords => "DeleteRecords",
            Self::InitProducerId => "InitProducerId",
            Self::OffsetForLeaderEpoch => "OffsetForLeaderEpoch",
            Self::AddPartitionsToTxn => "AddPartitionsToTxn",
            Self::AddOffsetsToTxn => "AddOffsetsToTxn",
            Self::EndTxn => "EndTxn",
            Self::WriteTxnMarkers => "WriteTxnMarkers",
            Self::TxnOffsetCommit => "TxnOffsetCommit",
            Self::DescribeAcls => "DescribeAcls",
            Self::CreateAcls => "CreateAcls",
            Self::DeleteAcls => "DeleteAcls",
            Self::DescribeConfigs => "DescribeConfigs",
            Self::AlterConfigs => "AlterConfigs",
            Self::AlterReplicaLogDirs => "AlterReplicaLogDirs",
            Self::DescribeLogDirs => "DescribeLogDirs",
            Self::SaslAuthenticate => "SaslAuthenticate",
            Self::CreatePartitions => "CreatePartitions",
            Self::CreateDelegationToken => "CreateDelegationToken",
            Self::RenewDelegationToken => "RenewDelegationToken",
            Self::ExpireDelegationToken => "ExpireDelegationToken",
            Self::DescribeDelegationToken => "DescribeDelegationToken",
            Self::DeleteGroups => "DeleteGroups",
            Self::ElectLeaders => "ElectLeaders",
            Self::IncrementalAlterConfigs => "IncrementalAlterConfigs",
            Self::AlterPartitionReassignments => "AlterPartitionReassignments",
            Self::ListPartitionReassignments => "ListPartitionReassignments",
            Self::OffsetDelete => "OffsetDelete",
            Self::DescribeClientQuotas => "DescribeClientQuotas",
            Self::AlterClientQuotas => "AlterClientQuotas",
            Self::DescribeUserScramCredentials => "DescribeUserScramCredentials",
            Self::AlterUserScramCredentials => "AlterUserScramCredentials",
            Self::Vote => "Vote",
            Self::BeginQuorumEpoch => "BeginQuorumEpoch",
            Self::EndQuorumEpoch => "EndQuorumEpoch",
            Self::DescribeQuorum => "DescribeQuorum",
            Self::AlterPartition => "AlterPartition",
            Self::UpdateFeatures => "UpdateFeatures",
            Self::Envelope => "Envelope",
            Self::FetchSnapshot => "FetchSnapshot",
            Self::DescribeCluster => "DescribeCluster",
            Self::DescribeProducers => "DescribeProducers",
            Self::BrokerRegistration => "BrokerRegistration",
            Self::BrokerHeartbeat => "BrokerHeartbeat",
            Self::UnregisterBroker => "UnregisterBroker",
            Self::DescribeTransactions => "DescribeTransactions",
            Self::ListTransactions => "ListTransactions",
            Self::AllocateProducerIds => "AllocateProducerIds",
            Self::ConsumerGroupHeartbeat => "ConsumerGroupHeartbeat",
            Self::ConsumerGroupDescribe => "ConsumerGroupDescribe",
            Self::ControllerRegistration => "ControllerRegistration",
            Self::GetTelemetrySubscriptions => "GetTelemetrySubscriptions",
            Self::PushTelemetry => "PushTelemetry",
            Self::AssignReplicasToDirs => "AssignReplicasToDirs",
            Self::ListConfigResources => "ListConfigResources",
            Self::DescribeTopicPartitions => "DescribeTopicPartitions",
            Self::ShareGroupHeartbeat => "ShareGroupHeartbeat",
            Self::ShareGroupDescribe => "ShareGroupDescribe",
            Self::ShareFetch => "ShareFetch",
            Self::ShareAcknowledge => "ShareAcknowledge",
            Self::AddRaftVoter => "AddRaftVoter",
            Self::RemoveRaftVoter => "RemoveRaftVoter",
            Self::UpdateRaftVoter => "UpdateRaftVoter",
            Self::InitializeShareGroupState => "InitializeShareGroupState",
            Self::ReadShareGroupState => "ReadShareGroupState",
            Self::WriteShareGroupState => "WriteShareGroupState",
            Self::DeleteShareGroupState => "DeleteShareGroupState",
            Self::ReadShareGroupStateSummary => "ReadShareGroupStateSummary",
            Self::StreamsGroupHeartbeat => "StreamsGroupHeartbeat",
            Self::StreamsGroupDescribe => "StreamsGroupDescribe",
            Self::DescribeShareGroupOffsets => "DescribeShareGroupOffsets",
            Self::AlterShareGroupOffsets => "AlterShareGroupOffsets",
            Self::DeleteShareGroupOffsets => "DeleteShareGroupOffsets",
            Self::StreamsGroupTopologyDescriptionUpdate => "StreamsGroupTopologyDescriptionUpdate",
            Self::UnregisterController => "UnregisterController",
        }
    }

    /// All versions of the request, an unstable one included; `None` if there are none any more.
    #[must_use]
    pub fn valid_versions(self) -> Option<RangeInclusive<i16>> {
        let versions = self.request_schema()?.structure.versions;
        Some(versions.first..=versions.last)
    }

    /// The versions a broker shows unless `unstable.api.versions.enable` is set.
    #[must_use]
    pub fn stable_versions(self) -> Option<RangeInclusive<i16>> {
        let schema = self.request_schema()?;
        let versions = schema.structure.versions;
        Some(versions.first..=versions.last - i16::from(schema.latest_version_unstable))
    }

    /// The first flexible version (KIP-482), if any.
    #[must_use]
    pub const fn flexible_from(self) -> Option<i16> {
        match self.request_schema() {
            Some(schema) => schema.structure.flexible_from,
            None => None,
        }
    }

    #[inline]
    const fn is_flexible(self, version: i16) -> bool {
        version as i32 >= FLEXIBLE_FROM[self as usize]
    }

    /// The version of the header before a request: 2 with tagged fields, 1 without.
    #[inline]
    #[must_use]
    pub const fn request_header_version(self, version: i16) -> i16 {
        if self.is_flexible(version) { 2 } else { 1 }
    }

    /// The version of the header before a response: 1 with tagged fields, 0 without. Always 0 for
    /// ApiVersions, as its reader may not know yet what the sender speaks (KIP-511).
    #[inline]
    #[must_use]
    pub const fn response_header_version(self, version: i16) -> i16 {
        if self.is_flexible(version) && !matches!(self, Self::ApiVersions) { 1 } else { 0 }
    }
}

/// The first flexible version by key, for headers are read at every request; out of reach where there is none.
static FLEXIBLE_FROM: [i32; 95] = {
    let mut table = [i32::MAX; 95];
    let mut index = 0;
    while index < ApiKey::ALL.len() {
        let key = ApiKey::ALL[index];
        if let Some(first) = key.flexible_from() {
            table[key as usize] = first as i32;
        }
        index += 1;
    }
    table
};

impl TryFrom<i16> for ApiKey {
    type Error = i16;

    /// The key, or the number back.
    fn try_from(code: i16) -> Result<Self, i16> {
        Self::from_code(code).ok_or(code)
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
