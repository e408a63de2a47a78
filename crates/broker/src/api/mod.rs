//! The APIs this broker serves: which keys and versions, and the way from a request to its handler.
//!
//! One file per API key; a handler reads the decoded request, decides, and answers through its [`Caller`],
//! at once or later. What is not in [`SERVED`] is not advertised, and a request for it closes the connection,
//! as Kafka does. Produce and Fetch are taken by the worker itself and only advertised here.

pub mod add_offsets_to_txn;
pub mod add_partitions_to_txn;
pub mod alter_client_quotas;
pub mod alter_configs;
pub mod alter_partition_reassignments;
pub mod alter_replica_log_dirs;
pub mod alter_user_scram_credentials;
pub mod api_versions;
mod asked_groups;
pub mod consumer_group_describe;
pub mod consumer_group_heartbeat;
pub mod create_acls;
pub mod create_delegation_token;
pub mod create_partitions;
pub mod create_topics;
pub mod delete_acls;
pub mod delete_groups;
pub mod delete_records;
pub mod delete_topics;
pub mod describe_acls;
pub mod describe_client_quotas;
pub mod describe_cluster;
pub mod describe_configs;
pub mod describe_delegation_token;
pub mod describe_groups;
pub mod describe_log_dirs;
pub mod describe_producers;
pub mod describe_quorum;
pub mod describe_topic_partitions;
pub mod describe_transactions;
pub mod describe_user_scram_credentials;
pub mod elect_leaders;
pub mod end_txn;
pub mod expire_delegation_token;
pub mod fetch;
pub mod find_coordinator;
pub mod get_telemetry_subscriptions;
pub mod heartbeat;
pub mod incremental_alter_configs;
pub mod init_producer_id;
pub mod join_group;
pub mod leave_group;
pub mod list_config_resources;
pub mod list_groups;
pub mod list_offsets;
pub mod list_partition_reassignments;
pub mod list_transactions;
pub mod metadata;
pub mod offset_commit;
pub mod offset_delete;
pub mod offset_fetch;
pub mod offset_for_leader_epoch;
pub mod permissions;
pub mod produce;
pub mod push_telemetry;
pub mod refused;
pub mod renew_delegation_token;
pub mod sasl_authenticate;
pub mod sasl_handshake;
pub mod sync_group;
pub mod txn_offset_commit;
pub mod unregister_broker;
pub mod update_features;
pub mod write_txn_markers;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use thalweg_controller::{ApiError, ControllerResponse};
use thalweg_metadata::MetadataImage;
use thalweg_model::Now;
use thalweg_security::Principal;
use thalweg_security::acl::{CLUSTER_NAME, ResourceType};
use thalweg_wire::headers::RequestHeader;
use thalweg_wire::{ApiKey, Decode, Encode, ErrorCode, Reader};

use self::permissions::Guard;
use crate::authorizer::Access;
use crate::connection::slots::{Response, SlotNumber};
use crate::connection::{ClientInfo, ConnectionId};
use crate::login::Session;
use crate::mailbox::Sender;
use crate::node::Node;
use crate::partition::Partition;
use crate::topics::{LocalTopics, Topic};
use crate::worker::{Reply, WorkerMessage, encode_response};

