//! When a reader begins: with everything at first and once more when the run ends; in between one partition is read anew
//! every now and then.

use std::time::Duration;

use thalweg_model::Mono;

use super::{Phase, Turn};

/// A reader's rounds.
#[derive(Debug)]
pub struct Rounds {
    is_begun: bool,
    is_last: bool,
    next: Mono,
    /// Until the first partition is read anew.
    first: Duration,
    /// Between two of them: at least, at most.
    pause: (Duration, Duration),
}

/// What a turn begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    Nothing,
    /// Every partition.
    All,
    /// The partition of this number.
    One(usize),
}

impl Rounds {
    /// Nothing has been read yet. The first partition is read anew after `first`, the others by `pause`.
    pub const fn new(first: Duration, pause: (Duration, Duration)) -> Self {
        Self { is_begun: false, is_last: false, next: Mono(0), first, pause }
    }

    /// The run ends: what is read now is read to its very end.
    pub const fn is_last(&self) -> bool {
        self.is_last
    }

    /// When one is read anew.
    pub const fn next(&self) -> Mono {
        self.next
    }

    /// What begins now, of `passes` partitions there are.
    pub fn turn(&mut self, turn: &mut Turn<'_>, passes: usize) -> Begin {
        let now = turn.now.mono;
        let is_last = turn.phase == Phase::Reading;
        let wants_last = is_last && !std::mem::replace(&mut self.is_last, is_last);
        if !std::mem::replace(&mut self.is_begun, true) || wants_last {
            self.next = if self.is_last { Mono(u64::MAX) } else { now.after(self.first) };
            return Begin::All;
        }
        if self.is_last || self.next > now {
            return Begin::Nothing;
        }
        let place = turn.dice.below(passes);
        self.next = now.after(turn.dice.between(self.pause.0, self.pause.1));
        Begin::One(place)
    }
}
