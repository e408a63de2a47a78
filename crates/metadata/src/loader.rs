//! Reads the metadata log batch by batch into an image: control records, metadata records, and metadata
//! transactions (KIP-868), whose records show only once the transaction has ended.
//!
//! Used for the log at start, for what the controller has just appended, and, in a cluster, for what the quorum
//! has committed.

use thalweg_records::{BatchView, ControlType, Limits, RecordIter, Scratch};
use thalweg_wire::messages::raft::{KRaftVersionRecord, LeaderChangeMessage, VotersRecord};
use thalweg_wire::records::{MetadataRecord, metadata_record_decode};
use thalweg_wire::{Decode, Reader};

use crate::{Change, MetadataDelta, MetadataImage, RecordList, ReplayError, Voter, VoterEndpoint};

/// Where in the log a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Offset of the batch's first record.
    pub base_offset: i64,
    /// Leader epoch of the batch.
    pub epoch: i32,
    /// Largest timestamp of the batch.
    pub timestamp: i64,
}

/// An image that follows the log.
#[derive(Debug)]
pub struct Loader {
    image: MetadataImage,
    transaction: Option<MetadataDelta>,
}

impl Loader {
    /// Begins with this image; what comes next is the record after its `highest_offset`.
    #[must_use]
    pub fn new(image: MetadataImage) -> Self {
        Self { image, transaction: None }
    }

    /// Everything whole: records of an open transaction are not in it.
    #[must_use]
    pub fn image(&self) -> &MetadataImage {
        &self.image
    }

    /// Whether a transaction has begun and not ended. A controller that finds one at start aborts it.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Applies one batch of the log. After an error the loader must be thrown away.
    pub fn batch(&mut self, batch: &BatchView<'_>) -> Result<Vec<Change>, ReplayError> {
        let progress = Progress {
            base_offset: batch.base_offset().0,
            epoch: batch.partition_leader_epoch().0,
            timestamp: batch.max_timestamp(),
        };
        let undecodable = |error| ReplayError::Undecodable { reason: format!("{error}") };
        let (mut buffer, mut scratch) = (Vec::new(), Scratch::new());
        let records =
            RecordIter::new(batch, &Limits::default(), &mut scratch, &mut buffer).map_err(undecodable)?;
        if batch.is_control() {
            for record in records {
                let record = record.map_err(undecodable)?;
                let kind = ControlType::from_key(record.key.unwrap_or_default());
                let kind = kind.ok_or_else(|| nameless("a control record without a type"))?;
                self.control(kind, record.value.unwrap_or_default())?;
            }
            self.advance(progress, batch.last_offset().0);
            return Ok(Vec::new());
        }
        let mut values = Vec::with_capacity(usize::try_from(batch.record_count()).unwrap_or(0).min(10_000));
        for record in records {
            let record = record.map_err(undecodable)?;
            values.push(record.value.ok_or_else(|| nameless("a metadata record without a value"))?);
        }
        self.records(progress, values.into_iter(), batch.last_offset().0)
    }

    /// Applies records that were appended as one batch at this place.
    pub fn list(&mut self, progress: Progress, records: &RecordList) -> Result<Vec<Change>, ReplayError> {
        let last_offset = progress.base_offset + i64::try_from(records.len()).unwrap_or(i64::MAX) - 1;
        self.records(progress, records.iter(), last_offset)
    }

    fn records<'r>(
        &mut self,
        progress: Progress,
        records: impl Iterator<Item = &'r [u8]>,
        last_offset: i64,
    ) -> Result<Vec<Change>, ReplayError> {
        let mut delta = None;
        let mut changes = Vec::new();
        for bytes in records {
            let record = metadata_record_decode(bytes);
            let record = record.map_err(|error| ReplayError::Undecodable { reason: error.to_string() })?;
            match &record {
                MetadataRecord::BeginTransaction(_) => {
                    if self.transaction.is_some() {
                        return Err(ReplayError::Misplaced { record: "BeginTransactionRecord" });
                    }
                    self.take_in(&mut delta, &mut changes);
                    self.transaction = Some(MetadataDelta::new(self.image.clone()));
                }
                MetadataRecord::EndTransaction(_) => {
                    let Some(mut transaction) = self.transaction.take() else {
                        return Err(ReplayError::Misplaced { record: "EndTransactionRecord" });
                    };
                    // Control records may have come in between.
                    transaction.image_mut().quorum.clone_from(&self.image.quorum);
                    self.take_in(&mut Some(transaction), &mut changes);
                }
                MetadataRecord::AbortTransaction(_) => {
                    if self.transaction.take().is_none() {
                        return Err(ReplayError::Misplaced { record: "AbortTransactionRecord" });
                    }
                }
                record => match &mut self.transaction {
                    Some(transaction) => transaction.replay(record)?,
                    None => {
                        delta.get_or_insert_with(|| MetadataDelta::new(self.image.clone())).replay(record)?
                    }
                },
            }
        }
        self.take_in(&mut delta, &mut changes);
        self.advance(progress, last_offset);
        Ok(changes)
    }

    fn take_in(&mut self, delta: &mut Option<MetadataDelta>, changes: &mut Vec<Change>) {
        if let Some(delta) = delta.take() {
            let (image, mut more) = delta.finish();
            self.image = image;
            changes.append(&mut more);
        }
    }

    fn advance(&mut self, progress: Progress, last_offset: i64) {
        // An image never claims offsets whose records it does not show.
        if self.transaction.is_none() {
            self.image.highest_offset = last_offset;
            self.image.highest_epoch = progress.epoch;
            self.image.highest_timestamp = progress.timestamp;
        }
    }

    /// Applies one control record of the metadata log. Types that mean nothing to the metadata are passed over,
    /// as KIP-595 asks.
    pub(crate) fn control(&mut self, kind: ControlType, value: &[u8]) -> Result<(), ReplayError> {
        let quorum = &mut self.image.quorum;
        match kind {
            ControlType::LeaderChange => {
                quorum.leader_id = decode::<LeaderChangeMessage>(value)?.leader_id;
            }
            ControlType::KRaftVersion => {
                quorum.kraft_version = decode::<KRaftVersionRecord>(value)?.kraft_version;
            }
            ControlType::KRaftVoters => {
                let voters = decode::<VotersRecord<'_>>(value)?.voters.into_iter();
                quorum.voters = voters
                    .map(|voter| Voter {
                        id: voter.voter_id,
                        directory_id: voter.voter_directory_id,
                        endpoints: voter
                            .endpoints
                            .iter()
                            .map(|endpoint| VoterEndpoint {
                                name: endpoint.name.to_owned(),
                                host: endpoint.host.to_owned(),
                                port: endpoint.port,
                            })
                            .collect(),
                        kraft_versions: (
                            voter.kraft_version_feature.min_supported_version,
                            voter.kraft_version_feature.max_supported_version,
                        ),
                    })
                    .collect();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Decodes a control record's value. All of them begin with their own version.
pub(crate) fn decode<'r, M: Decode<'r>>(value: &'r [u8]) -> Result<M, ReplayError> {
    let version = value.first_chunk().ok_or_else(|| nameless("a control record is cut off"))?;
    M::decode(&mut Reader::new(value), i16::from_be_bytes(*version))
        .map_err(|error| ReplayError::Undecodable { reason: error.to_string() })
}

fn nameless(reason: &str) -> ReplayError {
    ReplayError::Undecodable { reason: reason.to_owned() }
}
