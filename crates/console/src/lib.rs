//! The admin listener: health and metrics over HTTP, for probes and for Prometheus.
//!
//! It runs beside the broker on one thread of its own, asleep until somebody asks, and begins before the broker's
//! logs are opened, so that a probe can tell a node that recovers from one that is gone. It reads what the roles
//! have counted and published; it changes nothing and no role ever waits for it. The only room that uses tokio.

mod groups;
mod health;
mod metrics;
mod server;
mod stage;
#[cfg(test)]
mod tests;

pub use server::{Console, ListenError};
pub use stage::ProcessReadings;