/// The keys served, in the order of their numbers. Versions are all that Kafka 4.4 has as stable.
pub const SERVED: &[ApiKey] = &[
    ApiKey::Produce,
    ApiKey::Fetch,
    ApiKey::ListOffsets,
    ApiKey::Metadata,
    ApiKey::OffsetCommit,
    ApiKey::OffsetFetch,
    ApiKey::FindCoordinator,
    ApiKey::JoinGroup,
    ApiKey::Heartbeat,
    ApiKey::LeaveGroup,
    ApiKey::SyncGroup,
    ApiKey::DescribeGroups,
    ApiKey::ListGroups,
    ApiKey::SaslHandshake,
    ApiKey::ApiVersions,
    ApiKey::CreateTopics,
    ApiKey::DeleteTopics,
    ApiKey::DeleteRecords,
    ApiKey::InitProducerId,
    ApiKey::OffsetForLeaderEpoch,
    ApiKey::AddPartitionsToTxn,
    ApiKey::AddOffsetsToTxn,
    ApiKey::EndTxn,
    ApiKey::WriteTxnMarkers,
    ApiKey::TxnOffsetCommit,
    ApiKey::DescribeAcls,
    ApiKey::CreateAcls,
    ApiKey::DeleteAcls,
    ApiKey::DescribeConfigs,
    ApiKey::AlterConfigs,
    ApiKey::AlterReplicaLogDirs,
    ApiKey::DescribeLogDirs,
    ApiKey::SaslAuthenticate,
    ApiKey::CreatePartitions,
    ApiKey::CreateDelegationToken,
    ApiKey::RenewDelegationToken,
    ApiKey::ExpireDelegationToken,
    ApiKey::DescribeDelegationToken,
    ApiKey::DeleteGroups,
    ApiKey::ElectLeaders,
    ApiKey::IncrementalAlterConfigs,
    ApiKey::AlterPartitionReassignments,
    ApiKey::ListPartitionReassignments,
    ApiKey::OffsetDelete,
    ApiKey::DescribeClientQuotas,
    ApiKey::AlterClientQuotas,
    ApiKey::DescribeUserScramCredentials,
    ApiKey::AlterUserScramCredentials,
    ApiKey::DescribeQuorum,
    ApiKey::UpdateFeatures,
    ApiKey::DescribeCluster,
    ApiKey::DescribeProducers,
    ApiKey::UnregisterBroker,
    ApiKey::DescribeTransactions,
    ApiKey::ListTransactions,
    ApiKey::ConsumerGroupHeartbeat,
    ApiKey::ConsumerGroupDescribe,
    ApiKey::GetTelemetrySubscriptions,
    ApiKey::PushTelemetry,
    ApiKey::ListConfigResources,
    ApiKey::DescribeTopicPartitions,
];

/// What the request header says, as far as anyone behind it asks.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Version of the request.
    pub version: i16,
    /// To be repeated in the answer.
    pub correlation_id: i32,
}

impl Header {
    /// The part of a decoded header that does not borrow.
    pub fn of(header: &RequestHeader<'_>) -> Self {
        Self { version: header.request_api_version, correlation_id: header.correlation_id }
    }
}

/// What became of a request.
#[derive(Debug)]
pub enum Answer {
    /// It is answered.
    Ready(Response),
    /// It is answered, and the connection is to be closed behind the answer.
    Last(Response),
    /// Somebody holds its [`Reply`].
    Later,
    /// The connection is to be closed, for this reason.
    Close(&'static str),
}

/// Who asks, and what a handler may use.
pub struct Caller<'a> {
    /// What all roles share.
    pub node: &'a Arc<Node>,
    /// Time of the turn.
    pub now: Now,
    /// The worker's view of the topics.
    pub topics: &'a mut LocalTopics,
    /// The client's address.
    pub peer: SocketAddr,
    /// Who the client is.
    pub principal: &'a Arc<Principal>,
    /// Its SASL session, where there is one.
    pub session: &'a mut Option<Session>,
    /// Which listener it came in by.
    pub listener: usize,
    /// The address it connected to.
    pub local_address: &'a dyn Fn() -> std::io::Result<SocketAddr>,
    /// What it says of itself.
    pub client: &'a mut ClientInfo,
    /// Its `client.id`.
    pub client_id: &'a str,
    /// The API asked for.
    pub key: ApiKey,
    /// Version and correlation id.
    pub header: Header,
    /// The worker's mailbox, for answers that come later.
    pub mailbox: &'a Sender<WorkerMessage>,
    /// The connection.
    pub connection: ConnectionId,
    /// The request's slot.
    pub slot: SlotNumber,
    /// How long the client must wait for what it asked; the worker sees to it.
    pub throttle_ms: i64,
}

