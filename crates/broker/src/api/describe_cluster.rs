//! DescribeCluster (key 60), versions 0–2: the cluster's id, its controller and its brokers.
//!
//! v1 endpoint type: 1 brokers; 2 controllers, which only a controller's own listener answers (KIP-919) ·
//! v2 fenced brokers on request (KIP-1073).

use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_cluster_response::DescribeClusterBroker;
use thalweg_wire::messages::{DescribeClusterRequest, DescribeClusterResponse};

use super::metadata::cluster_operations;
use super::{Answer, Caller};

const BROKERS: i8 = 1;
const CONTROLLERS: i8 = 2;

/// Answers.
pub fn answer(request: &DescribeClusterRequest, caller: &mut Caller<'_>) -> Answer {
    let refusal = match request.endpoint_type {
        BROKERS => None,
        CONTROLLERS => Some((
            ErrorCode::MismatchedEndpointType,
            "This is a broker's listener; controllers are described by a controller's listener.",
        )),
        _ => Some((
            ErrorCode::UnsupportedEndpointType,
            "The endpoint type is neither 1 (brokers) nor 2 (controllers).",
        )),
    };
    if let Some((code, message)) = refusal {
        return caller.ready(&DescribeClusterResponse {
            error_code: code.code(),
            error_message: Some(message),
            endpoint_type: request.endpoint_type,
            ..DescribeClusterResponse::default()
        });
    }
    let image = caller.node.image();
    let brokers = caller.brokers(&image, request.include_fenced_brokers);
    let response = DescribeClusterResponse {
        cluster_id: &caller.node.cluster_id,
        controller_id: caller.node.config.node_id,
        brokers: brokers
            .iter()
            .map(|broker| DescribeClusterBroker {
                broker_id: broker.id,
                host: &broker.host,
                port: broker.port,
                rack: broker.rack.as_deref(),
                is_fenced: broker.is_fenced,
            })
            .collect(),
        cluster_authorized_operations: cluster_operations(
            &caller.access(),
            request.include_cluster_authorized_operations,
        ),
        ..DescribeClusterResponse::default()
    };
    caller.ready(&response)
}
