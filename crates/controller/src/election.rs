//! What becomes of a partition's ISR, ELR and leader when a broker comes or goes: Kafka's
//! PartitionChangeBuilder, as far as one broker's coming and going needs it (KIP-966).

use thalweg_metadata::{
    ConfigResource, LeaderRecoveryState, MetadataImage, NO_LEADER, PartitionRegistration, TopicImage,
};
use thalweg_wire::messages::metadata::PartitionChangeRecord;

use crate::alter_configs::MIN_INSYNC_REPLICAS;

/// A change of one partition in the making.
pub struct PartitionChanger<'a> {
    image: &'a MetadataImage,
    pub topic: &'a TopicImage,
    index: i32,
    partition: &'a PartitionRegistration,
}

impl<'a> PartitionChanger<'a> {
    /// Begins a change; `None` when there is no such partition.
    pub fn new(image: &'a MetadataImage, topic: &'a TopicImage, index: usize) -> Option<Self> {
        let partition = topic.partitions.get(index)?;
        Some(Self { image, topic, index: i32::try_from(index).ok()?, partition })
    }

    /// The broker stops serving: it leaves the ISR, and leadership goes to whoever may have it. `None` when
    /// nothing changes.
    pub fn without(&self, broker: i32) -> Option<PartitionChangeRecord> {
        let partition = self.partition;
        if partition.leader != broker && !partition.isr.contains(&broker) {
            return None;
        }
        let mut isr: Vec<i32> = partition.isr.iter().copied().filter(|&id| id != broker).collect();
        let elr_enabled = self.image.features.elr_enabled();
        if isr.is_empty() && !elr_enabled {
            // Without eligible leader replicas the last ISR is what a later clean election goes by.
            isr.clone_from(&partition.isr);
        }
        let (elr, mut last_known_elr) = self.elr_beside(&isr, None);
        let accept = |id: i32| id != broker && self.image.cluster.is_active(id);
        let leader = self.clean_leader(&isr, &elr, partition.leader, accept).unwrap_or(NO_LEADER);
        if elr_enabled && isr.is_empty() && partition.leader != NO_LEADER {
            // The last to leave is who an unclean election would ask first.
            last_known_elr = vec![partition.leader];
        }
        self.record(&isr, &elr, &last_known_elr, leader, None)
    }

    /// The broker came back without having stopped cleanly: nobody may rely on what it had. `None` when
    /// nobody did.
    pub fn after_unclean_stop(&self, broker: i32) -> Option<PartitionChangeRecord> {
        let elr: Vec<i32> = self.partition.elr.iter().copied().filter(|&id| id != broker).collect();
        if elr.len() == self.partition.elr.len() {
            return None;
        }
        let mut record = self.empty();
        record.eligible_leader_replicas = Some(elr);
        Some(record)
    }

    /// The broker serves again: elect it where nobody leads and it may. `unclean` is the topic's
    /// `unclean.leader.election.enable`.
    pub fn with(&self, broker: i32, unclean: bool) -> Option<PartitionChangeRecord> {
        let partition = self.partition;
        if partition.leader != NO_LEADER || !partition.replicas.contains(&broker) {
            return None;
        }
        let accept = |id: i32| id == broker || self.image.cluster.is_active(id);
        if let Some(leader) = self.clean_leader(&partition.isr, &partition.elr, NO_LEADER, accept) {
            let mut isr = partition.isr.clone();
            if !isr.contains(&leader) {
                isr.push(leader);
            }
            let (elr, last_known_elr) = self.elr_beside(&isr, Some(leader));
            return self.record(&isr, &elr, &last_known_elr, leader, None);
        }
        // Nobody has all the data for sure. The last known leader has most of it: KIP-966 lets it lead when
        // both sets are empty. Beyond that, only the topic's owner can allow it.
        let last_known = match partition.last_known_elr.as_slice() {
            [last] if partition.isr.is_empty() && partition.elr.is_empty() && accept(*last) => Some(*last),
            _ => None,
        };
        let any = || partition.replicas.iter().copied().find(|&id| accept(id));
        let leader = last_known.or_else(|| if unclean { any() } else { None })?;
        let (elr, _) = self.elr_beside(&[leader], Some(leader));
        self.record(&[leader], &elr, &[], leader, Some(LeaderRecoveryState::Recovering))
    }

    /// The first assigned replica takes over, if it is in sync and serves. `None` when it may not, or leads already.
    pub fn preferred(&self) -> Option<PartitionChangeRecord> {
        let partition = self.partition;
        let preferred = *partition.replicas.first()?;
        if !partition.isr.contains(&preferred) || !self.image.cluster.is_active(preferred) {
            return None;
        }
        self.record(&partition.isr, &partition.elr, &partition.last_known_elr, preferred, None)
    }

