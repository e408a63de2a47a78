//! Delegation tokens: made, renewed, ended. Who may ask is decided before; who owns what is decided here.
//!
//! A token that has ended is dropped from the metadata with the next request about tokens.

use thalweg_metadata::{DelegationToken, MetadataImage, RecordList};
use thalweg_security::{Principal, tokens};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::RemoveDelegationTokenRecord;

use super::not_encodable;
use crate::{ApiError, Decision};

/// First metadata version with tokens (3.6-IV2).
const TOKEN_VERSION: i16 = 14;
/// Tokens dropped with one request.
const DROPPED_AT_ONCE: usize = 1000;

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Its id, random.
    pub token_id: String,
    /// What it is to say.
    pub token: DelegationToken,
}

/// A token to be renewed or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenChange {
    /// Which; `None`: no token has the secret that the client gave.
    pub token_id: Option<String>,
    /// Who asks, as `type:name`.
    pub principal: String,
    /// From now until then, in ms. Negative: ends it at once, if `ends` is set.
    pub period_ms: i64,
    /// ExpireDelegationToken instead of RenewDelegationToken.
    pub ends: bool,
    /// Now, ms since 1970.
    pub now_ms: i64,
}

/// Makes a token.
pub fn create(image: &MetadataImage, wanted: &NewToken) -> Decision<Result<(), ApiError>> {
    let mut records = dropped(image, wanted.token.issue_timestamp, None);
    // A record that is not written leaves nothing behind.
    let response = check_version(image).and_then(|()| push(&mut records, &wanted.token_id, &wanted.token));
    Decision { records, response }
}

/// Renews or ends a token; the time when it now ends.
pub fn change(image: &MetadataImage, wanted: &TokenChange) -> Decision<Result<i64, ApiError>> {
    let mut records = dropped(image, wanted.now_ms, wanted.token_id.as_deref());
    let response =
        check_version(image).and_then(|()| records.attempt(|records| decide(image, wanted, records)));
    Decision { records, response }
}

fn decide(image: &MetadataImage, wanted: &TokenChange, records: &mut RecordList) -> Result<i64, ApiError> {
    let missing = || ApiError::bare(ErrorCode::DelegationTokenNotFound);
    let id = wanted.token_id.as_deref().ok_or_else(missing)?;
    let token = image.delegation_tokens.tokens.get(id).ok_or_else(missing)?;
    let principal = Principal::parse(&wanted.principal);
    if !principal.is_some_and(|principal| tokens::is_own(token, &principal)) {
        return Err(ApiError::bare(ErrorCode::DelegationTokenOwnerMismatch));
    }
    if wanted.ends && wanted.period_ms < 0 {
        records.push(RemoveDelegationTokenRecord { token_id: id }, 0).map_err(not_encodable)?;
        return Ok(wanted.now_ms);
    }
    if token.max_timestamp < wanted.now_ms || token.expiration_timestamp < wanted.now_ms {
        return Err(ApiError::bare(ErrorCode::DelegationTokenExpired));
    }
    let expiration_timestamp = wanted.now_ms.saturating_add(wanted.period_ms).min(token.max_timestamp);
    push(records, id, &DelegationToken { expiration_timestamp, ..DelegationToken::clone(token) })?;
    Ok(expiration_timestamp)
}

fn check_version(image: &MetadataImage) -> Result<(), ApiError> {
    if image.features.metadata_version() >= TOKEN_VERSION {
        return Ok(());
    }
    Err(ApiError::bare(ErrorCode::UnsupportedVersion))
}

fn push(records: &mut RecordList, token_id: &str, token: &DelegationToken) -> Result<(), ApiError> {
    records.push(token.record(token_id), 0).map_err(not_encodable)
}

/// Tokens that have ended go; the one at hand is told to have ended first.
fn dropped(image: &MetadataImage, now_ms: i64, at_hand: Option<&str>) -> RecordList {
    let mut records = RecordList::new();
    let all = image.delegation_tokens.tokens.iter();
    let ended = all.filter(|(id, token)| token.expiration_timestamp < now_ms && Some(&***id) != at_hand);
    for (token_id, _) in ended.take(DROPPED_AT_ONCE) {
        // A record of an id that was written before can be written.
        let _ = records.push(RemoveDelegationTokenRecord { token_id }, 0);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::tests::{image_with, replayed};

    fn change_of(id: Option<&str>, who: &str, period_ms: i64, ends: bool, now_ms: i64) -> TokenChange {
        TokenChange { token_id: id.map(Into::into), principal: who.into(), period_ms, ends, now_ms }
    }

    #[test]
    fn a_token_lives_until_it_ends_and_its_owner_and_renewers_change_it() {
        let token = DelegationToken {
            owner: "User:a".into(),
            requester: "User:a".into(),
            renewers: vec!["User:r".into()],
            issue_timestamp: 0,
            max_timestamp: 1000,
            expiration_timestamp: 100,
        };
        let wanted = NewToken { token_id: "t".into(), token };
        let old = create(&image_with(13), &wanted);
        assert!(old.records.is_empty() && old.response.is_err());
        let image = image_with(33);
        let image = replayed(&image, &create(&image, &wanted).records);
        let code = |wanted: &TokenChange| change(&image, wanted).response.map_err(|error| error.code);
        assert_eq!(code(&change_of(None, "User:a", 1, false, 5)), Err(ErrorCode::DelegationTokenNotFound));
        assert_eq!(
            code(&change_of(Some("t"), "User:x", 1, false, 5)),
            Err(ErrorCode::DelegationTokenOwnerMismatch)
        );
        assert_eq!(
            code(&change_of(Some("t"), "User:a", 1, false, 101)),
            Err(ErrorCode::DelegationTokenExpired)
        );
        assert_eq!(code(&change_of(Some("t"), "User:r", 200, false, 50)), Ok(250));
        assert_eq!(
            code(&change_of(Some("t"), "User:r", 5000, false, 50)),
            Ok(1000),
            "no longer than its life"
        );
        assert_eq!(code(&change_of(Some("t"), "User:a", 10, true, 50)), Ok(60));
        let ended = change(&image, &change_of(Some("t"), "User:a", -1, true, 50));
        assert_eq!(ended.response, Ok(50));
        assert!(replayed(&image, &ended.records).delegation_tokens.tokens.is_empty());
        // Another request, long after: the token that has ended is dropped.
        let later = change(&image, &change_of(Some("u"), "User:a", 1, false, 101));
        assert!(replayed(&image, &later.records).delegation_tokens.tokens.is_empty());
    }
}
