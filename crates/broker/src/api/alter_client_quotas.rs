//! AlterClientQuotas (key 49), versions 0–1 (KIP-546): forwarded to the controller, which judges each entity.

use thalweg_controller::security::{AlterQuotas, Limit, QuotaChanges, SecurityRequest, SecurityResponse};
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_wire::messages::alter_client_quotas_response::{EntityData, EntryData};
use thalweg_wire::messages::{AlterClientQuotasRequest, AlterClientQuotasResponse};

use super::{Answer, Caller, unexpected};

/// Types and names of an entity.
type Entity = Vec<(String, Option<String>)>;

/// Hands the request to the controller.
pub fn answer(request: &AlterClientQuotasRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let entries = request.entries.iter().map(|entry| QuotaChanges {
        entity: entry
            .entity
            .iter()
            .map(|part| (part.entity_type.to_owned(), part.entity_name.map(ToOwned::to_owned)))
            .collect(),
        changes: entry
            .ops
            .iter()
            .map(|op| (op.key.to_owned(), (!op.remove).then_some(Limit(op.value))))
            .collect(),
    });
    let entries: Vec<QuotaChanges> = entries.collect();
    let entities: Vec<Entity> = entries.iter().map(|entry| entry.entity.clone()).collect();
    if let Err(code) = caller.check_cluster() {
        let refused = vec![Err(ApiError::bare(code)); entities.len()];
        return caller.ready(&response(&entities, &refused));
    }
    let reply = caller.reply();
    let wanted = AlterQuotas { entries, validate_only: request.validate_only };
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::AlterQuotas(wanted)),
        Box::new(move |answered| {
            let results = match answered {
                ControllerResponse::Security(SecurityResponse::AlterQuotas(results)) => results,
                other => vec![Err(unexpected(other)); entities.len()],
            };
            reply.send(&response(&entities, &results));
        }),
    );
    Answer::Later
}

fn response<'a>(
    entities: &'a [Entity],
    results: &'a [Result<(), ApiError>],
) -> AlterClientQuotasResponse<'a> {
    let entries = entities.iter().zip(results).map(|(entity, result)| EntryData {
        error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
        error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
        entity: entity
            .iter()
            .map(|(kind, name)| EntityData { entity_type: kind, entity_name: name.as_deref() })
            .collect(),
    });
    AlterClientQuotasResponse { entries: entries.collect(), ..Default::default() }
}
