//! FindCoordinator (API key 10), request: asks which broker coordinates a group, transaction or share
//! partition.
//!
//! Versions 0 to 6, flexible from 3.
//!
//! - v1: adds `key_type`.
//! - v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `coordinator_keys`, drops `key`.
//! - v5 to v6: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::FindCoordinatorResponse;

/// Asks which broker coordinates a group, transaction or share partition.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 10, versions = "0-6", flexible = "3+", response(FindCoordinatorResponse<'r>))]
pub struct FindCoordinatorRequest<'a> {
    /// The key.
    #[field(versions = "0-3")]
    pub key: &'a str,
    /// 0 group, 1 transaction, 2 share partition.
    #[field(versions = "1+")]
    pub key_type: i8,
    /// The keys to look up.
    #[field(versions = "4+")]
    pub coordinator_keys: Vec<&'a str>,
}
