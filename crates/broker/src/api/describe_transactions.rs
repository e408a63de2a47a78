//! DescribeTransactions (key 65), version 0: state, producer and partitions of transactional ids (KIP-664).

use std::sync::Arc;

use thalweg_security::acl::ResourceType;
use thalweg_transaction::{Description, Request, Response};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_transactions_response::{TopicData, TransactionState};
use thalweg_wire::messages::{DescribeTransactionsRequest, DescribeTransactionsResponse};

use super::{Answer, Caller};
use crate::coordinators::{ask_transaction, gather};

/// Asks the coordinator of each id. Topics that the caller may not see are left out.
pub fn answer(request: &DescribeTransactionsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let guard = caller.guard(ResourceType::TransactionalId);
    let ids: Vec<(Arc<str>, Option<ErrorCode>)> = request
        .transactional_ids
        .iter()
        .map(|&id| match id {
            "" => (Arc::from(id), Some(ErrorCode::InvalidRequest)),
            id => (Arc::from(id), guard.check(id).err()),
        })
        .collect();
    let questions: Vec<Arc<str>> =
        ids.iter().filter(|(_, refused)| refused.is_none()).map(|(id, _)| Arc::clone(id)).collect();
    let reply = caller.reply();
    let takers = gather(questions.len(), move |answers: Vec<Response>| {
        let mut answers = answers.iter();
        let states = ids.iter().map(|(transactional_id, refused)| {
            let described = match refused {
                Some(code) => Err(*code),
                None => match answers.next() {
                    Some(Response::Described(Ok(description))) => Ok(description),
                    Some(Response::Described(Err(code))) => Err(*code),
                    _ => Err(ErrorCode::UnknownServerError),
                },
            };
            match described {
                Ok(description) => describe(transactional_id, description),
                Err(code) => {
                    let error_code = code.code();
                    TransactionState { transactional_id, error_code, ..Default::default() }
                }
            }
        });
        reply.send(&DescribeTransactionsResponse {
            transaction_states: states.collect(),
            ..Default::default()
        });
    });
    for (id, taker) in questions.into_iter().zip(takers) {
        let request = Request::Describe(Arc::clone(&id));
        ask_transaction(caller.node, id, request, taker);
    }
    Answer::Later
}

fn describe<'a>(transactional_id: &'a str, description: &'a Description) -> TransactionState<'a> {
    let mut topics: Vec<TopicData<'a>> = Vec::new();
    for (topic, index) in &description.partitions {
        match topics.last_mut() {
            Some(last) if last.topic == &**topic => last.partitions.push(*index),
            _ => topics.push(TopicData { topic, partitions: vec![*index] }),
        }
    }
    TransactionState {
        error_code: 0,
        transactional_id,
        transaction_state: description.state.name(),
        transaction_timeout_ms: description.timeout_ms,
        transaction_start_time_ms: description.start_ms,
        producer_id: description.producer.id.0,
        producer_epoch: description.producer.epoch.0,
        topics,
    }
}
