//! Credentials, access control entries and delegation tokens as the metadata log holds them. Kept so that
//! nothing is lost; evaluated elsewhere.

use std::sync::Arc;

use imbl::OrdMap;
use thalweg_model::Uuid;
use thalweg_wire::messages::metadata::{AccessControlEntryRecord, DelegationTokenRecord};

/// SCRAM credentials by mechanism (1 = SCRAM-SHA-256, 2 = SCRAM-SHA-512) and user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScramImage {
    /// The credentials.
    pub credentials: OrdMap<(i8, Arc<str>), Arc<ScramCredential>>,
}

/// What a SCRAM server keeps about a password (RFC 5802).
#[derive(Clone, PartialEq, Eq)]
pub struct ScramCredential {
    /// The salt.
    pub salt: Vec<u8>,
    /// H(HMAC(salted password, "Client Key")).
    pub stored_key: Vec<u8>,
    /// HMAC(salted password, "Server Key").
    pub server_key: Vec<u8>,
    /// Rounds of the salted hash.
    pub iterations: i32,
}

impl std::fmt::Debug for ScramCredential {
    /// Secrets stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScramCredential").field("iterations", &self.iterations).finish_non_exhaustive()
    }
}

/// Access control entries by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AclsImage {
    /// The entries.
    pub entries: OrdMap<Uuid, Arc<AccessControlEntry>>,
}

/// One access control entry; numbers are Kafka's codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessControlEntry {
    /// Kind of resource.
    pub resource_type: i8,
    /// Name of the resource, or its prefix.
    pub resource_name: String,
    /// How the name matches.
    pub pattern_type: i8,
    /// `User:name`.
    pub principal: String,
    /// Address, network in CIDR form, or `*`.
    pub host: String,
    /// The operation.
    pub operation: i8,
    /// Allow or deny.
    pub permission_type: i8,
}

impl AccessControlEntry {
    /// Its record in the log.
    #[must_use]
    pub fn record(&self, id: Uuid) -> AccessControlEntryRecord<'_> {
        AccessControlEntryRecord {
            id,
            resource_type: self.resource_type,
            resource_name: &self.resource_name,
            pattern_type: self.pattern_type,
            principal: &self.principal,
            host: &self.host,
            operation: self.operation,
            permission_type: self.permission_type,
        }
    }
}

/// Delegation tokens by token id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DelegationTokensImage {
    /// The tokens.
    pub tokens: OrdMap<Arc<str>, Arc<DelegationToken>>,
}

/// A delegation token (KIP-48) without its secret, which is derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationToken {
    /// Who may use it, `User:name`.
    pub owner: String,
    /// Who asked for it.
    pub requester: String,
    /// Who may renew it.
    pub renewers: Vec<String>,
    /// When it was made, ms since 1970.
    pub issue_timestamp: i64,
    /// When it ends for good.
    pub max_timestamp: i64,
    /// When it ends unless renewed.
    pub expiration_timestamp: i64,
}

impl DelegationToken {
    /// Its record in the log.
    #[must_use]
    pub fn record<'a>(&'a self, token_id: &'a str) -> DelegationTokenRecord<'a> {
        DelegationTokenRecord {
            owner: &self.owner,
            requester: &self.requester,
            renewers: self.renewers.iter().map(String::as_str).collect(),
            issue_timestamp: self.issue_timestamp,
            max_timestamp: self.max_timestamp,
            expiration_timestamp: self.expiration_timestamp,
            token_id,
        }
    }
}
