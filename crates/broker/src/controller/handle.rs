//! The way to the controller: a mailbox whose answers come back through a closure, and the published image.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use thalweg_config::Effective;
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_metadata::{Change, MetadataImage};
use thalweg_model::{Mono, Now};

use crate::mailbox::Sender;

/// Called with the answer, on the controller's thread, once what was decided is durable, published and told to
/// the broker. It must not block: it puts the answer where the asker finds it.
pub type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// Runs on the controller's thread.
pub type Work = Box<dyn FnOnce(Now) + Send>;

/// What waits for the controller's next turn.
pub(super) enum Submitted {
    /// A request.
    Request(ControllerRequest, Reply<ControllerResponse>),
    /// The broker has opened its logs and can serve.
    Ready(Reply<Result<(), ApiError>>),
    /// Something that must not meet a change of the metadata half way.
    Run(Work),
    /// The broker wants to stop.
    ShutDown(Reply<Result<(), ApiError>>),
}

impl fmt::Debug for Submitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(request, _) => f.debug_tuple("Request").field(request).finish(),
            Self::Run(_) => f.write_str("Run"),
            Self::Ready(_) => f.write_str("Ready"),
            Self::ShutDown(_) => f.write_str("ShutDown"),
        }
    }
}

/// Told of every published change, on the controller's thread, before the request that caused it is answered.
pub trait MetadataListener: Send {
    /// The image is published; `changes` lead from the one before to it. Must not block for long: work on disks
    /// goes to the disk threads.
    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]);

    /// Whether it could follow a change to this broker configuration; `Err` says why not, to who wants it. Asked before
    /// anything is recorded; changes nothing.
    fn takes(&self, then: &Effective<'_>) -> Result<(), String> {
        let _ = then;
        Ok(())
    }

    /// When it wants a turn of its own, though nothing is published.
    fn due(&self) -> Mono {
        Mono(u64::MAX)
    }

    /// The controller's turns pass by here; `image` is what was published last.
    fn turn(&mut self, image: &Arc<MetadataImage>, now: Now) {
        let _ = (image, now);
    }
}

/// The way to the controller. Cloned freely.
#[derive(Clone, Debug)]
pub struct ControllerHandle {
    pub(super) sender: Sender<Submitted>,
    pub(super) image: Arc<ArcSwap<MetadataImage>>,
}

impl ControllerHandle {
    /// Asks for a change. Requests are decided in the order in which they are submitted.
    pub fn submit(&self, request: ControllerRequest, reply: Reply<ControllerResponse>) {
        self.sender.send(Submitted::Request(request, reply));
    }

    /// Runs something on the controller's thread, where no change of the metadata is taken up meanwhile. Short work
    /// only.
    pub fn run(&self, work: Work) {
        self.sender.send(Submitted::Run(work));
    }

    /// The broker has opened its logs: it is unfenced, and elected wherever it may lead. Its listener hears of
    /// the new leader epochs before `reply` is called.
    pub fn broker_ready(&self, reply: Reply<Result<(), ApiError>>) {
        self.sender.send(Submitted::Ready(reply));
    }

    /// The broker wants to stop: it gives up its leaderships and is fenced. After the answer it may flush its
    /// logs and write `.kafka_cleanshutdown` with its epoch.
    pub fn shut_down(&self, reply: Reply<Result<(), ApiError>>) {
        self.sender.send(Submitted::ShutDown(reply));
    }

    /// The metadata as last published.
    #[must_use]
    pub fn image(&self) -> Arc<MetadataImage> {
        self.image.load_full()
    }

    /// Where the image is published, for those who read it on every request.
    #[must_use]
    pub fn published(&self) -> &Arc<ArcSwap<MetadataImage>> {
        &self.image
    }
}
