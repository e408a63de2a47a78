//! What may be asked of the controller, and its answers, owned so that they can cross threads. The broker's
//! API files translate them from and to the wire.

use std::fmt;
use std::ops::Range;

use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use crate::elect_leaders::{ElectLeaders, ElectedLeaders};
use crate::reassign::{AssignDirectory, Reassign, Reassigned};
use crate::security::{SecurityRequest, SecurityResponse};
use crate::update_features::UpdateFeatures;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControllerRequest {
    /// CreateTopics, and creation on first use.
    CreateTopics(CreateTopics),
    /// DeleteTopics; answers come in the order of the topics named.
    DeleteTopics(Vec<TopicReference>),
    /// CreatePartitions.
    CreatePartitions(CreatePartitions),
    /// IncrementalAlterConfigs and AlterConfigs.
    AlterConfigs(AlterConfigs),
    /// Access control, credentials, quotas, tokens.
    Security(SecurityRequest),
    /// ElectLeaders.
    ElectLeaders(ElectLeaders),
    /// AlterPartitionReassignments.
    Reassign(Reassign),
    /// AssignReplicasToDirs, of one replica.
    AssignDirectory(AssignDirectory),
    /// UpdateFeatures.
    UpdateFeatures(UpdateFeatures),
    /// UnregisterBroker, by its id.
    UnregisterBroker(i32),
    /// AllocateProducerIds: a broker wants its next block.
    AllocateProducerIds {
        /// Who asks.
        broker_id: i32,
        /// Its epoch.
        broker_epoch: i64,
    },
}

/// The answer to a request, of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControllerResponse {
    /// One entry per topic asked for, in that order.
    CreateTopics(Vec<(String, Result<CreatedTopic, ApiError>)>),
    /// One entry per topic named, in that order: its name and id as far as they are known.
    DeleteTopics(Vec<(Option<String>, Uuid, Result<(), ApiError>)>),
    /// One entry per topic named, in that order.
    CreatePartitions(Vec<(String, Result<(), ApiError>)>),
    /// One entry per resource named, in that order.
    AlterConfigs(Vec<Result<(), ApiError>>),
    /// Access control, credentials, quotas, tokens.
    Security(SecurityResponse),
    /// By topic and partition.
    ElectLeaders(ElectedLeaders),
    /// By topic and partition.
    Reassign(Reassigned),
    /// Whether it is written down.
    AssignDirectory(Result<(), ApiError>),
    /// For all features together.
    UpdateFeatures(Result<(), ApiError>),
    /// Whether it is forgotten.
    UnregisterBroker(Result<(), ApiError>),
    /// The block of producer ids.
    AllocateProducerIds(Result<Range<i64>, ApiError>),
    /// Nothing was done: the metadata log cannot be written.
    Unavailable(ApiError),
}

/// Topics to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateTopics {
    /// The topics. A name that stands twice is refused (INVALID_REQUEST), as Kafka refuses it.
    pub topics: Vec<NewTopic>,
    /// Answer as if, but make nothing.
    pub validate_only: bool,
}

/// One topic to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// Partitions; −1 asks for `num.partitions`.
    pub partitions: i32,
    /// Replicas of each; −1 asks for `default.replication.factor`.
    pub replication_factor: i16,
    /// Partition index and its replicas. Not empty: then both numbers above must be −1.
    pub assignments: Vec<(i32, Vec<i32>)>,
    /// Configuration; a null value is refused.
    pub configs: Vec<(String, Option<String>)>,
}

impl NewTopic {
    /// A topic with the broker's defaults: what creation on first use asks for.
    pub fn with_defaults(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            partitions: -1,
            replication_factor: -1,
            assignments: Vec::new(),
            configs: Vec::new(),
        }
    }
}

/// A topic that was made, or would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTopic {
    /// Its id.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partitions: i32,
    /// Replicas of the first of them.
    pub replication_factor: i16,
    /// The configuration it was made with, beyond the defaults.
    pub configs: Vec<(String, String)>,
}

/// A topic by name or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicReference {
    /// By name.
    Name(String),
    /// By id.
    Id(Uuid),
}

/// Topics that get more partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreatePartitions {
    /// The topics.
    pub topics: Vec<MorePartitions>,
    /// Answer as if, but make nothing.
    pub validate_only: bool,
}

/// One topic that gets more partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MorePartitions {
    /// Its name.
    pub name: String,
    /// How many it shall have in all.
    pub count: i32,
    /// Replicas of each new partition, where the client chooses.
    pub assignments: Option<Vec<Vec<i32>>>,
}

/// Changes of configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlterConfigs {
    /// Whose.
    pub resources: Vec<ResourceChanges>,
    /// Set what is named and take away everything else, as AlterConfigs does.
    pub replace: bool,
    /// Answer as if, but change nothing.
    pub validate_only: bool,
}

/// Changes of one resource's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChanges {
    /// Kind of resource, by its code on the wire.
    pub resource_type: i8,
    /// Its name.
    pub resource_name: String,
    /// The changes.
    pub changes: Vec<ConfigChange>,
}

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigChange {
    /// The key.
    pub name: String,
    /// What to do, by its code on the wire; see [`ConfigOperation`].
    pub operation: i8,
    /// The value; needed except to delete.
    pub value: Option<String>,
}

/// What IncrementalAlterConfigs can do to a key (KIP-339).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum ConfigOperation {
    /// Give it this value.
    Set = 0,
    /// Take its value away.
    Delete = 1,
    /// Add to a list.
    Append = 2,
    /// Take from a list.
    Subtract = 3,
}

impl ConfigOperation {
    /// The operation with this code.
    #[must_use]
    pub fn from_code(code: i8) -> Option<Self> {
        Some(match code {
            0 => Self::Set,
            1 => Self::Delete,
            2 => Self::Append,
            3 => Self::Subtract,
            _ => return None,
        })
    }
}

/// An error as the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Kafka's code.
    pub code: ErrorCode,
    /// What to show a human; `None` where Kafka sends none.
    pub message: Option<String>,
}

impl ApiError {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()) }
    }

    /// An error with the sentence that stands for its code.
    #[must_use]
    pub fn bare(code: ErrorCode) -> Self {
        Self { code, message: Some(code.message().to_owned()) }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.name())?;
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}
