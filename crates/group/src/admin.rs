//! What tools ask of groups: lists and deletion.

use std::sync::Arc;

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

use crate::classic::{CONSUMER_PROTOCOL_TYPE, State};
use crate::consumer::{ConsumerGroup, Draft};
use crate::machine::{Event, GroupMachine};
use crate::request::{Listing, Response};
use crate::state::{group_tombstone, offset_tombstone};

impl GroupMachine {
    pub(crate) fn list(&mut self, now: Mono) -> Vec<Listing> {
        let mut listed = Vec::new();
        for id in self.group_ids() {
            if let Some(group) = self.state.consumers.get(&id) {
                listed.push(Listing {
                    protocol_type: CONSUMER_PROTOCOL_TYPE.to_owned(),
                    state: group.state().name(),
                    kind: "consumer",
                    group: id,
                });
                continue;
            }
            if let Some(foreign) = self.list_foreign(&id) {
                listed.push(foreign);
                continue;
            }
            let Some(group) = self.enliven(&id, now) else { continue };
            listed.push(Listing {
                protocol_type: group.protocol_type.clone().unwrap_or_default(),
                state: group.state.name(),
                kind: "classic",
                group: id,
            });
        }
        listed
    }

    /// Deletes an empty group with its offsets.
    pub(crate) fn delete_group(
        &mut self,
        id: RequestId,
        group: &Arc<str>,
        context: Context,
        output: &mut Output<Response, Event>,
    ) {
        let consumer = self.state.consumers.get(group).cloned();
        let state = match &consumer {
            Some(consumer) if consumer.members.is_empty() => Some(State::Empty),
            Some(_) => Some(State::Stable),
            None => self.enliven(group, context.now.mono).map(|group| group.state),
        };
        match state {
            None => return output.answer(id, Response::Done(Err(ErrorCode::GroupIdNotFound))),
            Some(State::Empty) => {}
            Some(_) => return output.answer(id, Response::Done(Err(ErrorCode::NonEmptyGroup))),
        }
        let offsets = self.state.offsets.get(group).into_iter().flat_map(imbl::OrdMap::keys);
        output.records.extend(offsets.filter_map(|(topic, index)| offset_tombstone(group, topic, *index)));
        let pending = self.state.pending_of(group);
        output
            .records
            .extend(pending.iter().filter_map(|(topic, index)| offset_tombstone(group, topic, *index)));
        match consumer {
            Some(consumer) => {
                let mut draft = Draft::new(Arc::clone(group), ConsumerGroup::clone(&consumer));
                draft.delete();
                output.records.extend(draft.records);
                self.consumers_live.remove(group);
            }
            None => output.records.extend(group_tombstone(group)),
        }
        output.answer_after_commit(id, Response::Done(Ok(())));
    }
}
