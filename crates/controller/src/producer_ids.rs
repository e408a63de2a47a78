//! Blocks of producer ids (KIP-730): each id is handed out once, ever.

use std::ops::Range;

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::ProducerIdsRecord;

use crate::{ApiError, Decision};

/// Ids in one block.
const BLOCK_SIZE: i64 = 1000;

/// Gives a broker its next block.
pub fn allocate(
    image: &MetadataImage,
    broker_id: i32,
    broker_epoch: i64,
) -> Decision<Result<Range<i64>, ApiError>> {
    let refuse = |error| Decision { records: RecordList::new(), response: Err(error) };
    match image.cluster.brokers.get(&broker_id) {
        None => return refuse(ApiError::bare(ErrorCode::BrokerIdNotRegistered)),
        Some(broker) if broker.epoch != broker_epoch => {
            return refuse(ApiError::bare(ErrorCode::StaleBrokerEpoch));
        }
        Some(_) => {}
    }
    let first = image.next_producer_id.unwrap_or(0);
    let Some(next_producer_id) = first.checked_add(BLOCK_SIZE) else {
        let why =
            "Exhausted all producerIds as the next block's end producerId has exceeded the int64 type limit";
        return refuse(ApiError::new(ErrorCode::UnknownServerError, why));
    };
    let mut records = RecordList::new();
    match records.push(ProducerIdsRecord { broker_id, broker_epoch, next_producer_id }, 0) {
        Ok(()) => Decision { records, response: Ok(first..next_producer_id) },
        Err(_) => refuse(ApiError::bare(ErrorCode::UnknownServerError)),
    }
}
