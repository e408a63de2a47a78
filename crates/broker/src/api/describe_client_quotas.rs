//! DescribeClientQuotas (key 48), versions 0–1 (KIP-546): the quotas of the entities that a filter means.

use thalweg_metadata::QuotaEntity;
use thalweg_security::quotas::{CLIENT_ID, IP, USER};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_client_quotas_request::ComponentData;
use thalweg_wire::messages::describe_client_quotas_response::{EntityData, EntryData, ValueData};
use thalweg_wire::messages::{DescribeClientQuotasRequest, DescribeClientQuotasResponse};

use super::{Answer, Caller};

/// The name must be this one.
const EXACT: i8 = 0;
/// The default of its kind.
const DEFAULT: i8 = 1;
/// Any name, the default included.
const SPECIFIED: i8 = 2;

/// Answers from the image.
pub fn answer(request: &DescribeClientQuotasRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let refused = |code: ErrorCode, message| DescribeClientQuotasResponse {
        error_code: code.code(),
        error_message: Some(message),
        entries: None,
        ..Default::default()
    };
    if let Err(code) = caller.check_cluster() {
        return caller.ready(&refused(code, code.message()));
    }
    if let Err(why) = check(&request.components) {
        return caller.ready(&refused(ErrorCode::InvalidRequest, &why));
    }
    let image = caller.node.image();
    let meant = image.client_quotas.entities.iter().filter(|(entity, _)| {
        let all = request.components.iter().all(|component| has(entity, component));
        all && (!request.strict || entity.0.len() == request.components.len())
    });
    let entries = meant.map(|(entity, limits)| EntryData {
        entity: entity
            .0
            .iter()
            .map(|(kind, name)| EntityData { entity_type: kind, entity_name: name.as_deref() })
            .collect(),
        values: limits.iter().map(|(key, value)| ValueData { key, value: *value }).collect(),
    });
    caller.ready(&DescribeClientQuotasResponse { entries: Some(entries.collect()), ..Default::default() })
}

fn has(entity: &QuotaEntity, component: &ComponentData<'_>) -> bool {
    let part = entity.0.iter().find(|(kind, _)| kind == component.entity_type);
    match (part, component.match_type) {
        (None, _) => false,
        (Some((_, name)), EXACT) => name.as_deref() == component.r#match,
        (Some((_, name)), DEFAULT) => name.is_none(),
        (Some(_), _) => true,
    }
}

fn check(components: &[ComponentData<'_>]) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    for component in components {
        let kind = component.entity_type;
        if kind.is_empty() {
            return Err("Invalid empty entity type.".into());
        }
        if seen.contains(&kind) {
            return Err(format!("Duplicate filter component for entity type {kind}"));
        }
        seen.push(kind);
        match (component.match_type, component.r#match) {
            (EXACT, None) => {
                return Err("Request specified MATCH_TYPE_EXACT, but set match string to null.".into());
            }
            (DEFAULT, Some(_)) => {
                return Err("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.".into());
            }
            (SPECIFIED, Some(_)) => {
                return Err(
                    "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.".into()
                );
            }
            (EXACT | DEFAULT | SPECIFIED, _) => {}
            (other, _) => return Err(format!("Unknown match type {other}")),
        }
    }
    if seen.contains(&IP) && (seen.contains(&USER) || seen.contains(&CLIENT_ID)) {
        return Err(
            "Invalid entity filter component combination, IP filter component should not be used with \
                    User or ClientId filter component."
                .into(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(
        entity_type: &'static str,
        match_type: i8,
        name: Option<&'static str>,
    ) -> ComponentData<'static> {
        ComponentData { entity_type, match_type, r#match: name }
    }

    #[test]
    fn a_component_means_a_name_the_default_or_any() {
        let named = QuotaEntity::new(vec![("user".into(), Some("a".into()))]);
        let default = QuotaEntity::new(vec![("user".into(), None)]);
        let meant = |component: ComponentData<'_>| (has(&named, &component), has(&default, &component));
        assert_eq!(meant(component("user", EXACT, Some("a"))), (true, false));
        assert_eq!(meant(component("user", EXACT, Some("b"))), (false, false));
        assert_eq!(meant(component("user", DEFAULT, None)), (false, true));
        assert_eq!(meant(component("user", SPECIFIED, None)), (true, true));
        assert_eq!(meant(component("client-id", SPECIFIED, None)), (false, false));
    }

    #[test]
    fn filters_that_contradict_themselves_are_refused() {
        assert!(check(&[component("user", EXACT, None)]).is_err());
        assert!(check(&[component("user", DEFAULT, Some("a"))]).is_err());
        assert!(check(&[component("user", 3, None)]).is_err());
        assert!(check(&[component("user", DEFAULT, None), component("user", SPECIFIED, None)]).is_err());
        assert!(check(&[component("user", DEFAULT, None), component("ip", SPECIFIED, None)]).is_err());
        assert!(check(&[component("", SPECIFIED, None)]).is_err());
        assert!(check(&[component("user", DEFAULT, None), component("client-id", SPECIFIED, None)]).is_ok());
    }
}
