//! AlterPartitionReassignments (KIP-455) as far as a node that is alone can go: replicas may leave, and the order
//! of those in sync may change, at once. A replica that would have to be filled first is refused, because nobody
//! would fill it. So nothing is ever under way, and there is nothing to cancel.

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_model::{DirectoryId, Uuid};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::PartitionChangeRecord;

use crate::election::PartitionChanger;
use crate::placement::check_manual;
use crate::{ApiError, Decision};

/// A partition and its new replicas; `None` cancels what is under way.
pub type Wanted = (i32, Option<Vec<i32>>);

/// New replicas for partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reassign {
    /// By topic.
    pub topics: Vec<(String, Vec<Wanted>)>,
    /// Whether the number of replicas may change (KIP-860).
    pub allow_replication_factor_change: bool,
}

/// A replica lies in another log directory of its broker (KIP-858).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignDirectory {
    /// The topic.
    pub topic_id: Uuid,
    /// The partition.
    pub partition: i32,
    /// The broker.
    pub broker_id: i32,
    /// The directory.
    pub directory: DirectoryId,
}

/// Writes down where a replica lies, if the metadata records that at all and says otherwise.
pub fn assign_directory(image: &MetadataImage, request: &AssignDirectory) -> Decision<Result<(), ApiError>> {
    let mut records = RecordList::new();
    let place = usize::try_from(request.partition).ok();
    let topic = image.topics.with_id(request.topic_id);
    let found = topic.zip(place).and_then(|(topic, place)| topic.partitions.get(place));
    let Some(partition) = found else {
        return Decision { records, response: Err(ApiError::bare(ErrorCode::UnknownTopicOrPartition)) };
    };
    let mut directories = partition.directories.clone();
    let replica = partition.replicas.iter().position(|&id| id == request.broker_id);
    let Some(slot) = replica.and_then(|replica| directories.get_mut(replica)) else {
        return Decision { records, response: Ok(()) };
    };
    if *slot == request.directory || !image.features.directories_recorded() {
        return Decision { records, response: Ok(()) };
    }
    *slot = request.directory;
    let record = PartitionChangeRecord {
        partition_id: request.partition,
        topic_id: request.topic_id,
        directories: Some(directories),
        ..PartitionChangeRecord::default()
    };
    let pushed = records.push(record, image.features.partition_record_version());
    let response = pushed.map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string()));
    Decision { records, response }
}

/// Results by topic and partition.
pub type Reassigned = Vec<(String, Vec<(i32, Result<(), ApiError>)>)>;

/// Decides an AlterPartitionReassignments request.
pub fn reassign(image: &MetadataImage, request: &Reassign) -> Decision<Reassigned> {
    let mut records = RecordList::new();
    let response = request.topics.iter().map(|(name, partitions)| {
        let results = partitions.iter().map(|(index, replicas)| {
            let may_change = request.allow_replication_factor_change;
            (*index, change(image, name, *index, replicas.as_deref(), may_change, &mut records))
        });
        (name.clone(), results.collect())
    });
    let response = response.collect();
    Decision { records, response }
}

fn change(
    image: &MetadataImage,
    name: &str,
    index: i32,
    replicas: Option<&[i32]>,
    may_change_factor: bool,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let unknown = |why: String| ApiError::new(ErrorCode::UnknownTopicOrPartition, why);
    let topic = image.topics.named(name);
    let topic = topic.ok_or_else(|| unknown(format!("Unable to find a topic named {name}.")))?;
    let place = usize::try_from(index).ok();
    let found = place.and_then(|place| Some((place, topic.partitions.get(place)?)));
    let (place, partition) =
        found.ok_or_else(|| unknown(format!("Unable to find partition {name}:{index}.")))?;
    let Some(replicas) = replicas else {
        return Err(ApiError { code: ErrorCode::NoReassignmentInProgress, message: None });
    };
    check_manual(image, replicas, None)?;
    if !may_change_factor && replicas.len() != partition.replicas.len() {
        let why = format!(
            "The replication factor is changed from {} to {}",
            partition.replicas.len(),
            replicas.len()
        );
        return Err(ApiError::new(ErrorCode::InvalidReplicationFactor, why));
    }
    if let Some(missing) = replicas.iter().find(|id| !partition.isr.contains(id)) {
        let why = format!(
            "Broker {missing} has no copy of this partition in sync, and copying to other brokers is not served \
             by this node."
        );
        return Err(ApiError::new(ErrorCode::InvalidReplicaAssignment, why));
    }
    let record = PartitionChanger::new(image, topic, place).and_then(|changer| changer.reassigned(replicas));
    match record {
        None => Ok(()),
        Some(record) => records
            .push(record, image.features.partition_record_version())
            .map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string())),
    }
}
