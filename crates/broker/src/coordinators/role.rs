//! The role itself: mailbox in, hosts in the middle, appends and answers out.

use std::collections::VecDeque;
use std::sync::Arc;

use thalweg_group::{GroupMachine, Request, Response, Work};
use thalweg_model::{Mono, Now};
use thalweg_wire::ErrorCode;

use super::appends::Carrier;
use super::group_topics::GroupTopics;
use super::host::Host;
use super::{Coordinator, CoordinatorConfig, CoordinatorMessage, GroupReply};
use crate::compute::Job;
use crate::mailbox::{Receiver, Sender};
use crate::node::Node;
use crate::topics::{Table, Topic};
use crate::worker::WorkerMessage;

/// How often the table of topics is looked at while nobody asks anything: topics may have been deleted.
const LOOK_EVERY_MS: i64 = 1_000;

/// The coordinator role.
pub struct Coordinators {
    node: Arc<Node>,
    mailbox: Receiver<CoordinatorMessage>,
    messages: VecDeque<CoordinatorMessage>,
    /// The table as last looked at.
    table: Arc<Table>,
    table_version: u64,
    /// Counts the times that a topic has come or gone.
    names_version: u64,
    compute: Sender<Job>,
    groups: Host<GroupMachine>,
}

impl std::fmt::Debug for Coordinators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Coordinators").finish_non_exhaustive()
    }
}

impl Coordinators {
    /// A role that has not looked at its topics yet.
    pub fn new(
        node: Arc<Node>,
        mailbox: Receiver<CoordinatorMessage>,
        workers: Vec<Sender<WorkerMessage>>,
        compute: Sender<Job>,
        config: CoordinatorConfig,
    ) -> Self {
        let carrier = |coordinator| Carrier {
            workers: workers.clone(),
            clock: Arc::clone(&node.clock),
            mailbox: mailbox.sender(),
            coordinator,
            flushes: config.flush == thalweg_config::CoordinatorFlush::Always,
        };
        Self {
            groups: Host::new(Arc::clone(&node), carrier(Coordinator::Groups), Arc::clone(&config.group)),
            table: node.topics.table(),
            table_version: u64::MAX,
            names_version: 0,
            compute,
            node,
            mailbox,
            messages: VecDeque::new(),
        }
    }

    /// Does what waits. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        self.look_at_topics(now);
        // Before the questions: an empty partition, such as those of a topic just made, is loaded at once.
        self.groups.load(now);
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            self.take(message, now);
        }
        self.messages = messages;
        let mut work = Vec::new();
        let due = self.groups.attend(now, &mut work);
        for work in work {
            self.hand_out(work);
        }
        due.min(now.mono.after_ms(LOOK_EVERY_MS))
    }

    fn take(&mut self, message: CoordinatorMessage, now: Now) {
        match message {
            CoordinatorMessage::Group { group, request, reply } => {
                self.groups.ask(&group, request, reply, now);
            }
            CoordinatorMessage::ListGroups(reply) => self.list_groups(reply, now),
            CoordinatorMessage::Appended { coordinator, place, result } => match coordinator {
                Coordinator::Groups => self.groups.appended(place, result, now),
            },
        }
    }

    /// Has work done elsewhere; what comes of it comes back as a question nobody else waits for.
    fn hand_out(&self, work: Work) {
        let mailbox = self.mailbox.sender();
        self.compute.send(Job::new(move || {
            let group = Arc::clone(work.group());
            let request = Request::Worked(work.run());
            mailbox.send(CoordinatorMessage::Group { group, request, reply: Box::new(drop) });
        }));
    }

    fn list_groups(&mut self, reply: GroupReply, now: Now) {
        let all = Box::new(move |answers: Result<Vec<Response>, ErrorCode>| {
            let listed = answers.and_then(|answers| {
                let lists = answers.into_iter().map(|answer| match answer {
                    Response::Listed(listed) => listed,
                    _ => Err(ErrorCode::UnknownServerError),
                });
                lists.collect::<Result<Vec<_>, _>>().map(|lists| lists.concat())
            });
            reply(Response::Listed(listed));
        });
        self.groups.ask_all(|| Request::List, all, now);
    }

    /// Tells the hosts of topics that have come and gone.
    fn look_at_topics(&mut self, now: Now) {
        let version = self.node.topics.version();
        if version == self.table_version {
            return;
        }
        self.table_version = version;
        let table = self.node.topics.table();
        let before = std::mem::replace(&mut self.table, Arc::clone(&table));
        // A topic made again under its name counts as gone: the offsets were of the old one.
        let is_gone = |topic: &&Arc<Topic>| !table.by_id.contains_key(&topic.id);
        let gone: Vec<String> =
            before.by_id.values().filter(is_gone).map(|topic| topic.name.to_string()).collect();
        if !gone.is_empty() || before.by_id.len() != table.by_id.len() {
            self.names_version += 1;
        }
        let topics: Arc<dyn thalweg_group::Topics> =
            Arc::new(GroupTopics { table: Arc::clone(&table), version, names_version: self.names_version });
        self.groups.topics_changed(&table, &topics, &gone, now);
    }
}
