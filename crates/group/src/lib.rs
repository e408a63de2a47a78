//! Groups of consumers: who takes part, who reads what, and how far each has read.
//!
//! One [`GroupMachine`] decides for one partition of `__consumer_offsets` and all groups placed on it: `classic` is
//! the protocol in which members assign, `consumer` the one in which the coordinator does (KIP-848), `offsets` what
//! is committed, `admin` what tools ask. A record machine
//! (`thalweg-coordinator`): its records are Kafka's own, and replaying them is how it starts. Never does I/O, never
//! asks a clock; topics that do not exist are refused by the API files before a request comes here.

mod admin;
mod beyond;
mod classic;
mod config;
mod consumer;
mod foreign;
mod machine;
mod offsets;
mod request;
mod state;
mod transactional;
#[cfg(test)]
mod world;

pub use beyond::BeyondEnd;
pub use classic::State as ClassicState;
pub use config::GroupConfig;
pub use consumer::{
    Assigned, Assignment, Assignor, ConsumerConfig, ConsumerState, GroupOverrides, GroupSpec, MemberSpec,
    MigrationPolicy, NoTopics, TopicPartitions, Topics, Work, Worked,
};
pub use machine::{Event, GroupMachine};
pub use request::{
    Beat, CheckedPartitions, Commit, CommitPartition, CommitTopic, ConsumerDescription, ConsumerHeartbeat,
    DeleteOffsets, DescribedConsumer, DescribedMember, Description, FetchOffsets, Join, Joined, JoinedMember,
    Leave, Listing, Member, PartitionOffset, Protocols, Request, Response, Sync, Synced, TopicAssignment,
    TopicOffsets, Visible,
};
