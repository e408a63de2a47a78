//! `AlterReplicaLogDirsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterReplicaLogDirsResponse;

/// Kafka's `AlterReplicaLogDirsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 34, versions = "1-2", flexible = "2+", response(AlterReplicaLogDirsResponse<'r>))]
pub struct AlterReplicaLogDirsRequest<'a> {
    /// Kafka's `Dirs`.
    #[field(versions = "0+")]
    pub dirs: Vec<AlterReplicaLogDir<'a>>,
}

/// Kafka's `AlterReplicaLogDir`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDir<'a> {
    /// Kafka's `Path`.
    #[field(versions = "0+")]
    pub path: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<AlterReplicaLogDirTopic<'a>>,
}

/// Kafka's `AlterReplicaLogDirTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
