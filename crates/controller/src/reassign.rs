//! AlterPartitionReassignments (KIP-455) as far as a node that is alone can go: replicas may leave, and the order
//! of those in sync may change, at once. A replica that would have to be filled first is refused, because nobody
//! would fill it. So nothing is ever under way, and there is nothing to cancel.

use thalweg_metadata::{MetadataImage, RecordList};
use thalweg_wire::ErrorCode;

use crate::election::PartitionChanger;
use crate::placement::check_manual;
use crate::{ApiError, Decision};

/// New replicas for partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reassign {
    /// By topic, the partition and its new replicas; `None` cancels what is under way.
    pub topics: Vec<(String, Vec<(i32, Option<Vec<i32>>)>)>,
    /// Whether the number of replicas may change (KIP-860).
    pub allow_replication_factor_change: bool,
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
