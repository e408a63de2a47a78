//! ListTransactions (key 66), versions 0–2: the transactional ids this broker coordinates (KIP-664).
//!
//! v1 only those that run for so long (KIP-994) · v2 only those whose id matches a pattern (KIP-1152).

use regex::Regex;
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_transaction::{Response, TransactionState};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::list_transactions_response;
use thalweg_wire::messages::{ListTransactionsRequest, ListTransactionsResponse};

use super::{Answer, Caller};
use crate::coordinators::CoordinatorMessage;

/// The longest pattern that is compiled.
const PATTERN_BYTES_MAX: usize = 1_000;

/// Asks every partition of the coordinator's topic.
pub fn answer(request: &ListTransactionsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let state = |name: &str| TransactionState::ALL.into_iter().find(|state| state.name() == name);
    // States that are never kept may be asked for all the same.
    let is_known = |name: &str| state(name).is_some() || matches!(name, "Dead" | "PrepareEpochFence");
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        request.state_filters.iter().partition(|name| is_known(name));
    let unknown: Vec<String> = unknown.into_iter().map(str::to_owned).collect();
    let states: Option<Vec<TransactionState>> =
        (!request.state_filters.is_empty()).then(|| known.into_iter().filter_map(state).collect());
    let pattern = match request.transactional_id_pattern.filter(|pattern| !pattern.is_empty()).map(compile) {
        None => None,
        Some(Some(pattern)) => Some(pattern),
        Some(None) => {
            let error_code = ErrorCode::InvalidRegularExpression.code();
            return caller.ready(&ListTransactionsResponse { error_code, ..Default::default() });
        }
    };
    let ids = request.producer_id_filters.clone();
    let (duration_ms, now_ms) = (request.duration_filter, caller.now.wall_ms);
    let (access, reply) = (caller.access().quietly().owned(), caller.reply());
    let listed = Box::new(move |answered| {
        let (listed, error_code) = match answered {
            Response::Listed(Ok(listed)) => (listed, 0),
            Response::Listed(Err(code)) => (Vec::new(), code.code()),
            _ => return,
        };
        let matches = listed.iter().filter(|of| {
            states.as_ref().is_none_or(|states| states.contains(&of.state))
                && (ids.is_empty() || ids.contains(&of.producer_id))
                && (duration_ms < 0 || of.start_ms >= 0 && now_ms.saturating_sub(of.start_ms) > duration_ms)
                && pattern.as_ref().is_none_or(|pattern| pattern.is_match(&of.id))
                && access.ask().allows(Operation::Describe, ResourceType::TransactionalId, &of.id)
        });
        let transaction_states = matches.map(|of| list_transactions_response::TransactionState {
            transactional_id: &of.id,
            producer_id: of.producer_id,
            transaction_state: of.state.name(),
        });
        reply.send(&ListTransactionsResponse {
            error_code,
            unknown_state_filters: unknown.iter().map(String::as_str).collect(),
            transaction_states: transaction_states.collect(),
            ..Default::default()
        });
    });
    caller.node.coordinators.send(CoordinatorMessage::ListTransactions(listed));
    Answer::Later
}

/// The whole id has to match, in linear time.
fn compile(pattern: &str) -> Option<Regex> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return None;
    }
    Regex::new(&format!("^(?:{pattern})$")).ok()
}
