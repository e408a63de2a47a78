//! `ZkMigrationStateRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `ZkMigrationStateRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 21, versions = "0", flexible = "0+")]
pub struct ZkMigrationStateRecord {
    /// Kafka's `ZkMigrationState`.
    #[field(versions = "0+")]
    pub zk_migration_state: i8,
}
