//! The role that writes the audit log: takes what waits, makes lines of it, writes them in one go, and syncs them within
//! a second. What cannot be written is counted and told once there is room again; a failed sync ends the log until the
//! next start.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use thalweg_model::{Mono, Now};
use thalweg_security::audit::{Chain, Entry, Journal};

use super::file::AuditFile;
use super::{Audit, Noted};
use crate::mailbox::Receiver;

/// How long a line may wait for the disk.
const SYNC_AFTER: Duration = Duration::from_secs(1);

/// The role.
#[derive(Debug)]
pub struct AuditRole {
    audit: Arc<Audit>,
    receiver: Receiver<Noted>,
    batch: VecDeque<Noted>,
    journal: Journal,
    /// `None`: a sync has failed, and nothing is known of the file any more.
    file: Option<AuditFile>,
    sync_due: Option<Mono>,
    is_failing: bool,
}

impl AuditRole {
    pub(super) fn new(
        audit: Arc<Audit>,
        receiver: Receiver<Noted>,
        file: AuditFile,
        chain: Chain,
        now: Now,
    ) -> Self {
        let journal = Journal::new(chain, now.mono_ms());
        let (batch, file) = (VecDeque::new(), Some(file));
        Self { audit, receiver, batch, journal, file, sync_due: None, is_failing: false }
    }

    /// Writes what waits. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        self.write(now, false);
        if self.sync_due.is_some_and(|due| due <= now.mono) {
            self.sync();
        }
        let journal = self.journal.next_turn_ms().map(|ms| now.mono.after_ms(ms - now.mono_ms()));
        self.sync_due.into_iter().chain(journal).min().unwrap_or(Mono(u64::MAX))
    }

    /// The end: everything that is counted is told, and on disk.
    pub fn close(mut self, now: Now) {
        self.audit.note(Entry::about_log("log_stopped", &[]));
        self.write(now, true);
        self.sync();
    }

    fn write(&mut self, now: Now, is_last: bool) {
        self.receiver.drain(&mut self.batch);
        self.audit.waiting.fetch_sub(self.batch.len(), Ordering::Relaxed);
        let left_out = self.audit.left_out.swap(0, Ordering::Relaxed);
        self.audit.lost.add(left_out);
        let Some(file) = &mut self.file else {
            self.audit.lost.add(self.batch.len() as u64);
            self.batch.clear();
            return;
        };
        let before = self.journal.chain();
        let mut lines = Vec::new();
        self.journal.drop_entries(left_out);
        for Noted { wall_ms, entry } in self.batch.drain(..) {
            self.journal.take(entry, wall_ms, now.mono_ms(), &mut lines);
        }
        self.journal.turn(now.wall_ms, now.mono_ms(), is_last, &mut lines);
        if lines.is_empty() {
            return;
        }
        let count = self.journal.chain().next - before.next;
        match file.append(&lines) {
            Ok(()) => {
                self.audit.lines.add(count);
                self.sync_due = self.sync_due.or(Some(now.mono.after(SYNC_AFTER)));
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!(event = "audit_writing_again", file = %file.path().display());
                }
            }
            Err(error) => {
                self.audit.lost.add(count);
                self.journal.take_back(before);
                if !std::mem::replace(&mut self.is_failing, true) {
                    let file = file.path().display();
                    tracing::error!(event = "audit_not_written", %file, %error, "entries are counted until it works");
                }
            }
        }
    }

    fn sync(&mut self) {
        self.sync_due = None;
        let Some(file) = &self.file else { return };
        if let Err(error) = file.sync() {
            let path = file.path().display();
            tracing::error!(event = "audit_stopped", file = %path, %error, "no more lines until the next start");
            self.file = None;
        }
    }
}
