//! `AllocateProducerIdsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::AllocateProducerIdsResponse;

/// Kafka's `AllocateProducerIdsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 67, versions = "0", flexible = "0+", response(AllocateProducerIdsResponse))]
pub struct AllocateProducerIdsRequest {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
}
