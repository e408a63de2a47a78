//! UpdateFeatures (key 57), versions 0–2: forwarded to the controller. v1 kinds of downgrade and dry runs (KIP-778);
//! v2 has one error for all features (KIP-1022). Version 0's own flag for downgrades means nothing to Kafka 4.

use thalweg_controller::{ControllerRequest, ControllerResponse, FeatureUpdate, UpdateFeatures};
use thalweg_wire::messages::update_features_response::UpdatableFeatureResult;
use thalweg_wire::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &UpdateFeaturesRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let version = caller.version();
    let updates = request.feature_updates.iter().map(|update| FeatureUpdate {
        name: update.feature.to_owned(),
        level: update.max_version_level,
        upgrade_type: if version == 0 { 1 } else { update.upgrade_type },
    });
    let wanted = UpdateFeatures { updates: updates.collect(), validate_only: request.validate_only };
    let names: Vec<String> = wanted.updates.iter().map(|update| update.name.clone()).collect();
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::UpdateFeatures(wanted),
        Box::new(move |answer| {
            let result = match answer {
                ControllerResponse::UpdateFeatures(result) => result,
                other => Err(unexpected(other)),
            };
            let done = names.iter().filter(|_| result.is_ok() && version < 2);
            let results = done.map(|feature| UpdatableFeatureResult {
                feature,
                error_code: 0,
                error_message: Some("NONE"),
            });
            reply.send(&UpdateFeaturesResponse {
                error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
                error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
                results: results.collect(),
                ..UpdateFeaturesResponse::default()
            });
        }),
    );
    Answer::Later
}