impl Caller<'_> {
    /// The version of the request.
    pub fn version(&self) -> i16 {
        self.header.version
    }

    /// What the caller may do.
    pub fn access(&self) -> Access<'_> {
        Access {
            authorizer: self.node.authorizer.as_ref(),
            audit: self.node.audit.as_ref(),
            principal: self.principal,
            host: self.peer.ip().to_canonical(),
            api: self.key,
        }
    }

    /// What this API needs leave for, on one kind of resource.
    pub fn guard(&self, resource: ResourceType) -> Guard<'_> {
        Guard::new(self.access(), self.key, resource)
    }

    /// Whether this API may be used on the cluster.
    pub fn check_cluster(&self) -> Result<(), ErrorCode> {
        self.guard(ResourceType::Cluster).check(CLUSTER_NAME)
    }

    /// Whether this API may be used on a group.
    pub fn check_group(&self, group: &str) -> Result<(), ErrorCode> {
        self.guard(ResourceType::Group).check(group)
    }

    /// Answers now.
    pub fn ready(&self, body: &impl Encode) -> Answer {
        self.ready_in(self.header.version, body)
    }

    /// Answers now and ends the connection behind it.
    pub fn last(&self, body: &impl Encode) -> Answer {
        match self.ready(body) {
            Answer::Ready(response) => Answer::Last(response),
            other => other,
        }
    }

    /// Answers now in another version than the request's: only ApiVersions does.
    pub fn ready_in(&self, version: i16, body: &impl Encode) -> Answer {
        match encode_response(self.key, version, self.header.correlation_id, body) {
            Some(response) => Answer::Ready(response),
            None => Answer::Close("its answer could not be written"),
        }
    }

    /// The brokers of the cluster as this client is to reach them: by the listener it came in by.
    pub fn brokers(&self, image: &MetadataImage, include_fenced: bool) -> Vec<BrokerAddress> {
        let node = self.node;
        let Some(own) = node.advertised.get(self.listener) else { return Vec::new() };
        let registered = image.cluster.brokers.values().filter(|broker| include_fenced || !broker.fenced);
        let address = registered.filter_map(|broker| {
            let (host, port) = if broker.id == node.config.node_id {
                let host = match &own.host {
                    Some(host) => host.clone(),
                    None => (self.local_address)().ok()?.ip().to_canonical().to_string(),
                };
                (host, own.port)
            } else {
                let endpoint = broker.endpoints.iter().find(|endpoint| endpoint.name == own.listener)?;
                (endpoint.host.clone(), endpoint.port)
            };
            Some(BrokerAddress {
                id: broker.id,
                host,
                port: i32::from(port),
                rack: broker.rack.clone(),
                is_fenced: broker.fenced,
            })
        });
        address.collect()
    }

    /// Counts changes of metadata (KIP-599): partitions made or deleted, topic by topic. A `strict` request is refused
    /// while too many were made; others pass, and are told to wait.
    pub fn count_mutations(&mut self, partitions: usize, strict: bool) -> Result<(), ErrorCode> {
        let now_ms = self.now.mono_ms();
        let limited = self.node.quotas.mutations(self.principal.name(), self.client_id, now_ms);
        let Some(limited) = limited else { return Ok(()) };
        let wait = limited.wait_ms(now_ms);
        if strict && wait > 0 {
            self.throttle_ms = self.throttle_ms.max(wait);
            return Err(ErrorCode::ThrottlingQuotaExceeded);
        }
        let wait = limited.record(partitions as f64, now_ms);
        if !strict {
            self.throttle_ms = self.throttle_ms.max(wait);
        }
        Ok(())
    }

    /// The right to answer later. The handler returns [`Answer::Later`].
    pub fn reply(&self) -> Reply {
        let Header { version, correlation_id } = self.header;
        Reply::new(self.mailbox.clone(), self.connection, self.slot, self.key, version, correlation_id)
    }
}

/// A broker as a client reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    /// Node id.
    pub id: i32,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: i32,
    /// Rack, if it has one.
    pub rack: Option<String>,
    /// Registered but not serving.
    pub is_fenced: bool,
}

/// The partition a request names, if it is served here and the client's idea of its leader epoch is ours
/// (−1: it has none; KIP-320).
pub fn find_partition(
    topic: Option<&Arc<Topic>>,
    index: i32,
    current_leader_epoch: i32,
) -> Result<Arc<Partition>, ErrorCode> {
    let topic = topic.ok_or(ErrorCode::UnknownTopicOrPartition)?;
    let partition = topic.served(index)?;
    check_epoch(partition, current_leader_epoch)?;
    if partition.directory.is_offline() {
        return Err(ErrorCode::KafkaStorageError);
    }
    Ok(Arc::clone(partition))
}

/// Compares a client's idea of the leader epoch with ours.
pub fn check_epoch(partition: &Partition, current_leader_epoch: i32) -> Result<(), ErrorCode> {
    let epoch = partition.leader_epoch().0;
    match current_leader_epoch {
        theirs if theirs < 0 || theirs == epoch => Ok(()),
        theirs if theirs < epoch => Err(ErrorCode::FencedLeaderEpoch),
        _ => Err(ErrorCode::UnknownLeaderEpoch),
    }
}

