//! What clients do: each actor owns a client, its connections and one kind of work. The machines are those that the
//! command line uses; only the sockets are others.

mod admin;
mod committer;
mod reader;
mod writer;

pub use admin::Admin;
pub use committer::Committer;
pub use reader::Reader;
pub use writer::Writer;

use std::fmt::Debug;
use std::time::Duration;

use thalweg_client::{Answer, CallError, CallId, Client, ClientEvent, ClientSettings};
use thalweg_model::{Mono, Now};
use thalweg_platform::memory::MemoryNet;

use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::link::Links;
use crate::node::ADDRESS;

/// What a piece of work may use in its turn.
pub struct Turn<'a> {
    /// The time.
    pub now: Now,
    /// Its client.
    pub client: &'a mut Client,
    /// What it is told goes there.
    pub ledger: &'a mut Ledger,
    /// Its choices.
    pub dice: &'a mut Dice,
    /// Faults have ended and nothing new is to be begun.
    pub is_ending: bool,
}

/// What became of a call.
pub type Completed = Result<Option<Answer>, CallError>;

/// One kind of work.
pub trait Work: Debug {
    /// Begins what is due.
    fn turn(&mut self, turn: &mut Turn<'_>);
    /// A call of this client is over.
    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>);
    /// When the next turn is due though nothing arrives.
    fn due(&self) -> Mono;
    /// While ending: nothing is owed to it any more.
    fn is_done(&self) -> bool;
}

/// A client with its work.
#[derive(Debug)]
pub struct Actor {
    client: Client,
    links: Links,
    work: Box<dyn Work>,
}

impl Actor {
    /// An actor with this work; `number` makes it another than the rest.
    pub fn new(net: &MemoryNet, number: u64, work: Box<dyn Work>) -> std::io::Result<Self> {
        let mut settings = ClientSettings::new(vec![ADDRESS.to_owned()]);
        settings.seed = number;
        settings.connect_timeout = Duration::from_secs(2);
        settings.connection.request_timeout = Duration::from_secs(5);
        settings.call_timeout = Duration::from_secs(10);
        Ok(Self { client: Client::new(settings), links: Links::new(net)?, work })
    }

    /// Whether a turn now would not be wasted.
    pub fn is_pending(&self, now: Mono) -> bool {
        self.client.has_events() || self.links.is_pending() || self.due() <= now
    }

    /// When the next turn is due though nothing arrives.
    pub fn due(&self) -> Mono {
        let client = self.client.poll_timeout().unwrap_or(Mono(u64::MAX));
        client.min(self.links.due()).min(self.work.due())
    }

    /// Moves bytes and does what is due.
    pub fn turn(&mut self, now: Now, ledger: &mut Ledger, dice: &mut Dice, is_ending: bool) {
        let sent = self.links.sent;
        self.links.step(now.mono, &mut self.client, dice);
        while let Some(event) = self.client.poll_event() {
            if let ClientEvent::Completed { call, result } = event {
                let client = &mut self.client;
                let mut turn = Turn { now, client, ledger, dice, is_ending };
                self.work.completed(call, result, &mut turn);
            }
        }
        let client = &mut self.client;
        self.work.turn(&mut Turn { now, client, ledger, dice, is_ending });
        self.links.carry_out(now.mono, &mut self.client, dice);
        ledger.counts.requests += self.links.sent - sent;
    }

    /// Cuts its connections.
    pub fn cut(&mut self, now: Mono) {
        self.links.cut(now, &mut self.client);
    }

    /// While ending: nothing is owed to it any more.
    pub fn is_done(&self) -> bool {
        self.work.is_done()
    }
}
