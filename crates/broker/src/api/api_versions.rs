//! ApiVersions (key 18), versions 0–5: which APIs and features this broker serves.
//!
//! An unknown version is answered in version 0 with UNSUPPORTED_VERSION and the range of this key, so that the
//! client can ask again (KIP-511). The response header is always version 0. v3 asks the client for its name
//! and version; a malformed one is INVALID_REQUEST. v5 (KIP-1242) compares the cluster and node the client
//! believes it talks to.

use thalweg_metadata::KRAFT_VERSION;
use thalweg_wire::messages::api_versions_response::{ApiVersion, FinalizedFeatureKey, SupportedFeatureKey};
use thalweg_wire::messages::{ApiVersionsRequest, ApiVersionsResponse};
use thalweg_wire::{ApiKey, ErrorCode};

use super::{Answer, Caller, SERVED, handle, versions};
use crate::node::FEATURES;

/// Answers, or falls back to version 0.
pub fn dispatch(body: &[u8], caller: &mut Caller<'_>) -> Answer {
    let range = versions(ApiKey::ApiVersions).unwrap_or(0..=0);
    if !range.contains(&caller.version()) {
        let response = ApiVersionsResponse {
            error_code: ErrorCode::UnsupportedVersion.code(),
            api_keys: vec![entry(ApiKey::ApiVersions)],
            ..ApiVersionsResponse::default()
        };
        return caller.ready_in(0, &response);
    }
    handle(body, caller, answer)
}

fn answer(request: &ApiVersionsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let error =
        |code: ErrorCode| ApiVersionsResponse { error_code: code.code(), ..ApiVersionsResponse::default() };
    if caller.version() >= 3 {
        let (name, version) = (request.client_software_name, request.client_software_version);
        if !is_software_name(name) || !is_software_name(version) {
            return caller.ready(&error(ErrorCode::InvalidRequest));
        }
        caller.client.software_name = Some(name.to_owned());
        caller.client.software_version = Some(version.to_owned());
    }
    let image = caller.node.image();
    if let Some(cluster_id) = request.cluster_id {
        let elsewhere = cluster_id != &*caller.node.cluster_id;
        let another_node = request.node_id >= 0 && request.node_id != caller.node.config.node_id;
        if elsewhere || another_node {
            return caller.ready(&error(ErrorCode::RebootstrapRequired));
        }
    }
    // Before v4 a minimum of 0 cannot be said (KIP-1022 follow-up): such features are left out there.
    let supported = FEATURES.iter().filter(|feature| caller.version() >= 4 || feature.min > 0);
    // kraft.version is finalized in the log's control records, not beside the others.
    let finalized = image
        .features
        .levels
        .iter()
        .map(|(name, &level)| (&**name, level))
        .chain([(KRAFT_VERSION, image.quorum.kraft_version)])
        .filter(|(_, level)| *level > 0);
    let response = ApiVersionsResponse {
        api_keys: SERVED.iter().map(|&key| entry(key)).collect(),
        supported_features: supported
            .map(|feature| SupportedFeatureKey {
                name: feature.name,
                min_version: feature.min,
                max_version: feature.max,
            })
            .collect(),
        finalized_features_epoch: image.highest_offset,
        finalized_features: finalized
            .map(|(name, level)| FinalizedFeatureKey {
                name,
                max_version_level: level,
                min_version_level: level,
            })
            .collect(),
        ..ApiVersionsResponse::default()
    };
    caller.ready(&response)
}

fn entry(key: ApiKey) -> ApiVersion {
    let range = versions(key).unwrap_or(0..=0);
    // KAFKA-18659: librdkafka takes a minimum above 0 for a broker without message format v2 and stops
    // compressing. Requests below 3 are refused all the same.
    let min_version = if key == ApiKey::Produce { 0 } else { *range.start() };
    ApiVersion { api_key: key.code(), min_version, max_version: *range.end() }
}

/// KIP-511: letters, digits, `-` and `.`, beginning and ending with a letter or digit.
fn is_software_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric();
    bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
        && bytes.iter().all(|byte| plain(byte) || matches!(byte, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_names_follow_kip_511() {
        assert!(
            is_software_name("librdkafka")
                && is_software_name("apache-kafka-java")
                && is_software_name("2.12.0")
        );
        assert!(
            !is_software_name("")
                && !is_software_name("-x")
                && !is_software_name("a b")
                && !is_software_name("x.")
        );
    }

    #[test]
    fn produce_is_advertised_from_zero() {
        assert_eq!(entry(ApiKey::Produce).min_version, 0);
        assert_eq!(entry(ApiKey::Produce).max_version, 13);
    }
}
