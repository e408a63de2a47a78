//! The compute role: work that would hold up the role whose work it is, done on a thread of its own in the order
//! in which it comes. Large target assignments and expressions over many topics are handed here by the
//! coordinators, large compressed batches by the workers. A job carries what it needs and tells its outcome itself; it
//! never touches a disk or a socket.

use std::fmt;

use thalweg_model::Mono;

use crate::mailbox::Receiver;

/// Something to be computed. Whoever hands it over bounds how many wait: the coordinators have one of each kind per
/// group, the batches of workers are charged to the memory of requests.
pub struct Job(Box<dyn FnOnce() + Send>);

impl Job {
    /// A job that tells its outcome itself.
    pub fn new(run: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(run))
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

/// The role.
#[derive(Debug)]
pub struct Compute {
    mailbox: Receiver<Job>,
}

impl Compute {
    /// A role with nothing to do yet.
    pub fn new(mailbox: Receiver<Job>) -> Self {
        Self { mailbox }
    }

    /// Does what waits.
    pub fn turn(&mut self) -> Mono {
        while let Some(Job(run)) = self.mailbox.take() {
            run();
        }
        Mono(u64::MAX)
    }
}
