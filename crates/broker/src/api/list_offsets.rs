//! ListOffsets (key 2), versions 1–11: from a point in time to an offset.
//!
//! The ends of a log are answered at once; a search by timestamp may read cold index pages and batches and
//! runs on the read pool. v2 isolation · v4 leader epochs (KIP-320) · v7 max timestamp (KIP-734) · v8 earliest
//! local (KIP-405) · v9 latest tiered (KIP-1005) · v11 earliest pending upload (KIP-1023).

use std::sync::Arc;

use thalweg_model::Offset;
use thalweg_security::acl::ResourceType;
use thalweg_wire::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use thalweg_wire::messages::{ListOffsetsRequest, ListOffsetsResponse};
use thalweg_wire::{ApiKey, ErrorCode};

use super::{Answer, Caller};
use crate::disk::ReadMessage;
use crate::partition::Partition;

/// First version whose answers carry leader epochs; before, the field cannot be written.
const LEADER_EPOCH_VERSION: i16 = 4;

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

/// What one partition's question needs.
enum Question {
    /// It is answered.
    Answered(ListOffsetsPartitionResponse),
    /// A log must be searched.
    Search { partition: Arc<Partition>, index: i32, timestamp: i64, committed_only: bool },
}

/// Answers, on the read pool if a log must be searched.
pub fn answer(request: &ListOffsetsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let committed_only = request.isolation_level == 1;
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in &request.topics {
        let served = caller.topics.by_name(topic.name);
        let allowed = caller.guard(ResourceType::Topic).check(topic.name);
        let mut questions = Vec::with_capacity(topic.partitions.len());
        for wanted in &topic.partitions {
            let index = wanted.partition_index;
            let asked_twice =
                topic.partitions.iter().filter(|other| other.partition_index == index).count() > 1;
            let found = if let Err(code) = allowed {
                Err(code)
            } else if asked_twice {
                Err(ErrorCode::InvalidRequest)
            } else if !is_known(wanted.timestamp, caller.version()) {
                Err(ErrorCode::UnsupportedVersion)
            } else {
                super::find_partition(served.as_ref(), index, wanted.current_leader_epoch)
            };
            questions.push(match found {
                Err(code) => Question::Answered(failed(index, code)),
                Ok(partition) => ask(partition, index, wanted.timestamp, committed_only),
            });
        }
        topics.push((topic.name.to_owned(), questions));
    }
    let must_search = |(_, questions): &(String, Vec<Question>)| {
        questions.iter().any(|question| matches!(question, Question::Search { .. }))
    };
    if topics.iter().any(must_search) {
        let (reply, version) = (caller.reply(), caller.version());
        caller.node.read_pool.send(ReadMessage::Run(Box::new(move || {
            let topics: Vec<_> = topics.into_iter().map(settle).collect();
            reply.send(&response(&topics, version));
        })));
        return Answer::Later;
    }
    let topics: Vec<_> = topics.into_iter().map(settle).collect();
    caller.ready(&response(&topics, caller.version()))
}

fn response(topics: &[(String, Vec<ListOffsetsPartitionResponse>)], version: i16) -> ListOffsetsResponse<'_> {
    let topics = topics.iter().map(|(name, partitions)| {
        let mut partitions = partitions.clone();
        if version < LEADER_EPOCH_VERSION {
            partitions.iter_mut().for_each(|partition| partition.leader_epoch = -1);
        }
        ListOffsetsTopicResponse { name, partitions }
    });
    ListOffsetsResponse { topics: topics.collect(), ..ListOffsetsResponse::default() }
}

/// Whether a special timestamp exists in this version.
fn is_known(timestamp: i64, version: i16) -> bool {
    match timestamp {
        LATEST | EARLIEST => true,
        MAX_TIMESTAMP => version >= 7,
        EARLIEST_LOCAL => version >= 8,
        LATEST_TIERED => version >= 9,
        EARLIEST_PENDING_UPLOAD => version >= 11,
        other => other >= 0,
    }
}

fn ask(partition: Arc<Partition>, index: i32, timestamp: i64, committed_only: bool) -> Question {
    let ends = partition.log.ends();
    let at = |offset: Offset, epoch: i32| {
        Question::Answered(ListOffsetsPartitionResponse {
            partition_index: index,
            offset: offset.0,
            leader_epoch: epoch,
            ..ListOffsetsPartitionResponse::default()
        })
    };
    match timestamp {
        LATEST => {
            let end = if committed_only { ends.last_stable } else { ends.high_watermark };
            at(end, partition.leader_epoch().0)
        }
        EARLIEST | EARLIEST_LOCAL => {
            let epoch = partition.log.epoch_at(ends.log_start);
            // Nothing was written yet: what is, will be of the present leader.
            let is_empty = ends.log_start.0 == 0 && ends.high_watermark.0 == 0;
            let epoch = epoch.or_else(|| is_empty.then(|| partition.leader_epoch()));
            at(ends.log_start, epoch.map_or(-1, |epoch| epoch.0))
        }
        // Nothing of this log is in a remote tier, nothing waits to go there.
        LATEST_TIERED | EARLIEST_PENDING_UPLOAD => at(Offset(-1), -1),
        _ => Question::Search { partition, index, timestamp, committed_only },
    }
}

fn settle((name, questions): (String, Vec<Question>)) -> (String, Vec<ListOffsetsPartitionResponse>) {
    let settled = questions.into_iter().map(|question| match question {
        Question::Answered(response) => response,
        Question::Search { partition, index, timestamp, committed_only } => {
            search(&partition, index, timestamp, committed_only)
        }
    });
    (name, settled.collect())
}

fn search(
    partition: &Partition,
    index: i32,
    timestamp: i64,
    committed_only: bool,
) -> ListOffsetsPartitionResponse {
    let found = if timestamp == MAX_TIMESTAMP {
        partition.log.offset_of_max_timestamp()
    } else {
        partition.log.offset_for_timestamp(timestamp)
    };
    let ends = partition.log.ends();
    let end = if committed_only { ends.last_stable } else { ends.high_watermark };
    match found {
        // An offset a consumer may not read yet is as good as none.
        Ok(Some(found)) if found.offset < end => ListOffsetsPartitionResponse {
            partition_index: index,
            timestamp: found.timestamp,
            offset: found.offset.0,
            leader_epoch: found.leader_epoch.0,
            ..ListOffsetsPartitionResponse::default()
        },
        Ok(_) => {
            ListOffsetsPartitionResponse { partition_index: index, ..ListOffsetsPartitionResponse::default() }
        }
        Err(error) => {
            tracing::error!(
                event = "list_offsets_failed",
                api = ApiKey::ListOffsets.name(),
                topic = %partition.topic,
                partition = partition.index,
                timestamp,
                %error
            );
            failed(index, ErrorCode::KafkaStorageError)
        }
    }
}

fn failed(index: i32, code: ErrorCode) -> ListOffsetsPartitionResponse {
    ListOffsetsPartitionResponse {
        partition_index: index,
        error_code: code.code(),
        ..ListOffsetsPartitionResponse::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_timestamps_appear_with_their_versions() {
        assert!(is_known(LATEST, 1) && is_known(EARLIEST, 1) && is_known(1_700_000_000_000, 1));
        assert!(!is_known(MAX_TIMESTAMP, 6) && is_known(MAX_TIMESTAMP, 7));
        assert!(!is_known(EARLIEST_PENDING_UPLOAD, 10) && is_known(EARLIEST_PENDING_UPLOAD, 11));
        assert!(!is_known(-7, 11));
    }
}
