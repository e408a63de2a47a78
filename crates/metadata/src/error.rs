//! Why a metadata record cannot be applied. Every one of these stops the node: a record that is skipped is
//! silent corruption of everything decided later.

use std::fmt;

use thalweg_model::Uuid;

/// A metadata record that this build cannot apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The bytes are not a record this build knows: an unknown type, a newer version, or damage.
    Undecodable {
        /// What the decoder says.
        reason: String,
    },
    /// A record speaks of a topic that does not exist.
    UnknownTopic {
        /// The topic.
        topic_id: Uuid,
        /// The record's name.
        record: &'static str,
    },
    /// A record speaks of a partition that does not exist, or leaves a gap before a new one.
    UnknownPartition {
        /// The topic.
        topic_id: Uuid,
        /// The partition.
        partition: i32,
        /// The record's name.
        record: &'static str,
    },
    /// A record speaks of a broker or a broker epoch that does not exist.
    UnknownBroker {
        /// The broker.
        broker_id: i32,
        /// The epoch the record names.
        broker_epoch: i64,
        /// The record's name.
        record: &'static str,
    },
    /// A transaction record without its partner, or the log's control records out of order.
    Misplaced {
        /// The record's name.
        record: &'static str,
    },
    /// A value outside what its field may hold.
    InvalidField {
        /// The record's name.
        record: &'static str,
        /// The field.
        field: &'static str,
        /// The value.
        value: i64,
    },
    /// A checkpoint file does not have a snapshot's shape.
    MalformedCheckpoint {
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecodable { reason } => write!(f, "a metadata record cannot be read: {reason}"),
            Self::UnknownTopic { topic_id, record } => {
                write!(f, "{record} names topic id {topic_id}, which does not exist")
            }
            Self::UnknownPartition { topic_id, partition, record } => {
                write!(f, "{record} names partition {partition} of topic id {topic_id}, which does not exist")
            }
            Self::UnknownBroker { broker_id, broker_epoch, record } => {
                write!(
                    f,
                    "{record} names broker {broker_id} with epoch {broker_epoch}, which is not registered"
                )
            }
            Self::Misplaced { record } => write!(f, "{record} stands where it cannot stand"),
            Self::InvalidField { record, field, value } => {
                write!(f, "{record} holds {field} = {value}, which means nothing")
            }
            Self::MalformedCheckpoint { reason } => write!(f, "the metadata checkpoint is damaged: {reason}"),
        }
    }
}

impl std::error::Error for ReplayError {}
