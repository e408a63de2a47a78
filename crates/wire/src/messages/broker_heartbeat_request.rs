//! BrokerHeartbeat (API key 63), request: a broker tells the controller it is alive and how far it has
//! applied the metadata log.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `offline_log_dirs`.
//! - v2: adds `cordoned_log_dirs`.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::BrokerHeartbeatResponse};

/// A broker tells the controller it is alive and how far it has applied the metadata log.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 63, versions = "0-2", flexible = "0+", response(BrokerHeartbeatResponse))]
pub struct BrokerHeartbeatRequest {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// The highest metadata offset the broker has applied.
    #[field(versions = "0+")]
    pub current_metadata_offset: i64,
    /// Whether the broker wants to be fenced.
    #[field(versions = "0+")]
    pub want_fence: bool,
    /// Whether the broker wants to stop.
    #[field(versions = "0+")]
    pub want_shut_down: bool,
    /// The log directories that have failed.
    #[field(versions = "1+", tag = 0)]
    pub offline_log_dirs: Vec<Uuid>,
    /// The log directories that get no new replicas.
    #[field(versions = "2+", nullable = "2+", tag = 1, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}
