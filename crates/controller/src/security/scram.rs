//! AlterUserScramCredentials: passwords already salted by the client in, credential records out.
//!
//! A user may be changed once in a request: a second mechanism of the same user is a duplicate, too, as in
//! Kafka 4.4. Users stand or fall alone.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_security::sasl::scram::{Hash, MAX_ITERATIONS, MIN_ITERATIONS, ScramKeys};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::{RemoveUserScramCredentialRecord, UserScramCredentialRecord};

use super::not_encodable;
use crate::{ApiError, Decision};

/// First metadata version with credentials (3.5-IV2).
const SCRAM_VERSION: i16 = 11;

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlterScram {
    /// User and mechanism.
    pub deletions: Vec<(String, i8)>,
    /// Credentials to be set.
    pub upsertions: Vec<ScramUpsertion>,
}

/// A credential to be set.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramUpsertion {
    /// The user.
    pub name: String,
    /// The mechanism, by its code.
    pub mechanism: i8,
    /// Rounds.
    pub iterations: i32,
    /// The salt.
    pub salt: Vec<u8>,
    /// The salted password.
    pub salted_password: Vec<u8>,
}

impl fmt::Debug for ScramUpsertion {
    /// Secrets stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramUpsertion").field("name", &self.name).finish_non_exhaustive()
    }
}

/// One change of one user.
enum Change<'a> {
    Delete(i8),
    Set(Hash, &'a ScramUpsertion),
}

/// Decides; one result per user named, by name.
pub fn alter(image: &MetadataImage, request: &AlterScram) -> Decision<Vec<(String, Result<(), ApiError>)>> {
    let mut users: BTreeMap<&str, Result<Change<'_>, ApiError>> = BTreeMap::new();
    let mut note = |name, change: Result<_, _>| {
        let twice = "A user credential cannot be altered twice in the same request";
        let twice = || Err(ApiError::new(ErrorCode::DuplicateResource, twice));
        users
            .entry(name)
            .and_modify(|present: &mut Result<_, _>| {
                // What was wrong first is told.
                if present.is_ok() {
                    *present = twice();
                }
            })
            .or_insert(change);
    };
    let is_known = image.features.metadata_version() >= SCRAM_VERSION;
    let unsupported = "The current metadata.version does not support SCRAM";
    let supported =
        || if is_known { Ok(()) } else { Err(ApiError::new(ErrorCode::UnsupportedVersion, unsupported)) };
    for (name, mechanism) in &request.deletions {
        note(name.as_str(), supported().and_then(|()| deletion(image, name, *mechanism)));
    }
    for upsertion in &request.upsertions {
        note(upsertion.name.as_str(), supported().and_then(|()| self::upsertion(upsertion)));
    }
    let mut records = RecordList::new();
    let mut response = Vec::with_capacity(users.len());
    for (name, change) in users {
        let result = change.and_then(|change| write(name, &change, &mut records));
        response.push((name.to_owned(), result));
    }
    Decision { records, response }
}

fn write(name: &str, change: &Change<'_>, records: &mut RecordList) -> Result<(), ApiError> {
    match change {
        Change::Delete(mechanism) => {
            records.push(RemoveUserScramCredentialRecord { name, mechanism: *mechanism }, 0)
        }
        Change::Set(hash, wanted) => {
            let keys =
                ScramKeys::of_salted(*hash, &wanted.salted_password, wanted.salt.clone(), wanted.iterations);
            let record = UserScramCredentialRecord {
                name,
                mechanism: hash.code(),
                salt: &keys.salt,
                stored_key: &keys.stored_key,
                server_key: &keys.server_key,
                iterations: keys.iterations,
            };
            records.push(record, 0)
        }
    }
    .map_err(not_encodable)
}

