//! BrokerRegistrationChangeRecord (record type 17): something in a broker's registration changed.
//!
//! Versions 0 to 3, flexible.
//!
//! - v1: adds `in_controlled_shutdown`.
//! - v2: adds `log_dirs`.
//! - v3: adds `cordoned_log_dirs`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Something in a broker's registration changed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 17, versions = "0-3", flexible = "0+")]
pub struct BrokerRegistrationChangeRecord {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
    /// The change of fencing: -1 unfence, 0 none, 1 fence.
    #[field(versions = "0+", tag = 0)]
    pub fenced: i8,
    /// The change of controlled shutdown: 0 none, 1 begun.
    #[field(versions = "1+", tag = 1)]
    pub in_controlled_shutdown: i8,
    /// The log directories.
    #[field(versions = "2+", tag = 2)]
    pub log_dirs: Vec<Uuid>,
    /// The log directories that get no new replicas.
    #[field(versions = "3+", nullable = "3+", tag = 3, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}
