//! AlterClientQuotas (KIP-546): entities and values in, quota records out. Which quota applies to whom is decided
//! elsewhere.

use std::collections::BTreeMap;
use std::net::IpAddr;

use thalweg_metadata::{MetadataImage, QuotaEntity, RecordList};
use thalweg_security::quotas::{self as words, QuotaKey};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::ClientQuotaRecord;
use thalweg_wire::messages::metadata::client_quota_record::EntityData;

use super::not_encodable;
use crate::{ApiError, Decision};

/// A limit; compared by its bits, so that requests can be compared.
#[derive(Clone, Copy, Debug)]
pub struct Limit(pub f64);

impl PartialEq for Limit {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Limit {}

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlterQuotas {
    /// Entities and their changes.
    pub entries: Vec<QuotaChanges>,
    /// Answer as if, but change nothing.
    pub validate_only: bool,
}

/// Changes of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaChanges {
    /// Types and names as the client gave them; no name stands for the default.
    pub entity: Vec<(String, Option<String>)>,
    /// Key and new value; `None` takes it away.
    pub changes: Vec<(String, Option<Limit>)>,
}

/// Decides; one result per entry, in that order.
pub fn alter(image: &MetadataImage, request: &AlterQuotas) -> Decision<Vec<Result<(), ApiError>>> {
    let mut records = RecordList::new();
    let mut response = Vec::with_capacity(request.entries.len());
    for entry in &request.entries {
        response.push(records.attempt(|records| alter_entity(image, entry, records)));
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response }
}

fn alter_entity(
    image: &MetadataImage,
    entry: &QuotaChanges,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let keys = check_entity(&entry.entity)?;
    let entity = QuotaEntity::new(entry.entity.clone());
    let present = image.client_quotas.entities.get(&entity);
    // A key named twice: the last one counts.
    let changes: BTreeMap<&str, Option<Limit>> =
        entry.changes.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    for (key, value) in changes {
        let old = present.and_then(|limits| limits.get(key)).copied();
        let (value, remove) = match value {
            None if old.is_none() => continue,
            None => (0.0, true),
            Some(Limit(value)) => {
                check_value(keys, key, value)?;
                if old == Some(value) {
                    continue;
                }
                (value, false)
            }
        };
        let entity = entity
            .0
            .iter()
            .map(|(entity_type, name)| EntityData { entity_type, entity_name: name.as_deref() });
        let record = ClientQuotaRecord { entity: entity.collect(), key, value, remove };
        records.push(record, 0).map_err(not_encodable)?;
    }
    Ok(())
}

fn invalid<T>(why: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::new(ErrorCode::InvalidRequest, why))
}

/// Checks an entity; returns the keys it may have.
fn check_entity(entity: &[(String, Option<String>)]) -> Result<&'static [QuotaKey], ApiError> {
    if entity.is_empty() {
        return invalid("Invalid empty client quota entity");
    }
    let mut seen: Vec<&str> = Vec::new();
    for (kind, name) in entity {
        if seen.contains(&kind.as_str()) {
            return invalid(format!("Invalid client quota entity, duplicate entity entry {kind}"));
        }
        if ![words::USER, words::CLIENT_ID, words::IP].contains(&kind.as_str()) {
            return invalid(format!("Unhandled client quota entity type: {kind}"));
        }
        if name.as_deref() == Some("") {
            return invalid(format!("Empty {kind} not supported"));
        }
        seen.push(kind);
    }
    let address = entity.iter().find(|(kind, _)| kind == words::IP);
    match address {
        Some(_) if entity.len() > 1 => {
            invalid("Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId")
        }
        // Kafka also takes host names that resolve; what a name resolves to is not for a log that others replay.
        Some((_, Some(name))) if name.parse::<IpAddr>().is_err() => {
            invalid(format!("{name} is not a valid IP or resolvable host."))
        }
        Some(_) => Ok(words::IP_KEYS),
        None => Ok(words::CLIENT_KEYS),
    }
}

