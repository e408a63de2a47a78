//! UpdateFeatures (KIP-584, KIP-1022): finalized levels go up, or down where nothing in the metadata would be
//! lost. All updates of a request stand or fall together.

use thalweg_metadata::{
    ConfigResource, ELIGIBLE_LEADER_REPLICAS_VERSION, KRAFT_VERSION, METADATA_VERSION, MetadataImage,
    RecordList, ResourceType,
};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::{ConfigRecord, FeatureLevelRecord};
use thalweg_wire::records::MetadataRecord;

use crate::alter_configs::MIN_INSYNC_REPLICAS;
use crate::{ApiError, ControllerSettings, Decision};

/// Levels to be finalized.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateFeatures {
    /// Each feature with its new level. The last one counts for a name that stands twice.
    pub updates: Vec<FeatureUpdate>,
    /// Answer as if, but change nothing.
    pub validate_only: bool,
}

/// One level to be finalized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureUpdate {
    /// The feature.
    pub name: String,
    /// The level; 0 takes the feature away.
    pub level: i16,
    /// 1 upgrade, 2 safe downgrade, 3 unsafe downgrade.
    pub upgrade_type: i8,
}

/// Decides an UpdateFeatures request.
pub fn update_features(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &UpdateFeatures,
) -> Decision<Result<(), ApiError>> {
    let mut records = RecordList::new();
    let is_last = |place: usize, update: &FeatureUpdate| {
        request.updates.iter().skip(place + 1).all(|later| later.name != update.name)
    };
    let updates = request.updates.iter().enumerate().filter(|(place, update)| is_last(*place, update));
    for (_, change) in updates {
        if let Err(why) = update(settings, image, request, change, &mut records) {
            let message =
                format!("The update failed for all features since the following feature had an error: {why}");
            let error = ApiError::new(ErrorCode::InvalidUpdateVersion, message);
            return Decision { records: RecordList::new(), response: Err(error) };
        }
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response: Ok(()) }
}

fn update(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &UpdateFeatures,
    change: &FeatureUpdate,
    records: &mut RecordList,
) -> Result<(), String> {
    let FeatureUpdate { name, level, upgrade_type } = change;
    let refuse = |why: &str| Err(format!("Invalid update version {level} for feature {name}. {why}"));
    if !(UPGRADE..=UNSAFE_DOWNGRADE).contains(upgrade_type) {
        return refuse("The controller does not support the given upgrade type.");
    }
    if *level < 0 {
        return refuse("A feature version cannot be less than 0.");
    }
    let node = settings.node_id;
    match settings.feature(name) {
        None => return refuse(&format!("Local controller {node} does not support this feature.")),
        Some(range) if !(range.min..=range.max).contains(level) => {
            let (min, max) = (range.min, range.max);
            return refuse(&format!("Local controller {node} only supports versions {min}-{max}"));
        }
        Some(_) => {}
    }
    let present = if name == KRAFT_VERSION { image.quorum.kraft_version } else { image.features.level(name) };
    if *level < present && *upgrade_type == UPGRADE {
        return refuse(NOT_ASKED_TO_DOWNGRADE);
    }
    if *level > present && *upgrade_type != UPGRADE {
        return refuse("Can't downgrade to a newer version.");
    }
    if name == KRAFT_VERSION {
        return match level.cmp(&present) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => refuse("Can't downgrade the version of this feature."),
            std::cmp::Ordering::Greater => {
                refuse("This build does not raise it in a log that was begun without it.")
            }
        };
    }
    if *level == present {
        return Ok(());
    }
    if name == METADATA_VERSION {
        check_metadata_version(present, *level, *upgrade_type)?;
    } else {
        check_dependencies(image, request, change)?;
    }
    push(records, FeatureLevelRecord { name, feature_level: *level })?;
    if name == ELIGIBLE_LEADER_REPLICAS_VERSION && *level > 0 && present == 0 {
        settle_min_insync_replicas(settings, image, records)?;
    }
    Ok(())
}

/// Kafka drops no metadata on the way down: a level whose successors have changed the records cannot be gone
/// back to.
fn check_metadata_version(present: i16, level: i16, upgrade_type: i8) -> Result<(), String> {
    if level >= present {
        return Ok(());
    }
    let loses = METADATA_CHANGED.iter().any(|&changed| changed > level && changed <= present);
    let downgrade = format!("Unsupported metadata.version downgrade from {present} to {level}.");
    match (loses, upgrade_type) {
        (false, _) => Ok(()),
        (true, UNSAFE_DOWNGRADE) => {
            Err(format!("{downgrade} Unsafe metadata downgrade is not supported in this version."))
        }
        (true, _) => Err(format!(
            "{downgrade} Refusing to perform the requested downgrade because it might delete metadata information."
        )),
    }
}

/// A level may need another feature's (KIP-1022).
fn check_dependencies(
    image: &MetadataImage,
    request: &UpdateFeatures,
    change: &FeatureUpdate,
) -> Result<(), String> {
    let needed = |(name, level, _): &&(&str, i16, i16)| *name == change.name && *level <= change.level;
    for (_, _, metadata_version) in METADATA_VERSION_NEEDED.iter().filter(needed) {
        let asked = request.updates.iter().rfind(|update| update.name == METADATA_VERSION);
        let then = asked.map_or(image.features.metadata_version(), |update| update.level);
        if then < *metadata_version {
            return Err(format!(
                "{} could not be set to {} because it depends on {METADATA_VERSION} level {metadata_version}",
                change.name, change.level
            ));
        }
    }
    Ok(())
}

/// KIP-966: with eligible leader replicas the least number in sync is the cluster's, and must be there; what
/// single brokers say of it is taken away.
fn settle_min_insync_replicas(
    settings: &ControllerSettings,
    image: &MetadataImage,
    records: &mut RecordList,
) -> Result<(), String> {
    let record = |name: &str, value: Option<&str>, records: &mut RecordList| {
        let (resource_type, resource_name) = (ResourceType::Broker.code(), name);
        push(records, ConfigRecord { resource_type, resource_name, name: MIN_INSYNC_REPLICAS, value })
    };
    if image.configs.value(&ConfigResource::all_brokers(), MIN_INSYNC_REPLICAS).is_none() {
        record("", Some(&settings.min_insync_replicas.to_string()), records)?;
    }
    for resource in image.configs.resources.keys() {
        let is_broker = resource.kind == ResourceType::Broker && !resource.name.is_empty();
        if is_broker && image.configs.value(resource, MIN_INSYNC_REPLICAS).is_some() {
            record(&resource.name, None, records)?;
        }
    }
    Ok(())
}

fn push<'r>(records: &mut RecordList, record: impl Into<MetadataRecord<'r>>) -> Result<(), String> {
    records.push(record, 0).map_err(|error| error.to_string())
}

/// What Kafka says.
#[rustfmt::skip]
const NOT_ASKED_TO_DOWNGRADE: &str = "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
const UPGRADE: i8 = 1;
const UNSAFE_DOWNGRADE: i8 = 3;

/// The levels of metadata.version that changed what records look like.
const METADATA_CHANGED: [i16; 11] = [7, 8, 11, 13, 14, 15, 17, 23, 30, 32, 33];

/// Feature, level, and the metadata.version without which it has no place.
const METADATA_VERSION_NEEDED: [(&str, i16, i16); 1] = [(ELIGIBLE_LEADER_REPLICAS_VERSION, 1, 23)];
