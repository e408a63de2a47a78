//! Offsets that are committed as part of a producer's transaction (KIP-98, KIP-447): they are in the log at once
//! and count when the transaction's marker says so. Whether the transaction is there and holds this partition has
//! been asked before a request comes here.

use thalweg_coordinator::{Context, Entry, Output, Producer, RequestId};
use thalweg_wire::ErrorCode;

use crate::classic::ClassicGroup;
use crate::machine::{Event, GroupMachine};
use crate::request::{Commit, Response};

impl GroupMachine {
    pub(crate) fn commit_in_transaction(
        &mut self,
        id: RequestId,
        producer: Producer,
        commit: &Commit,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        if let Err(code) = self.may_commit(commit, true, context) {
            return output.answer(id, Response::Partitions(Err(code)));
        }
        let (records, codes) = self.offset_records(commit, context);
        let of_producer = records.into_iter().map(|record| Entry::OfTransaction(producer, record));
        output.of_producer.extend(of_producer);
        output.answer_after_commit(id, Response::Partitions(Ok(codes)));
    }
}

impl ClassicGroup {
    /// A producer that names no member is taken by its word: its transaction fences it. One that does must be of
    /// the present generation; that it waits for its assignment does not matter, and it is no sign of life.
    pub(crate) fn validate_transactional_commit(
        &self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
    ) -> Result<(), ErrorCode> {
        if generation < 0 && member.is_empty() && instance.is_none() {
            return Ok(());
        }
        self.validate_member(member, instance)?;
        if generation == self.generation { Ok(()) } else { Err(ErrorCode::IllegalGeneration) }
    }
}