    /// Only these replicas are left, in this order; all of them are in the ISR. A leader that goes is followed by
    /// the first of them that serves. `None` when nothing changes.
    pub fn reassigned(&self, replicas: &[i32]) -> Option<PartitionChangeRecord> {
        let partition = self.partition;
        let staying =
            |ids: &[i32]| -> Vec<i32> { ids.iter().copied().filter(|id| replicas.contains(id)).collect() };
        let (isr, elr) = (staying(&partition.isr), staying(&partition.elr));
        let last_known_elr = staying(&partition.last_known_elr);
        let is_active = |id: &i32| self.image.cluster.is_active(*id);
        let leader = match partition.leader {
            leader if leader == NO_LEADER || replicas.contains(&leader) => leader,
            _ => replicas.iter().copied().find(is_active).unwrap_or(NO_LEADER),
        };
        let mut record = self.record(&isr, &elr, &last_known_elr, leader, None);
        if partition.replicas != replicas {
            let record = record.get_or_insert_with(|| self.empty());
            record.replicas = Some(replicas.to_vec());
            if !partition.directories.is_empty() {
                let of = |id: &i32| {
                    let place = partition.replicas.iter().position(|replica| replica == id);
                    place.and_then(|place| partition.directories.get(place)).copied().unwrap_or_default()
                };
                record.directories = Some(replicas.iter().map(of).collect());
            }
        }
        record
    }

    /// First assigned replica of the ISR, or else of the ELR, that may lead. A present leader that may stay does.
    fn clean_leader(
        &self,
        isr: &[i32],
        elr: &[i32],
        present: i32,
        accept: impl Fn(i32) -> bool,
    ) -> Option<i32> {
        if isr.contains(&present) && accept(present) {
            return Some(present);
        }
        let first = |set: &[i32]| {
            let mut assigned = self.partition.replicas.iter().copied();
            assigned.find(|&id| set.contains(&id) && accept(id))
        };
        first(isr).or_else(|| first(elr))
    }

    /// ELR and last known ELR beside this ISR.
    fn elr_beside(&self, isr: &[i32], elected: Option<i32>) -> (Vec<i32>, Vec<i32>) {
        let partition = self.partition;
        if !self.image.features.elr_enabled() || isr.len() >= self.min_isr() {
            return (Vec::new(), Vec::new());
        }
        let mut elr: Vec<i32> = partition.elr.clone();
        elr.extend(partition.isr.iter().filter(|id| !partition.elr.contains(id)));
        elr.retain(|id| !isr.contains(id));
        let last_known = if elected.is_some() { Vec::new() } else { partition.last_known_elr.clone() };
        (elr, last_known)
    }

    /// `min.insync.replicas` that holds for the topic, never more than there are replicas.
    fn min_isr(&self) -> usize {
        let configs = &self.image.configs;
        let text = configs
            .value(&ConfigResource::topic(&self.topic.name), MIN_INSYNC_REPLICAS)
            .or_else(|| configs.value(&ConfigResource::all_brokers(), MIN_INSYNC_REPLICAS));
        let number: usize = text.and_then(|text| text.trim().parse().ok()).unwrap_or(1);
        number.min(self.partition.replicas.len())
    }

    fn empty(&self) -> PartitionChangeRecord {
        PartitionChangeRecord {
            partition_id: self.index,
            topic_id: self.topic.id,
            ..PartitionChangeRecord::default()
        }
    }

    /// The record of what differs, or `None`.
    fn record(
        &self,
        isr: &[i32],
        elr: &[i32],
        last_known_elr: &[i32],
        leader: i32,
        recovery: Option<LeaderRecoveryState>,
    ) -> Option<PartitionChangeRecord> {
        let partition = self.partition;
        let mut record = self.empty();
        let changed = |old: &[i32], new: &[i32]| (old != new).then(|| new.to_vec());
        record.isr = changed(&partition.isr, isr);
        record.eligible_leader_replicas = changed(&partition.elr, elr);
        record.last_known_elr = changed(&partition.last_known_elr, last_known_elr);
        if leader != partition.leader {
            record.leader = leader;
        }
        if let Some(recovery) = recovery.filter(|&recovery| recovery != partition.recovery_state) {
            record.leader_recovery_state = recovery as i8;
        }
        (record != self.empty()).then_some(record)
    }
}