fn check_value(keys: &[QuotaKey], key: &str, value: f64) -> Result<(), ApiError> {
    /// How far from a whole number a value may be and still be meant as one.
    const EPSILON: f64 = 1e-6;
    let Some(known) = keys.iter().find(|known| known.name() == key) else {
        return invalid(format!("Invalid configuration key {key}"));
    };
    if !value.is_finite() {
        return invalid(format!("Quota {key} must be a finite number"));
    }
    if value <= 0.0 {
        return invalid(format!("Quota {key} must be greater than 0"));
    }
    let whole = |most: f64, kind: &str| {
        if value > most + EPSILON {
            return invalid(format!("Proposed value for {key} is too large for {kind}."));
        }
        if (value - value.round()).abs() > EPSILON {
            return invalid(format!("{key} cannot be a fractional value."));
        }
        Ok(())
    };
    match known {
        QuotaKey::ProducerByteRate | QuotaKey::ConsumerByteRate => whole(i64::MAX as f64, "a LONG"),
        QuotaKey::ConnectionCreationRate => whole(f64::from(i32::MAX), "an INT"),
        QuotaKey::RequestPercentage | QuotaKey::ControllerMutationRate => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::tests::{image_with, replayed};

    fn entry(entity: &[(&str, Option<&str>)], changes: &[(&str, Option<f64>)]) -> QuotaChanges {
        QuotaChanges {
            entity: entity.iter().map(|(kind, name)| (kind.to_string(), name.map(Into::into))).collect(),
            changes: changes.iter().map(|(key, value)| (key.to_string(), value.map(Limit))).collect(),
        }
    }

    #[test]
    fn a_quota_is_set_changed_and_taken_away() {
        let image = image_with(33);
        let user = [("user", Some("a")), ("client-id", None)];
        let set = |value| AlterQuotas {
            entries: vec![entry(&user, &[("producer_byte_rate", value)])],
            validate_only: false,
        };
        let decision = alter(&image, &set(Some(1000.0)));
        assert_eq!((decision.records.len(), &decision.response[..]), (1, &[Ok(())][..]));
        let image = replayed(&image, &decision.records);
        assert!(alter(&image, &set(Some(1000.0))).records.is_empty(), "it has that value already");
        assert!(alter(&image, &AlterQuotas { validate_only: true, ..set(Some(5.0)) }).records.is_empty());
        let image = replayed(&image, &alter(&image, &set(None)).records);
        assert!(image.client_quotas.entities.is_empty());
        assert!(alter(&image, &set(None)).records.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_the_others_stand() {
        let (user, ip) = ([("user", Some("a"))], [("ip", Some("10.0.0.1"))]);
        let request = AlterQuotas {
            entries: vec![
                entry(&user, &[("consumer_byte_rate", Some(0.0))]),
                entry(&user, &[("consumer_byte_rate", Some(1.5))]),
                entry(&user, &[("consumer_byte_rate", Some(f64::NAN))]),
                entry(&user, &[("connection_creation_rate", Some(1.0))]),
                entry(&ip, &[("consumer_byte_rate", Some(1.0))]),
                entry(&[("ip", Some("not/one"))], &[("connection_creation_rate", Some(1.0))]),
                entry(&[("ip", None), ("user", None)], &[]),
                entry(&[("user", None), ("user", None)], &[]),
                entry(&[("user", Some(""))], &[]),
                entry(&[("group", None)], &[]),
                entry(&[], &[]),
                entry(&ip, &[("connection_creation_rate", Some(3e9))]),
                entry(&user, &[("request_percentage", Some(12.5))]),
            ],
            validate_only: false,
        };
        let decision = alter(&image_with(33), &request);
        let (last, before) = decision.response.split_last().expect("one per entry");
        assert!(
            before.iter().all(|result| result.as_ref().is_err_and(|e| e.code == ErrorCode::InvalidRequest))
        );
        assert_eq!((last, decision.records.len()), (&Ok(()), 1));
    }
}
