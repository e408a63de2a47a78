//! What groups have committed, asked of the coordinators for whoever shows it: every group with its members and offsets,
//! in one answer. Decides nothing and keeps nothing.

use std::sync::Arc;

use thalweg_group::{FetchOffsets, Request, Response};

use crate::coordinators::{CoordinatorMessage, ask_groups};
use crate::node::Node;

/// Groups in one answer; what is beyond is left out and counted.
const GROUPS_MAX: usize = 10_000;

/// A topic with what is committed in it: partition and offset.
pub type CommittedTopic = (Arc<str>, Vec<(i32, i64)>);

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedGroup {
    /// Its id.
    pub group: Arc<str>,
    /// How many members it has.
    pub members: usize,
    /// Topics with what is committed: partition and offset.
    pub topics: Vec<CommittedTopic>,
}

/// All groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// By name.
    pub groups: Vec<CommittedGroup>,
    /// Groups that are not in it, as there are too many or their coordinator had no answer.
    pub left_out: usize,
}

/// Asks; `done` is called on the coordinators' thread once all have answered, and must be quick.
pub fn ask(node: &Arc<Node>, done: impl FnOnce(Committed) + Send + 'static) {
    let asker = Arc::clone(node);
    let listed = Box::new(move |answer| {
        let Response::Listed(Ok(mut groups)) = answer else { return done(Committed::default()) };
        let beyond = groups.len().saturating_sub(GROUPS_MAX);
        groups.sort_by(|one, other| one.group.cmp(&other.group));
        groups.truncate(GROUPS_MAX);
        let questions = groups.iter().flat_map(|listing| {
            let group = &listing.group;
            let describe = match listing.kind {
                "consumer" => Request::DescribeConsumer(Arc::clone(group)),
                _ => Request::Describe(Arc::clone(group)),
            };
            let fetch = FetchOffsets {
                group: Arc::clone(group),
                topics: None,
                member: None,
                member_epoch: -1,
                require_stable: false,
            };
            [(Arc::clone(group), Request::FetchOffsets(fetch)), (Arc::clone(group), describe)]
        });
        let questions: Vec<_> = questions.collect();
        ask_groups(&asker, questions, move |answers| {
            let mut committed = Committed { groups: Vec::new(), left_out: beyond };
            for (listing, answers) in groups.iter().zip(answers.chunks(2)) {
                match group_of(&listing.group, answers) {
                    Some(group) => committed.groups.push(group),
                    None => committed.left_out += 1,
                }
            }
            done(committed);
        });
    });
    node.coordinators.send(CoordinatorMessage::ListGroups(listed));
}

fn group_of(group: &Arc<str>, answers: &[Response]) -> Option<CommittedGroup> {
    let [Response::Offsets(Ok(topics)), described] = answers else { return None };
    let members = match described {
        Response::Described(Ok(Some(described))) => described.members.len(),
        Response::DescribedConsumer(Ok(Some(described))) => described.members.len(),
        _ => 0,
    };
    let topics = topics.iter().map(|topic| {
        let committed = topic.partitions.iter().filter(|partition| partition.offset >= 0);
        let committed = committed.map(|partition| (partition.index, partition.offset));
        (Arc::clone(&topic.name), committed.collect())
    });
    Some(CommittedGroup { group: Arc::clone(group), members, topics: topics.collect() })
}
