//! A list of metadata records in their encoded form: what the controller decides, what the host appends, and
//! what replay reads, all three the same bytes.

use thalweg_wire::EncodeError;
use thalweg_wire::records::{MetadataRecord, encode_metadata_record};

/// Encoded metadata records, in order, in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordList {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl RecordList {
    /// No records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record in this version of its schema. After an error the list is as before.
    pub fn push<'r>(
        &mut self,
        record: impl Into<MetadataRecord<'r>>,
        version: i16,
    ) -> Result<(), EncodeError> {
        let before = self.bytes.len();
        match encode_metadata_record(&record.into(), version, &mut self.bytes) {
            Ok(()) => self.ends.push(self.bytes.len()),
            Err(error) => {
                self.bytes.truncate(before);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Adds a record that is encoded already.
    pub fn push_encoded(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// Adds all records of another list.
    pub fn append(&mut self, other: &Self) {
        let shift = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + shift));
    }

    /// Takes back everything behind the first `count` records.
    pub fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Lets `add` add records; after an error the list is as before.
    pub fn attempt<T, E>(&mut self, add: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let before = self.len();
        let result = add(self);
        if result.is_err() {
            self.truncate(before);
        }
        result
    }

    /// How many records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all records together, without a batch around them.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// The records in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone + use<'_> {
        (0..self.ends.len()).map(|index| {
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            &self.bytes[start..self.ends[index]]
        })
    }
}
