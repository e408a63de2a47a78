//! The controller role of this node: the metadata log `__cluster_metadata-0`, its leadership of a quorum of
//! one, and the queue by which the other roles ask for changes.
//!
//! Boot opens or formats the directory ([`open_or_format`]), then one thread calls [`ControllerHost::turn`].
//! A turn takes every waiting request, lets the decisions of `thalweg-controller` make records of them, appends
//! those, makes all of them durable by one sync, publishes the new image, tells the broker what changed, and only
//! then answers. Never decides what a request means, never touches a partition of a topic.

mod checkpoints;
mod format;
mod handle;
mod host;
mod meta_properties;
mod metadata_log;
mod open;
mod quorum_state;

pub use handle::{ControllerHandle, MetadataListener, Reply};
pub use host::ControllerHost;
pub use meta_properties::MetaProperties;
pub use open::{ControllerError, ControllerOptions, open_or_format};

#[cfg(test)]
mod tests;
