//! The Kafka protocol as a client speaks it, as machines: inputs and the time go in by `handle_…(now, …)`,
//! commands come out of a queue, `poll_timeout` gives the next deadline. A record's path begins here in
//! [`Producer`] and ends here in [`Fetcher`]; [`Client`] between them finds brokers, negotiates versions,
//! keeps metadata and retries; [`calls`] are the questions one can ask.
//!
//! Never opens a socket and never reads a clock: the feature `driver` adds the one file that does.

mod backoff;
mod call;
pub mod calls;
mod client;
mod cluster;
mod connection;
#[cfg(feature = "driver")]
pub mod driver;
mod error;
mod fetcher;
mod frame;
mod member;
mod partitioner;
mod producer;
#[cfg(test)]
mod testing;
mod versions;

pub use call::{Answer, Call, CallId, Target};
pub use client::{Client, ClientEvent, ClientSettings, Command, LinkId};
pub use cluster::{Broker, ClusterView, PartitionView, TopicView};
pub use connection::{Connection, ConnectionEvent, ConnectionSettings, LoginSettings, SendError};
pub use error::{BrokerError, CallError, ConnectFailure};
pub use fetcher::{FetchFailure, Fetched, Fetcher, FetcherSettings};
pub use frame::FrameReader;
pub use member::{Member, MemberEvent, MemberSettings};
pub use partitioner::{Partitioner, murmur2};
pub use producer::{Delivery, OutgoingRecord, Producer, ProducerSettings};
pub use versions::BrokerVersions;
