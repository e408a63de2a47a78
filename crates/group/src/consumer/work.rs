//! Work that is too long for a turn of the coordinator: large assignments and expressions over many topics. The
//! machine hands it out with everything it needs; what comes of it comes back as a request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assign::{Assignment, Assignor, GroupSpec};
use super::regex;
use super::topics::Topics;
use crate::request::Visible;

/// Something to be computed elsewhere.
#[derive(Debug)]
pub enum Work {
    /// A target assignment.
    Assign {
        /// The group.
        group: Arc<str>,
        /// The group's epoch it is for.
        epoch: i32,
        /// How.
        assignor: Assignor,
        /// From what.
        spec: GroupSpec,
    },
    /// The topics of a group's expressions.
    Resolve {
        /// The group.
        group: Arc<str>,
        /// The expressions.
        expressions: BTreeSet<Arc<str>>,
        /// Among which topics.
        topics: Arc<dyn Topics>,
        /// Which of them the member that asks may know of.
        visible: Option<Visible>,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// A target assignment.
    Assigned {
        /// The group.
        group: Arc<str>,
        /// The group's epoch it is for.
        epoch: i32,
        /// Members that were looked at, with what they shall have.
        assignment: Assignment,
    },
    /// The topics of a group's expressions.
    Resolved {
        /// The group.
        group: Arc<str>,
        /// By expression.
        topics: BTreeMap<Arc<str>, Arc<BTreeSet<Arc<str>>>>,
        /// Version of the names that were looked at.
        names_version: u64,
    },
}

impl Work {
    /// The group it is about: decides who is told.
    #[must_use]
    pub fn group(&self) -> &Arc<str> {
        match self {
            Self::Assign { group, .. } | Self::Resolve { group, .. } => group,
        }
    }

    /// Does it.
    #[must_use]
    pub fn run(self) -> Worked {
        match self {
            Self::Assign { group, epoch, assignor, spec } => {
                let mut assignment = assignor.assign(&spec);
                for id in spec.members.keys() {
                    assignment.entry(Arc::clone(id)).or_default();
                }
                Worked::Assigned { group, epoch, assignment }
            }
            Self::Resolve { group, expressions, topics, visible } => Worked::Resolved {
                group,
                topics: regex::resolve(&expressions, &*topics, visible.as_ref()),
                names_version: topics.names_version(),
            },
        }
    }
}

impl Worked {
    /// The group it is about.
    #[must_use]
    pub fn group(&self) -> &Arc<str> {
        match self {
            Self::Assigned { group, .. } | Self::Resolved { group, .. } => group,
        }
    }
}
