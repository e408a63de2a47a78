//! Keys of control records: transaction markers and the quorum's own entries. Values are opaque here; their
//! schemas are in `wire`.

/// What a control record does. The key is its version (0) and this type, two 16-bit integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ControlType {
    /// Ends a transaction that is thrown away.
    Abort,
    /// Ends a transaction that counts.
    Commit,
    /// A leader of the metadata quorum took office (KIP-595).
    LeaderChange,
    /// First record of a snapshot (KIP-630).
    SnapshotHeader,
    /// Last record of a snapshot.
    SnapshotFooter,
    /// The quorum's `kraft.version` (KIP-853).
    KRaftVersion,
    /// The quorum's voters (KIP-853).
    KRaftVoters,
    /// A type from a later version: to be skipped, not refused.
    Unknown(i16),
}

impl ControlType {
    /// Reads a control record's key. `None` if it is shorter than version and type; longer keys and later
    /// versions are taken, as Kafka takes them.
    #[must_use]
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let start: [u8; 4] = *key.first_chunk()?;
        let version = i16::from_be_bytes([start[0], start[1]]);
        (version >= 0).then(|| Self::from_id(i16::from_be_bytes([start[2], start[3]])))
    }

    /// The key of a control record of this type.
    #[must_use]
    pub fn key(self) -> [u8; 4] {
        let id = self.id().to_be_bytes();
        [0, 0, id[0], id[1]]
    }

    /// The type with this number.
    #[must_use]
    pub const fn from_id(id: i16) -> Self {
        match id {
            0 => Self::Abort,
            1 => Self::Commit,
            2 => Self::LeaderChange,
            3 => Self::SnapshotHeader,
            4 => Self::SnapshotFooter,
            5 => Self::KRaftVersion,
            6 => Self::KRaftVoters,
            _ => Self::Unknown(id),
        }
    }

    /// The type's number.
    #[must_use]
    pub const fn id(self) -> i16 {
        match self {
            Self::Abort => 0,
            Self::Commit => 1,
            Self::LeaderChange => 2,
            Self::SnapshotHeader => 3,
            Self::SnapshotFooter => 4,
            Self::KRaftVersion => 5,
            Self::KRaftVoters => 6,
            Self::Unknown(id) => id,
        }
    }

    /// Ends a transaction.
    #[must_use]
    pub const fn is_transaction_marker(self) -> bool {
        matches!(self, Self::Abort | Self::Commit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_and_later_keys_are_tolerated() {
        for id in 0..8 {
            let kind = ControlType::from_id(id);
            assert_eq!(ControlType::from_key(&kind.key()), Some(kind));
        }
        assert_eq!(ControlType::from_key(&[0, 7, 0, 1, 9, 9]), Some(ControlType::Commit));
        assert_eq!(ControlType::from_key(&[0, 0, 0]), None);
        assert_eq!(ControlType::from_key(&[0xff, 0xff, 0, 1]), None);
    }
}
