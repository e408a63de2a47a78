//! Numbers with a meaning. Each wraps the integer that Kafka uses for it on the wire and on disk; the
//! inner value is public because the rooms at the edge must write it, but arithmetic that only makes
//! sense for one of them lives here.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }
    };
}

number! {
    /// A record's number in its partition. Ends are exclusive unless a name says `last_`.
    Offset(i64)
}
number! {
    /// Raised by the controller whenever leadership of a partition is given anew; stamped into batches.
    LeaderEpoch(i32)
}
number! {
    /// Version of a partition's registration: +1 with every change of it.
    PartitionEpoch(i32)
}
number! {
    /// Number of one broker incarnation, handed out at registration.
    BrokerEpoch(i64)
}
number! {
    /// A node's `node.id`.
    BrokerId(i32)
}
number! {
    /// A partition's index inside its topic.
    PartitionIndex(i32)
}
number! {
    /// Identity of an idempotent or transactional writer; −1 on the wire means none.
    ProducerId(i64)
}
number! {
    /// Fencing number of a producer id.
    ProducerEpoch(i16)
}
number! {
    /// Epoch of the transaction coordinator that wrote a marker.
    CoordinatorEpoch(i32)
}
number! {
    /// Per-partition counter of a producer's records, 0 ..= 2^31−1, wrapping to 0.
    Sequence(i32)
}

impl Offset {
    /// The offset `count` records further on.
    #[must_use]
    pub const fn plus(self, count: i64) -> Self {
        Self(self.0 + count)
    }
}

impl LeaderEpoch {
    /// "No epoch": what a client sends that does not track epochs.
    pub const NONE: Self = Self(-1);
}

impl ProducerId {
    /// A batch written without idempotence.
    pub const NONE: Self = Self(-1);
}

impl ProducerEpoch {
    /// Accompanies [`ProducerId::NONE`].
    pub const NONE: Self = Self(-1);
}

impl Sequence {
    /// Accompanies [`ProducerId::NONE`], and marks control batches.
    pub const NONE: Self = Self(-1);

    /// The sequence `count` records further on, wrapping from 2^31−1 to 0.
    #[must_use]
    pub const fn plus(self, count: i32) -> Self {
        Self(((self.0 as i64 + count as i64) & 0x7fff_ffff) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_wraps_to_zero_after_the_largest_positive_number() {
        assert_eq!(Sequence(i32::MAX).plus(1), Sequence(0));
        assert_eq!(Sequence(i32::MAX - 1).plus(3), Sequence(1));
        assert_eq!(Sequence(5).plus(0), Sequence(5));
    }
}
