//! InitProducerId without a transactional id: the identity of an idempotent producer (KIP-98).

use thalweg_model::{ProducerEpoch, ProducerId};
use thalweg_wire::Encode;
use thalweg_wire::messages::{InitProducerIdRequest, InitProducerIdResponse};

use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError};

/// Asks for a producer id.
#[must_use]
pub fn init_producer_id() -> Call {
    Call::new::<InitProducerIdRequest<'_>>(0..=5, |version, w| {
        // The time-out is meaningless without transactions, but must be positive.
        InitProducerIdRequest {
            transactional_id: None,
            transaction_timeout_ms: i32::MAX,
            ..Default::default()
        }
        .encode(w, version)
    })
    .retry_on(|answer| {
        answer.decode::<InitProducerIdResponse>().ok().map(|response| error_code(response.error_code))
    })
}

/// The answer to [`init_producer_id`].
pub fn read_producer_id(answer: &Answer) -> Result<(ProducerId, ProducerEpoch), CallError> {
    let response: InitProducerIdResponse = answer.decode()?;
    BrokerError::check(response.error_code, None)?;
    Ok((ProducerId(response.producer_id), ProducerEpoch(response.producer_epoch)))
}
