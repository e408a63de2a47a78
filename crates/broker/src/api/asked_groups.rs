//! What DescribeGroups, ConsumerGroupDescribe and DeleteGroups share: a list of groups, of which the caller may ask
//! for some. Those are asked for; the others are refused in their places.

use std::sync::Arc;

use thalweg_group::{Request, Response};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;

use super::Caller;

/// The groups of a request, in its order.
pub struct AskedGroups {
    groups: Vec<Arc<str>>,
    refused: Vec<Option<ErrorCode>>,
}

impl AskedGroups {
    /// Finds out which of them the caller may ask for.
    pub fn new(ids: &[&str], caller: &Caller<'_>) -> Self {
        let guard = caller.guard(ResourceType::Group);
        let refused = ids.iter().map(|id| guard.check(id).err()).collect();
        Self { groups: ids.iter().map(|&id| Arc::from(id)).collect(), refused }
    }

    /// Refuses a group without a name, whoever asks.
    pub fn refuse_nameless(mut self) -> Self {
        for (group, refused) in self.groups.iter().zip(&mut self.refused) {
            if group.is_empty() {
                *refused = Some(ErrorCode::InvalidGroupId);
            }
        }
        self
    }

    /// The question for each group that may be asked for.
    pub fn questions(&self, ask: fn(Arc<str>) -> Request) -> Vec<(Arc<str>, Request)> {
        let asked = self.groups.iter().zip(&self.refused).filter(|(_, refused)| refused.is_none());
        asked.map(|(group, _)| (Arc::clone(group), ask(Arc::clone(group)))).collect()
    }

    /// The bits of "authorized operations" of each group, if the request wants them.
    pub fn operations(&self, caller: &Caller<'_>, are_wanted: bool) -> Vec<i32> {
        let access = caller.access();
        let of = |group: &Arc<str>| match are_wanted {
            true => access.operations(ResourceType::Group, group),
            false => i32::MIN,
        };
        self.groups.iter().map(of).collect()
    }

    /// Every group with what came of it: the answer to its question, or why it was not asked for.
    pub fn outcomes<'a>(
        &'a self,
        answers: &'a [Response],
    ) -> impl Iterator<Item = (&'a str, Result<Option<&'a Response>, ErrorCode>)> {
        let mut answers = answers.iter();
        self.groups
            .iter()
            .zip(&self.refused)
            .map(move |(group, refused)| (&**group, refused.map_or_else(|| Ok(answers.next()), Err)))
    }
}
