//! The audit log as lines: who did or tried what, from where, and what was decided, each line bound to the one before.
//!
//! [`Entry`] says what happened, [`Journal`] makes lines of entries and keeps their number within bounds, [`Chain`]
//! binds line to line, [`Verifier`] finds the first line that does not fit. Where lines go and when they are written is
//! the broker's. Format and what it proves: `docs/design/audit-log.md`.

mod chain;
mod entry;
mod journal;

pub use chain::{Bound, Chain, LINE_BYTES_MAX, Misfit, Verifier, read_line};
pub use entry::{Authentication, Authorization, Decision, Entry, is_mutation};
pub use journal::Journal;
