//! Many members, each with a connection and a script of its own, on one thread: what comes is handed to the member
//! it is for, what the member says is sent. Knows nothing of what they say to each other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::socket::{Socket, Target};
use crate::Outcome;

/// Why a member is asked.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// It has a new connection.
    Opened,
    /// What came, without its length field.
    Answer(&'e [u8]),
    /// The time it has asked for.
    Due,
}

/// What a member does next; what it has appended to [`Turn::out`] is sent in any case.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// It waits for what comes.
    Listen,
    /// It wants to be asked again at this time.
    At(u64),
    /// It wants a new connection.
    Reopen,
}

/// What a member sees of the herd while it is asked.
#[derive(Debug)]
pub struct Turn<'t> {
    pub number: usize,
    /// Nanoseconds since the herd began.
    pub now: u64,
    pub out: &'t mut Vec<u8>,
    pub board: &'t mut Board,
}

/// One client of a herd. It has at most one request in flight.
pub trait Member {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next>;
}

/// What the members write down for everybody.
#[derive(Debug)]
pub struct Board {
    /// Whether everybody is where the measurement begins.
    pub is_settled: bool,
    /// What counts: commits, fetches, logins.
    pub count: u64,
    pub bytes: u64,
    pub latencies: Histogram<u64>,
    /// Of groups, per member: generation or epoch, and partitions held.
    pub held: Vec<(i32, usize)>,
    /// Of classic groups, per group: generation and members, as the leader has been told.
    pub groups: Vec<(i32, usize)>,
}

impl Board {
    /// Something that began at `since` has been done.
    pub fn done(&mut self, since: u64, now: u64, bytes: usize) {
        self.count += 1;
        self.bytes += bytes as u64;
        self.latencies.saturating_record(now.saturating_sub(since).max(1));
    }
}

struct Seat<M> {
    socket: Socket,
    member: M,
    due: Option<u64>,
}

/// The herd.
pub struct Herd<M> {
    target: Target,
    seats: Vec<Seat<M>>,
    epoll: rustix::fd::OwnedFd,
    due: BinaryHeap<Reverse<(u64, usize)>>,
    begun: Instant,
    scratch: Vec<u8>,
    answer: Vec<u8>,
    pub board: Board,
}

const SCRATCH: usize = 256 << 10;
const TURN: Duration = Duration::from_millis(5);
/// Opened between two looks at those that are open: what a listener's queue holds without losing any.
const OPENED_TOGETHER: usize = 32;

impl<M: Member> Herd<M> {
    /// Opens every member's connection and lets it say its first word.
    pub fn open(target: &Target, groups: usize, members: Vec<M>) -> Outcome<Self> {
        let mut herd = Self {
            target: target.clone(),
            seats: Vec::with_capacity(members.len()),
            epoll: epoll::create(CreateFlags::CLOEXEC).map_err(|error| error.to_string())?,
            due: BinaryHeap::new(),
            begun: Instant::now(),
            scratch: vec![0; SCRATCH],
            answer: Vec::new(),
            board: Board {
                is_settled: false,
                count: 0,
                bytes: 0,
                latencies: Histogram::new_with_bounds(1, 60_000_000_000, 3)
                    .map_err(|error| error.to_string())?,
                held: vec![(-1, 0); members.len()],
                groups: vec![(-1, 0); groups],
            },
        };
        for (number, member) in members.into_iter().enumerate() {
            let socket = herd.connect(number)?;
            herd.seats.push(Seat { socket, member, due: None });
            herd.ask(number, Event::Opened)?;
            if number % OPENED_TOGETHER == OPENED_TOGETHER - 1 {
                herd.turn(Duration::from_millis(1))?;
            }
        }
        Ok(herd)
    }

    fn connect(&self, number: usize) -> Outcome<Socket> {
        let socket = Socket::open(&self.target)?;
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(&self.epoll, &socket.stream, EventData::new_u64(number as u64), flags)
            .map_err(|error| error.to_string())?;
        Ok(socket)
    }

    /// Works until the board shows what is wanted; whether it did within the limit.
    pub fn run_until(&mut self, limit: Duration, done: impl Fn(&Board) -> bool) -> Outcome<bool> {
        let deadline = Instant::now() + limit;
        loop {
            self.turn(TURN)?;
            if done(&self.board) {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
        }
    }

    /// Works for so long.
    pub fn run_for(&mut self, time: Duration) -> Outcome {
        self.run_until(time, |_| false).map(|_| ())
    }

    /// Whether every connection is open, handshakes included.
    pub fn all_ready(&self) -> bool {
        self.seats.iter().all(|seat| seat.socket.is_ready())
    }

    fn now(&self) -> u64 {
        self.begun.elapsed().as_nanos() as u64
    }

    fn turn(&mut self, most: Duration) -> Outcome {
        let now = self.now();
        let wait = self
            .due
            .peek()
            .map_or(most, |Reverse((due, _))| Duration::from_nanos(due.saturating_sub(now)).min(most));
        let wait = Timespec { tv_sec: 0, tv_nsec: wait.as_nanos() as i64 };
        let mut events = Vec::<epoll::Event>::with_capacity(1024);
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.to_string()),
        }
        for event in events {
            let number = event.data.u64() as usize;
            let flags = event.flags;
            self.wake(number, flags != EventFlags::OUT)?;
        }
        let now = self.now();
        while let Some(&Reverse((due, number))) = self.due.peek() {
            if due > now {
                break;
            }
            self.due.pop();
            if self.seats[number].due == Some(due) {
                self.seats[number].due = None;
                self.ask(number, Event::Due)?;
            }
        }
        Ok(())
    }

    /// Something has changed on a connection.
    fn wake(&mut self, number: usize, has_come: bool) -> Outcome {
        let Some(seat) = self.seats.get_mut(number) else { return Ok(()) };
        seat.socket.push()?;
        if !has_come {
            return Ok(());
        }
        seat.socket.pull(&mut self.scratch)?;
        let mut answer = std::mem::take(&mut self.answer);
        while self.seats[number].socket.answer(&mut answer) {
            self.ask(number, Event::Answer(&answer))?;
        }
        self.answer = answer;
        Ok(())
    }

    fn ask(&mut self, number: usize, event: Event<'_>) -> Outcome {
        let mut event = event;
        loop {
            let now = self.now();
            let seat = &mut self.seats[number];
            let mut turn = Turn { number, now, out: &mut seat.socket.out, board: &mut self.board };
            match seat.member.go(event, &mut turn)? {
                Next::Listen => return seat.socket.push(),
                Next::At(due) => {
                    seat.due = Some(due);
                    self.due.push(Reverse((due, number)));
                    return self.seats[number].socket.push();
                }
                Next::Reopen => {
                    let socket = self.connect(number)?;
                    self.seats[number].socket = socket;
                    event = Event::Opened;
                }
            }
        }
    }
}
