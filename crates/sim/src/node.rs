//! One broker and the machine it lives on: the disk and the clock outlive it. Decides how a life begins and ends;
//! never when.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_broker::boot::{BootError, Broker, Environment};
use thalweg_broker::stepping::{RoleId, Stepping};
use thalweg_broker::worker::WorkerMessage;
use thalweg_config::{Origin, Settings};
use thalweg_model::Mono;
use thalweg_platform::memory::{ManualClock, MemoryDisk, MemoryNet, SeededRandom};
use thalweg_platform::{Clock, Net};

use crate::dice::Dice;
use crate::ledger::Ledger;

/// Where clients find it.
pub const ADDRESS: &str = "127.0.0.1:9092";
/// The log directory that holds the metadata, and the one that a fault may break.
pub const DIRECTORIES: [&str; 2] = ["/data0", "/data1"];

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// SIGTERM.
    Clean,
    /// SIGKILL: the page cache stays.
    Killed,
    /// Power cut: of what was not synced, any part stays.
    PowerCut,
}

/// The broker, and what outlives it.
#[derive(Debug)]
pub struct SimNode {
    /// Virtual time.
    pub clock: Arc<ManualClock>,
    /// Its disk.
    pub disk: MemoryDisk,
    environment: Environment,
    settings: Vec<(String, String)>,
    life: Option<(Broker, Stepping)>,
    /// Partitions that have not been open since the power was cut.
    unseen: BTreeSet<(String, i32)>,
    /// Partitions that have not been open in this life.
    unreported: BTreeSet<(String, i32)>,
}

/// Rounds of turns in which a broker that is told to stop answers what it owes.
const DRAIN_ROUNDS: usize = 40;

impl SimNode {
    /// A machine on which nothing has run.
    pub fn new(net: &MemoryNet, seed: u64, settings: &[(&str, &str)]) -> Self {
        let clock = Arc::new(ManualClock::default());
        let disk = MemoryDisk::with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let listener = format!("PLAINTEXT://{ADDRESS}");
        let directories = DIRECTORIES.join(",");
        let base = [("node.id", "1"), ("log.dirs", &*directories), ("listeners", &*listener)];
        let settings = base.iter().chain(settings).map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let environment = Environment {
            disk: Arc::new(disk.clone()),
            net: Arc::new(net.clone()) as Arc<dyn Net>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::new(seed)),
            // More would have logs opened on threads, whose order nobody draws.
            cores: 1,
            memory_bytes: 1 << 30,
            opening: Arc::default(),
        };
        let (unseen, unreported) = (BTreeSet::new(), BTreeSet::new());
        Self { clock, disk, environment, settings: settings.collect(), life: None, unseen, unreported }
    }

    /// Whether a broker lives.
    pub fn lives(&self) -> bool {
        self.life.is_some()
    }

    /// Begins a life.
    pub fn start(&mut self) -> Result<(), BootError> {
        let mut settings = Settings::default();
        for (key, value) in &self.settings {
            settings.add(key, value, Origin::Flag);
        }
        let broker = Broker::assemble(&self.environment, settings)?;
        let stepping = Stepping::new(&broker);
        self.life = Some((broker, stepping));
        Ok(())
    }

    /// Ends a life. False when a clean end was asked for and did not come about.
    pub fn end(&mut self, how: End, dice: &mut Dice) -> bool {
        let Some((broker, mut stepping)) = self.life.take() else { return true };
        // A death comes before the roles go: whatever they would still do, there is no disk to do it on.
        match how {
            End::Clean => {
                let mut broker = broker;
                for mailbox in &broker.worker_mailboxes {
                    mailbox.send(WorkerMessage::Drain);
                }
                for _ in 0..DRAIN_ROUNDS {
                    let now = self.clock.now();
                    let pending: Vec<RoleId> = stepping.pending(&broker, now).collect();
                    for role in pending {
                        let _ = stepping.turn(&mut broker, role, now);
                    }
                }
                broker.stop(self.clock.now())
            }
            End::Killed => {
                self.disk.kill_process();
                true
            }
            End::PowerCut => {
                self.disk.crash_torn(&mut || dice.draw());
                true
            }
        }
    }

    /// Names the roles that a turn would not be wasted on.
    pub fn pending(&self, each: impl FnMut(RoleId)) {
        if let Some((broker, stepping)) = &self.life {
            stepping.pending(broker, self.clock.now()).for_each(each);
        }
    }

    /// When the next role is due though nothing arrives.
    pub fn due(&self) -> Mono {
        self.life.as_ref().map_or(Mono(u64::MAX), |(broker, stepping)| stepping.next_deadline(broker))
    }

    /// Gives one role its turn.
    pub fn turn(&mut self, role: RoleId) {
        let now = self.clock.now();
        if let Some((broker, stepping)) = &mut self.life {
            // The memory network does not refuse to be polled.
            let _ = stepping.turn(broker, role, now);
        }
    }

    /// A life has begun: tells the ledger where each partition of the workload ends now.
    pub fn report_ends(&mut self, ledger: &mut Ledger, power_was_cut: bool) {
        ledger.life += 1;
        let specs = ledger.topics().iter();
        let all = specs.flat_map(|spec| (0..spec.partitions).map(|index| (spec.name.to_owned(), index)));
        self.unreported = all.collect();
        if power_was_cut {
            self.unseen.extend(self.unreported.iter().cloned());
        }
        self.report_late(ledger);
    }

    /// Tells it of those that could not be opened at the start, for want of room, and are served now. What a power cut
    /// took of one that is not opened in this life shows in a later one.
    pub fn report_late(&mut self, ledger: &mut Ledger) {
        let Some((broker, _)) = &self.life else { return };
        let unseen = &mut self.unseen;
        self.unreported.retain(|name| {
            let topic = broker.node.topics.by_name(&name.0);
            let Some(partition) = topic.as_ref().and_then(|topic| topic.partition(name.1)) else {
                return true;
            };
            let end = partition.log.ends().log_end.0;
            ledger.restarted(&name.0, name.1, end, unseen.remove(name));
            false
        });
    }

    /// Whether a partition is not served yet in this life.
    pub fn has_unreported(&self) -> bool {
        !self.unreported.is_empty()
    }

    /// The end of a partition, if it is served.
    pub fn end_of(&self, topic: &str, partition: i32) -> Option<i64> {
        let (broker, _) = self.life.as_ref()?;
        let topic = broker.node.topics.by_name(topic)?;
        Some(topic.partition(partition)?.log.ends().high_watermark.0)
    }

    /// The directory that may break without taking the metadata with it.
    pub fn second_directory() -> PathBuf {
        Path::new(DIRECTORIES[1]).to_owned()
    }
}
