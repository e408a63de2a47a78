//! A broker whose roles get their turns one at a time, from somebody else's loop: a test, the simulator. Decides which
//! role has something to do and when the next one will; never which of them goes first.

use std::time::Duration;

use thalweg_model::{Mono, Now};
use thalweg_platform::Poller;

use crate::boot::Broker;

/// Names a role of one broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleId {
    /// A data worker.
    Worker(usize),
    /// The controller.
    Controller,
    /// The coordinators.
    Coordinators,
    /// The disk thread of a log directory.
    Disk(usize),
    /// The sync thread of a log directory.
    Sync(usize),
    /// One of the read pool.
    Reader(usize),
    /// One of those that sync what coordinators decide.
    Committer(usize),
    /// What deletes.
    Janitor,
    /// Where connections log in.
    Gate,
    /// What takes long to compute.
    Compute,
    /// One of those that compact.
    Cleaner(usize),
    /// What writes the audit log.
    Audit,
}

/// When each role wants its next turn though nobody wakes it.
#[derive(Debug)]
pub struct Stepping {
    roles: Vec<(RoleId, Mono)>,
}

impl Stepping {
    /// Every role of this broker, each due at once.
    pub fn new(broker: &Broker) -> Self {
        Self { roles: roles(broker).into_iter().map(|role| (role, Mono(0))).collect() }
    }

    /// The roles that a turn now would not be wasted on.
    pub fn pending<'a>(&'a self, broker: &'a Broker, now: Now) -> impl Iterator<Item = RoleId> + 'a {
        self.roles
            .iter()
            .filter(move |(role, due)| match *role {
                RoleId::Worker(place) => broker.workers[place].is_pending(now),
                RoleId::Gate => broker.gate.is_pending(now),
                role => *due <= now.mono || poller(broker, role).is_some_and(Poller::is_pending),
            })
            .map(|&(role, _)| role)
    }

    /// When the next role is due though nothing arrives.
    pub fn next_deadline(&self, broker: &Broker) -> Mono {
        let due = |&(role, due): &(RoleId, Mono)| match role {
            RoleId::Worker(place) => broker.workers[place].next_deadline().unwrap_or(Mono(u64::MAX)),
            RoleId::Gate => broker.gate.next_deadline().unwrap_or(Mono(u64::MAX)),
            _ => due,
        };
        self.roles.iter().map(due).min().unwrap_or(Mono(u64::MAX))
    }

    /// Gives one role its turn.
    pub fn turn(&mut self, broker: &mut Broker, role: RoleId, now: Now) -> std::io::Result<()> {
        let due = turn(broker, role, now)?;
        if let Some(entry) = self.roles.iter_mut().find(|(other, _)| *other == role) {
            entry.1 = due;
        }
        Ok(())
    }
}

/// Every role of a broker, about in the order of a record's path.
pub fn roles(broker: &Broker) -> Vec<RoleId> {
    let mut roles: Vec<RoleId> = (0..broker.workers.len()).map(RoleId::Worker).collect();
    roles.extend([RoleId::Gate, RoleId::Controller, RoleId::Coordinators, RoleId::Compute]);
    roles.extend((0..broker.disks.len()).map(RoleId::Disk));
    roles.extend((0..broker.syncs.len()).map(RoleId::Sync));
    roles.extend((0..broker.readers.len()).map(RoleId::Reader));
    roles.extend((0..broker.committers.len()).map(RoleId::Committer));
    roles.push(RoleId::Janitor);
    roles.extend((0..broker.cleaners.len()).map(RoleId::Cleaner));
    roles.extend(broker.audit.iter().map(|_| RoleId::Audit));
    roles
}

/// Gives one role its turn, as its thread would after waking; when it wants the next one though nobody wakes it. What
/// sleeps in its own sockets (workers, the gate) says that itself.
pub fn turn(broker: &mut Broker, role: RoleId, now: Now) -> std::io::Result<Mono> {
    let mut asleep = Vec::new();
    let mut wake = |poller: &mut Box<dyn Poller>| poller.poll(&mut asleep, Some(Duration::ZERO));
    Ok(match role {
        RoleId::Worker(place) => {
            let worker = &mut broker.workers[place];
            worker.wait(now, Some(Duration::ZERO))?;
            worker.turn(now);
            Mono(u64::MAX)
        }
        RoleId::Gate => {
            broker.gate.wait(now, Some(Duration::ZERO))?;
            broker.gate.turn(now);
            Mono(u64::MAX)
        }
        RoleId::Controller => {
            wake(&mut broker.controller.1)?;
            broker.controller.0.turn(now)
        }
        RoleId::Coordinators => {
            wake(&mut broker.coordinators.1)?;
            broker.coordinators.0.turn(now)
        }
        RoleId::Compute => {
            wake(&mut broker.compute.1)?;
            broker.compute.0.turn()
        }
        RoleId::Disk(place) => {
            wake(&mut broker.disks[place].1)?;
            broker.disks[place].0.turn(now)
        }
        RoleId::Sync(place) => {
            wake(&mut broker.syncs[place].1)?;
            broker.syncs[place].0.turn(now)
        }
        RoleId::Reader(place) => {
            wake(&mut broker.readers[place].1)?;
            while broker.readers[place].0.turn() {}
            Mono(u64::MAX)
        }
        RoleId::Committer(place) => {
            wake(&mut broker.committers[place].1)?;
            // One at a time: the others of the pool may take the rest.
            match broker.committers[place].0.turn() {
                true => now.mono,
                false => Mono(u64::MAX),
            }
        }
        RoleId::Janitor => {
            wake(&mut broker.janitor.1)?;
            broker.janitor.0.turn(now)
        }
        RoleId::Cleaner(place) => {
            wake(&mut broker.cleaners[place].1)?;
            broker.cleaners[place].0.turn(now)
        }
        RoleId::Audit => match &mut broker.audit {
            None => Mono(u64::MAX),
            Some((role, poller)) => {
                wake(poller)?;
                role.turn(now)
            }
        },
    })
}

fn poller(broker: &Broker, role: RoleId) -> Option<&dyn Poller> {
    Some(match role {
        RoleId::Worker(_) | RoleId::Gate => return None,
        RoleId::Controller => &*broker.controller.1,
        RoleId::Coordinators => &*broker.coordinators.1,
        RoleId::Disk(place) => &*broker.disks.get(place)?.1,
        RoleId::Sync(place) => &*broker.syncs.get(place)?.1,
        RoleId::Reader(place) => &*broker.readers.get(place)?.1,
        RoleId::Committer(place) => &*broker.committers.get(place)?.1,
        RoleId::Janitor => &*broker.janitor.1,
        RoleId::Compute => &*broker.compute.1,
        RoleId::Cleaner(place) => &*broker.cleaners.get(place)?.1,
        RoleId::Audit => &*broker.audit.as_ref()?.1,
    })
}
