//! KRaftVersionRecord: the control record that finalizes kraft.version.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The control record that finalizes kraft.version.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct KRaftVersionRecord {
    /// The version.
    #[field(versions = "0+")]
    pub version: i16,
    /// The level of kraft.version.
    #[field(name = "KRaftVersion", versions = "0+")]
    pub kraft_version: i16,
}
