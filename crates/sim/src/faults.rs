//! What goes wrong, and when. Decides from the dice; [`crate::world`] does it.

use std::time::Duration;

use thalweg_broker::stepping::RoleId;
use thalweg_model::Mono;

use crate::dice::Dice;
use crate::node::End;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The broker ends and is started again after a while.
    Restart(End, Duration),
    /// Every connection of one client, or of all, is cut.
    Cut {
        /// Which client; all if `None`.
        actor: Option<usize>,
    },
    /// A role gets no turn for a while: its thread is not scheduled, or its disk hangs.
    Stall(RoleId, Duration),
    /// Syncs under the second directory fail from now on; a restart after a while heals it.
    SyncError(Duration),
    /// Writes under the second directory fail from now on; a restart after a while heals it.
    WriteError(Duration),
    /// The second directory's disk takes only so many more bytes; there is room again after a while.
    Full {
        /// How many bytes.
        left: u64,
        /// How long.
        lasts: Duration,
    },
    /// Writes store only a part of what they are given, for a while.
    ShortWrites(Duration),
    /// What is read is not in the page cache, for a while.
    ColdReads(Duration),
}

/// Draws the next fault and when it happens.
pub fn next(dice: &mut Dice, now: Mono, pace: Duration) -> (Mono, Fault) {
    let at = now.after(dice.between(Duration::from_millis(1), pace * 2));
    let some = |dice: &mut Dice, least_ms, most_ms| {
        dice.between(Duration::from_millis(least_ms), Duration::from_millis(most_ms))
    };
    let fault = match dice.below(16) {
        0 | 1 => Fault::Restart(End::Clean, some(dice, 1, 2_000)),
        2..=4 => Fault::Restart(End::Killed, some(dice, 1, 2_000)),
        5..=7 => Fault::Restart(End::PowerCut, some(dice, 1, 2_000)),
        8 => Fault::Cut { actor: Some(dice.below(1 << 10)) },
        9 => Fault::Cut { actor: None },
        10 | 11 => {
            let role = match dice.below(10) {
                0 => RoleId::Worker(0),
                1 => RoleId::Worker(1),
                2 => RoleId::Controller,
                3 => RoleId::Coordinators,
                4 => RoleId::Disk(dice.below(2)),
                5 if dice.below(2) == 0 => RoleId::Sync(0),
                5 => RoleId::Committer(0),
                6 => RoleId::Compute,
                7 => RoleId::Cleaner(0),
                8 => RoleId::Gate,
                _ => RoleId::Janitor,
            };
            Fault::Stall(role, some(dice, 10, 3_000))
        }
        12 => match dice.below(2) {
            0 => Fault::SyncError(some(dice, 500, 4_000)),
            _ => Fault::WriteError(some(dice, 500, 4_000)),
        },
        13 => Fault::Full { left: dice.draw() % 100_000, lasts: some(dice, 500, 4_000) },
        14 => Fault::ShortWrites(some(dice, 100, 4_000)),
        _ => Fault::ColdReads(some(dice, 100, 4_000)),
    };
    (at, fault)
}