/// The versions of a served key; `None` for one that is not served.
pub fn versions(key: ApiKey) -> Option<RangeInclusive<i16>> {
    SERVED.contains(&key).then(|| key.stable_versions()).flatten()
}

/// Whether a request of this key and version is served.
pub fn serves(key: ApiKey, version: i16) -> bool {
    versions(key).is_some_and(|range| range.contains(&version))
}

/// Finds and runs the handler of a request other than Produce and Fetch.
pub fn dispatch(key: ApiKey, body: &[u8], caller: &mut Caller<'_>) -> Answer {
    if key == ApiKey::ApiVersions {
        return api_versions::dispatch(body, caller);
    }
    if !serves(key, caller.version()) {
        tracing::info!(
            event = "unsupported_request",
            peer = %caller.peer,
            api = key.name(),
            version = caller.version(),
            "closing the connection: this API or version is not served"
        );
        return Answer::Close("it asked for an API or version that is not served");
    }
    if !caller.access().is_open()
        && refused::CLUSTER_ONLY.contains(&key)
        && let Err(code) = caller.check_cluster()
    {
        return refused::refuse(body, caller, code);
    }
    match key {
        ApiKey::ListOffsets => handle(body, caller, list_offsets::answer),
        ApiKey::Metadata => handle(body, caller, metadata::answer),
        ApiKey::OffsetCommit => handle(body, caller, offset_commit::answer),
        ApiKey::OffsetFetch => handle(body, caller, offset_fetch::answer),
        ApiKey::FindCoordinator => handle(body, caller, find_coordinator::answer),
        ApiKey::JoinGroup => handle(body, caller, join_group::answer),
        ApiKey::Heartbeat => handle(body, caller, heartbeat::answer),
        ApiKey::LeaveGroup => handle(body, caller, leave_group::answer),
        ApiKey::SyncGroup => handle(body, caller, sync_group::answer),
        ApiKey::DescribeGroups => handle(body, caller, describe_groups::answer),
        ApiKey::ListGroups => handle(body, caller, list_groups::answer),
        ApiKey::DeleteGroups => handle(body, caller, delete_groups::answer),
        ApiKey::ConsumerGroupHeartbeat => handle(body, caller, consumer_group_heartbeat::answer),
        ApiKey::ConsumerGroupDescribe => handle(body, caller, consumer_group_describe::answer),
        ApiKey::OffsetDelete => handle(body, caller, offset_delete::answer),
        ApiKey::CreateTopics => handle(body, caller, create_topics::answer),
        ApiKey::DeleteTopics => handle(body, caller, delete_topics::answer),
        ApiKey::AddPartitionsToTxn => handle(body, caller, add_partitions_to_txn::answer),
        ApiKey::AddOffsetsToTxn => handle(body, caller, add_offsets_to_txn::answer),
        ApiKey::EndTxn => handle(body, caller, end_txn::answer),
        ApiKey::WriteTxnMarkers => handle(body, caller, write_txn_markers::answer),
        ApiKey::TxnOffsetCommit => handle(body, caller, txn_offset_commit::answer),
        ApiKey::DescribeProducers => handle(body, caller, describe_producers::answer),
        ApiKey::DescribeTransactions => handle(body, caller, describe_transactions::answer),
        ApiKey::ListTransactions => handle(body, caller, list_transactions::answer),
        ApiKey::InitProducerId => handle(body, caller, init_producer_id::answer),
        ApiKey::DescribeAcls => handle(body, caller, describe_acls::answer),
        ApiKey::CreateAcls => handle(body, caller, create_acls::answer),
        ApiKey::DeleteAcls => handle(body, caller, delete_acls::answer),
        ApiKey::DescribeClientQuotas => handle(body, caller, describe_client_quotas::answer),
        ApiKey::AlterClientQuotas => handle(body, caller, alter_client_quotas::answer),
        ApiKey::DescribeUserScramCredentials => handle(body, caller, describe_user_scram_credentials::answer),
        ApiKey::AlterUserScramCredentials => handle(body, caller, alter_user_scram_credentials::answer),
        ApiKey::CreateDelegationToken => handle(body, caller, create_delegation_token::answer),
        ApiKey::RenewDelegationToken => handle(body, caller, renew_delegation_token::answer),
        ApiKey::ExpireDelegationToken => handle(body, caller, expire_delegation_token::answer),
        ApiKey::DescribeDelegationToken => handle(body, caller, describe_delegation_token::answer),
        ApiKey::DescribeConfigs => handle(body, caller, describe_configs::answer),
        ApiKey::CreatePartitions => handle(body, caller, create_partitions::answer),
        ApiKey::IncrementalAlterConfigs => handle(body, caller, incremental_alter_configs::answer),
        ApiKey::DeleteRecords => handle(body, caller, delete_records::answer),
        ApiKey::OffsetForLeaderEpoch => handle(body, caller, offset_for_leader_epoch::answer),
        ApiKey::SaslHandshake => handle(body, caller, sasl_handshake::answer),
        ApiKey::SaslAuthenticate => handle(body, caller, sasl_authenticate::answer),
        ApiKey::DescribeCluster => handle(body, caller, describe_cluster::answer),
        ApiKey::DescribeTopicPartitions => handle(body, caller, describe_topic_partitions::answer),
        ApiKey::AlterConfigs => handle(body, caller, alter_configs::answer),
        ApiKey::AlterReplicaLogDirs => handle(body, caller, alter_replica_log_dirs::answer),
        ApiKey::DescribeLogDirs => handle(body, caller, describe_log_dirs::answer),
        ApiKey::ElectLeaders => handle(body, caller, elect_leaders::answer),
        ApiKey::AlterPartitionReassignments => handle(body, caller, alter_partition_reassignments::answer),
        ApiKey::ListPartitionReassignments => handle(body, caller, list_partition_reassignments::answer),
        ApiKey::DescribeQuorum => handle(body, caller, describe_quorum::answer),
        ApiKey::UpdateFeatures => handle(body, caller, update_features::answer),
        ApiKey::UnregisterBroker => handle(body, caller, unregister_broker::answer),
        ApiKey::GetTelemetrySubscriptions => handle(body, caller, get_telemetry_subscriptions::answer),
        ApiKey::PushTelemetry => handle(body, caller, push_telemetry::answer),
        ApiKey::ListConfigResources => handle(body, caller, list_config_resources::answer),
        // Taken by the worker before they come here, or not served at all.
        _ => Answer::Close("it asked for an API that is not served"),
    }
}

