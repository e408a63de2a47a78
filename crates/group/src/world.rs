//! A world for tests: a machine, its log, time that is told, and appends that may be lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_coordinator::{Context, Entry, RequestId, Shard};
use thalweg_model::{Mono, Now, Uuid};
use thalweg_wire::ErrorCode;

use crate::{
    Commit, CommitPartition, CommitTopic, FetchOffsets, GroupConfig, GroupMachine, Join, Joined, Leave,
    Member, Request, Response, Sync,
};

pub(crate) struct World {
    pub shard: Shard<GroupMachine>,
    pub config: Arc<GroupConfig>,
    /// What is committed.
    pub log: Vec<Entry>,
    /// On its way, by group.
    in_flight: Vec<Vec<Entry>>,
    pub now_ms: i64,
    next: u64,
    pub answers: BTreeMap<RequestId, Response>,
}

impl World {
    pub fn new() -> Self {
        Self::with(GroupConfig { initial_rebalance_delay_ms: 0, ..GroupConfig::default() }, Vec::new())
    }

    /// A world whose log holds these records.
    pub fn with(config: GroupConfig, log: Vec<Entry>) -> Self {
        let config = Arc::new(config);
        let mut shard = Shard::new(GroupMachine::new(Arc::clone(&config), Mono(0)));
        for entry in &log {
            shard.load(entry).expect("the machine reads what it wrote");
        }
        shard.machine_mut().loaded(Mono(0));
        Self { shard, config, log, in_flight: Vec::new(), now_ms: 0, next: 0, answers: BTreeMap::new() }
    }

    pub fn context(&mut self) -> Context {
        self.next += 1;
        let now = Now { mono: Mono(self.now_ms as u64 * 1_000_000), wall_ms: 1_000_000 + self.now_ms };
        Context { now, random: u128::from(self.next) }
    }

    pub fn ask(&mut self, request: Request) -> RequestId {
        let context = self.context();
        let id = RequestId(self.next);
        self.shard.handle(id, request, context);
        self.collect();
        id
    }

    pub fn begin(&mut self) -> bool {
        match self.shard.begin_append() {
            Some(groups) => {
                self.in_flight = groups.map(<[Entry]>::to_vec).collect();
                true
            }
            None => false,
        }
    }

    pub fn is_appending(&self) -> bool {
        !self.in_flight.is_empty()
    }

    pub fn finish(&mut self, result: Result<(), ErrorCode>) {
        let groups = std::mem::take(&mut self.in_flight);
        let committed = if result.is_ok() { groups.len() } else { 0 };
        self.log.extend(groups.into_iter().take(committed).flatten());
        let context = self.context();
        self.shard.appended(committed, result, context);
        self.collect();
    }

    /// Commits everything that waits.
    pub fn settle(&mut self) {
        while self.is_appending() || self.begin() {
            self.finish(Ok(()));
        }
    }

    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        let context = self.context();
        if self.shard.poll_timeout().is_some_and(|due| due <= context.now.mono) {
            self.shard.handle_timeout(context);
        }
        self.collect();
    }

    fn collect(&mut self) {
        for (id, response) in self.shard.take_answers() {
            assert!(self.answers.insert(id, response).is_none(), "{id:?} is answered twice");
        }
    }

    pub fn joined(&self, id: RequestId) -> Option<&Joined> {
        match self.answers.get(&id)? {
            Response::Join(joined) => Some(joined),
            other => panic!("not an answer to a join: {other:?}"),
        }
    }

    /// Asks, commits, and hands the answer over.
    pub fn answer(&mut self, request: Request) -> Response {
        let id = self.ask(request);
        self.settle();
        self.answers.remove(&id).expect("it is answered at once")
    }

    pub fn committed(&mut self, group: &str, topic: &str, partition: i32) -> i64 {
        let topics = Some(vec![(Arc::from(topic), vec![partition])]);
        let fetch = FetchOffsets {
            group: group.into(),
            topics,
            member: None,
            member_epoch: -1,
            require_stable: true,
        };
        match self.answer(Request::FetchOffsets(fetch)) {
            Response::Offsets(Ok(topics)) => topics[0].partitions[0].offset,
            other => panic!("not offsets: {other:?}"),
        }
    }
}

pub(crate) fn join(group: &str, member: &str, instance: Option<&str>) -> Join {
    Join {
        group: group.into(),
        member: member.into(),
        instance: instance.map(Arc::from),
        client_id: "client".into(),
        client_host: "/127.0.0.1".into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 60_000,
        protocol_type: "consumer".into(),
        protocols: vec![("range".into(), vec![0, 0, 0, 0, 0, 0, 255, 255, 255, 255])],
        requires_known_member: false,
        can_skip_assignment: true,
    }
}

pub(crate) fn member(group: &str, member: &str, generation: i32) -> Member {
    Member { group: group.into(), generation, member: member.into(), instance: None }
}

pub(crate) fn sync(group: &str, id: &str, generation: i32, assignments: &[(&str, &[u8])]) -> Request {
    Request::Sync(Sync {
        member: member(group, id, generation),
        protocol_type: Some("consumer".into()),
        protocol: Some("range".into()),
        assignments: assignments.iter().map(|(id, bytes)| (Arc::from(*id), bytes.to_vec())).collect(),
    })
}

pub(crate) fn leave(group: &str, id: &str) -> Request {
    Request::Leave(Leave { group: group.into(), members: vec![(id.into(), None)] })
}

pub(crate) fn commit(group: &str, id: &str, generation: i32, partition: i32, offset: i64) -> Request {
    let partition = CommitPartition { index: partition, offset, leader_epoch: -1, metadata: String::new() };
    Request::Commit(Commit {
        member: member(group, id, generation),
        knows_missing_groups: true,
        retention_ms: None,
        topics: vec![CommitTopic { name: "t".into(), id: Uuid::ZERO, partitions: vec![Ok(partition)] }],
    })
}
