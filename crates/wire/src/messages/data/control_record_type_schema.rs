//! ControlRecordTypeSchema: the type in the key of a control record, behind the version.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// The type in the key of a control record, behind the version.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct ControlRecordTypeSchema {
    /// 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 voters.
    #[field(versions = "0+")]
    pub r#type: i16,
}
