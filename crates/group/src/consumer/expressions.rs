//! When the expressions of a group are resolved, and what changes when they are.
//!
//! All of a group's expressions are resolved together, so that one refresh makes for one rebalance: when one has
//! come that nobody had, when topics have come or gone, and every now and then; never twice within ten seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{Context, Output};
use thalweg_wire::ErrorCode;

use super::group::{ConsumerGroup, ConsumerMember, ResolvedRegex};
use super::records::Draft;
use super::regex;
use super::work::Work;
use crate::machine::{Event, GroupMachine};
use crate::request::{Response, Visible};

/// The shortest time between two refreshes of one group. Kafka's value.
const REFRESH_INTERVAL_MIN_MS: i64 = 10_000;

/// What a heartbeat did to its member's expression.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ExpressionChange {
    pub has_changed: bool,
    /// The topics are known: the group's epoch must rise.
    pub is_resolved: bool,
}

/// By expression, what it matches.
type Matches = BTreeMap<Arc<str>, Arc<BTreeSet<Arc<str>>>>;

impl GroupMachine {
    /// The member's expression after a heartbeat that is in the draft already.
    pub(super) fn update_expressions(
        &mut self,
        draft: &mut Draft,
        member: &ConsumerMember,
        updated: &ConsumerMember,
        visible: Option<&Visible>,
        context: Context,
    ) -> Result<ExpressionChange, ErrorCode> {
        let mut change = ExpressionChange::default();
        let mut is_new = false;
        let (old, new) = (member.expression(), updated.expression());
        if old != new {
            change.has_changed = true;
            if let Some(old) = old
                && draft.group.subscribers_of(old) == 0
                && draft.group.regexes.contains_key(old)
            {
                draft.remove_regex(old);
            }
            match new {
                Some(new) if draft.group.subscribers_of(new) <= 1 => {
                    regex::compile(new).map_err(|_| ErrorCode::InvalidRegularExpression)?;
                    is_new = true;
                }
                Some(new) => change.is_resolved = draft.group.regexes.contains_key(new),
                None => change.is_resolved = true,
            }
        }
        // Members that name their topics leave the looking to those who do not.
        if new.is_some() && self.wants_refresh(draft, is_new, context.now.wall_ms) {
            let expressions = draft.group.expressions();
            let size = expressions.len().saturating_mul(self.topics.count());
            if size <= self.config.consumer.work_at_once_max {
                let matches = regex::resolve(&expressions, &*self.topics, visible);
                let names_version = self.topics.names_version();
                change.is_resolved |= self.take_matches(draft, &matches, names_version, context.now.wall_ms);
            } else {
                self.live(&draft.id).is_resolving = true;
                let (group, topics) = (Arc::clone(&draft.id), Arc::clone(&self.topics));
                self.work.push(Work::Resolve { group, expressions, topics, visible: visible.cloned() });
            }
        }
        Ok(change)
    }

    fn wants_refresh(&mut self, draft: &Draft, is_new: bool, now_ms: i64) -> bool {
        let names_version = self.topics.names_version();
        let interval_ms = self.config.consumer.regex_refresh_interval_ms;
        let written = draft.group.regexes.values().map(|resolved| resolved.timestamp).max().unwrap_or(0);
        let live = self.live(&draft.id);
        let last = live.resolved_ms.max(written);
        if live.is_resolving || (now_ms >= last && now_ms - last <= REFRESH_INTERVAL_MIN_MS) {
            return false;
        }
        is_new
            || live.names_version != Some(names_version)
            || now_ms - last > interval_ms
            || draft.group.expressions().len() != draft.group.regexes.len()
    }

    /// Writes what the expressions match. True: some match other topics than before.
    fn take_matches(
        &mut self,
        draft: &mut Draft,
        matches: &Matches,
        names_version: u64,
        now_ms: i64,
    ) -> bool {
        let mut has_changed = false;
        for (expression, topics) in matches {
            if draft.group.subscribers_of(expression) == 0 {
                continue;
            }
            let before = draft.group.regexes.get(expression);
            has_changed |= before.is_none_or(|before| before.topics != *topics);
            let resolved = ResolvedRegex {
                topics: Arc::clone(topics),
                version: i64::try_from(names_version).unwrap_or(i64::MAX),
                timestamp: now_ms,
            };
            draft.put_regex(expression, resolved);
        }
        let live = self.live(&draft.id);
        live.names_version = Some(names_version);
        live.resolved_ms = now_ms;
        has_changed
    }

    /// Expressions that were resolved elsewhere have arrived.
    pub(super) fn resolved_elsewhere(
        &mut self,
        group: &Arc<str>,
        matches: &Matches,
        names_version: u64,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<(), ErrorCode> {
        self.live(group).is_resolving = false;
        let Some(stored) = self.state.consumers.get(group) else { return Ok(()) };
        let mut draft = Draft::new(Arc::clone(group), ConsumerGroup::clone(stored));
        let has_changed = self.take_matches(&mut draft, matches, names_version, context.now.wall_ms);
        self.refresh_epoch(&mut draft, has_changed);
        self.finish_draft(draft, context, output)
    }
}
