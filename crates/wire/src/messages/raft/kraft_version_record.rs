//! `KRaftVersionRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `KRaftVersionRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct KRaftVersionRecord {
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i16,
    /// Kafka's `KRaftVersion`.
    #[field(name = "KRaftVersion", versions = "0+")]
    pub kraft_version: i16,
}
