//! What each API asks leave for: one table, from which handlers take their checks and tests their cases.
//!
//! Facts are Kafka 4.4's. An API that stands neither here nor in [`OPEN_TO_ALL`] is refused outright when there
//! is an authorizer: a forgotten row must not become an open door.

use thalweg_security::acl::{Operation, ResourceType};
use thalweg_wire::{ApiKey, ErrorCode};

use crate::authorizer::Access;

/// One check of one API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The API.
    pub api: ApiKey,
    /// The kind of resource that it names, or the cluster.
    pub resource: ResourceType,
    /// What it does with it.
    pub operation: Operation,
    /// What is answered, for that resource alone where the answer can say so.
    pub error: ErrorCode,
}

macro_rules! permissions {
    ($($api:ident: $resource:ident $operation:ident;)*) => {
        &[$(Permission {
            api: ApiKey::$api,
            resource: ResourceType::$resource,
            operation: Operation::$operation,
            error: error_of(ResourceType::$resource),
        }),*]
    };
}

/// All checks. The first row of an API and a kind of resource is the one [`Guard`] asks; handlers that ask for more
/// name the operation themselves, and the row is here for the tests and the reader.
pub const PERMISSIONS: &[Permission] = permissions! {
    // The whole request fails unless its transactional id may be written.
    Produce: TransactionalId Write;
    Produce: Topic Write;
    Fetch: Topic Read;
    // A follower instead of a consumer.
    Fetch: Cluster ClusterAction;
    ListOffsets: Topic Describe;
    Metadata: Topic Describe;
    // Creation on first use: leave for the cluster or for the topic.
    Metadata: Cluster Create;
    Metadata: Topic Create;
    OffsetCommit: Group Read;
    OffsetCommit: Topic Read;
    OffsetFetch: Group Describe;
    OffsetFetch: Topic Describe;
    FindCoordinator: Group Describe;
    FindCoordinator: TransactionalId Describe;
    FindCoordinator: Cluster ClusterAction;
    JoinGroup: Group Read;
    Heartbeat: Group Read;
    LeaveGroup: Group Read;
    SyncGroup: Group Read;
    DescribeGroups: Group Describe;
    // Without leave for the cluster a caller is shown the groups it may describe.
    ListGroups: Cluster Describe;
    ListGroups: Group Describe;
    CreateTopics: Topic Create;
    CreateTopics: Cluster Create;
    // What the new topic is configured as is told to those who may see it.
    CreateTopics: Topic DescribeConfigs;
    DeleteTopics: Topic Delete;
    DeleteTopics: Topic Describe;
    DeleteRecords: Topic Delete;
    InitProducerId: TransactionalId Write;
    // One of both: leave for the cluster, or to write to some topic.
    InitProducerId: Cluster IdempotentWrite;
    InitProducerId: Topic Write;
    OffsetForLeaderEpoch: Topic Describe;
    OffsetForLeaderEpoch: Cluster ClusterAction;
    AddPartitionsToTxn: TransactionalId Write;
    AddPartitionsToTxn: Topic Write;
    AddPartitionsToTxn: Cluster ClusterAction;
    AddOffsetsToTxn: TransactionalId Write;
    AddOffsetsToTxn: Group Read;
    EndTxn: TransactionalId Write;
    WriteTxnMarkers: Cluster ClusterAction;
    WriteTxnMarkers: Cluster Alter;
    TxnOffsetCommit: TransactionalId Write;
    TxnOffsetCommit: Group Read;
    TxnOffsetCommit: Topic Read;
    DescribeAcls: Cluster Describe;
    CreateAcls: Cluster Alter;
    DeleteAcls: Cluster Alter;
    DescribeConfigs: Topic DescribeConfigs;
    DescribeConfigs: Group DescribeConfigs;
    DescribeConfigs: Cluster DescribeConfigs;
    AlterConfigs: Topic AlterConfigs;
    AlterConfigs: Group AlterConfigs;
    AlterConfigs: Cluster AlterConfigs;
    IncrementalAlterConfigs: Topic AlterConfigs;
    IncrementalAlterConfigs: Group AlterConfigs;
    IncrementalAlterConfigs: Cluster AlterConfigs;
    AlterReplicaLogDirs: Cluster Alter;
    DescribeLogDirs: Cluster Describe;
    CreatePartitions: Topic Alter;
    CreateDelegationToken: User CreateTokens;
    DescribeDelegationToken: DelegationToken Describe;
    DescribeDelegationToken: User DescribeTokens;
    DeleteGroups: Group Delete;
    ElectLeaders: Cluster Alter;
    AlterPartitionReassignments: Cluster Alter;
    ListPartitionReassignments: Cluster Describe;
    OffsetDelete: Group Delete;
    OffsetDelete: Topic Read;
    DescribeClientQuotas: Cluster DescribeConfigs;
    AlterClientQuotas: Cluster AlterConfigs;
    DescribeUserScramCredentials: Cluster Describe;
    AlterUserScramCredentials: Cluster Alter;
    DescribeQuorum: Cluster Describe;
    UpdateFeatures: Cluster Alter;
    DescribeProducers: Topic Read;
    UnregisterBroker: Cluster Alter;
    UnregisterController: Cluster Alter;
    DescribeTransactions: TransactionalId Describe;
    ListTransactions: TransactionalId Describe;
    ConsumerGroupHeartbeat: Group Read;
    ConsumerGroupHeartbeat: Topic Describe;
    ConsumerGroupDescribe: Group Describe;
    ConsumerGroupDescribe: Topic Describe;
    ListConfigResources: Cluster DescribeConfigs;
    DescribeTopicPartitions: Topic Describe;
};

