//! What tools ask: one transaction in full, or all in brief.

use std::sync::Arc;

use thalweg_coordinator::{Output, RequestId};
use thalweg_wire::ErrorCode;

use crate::machine::{Event, TransactionMachine};
use crate::request::{Description, Listing, Response};

impl TransactionMachine {
    pub(crate) fn describe(&self, request: RequestId, id: &Arc<str>, output: &mut Output<Response, Event>) {
        let described = match self.state.transactions.get(id) {
            None => Err(ErrorCode::TransactionalIdNotFound),
            Some(of) => Ok(Description {
                state: of.state,
                timeout_ms: of.timeout_ms,
                start_ms: of.start_ms,
                producer: of.producer,
                partitions: of.partitions.iter().cloned().collect(),
            }),
        };
        output.answer_after_commit(request, Response::Described(described));
    }

    pub(crate) fn list(&self, request: RequestId, output: &mut Output<Response, Event>) {
        let listed = self.state.transactions.iter().map(|(id, of)| Listing {
            id: Arc::clone(id),
            producer_id: of.producer.id.0,
            state: of.state,
            start_ms: of.start_ms,
        });
        output.answer_after_commit(request, Response::Listed(Ok(listed.collect())));
    }
}
