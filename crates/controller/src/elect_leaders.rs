//! ElectLeaders (KIP-460): the preferred replica takes over again, or a partition without a leader gets one at the
//! price of records. Results come topic by topic as they were asked for.

use thalweg_metadata::{MetadataImage, NO_LEADER, RecordList, TopicImage};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::PartitionChangeRecord;

use crate::election::PartitionChanger;
use crate::{ApiError, Decision};

/// Leaders to be elected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElectLeaders {
    /// Take any replica that lives where nobody leads; otherwise the first assigned one is to lead.
    pub unclean: bool,
    /// Topics and partitions; `None` asks for all, and then only those that needed an election are answered.
    pub partitions: Option<Vec<(String, Vec<i32>)>>,
}

/// Results by topic and partition.
pub type ElectedLeaders = Vec<(String, Vec<(i32, Result<(), ApiError>)>)>;

/// Decides an ElectLeaders request.
pub fn elect_leaders(image: &MetadataImage, request: &ElectLeaders) -> Decision<ElectedLeaders> {
    let mut records = RecordList::new();
    let mut response = ElectedLeaders::new();
    match &request.partitions {
        Some(topics) => {
            for (name, indexes) in topics {
                let results = indexes
                    .iter()
                    .map(|&index| (index, elect_named(image, name, index, request.unclean, &mut records)));
                response.push((name.clone(), results.collect()));
            }
        }
        None => {
            for topic in image.topics.by_name.values() {
                let results = (0..topic.partitions.len()).filter_map(|place| {
                    let index = i32::try_from(place).ok()?;
                    let result = elect(image, topic, place, request.unclean, &mut records);
                    let is_needed =
                        result.as_ref().err().is_none_or(|error| error.code != ErrorCode::ElectionNotNeeded);
                    is_needed.then_some((index, result))
                });
                response.push((topic.name.to_string(), results.collect()));
            }
        }
    }
    Decision { records, response }
}

fn elect_named(
    image: &MetadataImage,
    name: &str,
    index: i32,
    unclean: bool,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let unknown = |why: String| ApiError::new(ErrorCode::UnknownTopicOrPartition, why);
    let topic = image.topics.named(name).ok_or_else(|| unknown(format!("No such topic as {name}")))?;
    let place = usize::try_from(index).ok().filter(|&place| place < topic.partitions.len());
    let place = place.ok_or_else(|| unknown(format!("No such partition as {name}-{index}")))?;
    elect(image, topic, place, unclean, records)
}

fn elect(
    image: &MetadataImage,
    topic: &TopicImage,
    place: usize,
    unclean: bool,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let none = || ApiError::bare(ErrorCode::UnknownTopicOrPartition);
    let partition = topic.partitions.get(place).ok_or_else(none)?;
    let is_led = match unclean {
        true => partition.leader != NO_LEADER,
        false => partition.replicas.first() == Some(&partition.leader),
    };
    if is_led {
        return Err(ApiError::bare(ErrorCode::ElectionNotNeeded));
    }
    let changer = PartitionChanger::new(image, topic, place).ok_or_else(none)?;
    let record: Option<PartitionChangeRecord> = if unclean {
        let live = partition.replicas.iter().copied().filter(|&id| image.cluster.is_active(id));
        live.clone()
            .find_map(|id| changer.with(id, false))
            .or_else(|| live.clone().find_map(|id| changer.with(id, true)))
    } else {
        changer.preferred()
    };
    let record = record.ok_or_else(|| {
        ApiError::bare(match unclean {
            true => ErrorCode::EligibleLeadersNotAvailable,
            false => ErrorCode::PreferredLeaderNotAvailable,
        })
    })?;
    records
        .push(record, image.features.partition_record_version())
        .map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string()))
}