/// APIs that need no leave: they say who the caller is, what the broker speaks, or only what the caller may do.
/// Renewing and expiring a delegation token is for its owner and renewers, which is decided with the token.
pub const OPEN_TO_ALL: &[ApiKey] = &[
    ApiKey::ApiVersions,
    ApiKey::SaslHandshake,
    ApiKey::SaslAuthenticate,
    ApiKey::DescribeCluster,
    ApiKey::RenewDelegationToken,
    ApiKey::ExpireDelegationToken,
    ApiKey::GetTelemetrySubscriptions,
    ApiKey::PushTelemetry,
];

/// What Kafka answers when leave for a kind of resource is missing.
pub const fn error_of(resource: ResourceType) -> ErrorCode {
    match resource {
        ResourceType::Topic => ErrorCode::TopicAuthorizationFailed,
        ResourceType::Group => ErrorCode::GroupAuthorizationFailed,
        ResourceType::TransactionalId => ErrorCode::TransactionalIdAuthorizationFailed,
        ResourceType::DelegationToken | ResourceType::User => ErrorCode::DelegationTokenAuthorizationFailed,
        ResourceType::Cluster => ErrorCode::ClusterAuthorizationFailed,
    }
}

/// The first check of an API on a kind of resource.
pub fn permission(api: ApiKey, resource: ResourceType) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|one| one.api == api && one.resource == resource)
}

/// One check, ready to be asked of many names.
#[derive(Clone, Copy, Debug)]
pub struct Guard<'a> {
    access: Access<'a>,
    /// `None` and an authorizer: nobody wrote the row, everything is refused.
    permission: Option<&'static Permission>,
    resource: ResourceType,
}

impl<'a> Guard<'a> {
    /// The check of this API on this kind of resource. Costs nothing without an authorizer.
    pub fn new(access: Access<'a>, api: ApiKey, resource: ResourceType) -> Self {
        let permission = if access.is_open() { None } else { permission(api, resource) };
        Self { access, permission, resource }
    }

    /// Whether the API may do its work with the resource of this name; the error is Kafka's.
    pub fn check(&self, name: &str) -> Result<(), ErrorCode> {
        match self.permission {
            None if self.access.authorizer.is_none() => Ok(()),
            Some(permission) if self.access.allows(permission.operation, self.resource, name) => Ok(()),
            _ => Err(error_of(self.resource)),
        }
    }

    /// The same check, asked only in order to know what to show: its answers are not noted.
    #[must_use]
    pub fn quietly(self) -> Self {
        Self { access: self.access.quietly(), ..self }
    }

    /// Like [`Guard::check`].
    pub fn allows(&self, name: &str) -> bool {
        self.check(name).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::SERVED;

    #[test]
    fn every_api_that_is_served_asks_for_leave_or_is_open_on_purpose() {
        for &api in SERVED {
            let asks = PERMISSIONS.iter().any(|one| one.api == api);
            assert_ne!(asks, OPEN_TO_ALL.contains(&api), "{}", api.name());
        }
    }

    #[test]
    fn no_check_stands_twice() {
        for (at, one) in PERMISSIONS.iter().enumerate() {
            assert!(!PERMISSIONS[..at].contains(one), "{one:?}");
        }
    }

    /// The specification that a client suite runs against this broker and against Apache Kafka.
    const TABLE: &str = include_str!("../../../../compat/permissions/table.txt");

    /// Its cases: API and `Resource.Operation`.
    fn specified() -> impl Iterator<Item = (&'static str, &'static str)> {
        let cases = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        cases.map(|line| {
            let mut words = line.split(' ');
            (words.next().unwrap(), words.nth(1).unwrap())
        })
    }

    #[test]
    fn every_check_of_an_api_that_is_served_is_a_case_of_the_specification() {
        // Groups of these kinds have suites of their own.
        let elsewhere = |api: ApiKey| ["Share", "Streams"].iter().any(|kind| api.name().contains(kind));
        for one in PERMISSIONS.iter().filter(|one| SERVED.contains(&one.api) && !elsewhere(one.api)) {
            let asked = format!("{:?}.{:?}", one.resource, one.operation);
            let is_there = specified().any(|(api, case)| api == one.api.name() && case == asked);
            assert!(is_there, "compat/permissions/table.txt has no case {} {asked}", one.api.name());
        }
    }

    #[test]
    fn the_specification_names_no_check_that_is_not_made() {
        for (api, asked) in specified().filter(|(_, asked)| *asked != "-") {
            let is_made = PERMISSIONS.iter().any(|one| {
                one.api.name() == api && format!("{:?}.{:?}", one.resource, one.operation) == asked
            });
            assert!(is_made, "{api} {asked}");
        }
    }
}
