//! Fetches that wait: parked until a watched partition grows, cold bytes have arrived, or time is up.
//!
//! Waiting never scans: a parked fetch is linked to its partitions and to the timer wheel, and is found again
//! by its own name. It is looked at anew in full, so a wake that comes too often costs time, never truth.

use std::sync::Arc;

use thalweg_wire::ApiKey;

use super::intake::Place;
use super::{Deadline, Worker};
use crate::api::Header;
use crate::api::fetch::{self, FetchPlan, Found, Look};
use crate::connection::ConnectionId;
use crate::connection::slots::{Kind, Response, Slot, SlotNumber};
use crate::disk::{ReadMessage, WarmRequest};
use crate::metrics::Asked;
use crate::partition::{Partition, Watcher};
use crate::timer::TimerId;

/// Names a parked fetch of some worker; the generation tells a reused place from the fetch that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkedId {
    key: usize,
    generation: u64,
}

/// A fetch that waits.
#[derive(Debug)]
pub(super) struct Parked {
    id: ParkedId,
    connection: ConnectionId,
    slot: SlotNumber,
    plan: FetchPlan,
    timer: Option<TimerId>,
    links: Vec<(Arc<Partition>, usize)>,
    /// Waits for the read pool and for nothing else.
    is_warming: bool,
    /// Its time is up: whatever the next look yields is the answer.
    is_due: bool,
}

impl Parked {
    /// Its name.
    pub(super) fn id(&self) -> ParkedId {
        self.id
    }
}

