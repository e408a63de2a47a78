//! LegacyOffsetCommitValue (record type 0): a committed offset in its oldest form.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// A committed offset in its oldest form.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 0, versions = "0")]
pub struct LegacyOffsetCommitValue<'a> {
    /// The committed offset.
    #[field(name = "offset", versions = "0")]
    pub offset: i64,
    /// Data that only members look into.
    #[field(name = "metadata", versions = "0")]
    pub metadata: &'a str,
    /// When it was committed, in milliseconds since 1970.
    #[field(name = "commitTimestamp", versions = "0")]
    pub commit_timestamp: i64,
}
