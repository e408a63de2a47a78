//! ListConfigResources (key 74), versions 0–1: which resources can be configured.
//!
//! v0 lists client metrics subscriptions (KIP-1000), v1 any kind (KIP-1142): those that have a configuration of
//! their own, and every topic and broker. A kind nobody knows is UNSUPPORTED_VERSION, as in Kafka.

use std::collections::BTreeSet;

use thalweg_metadata::{MetadataImage, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::list_config_resources_response::ConfigResource;
use thalweg_wire::messages::{ListConfigResourcesRequest, ListConfigResourcesResponse};

use super::{Answer, Caller};

/// All kinds, in the order in which they are listed.
const KINDS: [ResourceType; 5] = [
    ResourceType::Group,
    ResourceType::ClientMetrics,
    ResourceType::BrokerLogger,
    ResourceType::Broker,
    ResourceType::Topic,
];

/// Answers.
pub fn answer(request: &ListConfigResourcesRequest, caller: &mut Caller<'_>) -> Answer {
    let asked = |kind: &ResourceType| match caller.version() {
        0 => *kind == ResourceType::ClientMetrics,
        _ => request.resource_types.is_empty() || request.resource_types.contains(&kind.code()),
    };
    if request.resource_types.iter().any(|code| ResourceType::from_code(*code).is_none()) {
        return caller.ready(&ListConfigResourcesResponse {
            error_code: ErrorCode::UnsupportedVersion.code(),
            ..ListConfigResourcesResponse::default()
        });
    }
    let image = caller.node.image();
    let named: Vec<(ResourceType, String)> = KINDS
        .into_iter()
        .filter(asked)
        .flat_map(|kind| names(kind, &image).into_iter().map(move |name| (kind, name)))
        .collect();
    let resources =
        named.iter().map(|(kind, name)| ConfigResource { resource_name: name, resource_type: kind.code() });
    caller.ready(&ListConfigResourcesResponse {
        config_resources: resources.collect(),
        ..ListConfigResourcesResponse::default()
    })
}

fn names(kind: ResourceType, image: &MetadataImage) -> BTreeSet<String> {
    match kind {
        ResourceType::Topic => image.topics.by_name.keys().map(|name| name.to_string()).collect(),
        ResourceType::Broker | ResourceType::BrokerLogger => {
            image.cluster.brokers.keys().map(i32::to_string).collect()
        }
        ResourceType::Group | ResourceType::ClientMetrics => {
            let configured = image.configs.resources.keys().filter(|resource| resource.kind == kind);
            configured.map(|resource| resource.name.to_string()).collect()
        }
    }
}
