//! FindCoordinator (key 10), versions 0–6: which broker coordinates a group.
//!
//! v1 key types · v4 several keys (KIP-699) · v5 new error for transactions · v6 share groups. The topic of the
//! group coordinators is made on first need; Kafka lets the client come again meanwhile, here the answer waits for
//! it. Transactions and share groups have no coordinator in this build: refused for good (INVALID_REQUEST), so
//! that clients do not ask for ever.

use std::sync::Arc;

use thalweg_controller::{ControllerRequest, CreateTopics, NewTopic};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::find_coordinator_response::Coordinator;
use thalweg_wire::messages::{FindCoordinatorRequest, FindCoordinatorResponse};

use super::{Answer, BrokerAddress, Caller};
use crate::coordinators::OFFSETS_TOPIC;
use crate::node::Node;
use crate::worker::Reply;

/// First version with several keys.
const SEVERAL_KEYS_VERSION: i16 = 4;
/// The key is a group's id.
const GROUP_KEY: i8 = 0;

/// The key is a transactional id.
const TRANSACTION_KEY: i8 = 1;

/// A key, and why it is not answered, if the caller lacks leave.
type AskedKey = (String, Option<ErrorCode>);

/// Answers at once if the topic is there, after its creation otherwise.
pub fn answer(request: &FindCoordinatorRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let check = |key: &str| match request.key_type {
        GROUP_KEY => caller.guard(ResourceType::Group).check(key),
        TRANSACTION_KEY => caller.guard(ResourceType::TransactionalId).check(key),
        // Share groups' coordinators are found by brokers.
        _ => caller.check_cluster(),
    };
    let asked = |key: &str| (key.to_owned(), check(key).err());
    let keys: Vec<AskedKey> = if caller.version() >= SEVERAL_KEYS_VERSION {
        request.coordinator_keys.iter().map(|&key| asked(key)).collect()
    } else {
        vec![asked(request.key)]
    };
    let node_id = caller.node.config.node_id;
    let own = caller.brokers(&caller.node.image(), false).into_iter().find(|broker| broker.id == node_id);
    let refusal = match (request.key_type, &own) {
        (GROUP_KEY, Some(_)) => None,
        (GROUP_KEY, None) => Some(ErrorCode::CoordinatorNotAvailable),
        _ => Some(ErrorCode::InvalidRequest),
    };
    if let Some(code) = refusal {
        return caller.ready(&response(caller.version(), &keys, Err(code)));
    }
    if caller.topics.by_name(OFFSETS_TOPIC).is_some() {
        let found = own.as_ref().ok_or(ErrorCode::CoordinatorNotAvailable);
        return caller.ready(&response(caller.version(), &keys, found));
    }
    create_offsets_topic(caller.node, caller.reply(), keys, own);
    Answer::Later
}

/// Makes `__consumer_offsets` as Kafka does, with as many replicas as there are brokers for.
fn create_offsets_topic(node: &Arc<Node>, reply: Reply, keys: Vec<AskedKey>, own: Option<BrokerAddress>) {
    let creation = &node.config.topic_creation;
    let image = node.image();
    let brokers = image.cluster.brokers.values().filter(|broker| !broker.fenced).count();
    let brokers = i16::try_from(brokers).unwrap_or(i16::MAX).max(1);
    let segment_bytes = node.with_effective(&image, |effective| {
        effective.number("offsets.topic.segment.bytes").unwrap_or(OFFSETS_SEGMENT_BYTES)
    });
    let config = |key: &str, value: String| (key.to_owned(), Some(value));
    let topic = NewTopic {
        name: OFFSETS_TOPIC.to_owned(),
        partitions: creation.offsets_topic_num_partitions,
        replication_factor: creation.offsets_topic_replication_factor.min(brokers),
        assignments: Vec::new(),
        configs: vec![
            config("cleanup.policy", "compact".into()),
            config("compression.type", "producer".into()),
            config("segment.bytes", segment_bytes.to_string()),
        ],
    };
    let after = Arc::clone(node);
    node.controller.submit(
        ControllerRequest::CreateTopics(CreateTopics { topics: vec![topic], validate_only: false }),
        Box::new(move |outcome| {
            // Whoever made it, this request or another: what counts is that it is there.
            let is_there = after.topics.by_name(OFFSETS_TOPIC).is_some();
            if !is_there {
                tracing::error!(event = "offsets_topic_not_made", ?outcome, "groups cannot be served");
            }
            let found = own.as_ref().filter(|_| is_there).ok_or(ErrorCode::CoordinatorNotAvailable);
            let version = reply.version();
            reply.send(&response(version, &keys, found));
        }),
    );
}

/// Kafka's default of `offsets.topic.segment.bytes`.
const OFFSETS_SEGMENT_BYTES: i64 = 100 << 20;

fn response<'a>(
    version: i16,
    keys: &'a [AskedKey],
    found: Result<&'a BrokerAddress, ErrorCode>,
) -> FindCoordinatorResponse<'a> {
    let of = |denied: Option<ErrorCode>| match denied.map_or(found, Err) {
        Ok(broker) => (broker.id, broker.host.as_str(), broker.port, 0),
        Err(code) => (-1, "", -1, code.code()),
    };
    if version < SEVERAL_KEYS_VERSION {
        let (node_id, host, port, error_code) = of(keys.first().and_then(|(_, denied)| *denied));
        return FindCoordinatorResponse { error_code, node_id, host, port, ..Default::default() };
    }
    let coordinators = keys.iter().map(|(key, denied)| {
        let (node_id, host, port, error_code) = of(*denied);
        Coordinator { key, node_id, host, port, error_code, error_message: None }
    });
    FindCoordinatorResponse { coordinators: coordinators.collect(), ..Default::default() }
}
