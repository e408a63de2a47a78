//! A broker whose roles get their turns from a loop, and the disk, network and clock it lives on, which outlive it: it
//! can be stopped, killed or lose its power, and started again. Decides the order of turns; never looks inside a role.

use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use thalweg_broker::boot::{Broker, Environment};
use thalweg_broker::stepping::{self, RoleId};
use thalweg_broker::worker::WorkerMessage;
use thalweg_config::{Origin, Settings};
use thalweg_platform::memory::{ManualClock, MemoryDisk, MemoryNet, SeededRandom};
use thalweg_platform::{Clock, Disk, Net, Stream};

/// Rounds of turns after which everything that was asked has been answered.
const ROUNDS: usize = 20;

/// One broker and the world it runs in.
pub struct World {
    pub clock: Arc<ManualClock>,
    pub disk: MemoryDisk,
    /// `None` between two lives.
    broker: Option<Broker>,
    environment: Environment,
    settings: Vec<(String, String)>,
    net: Arc<MemoryNet>,
    address: SocketAddr,
}

/// How a broker's life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// SIGTERM.
    Clean,
    /// SIGKILL: the page cache stays.
    Killed,
    /// Power cut: only what was synced stays.
    PowerCut,
}

impl World {
    /// A freshly formatted broker with further settings.
    pub fn with(more: &[(&str, &str)]) -> Self {
        Self::with_net(MemoryNet::new(), more)
    }

    /// A freshly formatted broker on a network of its own.
    pub fn with_net(net: MemoryNet, more: &[(&str, &str)]) -> Self {
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let disk = MemoryDisk::with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let net = Arc::new(net);
        let base = [("node.id", "1"), ("log.dirs", "/data"), ("listeners", "PLAINTEXT://127.0.0.1:9092")];
        let settings =
            base.iter().chain(more).map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        let environment = Environment {
            disk: Arc::new(disk.clone()),
            net: Arc::clone(&net) as Arc<dyn Net>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::new(7)),
            cores: 2,
            memory_bytes: 1 << 30,
            opening: Arc::default(),
        };
        let address = SocketAddr::from(([127, 0, 0, 1], 9092));
        let mut world = Self { clock, disk, broker: None, environment, settings, net, address };
        world.start();
        world
    }

    /// Changes settings for the lives to come.
    pub fn reconfigure(&mut self, more: &[(&str, &str)]) {
        self.settings.extend(more.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    }

    /// Lets the lives to come see the disk through another's eyes.
    pub fn set_disk(&mut self, disk: Arc<dyn Disk>) {
        self.environment.disk = disk;
    }

    /// Begins a life.
    pub fn start(&mut self) {
        self.try_start().expect("the broker starts");
    }

    /// Begins a life, or says why there is none.
    pub fn try_start(&mut self) -> Result<(), String> {
        let mut settings = Settings::default();
        for (key, value) in &self.settings {
            settings.add(key, value, Origin::Flag);
        }
        let broker = Broker::assemble(&self.environment, settings).map_err(|error| error.to_string())?;
        self.broker = Some(broker);
        self.run();
        Ok(())
    }

    /// Ends a life. True when the next one finds a clean directory.
    pub fn end(&mut self, how: End) -> bool {
        if how == End::Clean {
            for mailbox in &self.broker().worker_mailboxes {
                mailbox.send(WorkerMessage::Drain);
            }
            self.run();
            return self.broker.take().is_some_and(|broker| broker.stop(self.clock.now()));
        }
        if how == End::PowerCut {
            // Before the roles go: whatever they would still do, there is no disk to do it on.
            self.disk.crash();
        }
        self.broker = None;
        false
    }

    /// Ends a life and begins the next.
    pub fn restart(&mut self, how: End) {
        assert_eq!(self.end(how), how == End::Clean);
        self.start();
        assert_eq!(self.broker().was_clean, how == End::Clean);
    }

    /// The broker that lives now.
    pub fn broker(&self) -> &Broker {
        self.broker.as_ref().expect("the broker lives")
    }

    /// Gives every role its turns.
    pub fn run(&mut self) {
        self.give_turns(ROUNDS, |_| true);
    }

    /// Gives one turn to one of the roles that have a part in a transaction, in a fixed order: to stop anywhere.
    pub fn step(&mut self, number: usize) {
        self.give_turns(1, |role| match number % 5 {
            0 => matches!(role, RoleId::Worker(_)),
            1 => role == RoleId::Coordinators,
            2 => matches!(role, RoleId::Disk(_)),
            3 => matches!(role, RoleId::Committer(_)),
            _ => matches!(role, RoleId::Sync(_)),
        });
    }

    /// Gives the workers their turns and nobody else: what they hand away stays undone.
    pub fn run_workers(&mut self) {
        self.give_turns(ROUNDS, |role| matches!(role, RoleId::Worker(_)));
    }

    /// Gives every disk thread one turn, but no sync thread.
    pub fn run_disks(&mut self) {
        self.give_turns(1, |role| matches!(role, RoleId::Disk(_)));
    }

    fn give_turns(&mut self, rounds: usize, to: impl Fn(RoleId) -> bool) {
        let now = self.clock.now();
        let broker = self.broker.as_mut().expect("the broker lives");
        let roles: Vec<RoleId> = stepping::roles(broker).into_iter().filter(|role| to(*role)).collect();
        for _ in 0..rounds {
            for &role in &roles {
                stepping::turn(broker, role, now).expect("memory does not refuse to wait");
            }
        }
    }

    /// Lets time pass in steps, with turns after each.
    pub fn pass(&mut self, total: Duration, step: Duration) {
        let mut passed = Duration::ZERO;
        while passed < total {
            self.clock.advance(step);
            passed += step;
            self.run();
        }
    }

    /// One turn of the role that fetches keys of bearer tokens, which waits for another host.
    pub fn fetch_keys(&mut self) {
        let now = self.clock.now();
        let broker = self.broker.as_mut().expect("the broker lives");
        let (fetcher, _) = broker.jwks.as_mut().expect("keys are on a server");
        fetcher.turn(now);
    }

    /// Connections the workers hold.
    pub fn connections(&self) -> usize {
        self.broker().workers.iter().map(|worker| worker.connection_count()).sum()
    }

    /// A connection the broker has accepted.
    pub fn connect(&mut self) -> Box<dyn Stream> {
        let stream = self.net.connect(self.address).expect("the listener is bound");
        self.run();
        stream
    }

    /// A connection the broker has not been given a turn to accept.
    pub fn connect_quietly(&mut self) -> Box<dyn Stream> {
        self.net.connect(self.address).expect("the listener is bound")
    }

    /// Gives turns until so many connections are held.
    pub fn run_until_accepted(&mut self, count: usize) {
        for _ in 0..count {
            if self.connections() == count {
                return;
            }
            self.run();
        }
        panic!("{} of {count} connections were accepted", self.connections());
    }

    /// Sends bytes and gives the turns in which they are worked on.
    pub fn send(&mut self, stream: &mut dyn Stream, bytes: &[u8]) {
        let sent = stream.write(&[IoSlice::new(bytes)], false).expect("there is room");
        assert_eq!(sent, bytes.len());
        self.run();
    }

    /// What the broker has sent; `true` when it has ended the connection behind that.
    pub fn receive(&mut self, stream: &mut dyn Stream) -> (Vec<u8>, bool) {
        let (mut all, mut some) = (Vec::new(), [0; 4096]);
        loop {
            match stream.read(&mut some) {
                Ok(0) => return (all, true),
                Ok(count) => all.extend_from_slice(&some[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return (all, false),
                Err(_) => return (all, true),
            }
        }
    }
}