impl Worker {
    /// Reads a Fetch and serves it as far as possible.
    pub(super) fn start_fetch(
        &mut self,
        id: ConnectionId,
        place: Place,
        body_start: usize,
        header: Header,
    ) -> Result<(), &'static str> {
        let node = Arc::clone(&self.node);
        let before = self.connection(id).map(|connection| std::mem::take(&mut connection.fetched_before));
        let read = FetchPlan::read(
            self.body(place, body_start),
            header.correlation_id,
            header.version,
            &node.sessions,
            node.config.fetch.fetch_max_bytes,
            before.as_deref().unwrap_or_default(),
            self.now.mono,
        );
        if let Place::Large = place
            && let Some(frame) = self.turn_frames.pop()
        {
            self.pool.finish(frame);
        }
        let plan = read.map_err(|error| {
            crate::api::log_undecodable(None, "Fetch", &error.to_string());
            "its Fetch request cannot be read"
        })?;
        let mut plan = plan;
        if node.quotas.is_any()
            && let Ok(plan) = &mut plan
            && let Some(quotas) = self.connection(id).and_then(|connection| connection.quotas.as_ref())
            && let Some(consume) = &quotas.consume
        {
            plan.at_most(consume.most_at_once());
        }
        let asked = Asked { api: ApiKey::Fetch, at: self.now.mono };
        let Some(connection) = self.connections.get_mut(id.key).filter(|connection| connection.id == id)
        else {
            return Err("it is gone");
        };
        let slot = connection.ring.push(Slot::Waiting(Kind::Fetch), asked);
        match plan {
            Ok(mut plan) if node.authorizer.is_some() || node.audit.is_some() => {
                let (access, told) = connection.access(&node, ApiKey::Fetch);
                plan.ask_leave(&access, told, &mut self.topics);
                self.try_fetch(id, slot, plan, false, false);
            }
            Ok(plan) => self.try_fetch(id, slot, plan, false, false),
            Err(code) => {
                let response = fetch::top_level_error(header.correlation_id, header.version, code);
                self.fill(id, slot, response);
            }
        }
        Ok(())
    }

    /// One look at a fetch that is not parked: answers it or parks it.
    fn try_fetch(
        &mut self,
        id: ConnectionId,
        slot: SlotNumber,
        mut plan: FetchPlan,
        is_warm: bool,
        is_due: bool,
    ) {
        match plan.look(&mut self.topics, self.node.config.node_id, is_warm) {
            Look::Enough(found) => self.answer_fetch(id, slot, plan, found),
            Look::NotYet(found) if is_due || !plan.may_wait() => self.answer_fetch(id, slot, plan, found),
            Look::NotYet(found) => self.park(id, slot, plan, found),
            Look::Cold(ranges) => {
                let parked = self.insert_parked(id, slot, plan);
                self.parked[parked.key].is_warming = true;
                self.parked[parked.key].is_due = is_due;
                let mailbox = self.peers[self.id.0].clone();
                self.node.read_pool.send(ReadMessage::Warm(WarmRequest { ranges, mailbox, parked }));
            }
        }
    }

    fn answer_fetch(&mut self, id: ConnectionId, slot: SlotNumber, plan: FetchPlan, found: Found) {
        let node = Arc::clone(&self.node);
        if node.quotas.is_any() && self.charge_fetch(id, found.bytes()) > 0 {
            let (response, wanted) = plan.throttled(&node.sessions);
            if let Some(connection) = self.connection(id) {
                connection.fetched_before = wanted;
            }
            return self.fill(id, slot, response);
        }
        let (response, wanted) = plan.answer(found, &node.sessions, self.now.mono, || node.random.next_u64());
        if let Some(connection) = self.connection(id) {
            connection.fetched_before = wanted;
        }
        self.fill(id, slot, response);
    }

    fn insert_parked(&mut self, connection: ConnectionId, slot: SlotNumber, plan: FetchPlan) -> ParkedId {
        self.generation += 1;
        let entry = self.parked.vacant_entry();
        let id = ParkedId { key: entry.key(), generation: self.generation };
        entry.insert(Parked {
            id,
            connection,
            slot,
            plan,
            timer: None,
            links: Vec::new(),
            is_warming: false,
            is_due: false,
        });
        if let Some(connection) = self.connection(connection) {
            connection.parked.push(id);
        }
        id
    }

    fn park(&mut self, connection: ConnectionId, slot: SlotNumber, plan: FetchPlan, found: Found) {
        let deadline = plan.deadline;
        let id = self.insert_parked(connection, slot, plan);
        let mut links = Vec::new();
        for partition in found.partitions() {
            let key = partition.watch(Watcher::new(self.id, id));
            links.push((Arc::clone(partition), key));
        }
        let timer = self.wheel.set(deadline, Deadline::Fetch(id));
        let parked = &mut self.parked[id.key];
        parked.links = links;
        parked.timer = Some(timer);
        // Between the look and the links the logs may have grown, and nobody would tell.
        self.wake_fetch(id, false);
    }

    fn parked(&mut self, id: ParkedId) -> Option<&mut Parked> {
        self.parked.get_mut(id.key).filter(|parked| parked.id == id)
    }

    /// Takes a fetch out of everything it is linked to.
    fn unpark(&mut self, id: ParkedId) -> Option<Parked> {
        self.parked(id)?;
        let parked = self.parked.remove(id.key);
        if let Some(connection) = self.connection(parked.connection) {
            connection.parked.retain(|&other| other != id);
        }
        for (partition, key) in &parked.links {
            partition.unwatch(*key);
        }
        if let Some(timer) = parked.timer {
            self.wheel.cancel(timer);
        }
        Some(parked)
    }

    /// Looks again at a parked fetch: it answers, or goes on waiting.
    pub(super) fn wake_fetch(&mut self, id: ParkedId, is_warm: bool) {
        let node_id = self.node.config.node_id;
        let Some(parked) = self.parked.get_mut(id.key).filter(|parked| parked.id == id) else { return };
        if parked.is_warming && !is_warm {
            return;
        }
        if is_warm {
            let is_due = parked.is_due;
            if let Some(Parked { connection, slot, plan, .. }) = self.unpark(id) {
                self.try_fetch(connection, slot, plan, true, is_due);
            }
            return;
        }
        // Armed before the look: growth behind the look must tell us again.
        for (partition, key) in &parked.links {
            partition.rearm(*key);
        }
        match parked.plan.look(&mut self.topics, node_id, false) {
            Look::NotYet(_) => {}
            Look::Enough(found) => {
                if let Some(Parked { connection, slot, plan, .. }) = self.unpark(id) {
                    self.answer_fetch(connection, slot, plan, found);
                }
            }
            Look::Cold(_) => {
                if let Some(Parked { connection, slot, plan, .. }) = self.unpark(id) {
                    self.try_fetch(connection, slot, plan, false, false);
                }
            }
        }
    }

    /// A parked fetch has waited long enough: it gets what there is.
    pub(super) fn fetch_deadline(&mut self, id: ParkedId) {
        let Some(parked) = self.parked(id) else { return };
        parked.timer = None;
        if let Some(Parked { connection, slot, plan, .. }) = self.unpark(id) {
            self.try_fetch(connection, slot, plan, false, true);
        }
    }

    /// A connection is gone: so are its fetches, and the sessions they used.
    pub(super) fn unpark_all(&mut self, parked: Vec<ParkedId>) {
        for id in parked {
            if let Some(parked) = self.unpark(id) {
                parked.plan.abandon(&self.node.sessions);
            }
        }
    }

    /// Fills a slot; without a response the connection cannot go on.
    pub(super) fn fill(&mut self, id: ConnectionId, slot: SlotNumber, response: Option<Response>) {
        let Some(connection) = self.connection(id) else { return };
        match response {
            Some(response) => {
                connection.ring.fill(slot, response);
                self.note_answer(id);
            }
            None => self.close(id, "a request could not be answered"),
        }
    }
}
