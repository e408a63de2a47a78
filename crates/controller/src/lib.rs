//! The controller as a record machine: a request and the present image in, metadata records and an answer out.
//!
//! Only replay of the records changes the image, so the same code serves a lone node and a quorum's leader.
//! Error codes and their order are Kafka 4.4's (its QuorumController). Never does I/O, never asks the time,
//! never makes a random number: ids are handed in. The host in the broker appends the records, makes them
//! durable and only then gives the answer.

mod alter_configs;
mod bootstrap;
mod brokers;
mod create_partitions;
mod create_topics;
mod delete_topics;
mod elect_leaders;
mod election;
mod placement;
mod producer_ids;
mod reassign;
mod request;
pub mod security;
mod settings;
mod update_features;

pub use alter_configs::with_effective;
pub use bootstrap::{
    BootstrapError, LATEST_METADATA_VERSION, MINIMUM_METADATA_VERSION, bootstrap_features, bootstrap_records,
    features_to_add,
};
pub use brokers::{Registration, fence, register_broker, register_controller, shut_down, unfence};
pub use create_topics::name_error;
pub use elect_leaders::{ElectLeaders, ElectedLeaders};
pub use reassign::{AssignDirectory, Reassign, Reassigned, Wanted};
pub use request::{
    AlterConfigs, ApiError, ConfigChange, ConfigOperation, ControllerRequest, ControllerResponse,
    CreatePartitions, CreateTopics, CreatedTopic, MorePartitions, NewTopic, ResourceChanges, TopicReference,
};
pub use settings::{ControllerSettings, FeatureRange};
pub use update_features::{FeatureUpdate, UpdateFeatures};

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_model::{DirectoryId, Uuid};

/// Largest number of records that one request may cause; beyond it Kafka refuses the request.
pub const RECORDS_PER_REQUEST_MAX: usize = 10_000;

/// What the controller decided: records to append as one batch, and the answer to give once they are durable.
#[derive(Clone, Debug)]
pub struct Decision<R> {
    /// Empty when nothing changes.
    pub records: RecordList,
    /// The answer.
    pub response: R,
}

impl<R> Decision<R> {
    /// The same records with the answer in another form.
    pub(crate) fn map<T>(self, form: impl FnOnce(R) -> T) -> Decision<T> {
        Decision { records: self.records, response: form(self.response) }
    }
}

/// What a decision takes from around it: ids (the host's are the system's randomness, a test's count), and what the
/// running broker says.
pub trait NewIds {
    /// A new topic id.
    fn topic_id(&mut self) -> Uuid;
    /// A random number, where partitions begin to be placed.
    fn number(&mut self) -> u64;
    /// Whether the running broker can take this configuration; `Err` says why not. Only a host that has a broker knows:
    /// whether a key store can be read, for one.
    fn broker_takes(&self, then: &thalweg_config::Effective<'_>) -> Result<(), String> {
        let _ = then;
        Ok(())
    }
    /// Which of the running broker's directories this configuration cordons; `None` where there is no broker.
    fn cordoned(&self, then: &thalweg_config::Effective<'_>) -> Option<Vec<DirectoryId>> {
        let _ = then;
        None
    }
}

/// Decides one request against the image.
pub fn handle(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &ControllerRequest,
    ids: &mut dyn NewIds,
) -> Decision<ControllerResponse> {
    match request {
        ControllerRequest::CreateTopics(request) => {
            create_topics::create_topics(settings, image, request, ids).map(ControllerResponse::CreateTopics)
        }
        ControllerRequest::DeleteTopics(topics) => {
            delete_topics::delete_topics(settings, image, topics).map(ControllerResponse::DeleteTopics)
        }
        ControllerRequest::CreatePartitions(request) => {
            create_partitions::create_partitions(image, request, ids)
                .map(ControllerResponse::CreatePartitions)
        }
        ControllerRequest::AlterConfigs(request) => {
            alter_configs::alter_configs(settings, image, request, ids).map(ControllerResponse::AlterConfigs)
        }
        ControllerRequest::Security(request) => {
            security::handle(image, request, ids).map(ControllerResponse::Security)
        }
        ControllerRequest::ElectLeaders(request) => {
            elect_leaders::elect_leaders(image, request).map(ControllerResponse::ElectLeaders)
        }
        ControllerRequest::Reassign(request) => {
            reassign::reassign(image, request).map(ControllerResponse::Reassign)
        }
        ControllerRequest::AssignDirectory(request) => {
            reassign::assign_directory(image, request).map(ControllerResponse::AssignDirectory)
        }
        ControllerRequest::UpdateFeatures(request) => {
            update_features::update_features(settings, image, request).map(ControllerResponse::UpdateFeatures)
        }
        ControllerRequest::UnregisterBroker(broker_id) => {
            brokers::unregister_broker(image, *broker_id).map(ControllerResponse::UnregisterBroker)
        }
        ControllerRequest::AllocateProducerIds { broker_id, broker_epoch } => {
            producer_ids::allocate(image, *broker_id, *broker_epoch)
                .map(ControllerResponse::AllocateProducerIds)
        }
    }
}