/// Decodes a request and hands it to its handler; one that cannot be decoded closes the connection, as Kafka
/// does: nothing behind it on the connection can be trusted.
fn handle<'a, Q: Decode<'a>>(
    body: &'a [u8],
    caller: &mut Caller<'_>,
    handler: impl FnOnce(&Q, &mut Caller<'_>) -> Answer,
) -> Answer {
    match Q::decode(&mut Reader::new(body), caller.version()) {
        Ok(request) => handler(&request, caller),
        Err(error) => {
            log_undecodable(Some(caller.peer), caller.key.name(), &error.to_string());
            Answer::Close("its request cannot be read")
        }
    }
}

/// Whether the configuration APIs may be used on a resource (kinds by the codes of ConfigResource): topics and
/// groups by name, everything else as part of the cluster.
pub fn check_config_resource(kind: i8, name: &str, caller: &Caller<'_>) -> Result<(), ErrorCode> {
    const TOPIC: i8 = 2;
    const GROUP: i8 = 32;
    match kind {
        TOPIC => caller.guard(ResourceType::Topic).check(name),
        GROUP => caller.check_group(name),
        _ => caller.check_cluster(),
    }
}

/// A response of another kind than was asked for. `Unavailable` says why; anything else is our own mistake.
fn unexpected(response: ControllerResponse) -> ApiError {
    match response {
        ControllerResponse::Unavailable(error) => error,
        other => {
            tracing::error!(event = "controller_answer_mismatch", ?other);
            ApiError::bare(ErrorCode::UnknownServerError)
        }
    }
}

/// One line about bytes that are no request.
pub fn log_undecodable(peer: Option<SocketAddr>, api: &str, error: &str) {
    let peer = peer.map_or_else(String::new, |peer| peer.to_string());
    tracing::warn!(event = "undecodable_request", peer, api, error, "closing the connection");
}
