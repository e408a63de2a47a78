//! ZkMigrationStateRecord (record type 21): how far a migration from ZooKeeper is; only old logs have
//! it.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// How far a migration from ZooKeeper is; only old logs have it.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 21, versions = "0", flexible = "0+")]
pub struct ZkMigrationStateRecord {
    /// How far the migration is.
    #[field(versions = "0+")]
    pub zk_migration_state: i8,
}
