//! DeleteRecords (key 21), versions 0–2: raises a log's start. Offset −1 stands for the high watermark.
//!
//! Carried out by the disk threads, in order with other work on the log, and answered once the sync threads have put
//! the new start on disk: what a client was told is deleted does not come back with the next life (Kafka writes that
//! checkpoint once a minute). Refused for topics that are only compacted, and for internal
//! ones (POLICY_VIOLATION).

use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_model::Offset;
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsTopicResult,
};
use thalweg_wire::messages::{DeleteRecordsRequest, DeleteRecordsResponse};

use super::{Answer, Caller, find_partition};
use crate::disk::DiskMessage;
use crate::partition::Partition;
use crate::worker::Reply;

/// Results of a request, by topic and partition, and the right to answer when all are there.
struct Gathering {
    topics: Vec<(String, Vec<DeleteRecordsPartitionResult>)>,
    unanswered: usize,
    reply: Option<Reply>,
}

impl Gathering {
    /// One partition's result; the last one answers.
    fn settle(&mut self, topic: usize, place: usize, result: Result<Offset, ErrorCode>) {
        let slot = &mut self.topics[topic].1[place];
        match result {
            Ok(low_watermark) => slot.low_watermark = low_watermark.0,
            Err(code) => slot.error_code = code.code(),
        }
        self.unanswered -= 1;
        if self.unanswered == 0
            && let Some(reply) = self.reply.take()
        {
            reply.send(&response(&self.topics));
        }
    }
}

/// Answers once every disk thread concerned is done.
pub fn answer(request: &DeleteRecordsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let mut topics = Vec::with_capacity(request.topics.len());
    let mut work: Vec<(usize, usize, Arc<Partition>, i64)> = Vec::new();
    for topic in &request.topics {
        let served = caller.topics.by_name(topic.name);
        let allowed = caller.guard(ResourceType::Topic).check(topic.name);
        let mut results = Vec::with_capacity(topic.partitions.len());
        for wanted in &topic.partitions {
            let refused = served
                .as_ref()
                .is_some_and(|served| served.is_internal || !served.config().cleanup_policy.delete);
            let found = if let Err(code) = allowed {
                Err(code)
            } else if refused {
                Err(ErrorCode::PolicyViolation)
            } else {
                find_partition(served.as_ref(), wanted.partition_index, -1)
            };
            let error_code = match found {
                Ok(partition) => {
                    work.push((topics.len(), results.len(), partition, wanted.offset));
                    0
                }
                Err(code) => code.code(),
            };
            let partition_index = wanted.partition_index;
            results.push(DeleteRecordsPartitionResult { partition_index, low_watermark: -1, error_code });
        }
        topics.push((topic.name.to_owned(), results));
    }
    if work.is_empty() {
        return caller.ready(&response(&topics));
    }
    let gathering =
        Arc::new(Mutex::new(Gathering { topics, unanswered: work.len(), reply: Some(caller.reply()) }));
    for (topic, place, partition, offset) in work {
        let gathering = Arc::clone(&gathering);
        let target = Arc::clone(&partition);
        partition.send_to_disk(DiskMessage::Run(Box::new(move || match delete(&target, offset) {
            Ok(low_watermark) => target.send_to_sync(DiskMessage::SaveStarts(Box::new(move |is_saved| {
                let result = if is_saved { Ok(low_watermark) } else { Err(ErrorCode::KafkaStorageError) };
                gathering.lock().settle(topic, place, result);
            }))),
            Err(code) => gathering.lock().settle(topic, place, Err(code)),
        })));
    }
    Answer::Later
}

/// Offsets above the high watermark do not exist yet; those below the start are deleted already.
fn delete(partition: &Partition, offset: i64) -> Result<Offset, ErrorCode> {
    let _carrying = partition.carrying();
    if partition.has_moved() {
        // Asked again, the client finds it in its new directory.
        return Err(ErrorCode::NotLeaderOrFollower);
    }
    let high_watermark = partition.log.ends().high_watermark;
    let target = if offset == -1 { high_watermark } else { Offset(offset) };
    if target.0 < 0 || target > high_watermark {
        return Err(ErrorCode::OffsetOutOfRange);
    }
    Ok(partition.log.delete_records_before(target))
}

fn response(topics: &[(String, Vec<DeleteRecordsPartitionResult>)]) -> DeleteRecordsResponse<'_> {
    let topics = topics
        .iter()
        .map(|(name, partitions)| DeleteRecordsTopicResult { name, partitions: partitions.clone() })
        .collect();
    DeleteRecordsResponse { topics, ..DeleteRecordsResponse::default() }
}
