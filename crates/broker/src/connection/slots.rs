//! The ring of response slots: what a connection has asked and not been answered, in order.
//!
//! Decides which request may start. Effects follow arrival: only Produce may start while an earlier Produce
//! is unanswered, and Fetch while an earlier Fetch is; everything else waits for the slots before it. Answers
//! leave in order whatever order they were filled in. A request that wants no answer (acks=0) takes no slot.

use std::collections::VecDeque;

use super::outbound::FileRange;
use crate::api::produce::ProduceState;
use crate::metrics::Asked;

/// What a request is, as far as order is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// May run beside other Produce requests.
    Produce,
    /// May run beside other Fetch requests.
    Fetch,
    /// Runs alone.
    Other,
}

/// An encoded answer, its length prefix included.
#[derive(Debug, Default)]
pub struct Response {
    /// Everything but the file ranges.
    pub bytes: Vec<u8>,
    /// Where in `bytes` a file range belongs, ascending.
    pub files: Vec<(usize, FileRange)>,
    /// Where `throttle_time_ms` stands in `bytes`, if the answer begins with it.
    pub throttle_at: Option<usize>,
}

/// One request's place.
#[derive(Debug)]
pub enum Slot {
    /// Somebody will fill it.
    Waiting(Kind),
    /// A Produce whose partitions are being answered one by one.
    Produce(Box<ProduceState>),
    /// To be sent.
    Ready(Response),
}

/// The number of a slot on its connection; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotNumber(pub u64);

/// The slots of one connection.
#[derive(Debug, Default)]
pub struct SlotRing {
    first: u64,
    slots: VecDeque<(Slot, Asked)>,
    unfilled_produce: u32,
    unfilled_fetch: u32,
    unfilled_other: u32,
}

impl SlotRing {
    /// Slots in use.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True when every request has been answered and every answer handed to the socket queue.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether a request of this kind may start now.
    pub fn may_start(&self, kind: Kind) -> bool {
        let others = match kind {
            Kind::Produce => self.unfilled_fetch + self.unfilled_other,
            Kind::Fetch => self.unfilled_produce + self.unfilled_other,
            Kind::Other => self.unfilled_produce + self.unfilled_fetch + self.unfilled_other,
        };
        others == 0
    }

    /// Takes the next slot.
    pub fn push(&mut self, slot: Slot, asked: Asked) -> SlotNumber {
        if let Some(count) = self.unfilled(&slot) {
            *count += 1;
        }
        let number = SlotNumber(self.first + self.slots.len() as u64);
        self.slots.push_back((slot, asked));
        number
    }

    /// The Produce in that slot, if it is still there and unfilled.
    pub fn produce_mut(&mut self, number: SlotNumber) -> Option<&mut Box<ProduceState>> {
        match self.slot_mut(number)? {
            Slot::Produce(state) => Some(state),
            Slot::Waiting(_) | Slot::Ready(_) => None,
        }
    }

    /// Fills a slot. False: it is not there or was filled before, and nothing changes.
    pub fn fill(&mut self, number: SlotNumber, response: Response) -> bool {
        match self.slot_mut(number) {
            None | Some(Slot::Ready(_)) => return false,
            Some(_) => {}
        }
        let place = (number.0 - self.first) as usize;
        let old = std::mem::replace(&mut self.slots[place].0, Slot::Ready(response));
        if let Some(count) = self.unfilled(&old) {
            *count -= 1;
        }
        true
    }

    /// Takes the front slot if it can be answered: a ready one, or a Produce all of whose partitions are done.
    pub fn pop_ready(&mut self) -> Option<(Slot, Asked)> {
        let ready = match &self.slots.front()?.0 {
            Slot::Ready(_) => true,
            Slot::Produce(state) => state.is_done(),
            Slot::Waiting(_) => false,
        };
        if !ready {
            return None;
        }
        self.first += 1;
        let (slot, asked) = self.slots.pop_front()?;
        if let Some(count) = self.unfilled(&slot) {
            *count -= 1;
        }
        Some((slot, asked))
    }

    fn slot_mut(&mut self, number: SlotNumber) -> Option<&mut Slot> {
        let place = number.0.checked_sub(self.first)?;
        self.slots.get_mut(usize::try_from(place).ok()?).map(|(slot, _)| slot)
    }

    fn unfilled(&mut self, slot: &Slot) -> Option<&mut u32> {
        match slot {
            Slot::Waiting(Kind::Produce) | Slot::Produce(_) => Some(&mut self.unfilled_produce),
            Slot::Waiting(Kind::Fetch) => Some(&mut self.unfilled_fetch),
            Slot::Waiting(Kind::Other) => Some(&mut self.unfilled_other),
            Slot::Ready(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use thalweg_model::Mono;
    use thalweg_wire::ApiKey;

    use super::*;

    fn answer(byte: u8) -> Response {
        Response { bytes: vec![byte], ..Response::default() }
    }

    const ASKED: Asked = Asked { api: ApiKey::Fetch, at: Mono(0) };

    fn bytes(slot: Option<(Slot, Asked)>) -> Option<Vec<u8>> {
        match slot {
            Some((Slot::Ready(response), _)) => Some(response.bytes),
            _ => None,
        }
    }

    #[test]
    fn answers_leave_in_the_order_of_the_requests() {
        let mut ring = SlotRing::default();
        let first = ring.push(Slot::Waiting(Kind::Fetch), ASKED);
        let second = ring.push(Slot::Waiting(Kind::Fetch), ASKED);
        assert!(ring.fill(second, answer(2)));
        assert!(ring.pop_ready().is_none());
        assert!(ring.fill(first, answer(1)));
        assert!(!ring.fill(first, answer(9)), "filled once");
        assert_eq!(bytes(ring.pop_ready()), Some(vec![1]));
        assert_eq!(bytes(ring.pop_ready()), Some(vec![2]));
        assert!(ring.is_empty() && !ring.fill(second, answer(3)));
    }

    #[test]
    fn only_like_requests_overlap() {
        let mut ring = SlotRing::default();
        assert!(ring.may_start(Kind::Other));
        let fetch = ring.push(Slot::Waiting(Kind::Fetch), ASKED);
        assert!(ring.may_start(Kind::Fetch));
        assert!(!ring.may_start(Kind::Produce) && !ring.may_start(Kind::Other));
        ring.fill(fetch, answer(1));
        assert!(ring.may_start(Kind::Other), "an answer that waits to be sent holds nobody up");
        ring.push(Slot::Waiting(Kind::Other), ASKED);
        assert!(
            !ring.may_start(Kind::Produce) && !ring.may_start(Kind::Fetch) && !ring.may_start(Kind::Other)
        );
    }
}
