//! AlterReplicaLogDirs (API key 34), request: asks a broker to move replicas between its log
//! directories.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterReplicaLogDirsResponse;

/// Asks a broker to move replicas between its log directories.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 34, versions = "1-2", flexible = "2+", response(AlterReplicaLogDirsResponse<'r>))]
pub struct AlterReplicaLogDirsRequest<'a> {
    /// What to move where.
    #[field(versions = "0+")]
    pub dirs: Vec<AlterReplicaLogDir<'a>>,
}

/// One entry of [`AlterReplicaLogDirsRequest::dirs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDir<'a> {
    /// The absolute path.
    #[field(versions = "0+")]
    pub path: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<AlterReplicaLogDirTopic<'a>>,
}

/// One entry of [`AlterReplicaLogDir::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
