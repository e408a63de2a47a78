//! A hashed timer wheel: deadlines set, cancelled and fired in O(1) each. One per role, driven by the `now`
//! of its turn; it never reads a clock. A deadline fires up to one tick late, never early.

use slab::Slab;
use thalweg_model::Mono;

/// Granularity of deadlines, 8.4 ms (2^23 ns), so that a slot is found by a shift.
const TICK_SHIFT: u32 = 23;
/// Slots of the wheel; a deadline further off than one round (about 8.6 s) stays for the next rounds.
const SLOTS: usize = 1024;

/// Names a deadline that was set, for [`Wheel::cancel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerId(usize);

#[derive(Debug)]
struct Entry<T> {
    deadline_tick: u64,
    /// Where it stands in its slot.
    place: usize,
    value: T,
}

/// The wheel. `T` is what a fired deadline hands back.
#[derive(Debug)]
pub struct Wheel<T> {
    entries: Slab<Entry<T>>,
    slots: Vec<Vec<usize>>,
    /// Every tick below this one has been fired.
    next_tick: u64,
    /// No deadline is due before this tick; `u64::MAX` when none is set. Only a lower bound: a cancel leaves
    /// it, and costs one needless look at most.
    soonest_tick: u64,
}

impl<T> Wheel<T> {
    /// An empty wheel that starts at `now`.
    pub fn new(now: Mono) -> Self {
        Self {
            entries: Slab::new(),
            slots: (0..SLOTS).map(|_| Vec::new()).collect(),
            next_tick: now.0 >> TICK_SHIFT,
            soonest_tick: u64::MAX,
        }
    }

    /// Sets a deadline.
    pub fn set(&mut self, deadline: Mono, value: T) -> TimerId {
        // Rounded up, so that it never fires early; one that has passed fires at the next turn.
        let deadline_tick = (deadline.0 >> TICK_SHIFT).saturating_add(1).max(self.next_tick);
        self.soonest_tick = self.soonest_tick.min(deadline_tick);
        let slot = &mut self.slots[deadline_tick as usize % SLOTS];
        let id = self.entries.insert(Entry { deadline_tick, place: slot.len(), value });
        slot.push(id);
        TimerId(id)
    }

    /// Takes a deadline back. The caller must not use the id again.
    pub fn cancel(&mut self, id: TimerId) -> Option<T> {
        let entry = self.entries.try_remove(id.0)?;
        self.unlink(entry.deadline_tick, entry.place);
        Some(entry.value)
    }

    /// Appends the values of all deadlines up to `now` to `fired`.
    pub fn advance(&mut self, now: Mono, fired: &mut Vec<T>) {
        let now_tick = now.0 >> TICK_SHIFT;
        if now_tick < self.soonest_tick {
            return;
        }
        // A long sleep passes each slot once, whatever its length.
        let steps = (now_tick - self.next_tick + 1).min(SLOTS as u64);
        for step in 0..steps {
            let slot = (self.next_tick + step) as usize % SLOTS;
            let mut place = 0;
            while place < self.slots[slot].len() {
                let id = self.slots[slot][place];
                if self.entries[id].deadline_tick <= now_tick {
                    let entry = self.entries.remove(id);
                    self.unlink(entry.deadline_tick, place);
                    fired.push(entry.value);
                } else {
                    place += 1;
                }
            }
        }
        self.next_tick = now_tick + 1;
        self.soonest_tick = self.find_soonest();
    }

    /// When to call [`Wheel::advance`] next; perhaps too soon, never too late. `None`: no deadline is set.
    pub fn next_deadline(&self) -> Option<Mono> {
        (!self.entries.is_empty()).then_some(Mono(self.soonest_tick << TICK_SHIFT))
    }

    /// The first tick of this round at which something is due, or the end of the round.
    fn find_soonest(&self) -> u64 {
        if self.entries.is_empty() {
            return u64::MAX;
        }
        let due = |tick: &u64| {
            let slot = &self.slots[*tick as usize % SLOTS];
            slot.iter().any(|&id| self.entries[id].deadline_tick <= *tick)
        };
        let last = self.next_tick + SLOTS as u64;
        (self.next_tick..last).find(due).unwrap_or(last)
    }

    fn unlink(&mut self, deadline_tick: u64, place: usize) {
        let slot = &mut self.slots[deadline_tick as usize % SLOTS];
        slot.swap_remove(place);
        if let Some(&moved) = slot.get(place) {
            self.entries[moved].place = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(wheel: &mut Wheel<u32>, ms: i64) -> Vec<u32> {
        let mut out = Vec::new();
        wheel.advance(Mono(0).after_ms(ms), &mut out);
        out.sort_unstable();
        out
    }

    #[test]
    fn deadlines_fire_once_never_early_and_at_most_a_tick_late() {
        let mut wheel = Wheel::new(Mono(0));
        wheel.set(Mono(0).after_ms(100), 1);
        wheel.set(Mono(0).after_ms(20_000), 2);
        assert_eq!(fired(&mut wheel, 99), [0u32; 0]);
        assert_eq!(fired(&mut wheel, 117), [1]);
        assert_eq!(fired(&mut wheel, 19_999), [0u32; 0]);
        assert_eq!(fired(&mut wheel, 20_017), [2]);
        assert_eq!(wheel.next_deadline(), None);
    }

    #[test]
    fn a_cancelled_deadline_stays_silent_and_its_neighbours_do_not() {
        let mut wheel = Wheel::new(Mono(0));
        let ids: Vec<_> = (0..4).map(|n| wheel.set(Mono(0).after_ms(50), n)).collect();
        assert_eq!(wheel.cancel(ids[0]), Some(0));
        assert_eq!(wheel.cancel(ids[2]), Some(2));
        assert_eq!(fired(&mut wheel, 100), [1, 3]);
    }

    #[test]
    fn the_next_deadline_is_never_past_the_first_one_due() {
        let mut wheel = Wheel::new(Mono(0));
        wheel.set(Mono(0).after_ms(500), 1);
        let next = wheel.next_deadline().expect("one is set");
        assert!(next >= Mono(0).after_ms(500) && next <= Mono(0).after_ms(520), "{next:?}");
        let mut far = Wheel::new(Mono(0));
        far.set(Mono(0).after_ms(60_000), 1);
        assert!(far.next_deadline().expect("one is set") >= Mono(0).after_ms(60_000));
        assert_eq!(fired(&mut far, 59_999), [0u32; 0]);
        assert_eq!(fired(&mut far, 60_020), [1]);
    }

    #[test]
    fn a_long_sleep_fires_everything_that_passed() {
        let mut wheel = Wheel::new(Mono(0));
        for n in 0..2_000 {
            wheel.set(Mono(0).after_ms(i64::from(n) * 10), n);
        }
        assert_eq!(fired(&mut wheel, 100_000).len(), 2_000);
    }
}
