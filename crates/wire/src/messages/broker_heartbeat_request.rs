//! `BrokerHeartbeatRequest`.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::BrokerHeartbeatResponse};

/// Kafka's `BrokerHeartbeatRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 63, versions = "0-2", flexible = "0+", response(BrokerHeartbeatResponse))]
pub struct BrokerHeartbeatRequest {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// Kafka's `CurrentMetadataOffset`.
    #[field(versions = "0+")]
    pub current_metadata_offset: i64,
    /// Kafka's `WantFence`.
    #[field(versions = "0+")]
    pub want_fence: bool,
    /// Kafka's `WantShutDown`.
    #[field(versions = "0+")]
    pub want_shut_down: bool,
    /// Kafka's `OfflineLogDirs`.
    #[field(versions = "1+", tag = 0)]
    pub offline_log_dirs: Vec<Uuid>,
    /// Kafka's `CordonedLogDirs`.
    #[field(versions = "2+", nullable = "2+", tag = 1, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}
