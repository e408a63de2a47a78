//! FindCoordinator (key 10), versions 0–6: which broker coordinates a group or a transactional id.
//!
//! v1 key types · v4 several keys (KIP-699) · v5 new error for transactions · v6 share groups. The topic of the
//! group coordinators is made on first need; Kafka lets the client come again meanwhile, here the answer waits for
//! it. Transactions and share groups have no coordinator in this build: refused for good (INVALID_REQUEST), so
//! that clients do not ask for ever.

use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::find_coordinator_response::Coordinator;
use thalweg_wire::messages::{FindCoordinatorRequest, FindCoordinatorResponse};

use super::{Answer, BrokerAddress, Caller};
use crate::coordinators::InternalTopic;

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
    let topic = match (request.key_type, &own) {
        (GROUP_KEY, Some(_)) => Ok(InternalTopic::Offsets),
        (TRANSACTION_KEY, Some(_)) => Ok(InternalTopic::Transactions),
        (GROUP_KEY | TRANSACTION_KEY, None) => Err(ErrorCode::CoordinatorNotAvailable),
        _ => Err(ErrorCode::InvalidRequest),
    };
    let topic = match topic {
        Ok(topic) => topic,
        Err(code) => return caller.ready(&response(caller.version(), &keys, Err(code))),
    };
    if caller.topics.by_name(topic.name()).is_some() {
        let found = own.as_ref().ok_or(ErrorCode::CoordinatorNotAvailable);
        return caller.ready(&response(caller.version(), &keys, found));
    }
    let reply = caller.reply();
    topic.create(caller.node, move |made| {
        let found = own.as_ref().filter(|_| made.is_some()).ok_or(ErrorCode::CoordinatorNotAvailable);
        let version = reply.version();
        reply.send(&response(version, &keys, found));
    });
    Answer::Later
}

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