fn mechanism(name: &str, code: i8) -> Result<Hash, ApiError> {
    if name.is_empty() {
        return Err(ApiError::new(ErrorCode::UnacceptableCredential, "Username must not be empty"));
    }
    match code {
        1 => Ok(Hash::Sha256),
        2 => Ok(Hash::Sha512),
        _ => Err(ApiError::new(ErrorCode::UnsupportedSaslMechanism, "Unknown SCRAM mechanism")),
    }
}

fn deletion<'a>(image: &MetadataImage, name: &str, code: i8) -> Result<Change<'a>, ApiError> {
    let hash = mechanism(name, code)?;
    if !image.scram.credentials.contains_key(&(hash.code(), Arc::from(name))) {
        let why = "Attempt to delete a user credential that does not exist";
        return Err(ApiError::new(ErrorCode::ResourceNotFound, why));
    }
    Ok(Change::Delete(hash.code()))
}

fn upsertion(wanted: &ScramUpsertion) -> Result<Change<'_>, ApiError> {
    let hash = mechanism(&wanted.name, wanted.mechanism)?;
    let unacceptable = |why| Err(ApiError::new(ErrorCode::UnacceptableCredential, why));
    match wanted.iterations {
        few if few < MIN_ITERATIONS => unacceptable("Too few iterations"),
        many if many > MAX_ITERATIONS => unacceptable("Too many iterations"),
        _ => Ok(Change::Set(hash, wanted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::tests::{image_with, replayed};

    fn upsert(name: &str, mechanism: i8, iterations: i32) -> ScramUpsertion {
        ScramUpsertion {
            name: name.into(),
            mechanism,
            iterations,
            salt: b"salt".to_vec(),
            salted_password: vec![7; 32],
        }
    }

    fn codes(decision: &Decision<Vec<(String, Result<(), ApiError>)>>) -> Vec<(&str, ErrorCode)> {
        let code = |result: &Result<(), ApiError>| result.as_ref().err().map_or(ErrorCode::None, |e| e.code);
        decision.response.iter().map(|(name, result)| (name.as_str(), code(result))).collect()
    }

    #[test]
    fn a_user_changes_once_in_a_request_and_each_alone() {
        let image = image_with(33);
        let request = AlterScram {
            deletions: vec![("gone".into(), 1)],
            upsertions: vec![
                upsert("a", 1, 4096),
                upsert("twice", 1, 4096),
                upsert("twice", 2, 4096),
                upsert("few", 1, 4095),
                upsert("many", 1, 16385),
                upsert("odd", 3, 4096),
                upsert("", 1, 4096),
            ],
        };
        let decision = alter(&image, &request);
        assert_eq!(
            codes(&decision),
            [
                ("", ErrorCode::UnacceptableCredential),
                ("a", ErrorCode::None),
                ("few", ErrorCode::UnacceptableCredential),
                ("gone", ErrorCode::ResourceNotFound),
                ("many", ErrorCode::UnacceptableCredential),
                ("odd", ErrorCode::UnsupportedSaslMechanism),
                ("twice", ErrorCode::DuplicateResource),
            ]
        );
        let image = replayed(&image, &decision.records);
        assert_eq!(image.scram.credentials.len(), 1);
        let kept = image.scram.credentials.get(&(1, Arc::from("a"))).expect("it was set");
        let keys = ScramKeys::of_salted(Hash::Sha256, &[7; 32], b"salt".to_vec(), 4096);
        assert_eq!((&kept.stored_key, &kept.server_key), (&keys.stored_key, &keys.server_key));
        let gone = AlterScram { deletions: vec![("a".into(), 1)], upsertions: Vec::new() };
        let decision = alter(&image, &gone);
        assert_eq!(codes(&decision), [("a", ErrorCode::None)]);
        assert!(replayed(&image, &decision.records).scram.credentials.is_empty());
        let old = alter(&image_with(10), &request);
        assert!(old.records.is_empty() && codes(&old)[1].1 == ErrorCode::UnsupportedVersion);
    }
}
