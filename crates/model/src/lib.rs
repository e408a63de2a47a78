//! The nouns every room shares: offsets, epochs, ids and names, each as its own type.
//!
//! Decides what counts as a legal name and how an id is written as text. Never does I/O, never knows
//! the wire or the disk: those rooms convert at their edge.

mod names;
mod numbers;
mod time;
mod uuid;

pub use names::{MAX_TOPIC_NAME_LENGTH, TopicNameError, TopicPartition, validate_topic_name};
pub use numbers::{
    BrokerEpoch, BrokerId, CoordinatorEpoch, LeaderEpoch, Offset, PartitionEpoch, PartitionIndex,
    ProducerEpoch, ProducerId, Sequence,
};
pub use time::{Mono, Now};
pub use uuid::{DirectoryId, TopicId, Uuid, UuidError};
