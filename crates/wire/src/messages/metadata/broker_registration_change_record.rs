//! `BrokerRegistrationChangeRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `BrokerRegistrationChangeRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 17, versions = "0-3", flexible = "0+")]
pub struct BrokerRegistrationChangeRecord {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
    /// Kafka's `Fenced`.
    #[field(versions = "0+", tag = 0)]
    pub fenced: i8,
    /// Kafka's `InControlledShutdown`.
    #[field(versions = "1+", tag = 1)]
    pub in_controlled_shutdown: i8,
    /// Kafka's `LogDirs`.
    #[field(versions = "2+", tag = 2)]
    pub log_dirs: Vec<Uuid>,
    /// Kafka's `CordonedLogDirs`.
    #[field(versions = "3+", nullable = "3+", tag = 3, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}
