//! The disk thread of one log directory: what a producer waits for and a worker must not do. It carries out
//! diverted appends (rolls, first appends, new epochs, a slow disk) in their order, cuts torn tails, and lets
//! deleted partitions go. It never syncs for housekeeping: that is the sync thread's, so that a roll never waits
//! behind another partition's sync.

use std::collections::VecDeque;
use std::sync::Arc;

use thalweg_model::{Mono, Now};
use thalweg_platform::Clock;

use super::diverted::{Carrier, check};
use super::{DiskMessage, LogDirectories};
use crate::mailbox::{Receiver, Sender};
use crate::worker::WorkerMessage;

/// The role.
#[derive(Debug)]
pub struct DiskRole {
    directories: Arc<LogDirectories>,
    mailbox: Receiver<DiskMessage>,
    carrier: Carrier,
    messages: VecDeque<DiskMessage>,
}

impl DiskRole {
    /// The role behind a directory's mailbox.
    pub fn new(
        directories: Arc<LogDirectories>,
        mailbox: Receiver<DiskMessage>,
        workers: Vec<Sender<WorkerMessage>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { directories, mailbox, carrier: Carrier::new(workers, clock), messages: VecDeque::new() }
    }

    /// Carries out what waits. Returns when it wants to be called at the latest: it has no deadlines of its own.
    pub fn turn(&mut self, _now: Now) -> Mono {
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                DiskMessage::Append(partition) => {
                    self.carrier.append_all(&partition);
                    if self.mailbox.is_empty() {
                        partition.directory.recover();
                    }
                    partition.send_to_sync(DiskMessage::Written(Arc::clone(&partition)));
                }
                DiskMessage::Prepare(partition) => partition.log.prepare_roll(),
                DiskMessage::Repair(partition) => {
                    check(&partition, "cutting a torn write", partition.log.repair_tail());
                }
                DiskMessage::Retired(partition) => {
                    self.carrier.refuse_all(&partition);
                    self.directories.bury(&partition);
                    // Fetches that wait for it look again and find that it is gone.
                    self.carrier.announce(&partition);
                    partition.send_to_sync(DiskMessage::Retired(Arc::clone(&partition)));
                }
                DiskMessage::Run(work) => work(),
                // The sync thread's.
                DiskMessage::Written(_) | DiskMessage::Attend(_) | DiskMessage::Opened(_) => {}
                DiskMessage::SaveStarts(tell) => tell(false),
            }
        }
        self.messages = messages;
        Mono(u64::MAX)
    }
}
