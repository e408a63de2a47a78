//! InitProducerId (API key 22), request: a producer asks for a producer id and epoch, and fences its
//! predecessors.
//!
//! Versions 0 to 6, flexible from 2; the highest is under development.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3: adds `producer_id`, `producer_epoch`; an epoch can be bumped without fencing oneself
//!   (KIP-360).
//! - v4: the sender copes with PRODUCER_FENCED (KIP-588).
//! - v5: the sender copes with TRANSACTION_ABORTABLE (KIP-890).
//! - v6: adds `enable2_pc`, `keep_prepared_txn`; two-phase commit (KIP-939).

use thalweg_wire_derive::Message;

use crate::messages::InitProducerIdResponse;

/// A producer asks for a producer id and epoch, and fences its predecessors.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(
    request,
    key = 22,
    versions = "0-6",
    flexible = "2+",
    latest_unstable,
    response(InitProducerIdResponse)
)]
pub struct InitProducerIdRequest<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0+", nullable = "0+")]
    pub transactional_id: Option<&'a str>,
    /// After how long the coordinator aborts an idle transaction, in milliseconds.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// The producer id.
    #[field(versions = "3+", default = -1)]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "3+", default = -1)]
    pub producer_epoch: i16,
    /// Whether the producer takes part in a two-phase commit.
    #[field(versions = "6+")]
    pub enable2_pc: bool,
    /// Keep the open transaction instead of aborting it.
    #[field(versions = "6+")]
    pub keep_prepared_txn: bool,
}
