//! Where replicas go, and whether a client's own choice can be.
//!
//! Kafka's striped placement: replicas of consecutive partitions go to consecutive brokers from a random
//! start, racks alternating. With one broker, which is what a single node has, every choice is the same.

use thalweg_metadata::{FeaturesImage, MetadataImage, PartitionRegistration};
use thalweg_model::Uuid;
use thalweg_wire::ErrorCode;

use crate::ApiError;

/// Replicas of `count` new partitions, `replication_factor` each. `number` is random.
pub fn place(
    image: &MetadataImage,
    count: i32,
    replication_factor: i16,
    number: u64,
) -> Result<Vec<Vec<i32>>, ApiError> {
    let refuse = |why: String| {
        let why = format!("Unable to replicate the partition {replication_factor} time(s): {why}");
        Err(ApiError::new(ErrorCode::InvalidReplicationFactor, why))
    };
    let brokers = &image.cluster.brokers;
    // A broker whose directories are all cordoned takes no new partitions (KIP-1066).
    let usable = |id: &&i32| {
        brokers.get(*id).is_some_and(|broker| match &broker.cordoned_log_dirs {
            Some(cordoned) if !broker.log_dirs.is_empty() => {
                broker.log_dirs.iter().any(|directory| !cordoned.contains(directory))
            }
            _ => true,
        })
    };
    let ids: Vec<i32> = brokers.keys().filter(usable).copied().collect();
    let factor = usize::try_from(replication_factor).unwrap_or(0);
    if factor > ids.len() {
        return refuse(format!(
            "The target replication factor of {replication_factor} cannot be reached because only {} broker(s) \
             are registered or some brokers have all their log directories cordoned.",
            ids.len()
        ));
    }
    // Unfenced brokers lead; fenced ones only fill up.
    let (active, fenced): (Vec<i32>, Vec<i32>) =
        ids.into_iter().partition(|id| brokers.get(id).is_some_and(|broker| !broker.fenced));
    if active.is_empty() {
        return refuse("All brokers are currently fenced.".to_owned());
    }
    let start = usize::try_from(number % active.len() as u64).unwrap_or(0);
    let replicas = |partition: usize| {
        let lead = (0..active.len()).map(|step| active[(start + partition + step) % active.len()]);
        let fill = (0..fenced.len()).map(|step| fenced[(partition + step) % fenced.len()]);
        lead.chain(fill).take(factor).collect()
    };
    Ok((0..usize::try_from(count).unwrap_or(0)).map(replicas).collect())
}

/// Checks replicas that a client chose. `factor` is the number of replicas of the partitions before.
pub fn check_manual(image: &MetadataImage, replicas: &[i32], factor: Option<usize>) -> Result<(), ApiError> {
    let refuse = |why: String| Err(ApiError::new(ErrorCode::InvalidReplicaAssignment, why));
    if replicas.is_empty() {
        return refuse("The manual partition assignment includes an empty replica list.".to_owned());
    }
    let mut sorted = replicas.to_vec();
    sorted.sort_unstable();
    let mut before = None;
    for id in &sorted {
        if !image.cluster.brokers.contains_key(id) {
            return refuse(format!(
                "The manual partition assignment includes broker {id}, but no such broker is registered."
            ));
        }
        if before == Some(id) {
            return refuse(format!(
                "The manual partition assignment includes the broker {id} more than once."
            ));
        }
        before = Some(id);
    }
    match factor {
        Some(factor) if factor != replicas.len() => refuse(format!(
            "The manual partition assignment includes a partition with {} replica(s), but this is not consistent \
             with previous partitions, which have {factor} replica(s).",
            replicas.len()
        )),
        _ => Ok(()),
    }
}

/// The registration of a new partition: led by the first active replica. `None` when none is active.
pub fn new_partition(image: &MetadataImage, replicas: Vec<i32>) -> Option<PartitionRegistration> {
    let isr: Vec<i32> = replicas.iter().copied().filter(|&id| image.cluster.is_active(id)).collect();
    Some(PartitionRegistration {
        directories: directories(image, &replicas, &image.features),
        leader: *isr.first()?,
        isr,
        replicas,
        ..PartitionRegistration::default()
    })
}

/// KIP-858: a broker with one directory needs no say in where a replica goes; one with several chooses
/// itself and tells the controller afterwards.
fn directories(image: &MetadataImage, replicas: &[i32], features: &FeaturesImage) -> Vec<Uuid> {
    let directory = |id: &i32| match image.cluster.brokers.get(id).map(|broker| broker.log_dirs.as_slice()) {
        Some([only]) => *only,
        Some([]) | None => Uuid::ZERO,
        Some(_) => UNASSIGNED,
    };
    if features.directories_recorded() { replicas.iter().map(directory).collect() } else { Vec::new() }
}

/// "The broker has not chosen a directory yet."
const UNASSIGNED: Uuid = Uuid::ONE;
