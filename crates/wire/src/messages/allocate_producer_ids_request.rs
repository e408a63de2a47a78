//! AllocateProducerIds (API key 67), request: a broker asks the controller for a block of producer ids.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::messages::AllocateProducerIdsResponse;

/// A broker asks the controller for a block of producer ids.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 67, versions = "0", flexible = "0+", response(AllocateProducerIdsResponse))]
pub struct AllocateProducerIdsRequest {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
}
