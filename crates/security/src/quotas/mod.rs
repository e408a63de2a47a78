//! Client quotas: which limit is whose, and how long somebody who exceeds it must wait.
//!
//! The arithmetic is Kafka's: rates over the last windows, tokens for changes of metadata. Times are handed in.

mod bucket;
mod rate;
mod table;

pub use bucket::TokenBucket;
pub use rate::{Rate, Windows};
pub use table::{Applied, QuotaTable, Share};

/// Entity type of users.
pub const USER: &str = "user";
/// Entity type of client ids.
pub const CLIENT_ID: &str = "client-id";
/// Entity type of addresses.
pub const IP: &str = "ip";

/// What can be limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuotaKey {
    /// Bytes a second of Produce requests.
    ProducerByteRate,
    /// Bytes a second of Fetch answers.
    ConsumerByteRate,
    /// Share of a thread's time, in percent; 100 is one thread.
    RequestPercentage,
    /// Partitions made and deleted a second.
    ControllerMutationRate,
    /// Connections a second.
    ConnectionCreationRate,
}

/// What users and client ids may have.
pub const CLIENT_KEYS: &[QuotaKey] = &[
    QuotaKey::ProducerByteRate,
    QuotaKey::ConsumerByteRate,
    QuotaKey::RequestPercentage,
    QuotaKey::ControllerMutationRate,
];
/// What addresses may have.
pub const IP_KEYS: &[QuotaKey] = &[QuotaKey::ConnectionCreationRate];

impl QuotaKey {
    /// Kafka's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProducerByteRate => "producer_byte_rate",
            Self::ConsumerByteRate => "consumer_byte_rate",
            Self::RequestPercentage => "request_percentage",
            Self::ControllerMutationRate => "controller_mutation_rate",
            Self::ConnectionCreationRate => "connection_creation_rate",
        }
    }
}
