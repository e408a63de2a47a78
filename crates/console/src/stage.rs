//! Where the broker is in its life, as the console is told, and what the process says of itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thalweg_broker::node::Node;
use thalweg_broker::opening::OpeningProgress;

use crate::groups::Groups;

/// How the process measures itself; handed in, as system calls are another room's.
#[derive(Clone, Copy, Debug)]
pub struct ProcessReadings {
    /// CPU time of all threads.
    pub cpu_time: fn() -> Duration,
    /// Resident memory in bytes, where the system tells.
    pub resident_bytes: fn() -> Option<u64>,
    /// Open file descriptors, where the system tells.
    pub open_descriptors: fn() -> Option<u64>,
    /// Bytes of the machine's page cache, where the system tells: all, those no disk has been given yet, those on their
    /// way to one.
    pub page_cache: fn() -> Option<[u64; 3]>,
    /// The version of the program.
    pub version: &'static str,
}

/// The broker's life.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// Logs are being opened.
    Starting,
    /// Clients are served.
    Serving(Arc<Node>),
    /// Told to stop.
    Stopping(Arc<Node>),
}

impl Stage {
    /// The node, once there is one.
    pub(crate) fn node(&self) -> Option<&Arc<Node>> {
        match self {
            Self::Starting => None,
            Self::Serving(node) | Self::Stopping(node) => Some(node),
        }
    }
}

/// What all requests look at.
#[derive(Debug)]
pub(crate) struct State {
    stage: Mutex<Stage>,
    /// Every partition known at some probe had been opened: true for good, as later ones are opened as they come.
    pub(crate) has_opened_all: AtomicBool,
    pub(crate) process: ProcessReadings,
    /// How far the start is.
    pub(crate) opening: Arc<OpeningProgress>,
    /// What is known of consumer groups.
    pub(crate) groups: Arc<Groups>,
}

impl State {
    pub(crate) fn new(process: ProcessReadings, opening: Arc<OpeningProgress>) -> Self {
        Self {
            stage: Mutex::new(Stage::Starting),
            has_opened_all: AtomicBool::new(false),
            process,
            opening,
            groups: Arc::default(),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.lock().clone()
    }

    pub(crate) fn serve(&self, node: Arc<Node>) {
        *self.lock() = Stage::Serving(node);
    }

    pub(crate) fn stop(&self) {
        let mut stage = self.lock();
        if let Stage::Serving(node) = &*stage {
            *stage = Stage::Stopping(Arc::clone(node));
        }
    }

    pub(crate) fn opened_all(&self) -> bool {
        self.has_opened_all.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        // Nothing is left half done under this lock.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
