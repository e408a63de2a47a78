//! What clients do: each actor owns a client, its connections and one kind of work. The machines are those that the
//! command line uses; only the sockets are others.

mod admin;
mod calls;
mod committed_reader;
mod committer;
mod member;
mod reader;
mod rounds;
mod transactor;
mod writer;

pub use admin::Admin;
pub use committed_reader::CommittedReader;
pub use committer::Committer;
pub use member::Member;
pub use reader::Reader;
pub use transactor::Transactor;
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
    /// How far the run is.
    pub phase: Phase,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Work and faults.
    Working,
    /// Faults have ended and nothing new is begun.
    Settling,
    /// Nothing is owed to any writer: what is read now is all there is.
    Reading,
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
    /// Nothing is owed to it in this phase any more.
    fn is_done(&self, phase: Phase) -> bool;
}

/// A client with its work.
#[derive(Debug)]
pub struct Actor {
    client: Client,
    links: Links,
    work: Box<dyn Work>,
    /// When the next turn is due though nothing arrives; known anew after each turn.
    due: Mono,
}

impl Actor {
    /// An actor with this work; `number` makes it another than the rest.
    pub fn new(net: &MemoryNet, number: u64, work: Box<dyn Work>) -> std::io::Result<Self> {
        let mut settings = ClientSettings::new(vec![ADDRESS.to_owned()]);
        settings.seed = number;
        settings.connect_timeout = Duration::from_secs(2);
        settings.connection.request_timeout = Duration::from_secs(5);
        settings.call_timeout = Duration::from_secs(10);
        Ok(Self { client: Client::new(settings), links: Links::new(net)?, work, due: Mono(0) })
    }

    /// Whether a turn now would not be wasted.
    pub fn is_pending(&self, now: Mono) -> bool {
        self.due <= now || self.client.has_events() || self.links.is_pending()
    }

    /// When the next turn is due though nothing arrives.
    pub fn due(&self) -> Mono {
        self.due
    }

    fn look_ahead(&mut self) {
        let client = self.client.poll_timeout().unwrap_or(Mono(u64::MAX));
        self.due = client.min(self.links.due()).min(self.work.due());
    }

    /// Moves bytes and does what is due.
    pub fn turn(&mut self, now: Now, ledger: &mut Ledger, dice: &mut Dice, phase: Phase) {
        let sent = self.links.sent;
        self.links.step(now.mono, &mut self.client, dice);
        while let Some(event) = self.client.poll_event() {
            if let ClientEvent::Completed { call, result } = event {
                let client = &mut self.client;
                let mut turn = Turn { now, client, ledger, dice, phase };
                self.work.completed(call, result, &mut turn);
            }
        }
        let client = &mut self.client;
        self.work.turn(&mut Turn { now, client, ledger, dice, phase });
        self.links.carry_out(now.mono, &mut self.client, dice);
        ledger.counts.requests += self.links.sent - sent;
        self.look_ahead();
    }

    /// Cuts its connections.
    pub fn cut(&mut self, now: Mono) {
        self.links.cut(now, &mut self.client);
        // What that means to the client shows in a turn.
        self.due = now;
    }

    /// Has it look at the world anew.
    pub fn wake(&mut self, now: Mono) {
        self.due = now;
    }

    /// Nothing is owed to it in this phase any more.
    pub fn is_done(&self, phase: Phase) -> bool {
        self.work.is_done(phase)
    }
}
