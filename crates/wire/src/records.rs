//! The frames in which messages stand inside records of internal topics. Decides which struct the bytes are
//! from the type in the frame; never looks at the record or batch around it.
//!
//! | Log | Key | Value |
//! |---|---|---|
//! | `__cluster_metadata` | none | uvarint frame version (1), uvarint type, uvarint version, body |
//! | coordinators' topics | int16 type, body in version 0 | int16 version, body |

use crate::messages::*;
use crate::{Decode, DecodeError, Encode, EncodeError, Message, Reader, Writer};

const METADATA_FRAME_VERSION: u32 = 1;

macro_rules! metadata_records {
    ($($variant:ident($record:ident $(<$lifetime:lifetime>)?) = $type:literal;)*) => {
        /// A record of the cluster metadata log.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)] // The structs say what they are.
        pub enum MetadataRecord<'a> {
            $($variant($record $(<$lifetime>)?),)*
        }

        impl<'a> MetadataRecord<'a> {
            /// The type number in the frame.
            #[must_use]
            pub const fn record_type(&self) -> i16 {
                match self {
                    $(Self::$variant(_) => $type,)*
                }
            }

            /// Kafka's name of the record.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $record::NAME,)*
                }
            }

            fn decode_body(r: &mut Reader<'a>, record_type: i32, version: i16) -> Result<Self, DecodeError> {
                match record_type {
                    $($type => $record::decode(r, version).map(Self::$variant),)*
                    unknown => Err(DecodeError::RecordType(unknown)),
                }
            }

            fn encode_body(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(record) => record.encode(w, version),)*
                }
            }
        }

        $(
            impl<'a> From<$record $(<$lifetime>)?> for MetadataRecord<'a> {
                fn from(record: $record $(<$lifetime>)?) -> Self {
                    Self::$variant(record)
                }
            }
        )*
    };
}

metadata_records! {
    RegisterBroker(RegisterBrokerRecord<'a>) = 0;
    UnregisterBroker(UnregisterBrokerRecord) = 1;
    Topic(TopicRecord<'a>) = 2;
    Partition(PartitionRecord) = 3;
    Config(ConfigRecord<'a>) = 4;
    PartitionChange(PartitionChangeRecord) = 5;
    FenceBroker(FenceBrokerRecord) = 7;
    UnfenceBroker(UnfenceBrokerRecord) = 8;
    RemoveTopic(RemoveTopicRecord) = 9;
    DelegationToken(DelegationTokenRecord<'a>) = 10;
    UserScramCredential(UserScramCredentialRecord<'a>) = 11;
    FeatureLevel(FeatureLevelRecord<'a>) = 12;
    ClientQuota(ClientQuotaRecord<'a>) = 14;
    ProducerIds(ProducerIdsRecord) = 15;
    BrokerRegistrationChange(BrokerRegistrationChangeRecord) = 17;
    AccessControlEntry(AccessControlEntryRecord<'a>) = 18;
    RemoveAccessControlEntry(RemoveAccessControlEntryRecord) = 19;
    NoOp(NoOpRecord) = 20;
    ZkMigrationState(ZkMigrationStateRecord) = 21;
    RemoveUserScramCredential(RemoveUserScramCredentialRecord<'a>) = 22;
    BeginTransaction(BeginTransactionRecord<'a>) = 23;
    EndTransaction(EndTransactionRecord) = 24;
    AbortTransaction(AbortTransactionRecord<'a>) = 25;
    RemoveDelegationToken(RemoveDelegationTokenRecord<'a>) = 26;
    RegisterController(RegisterControllerRecord<'a>) = 27;
    ClearElr(ClearElrRecord<'a>) = 28;
    UnregisterController(UnregisterControllerRecord) = 29;
}

/// Reads the value of a metadata record to its last byte.
pub fn metadata_record_decode(bytes: &[u8]) -> Result<MetadataRecord<'_>, DecodeError> {
    let mut r = Reader::new(bytes);
    let (record_type, version) = metadata_record_frame(&mut r)?;
    let record = MetadataRecord::decode_body(&mut r, record_type, version)?;
    if r.remaining() != 0 {
        return Err(DecodeError::TrailingBytes);
    }
    Ok(record)
}

/// Reads the frame of a metadata record: its type, and the version it was written in.
pub fn metadata_record_frame(r: &mut Reader<'_>) -> Result<(i32, i16), DecodeError> {
    let frame_version = r.uvarint()?;
    if frame_version != METADATA_FRAME_VERSION {
        return Err(DecodeError::Version(i16::try_from(frame_version).unwrap_or(i16::MAX)));
    }
    let record_type = i32::try_from(r.uvarint()?).map_err(|_| DecodeError::Varint)?;
    let version = i16::try_from(r.uvarint()?).map_err(|_| DecodeError::Varint)?;
    Ok((record_type, version))
}

/// Appends the value of a metadata record to `output`.
pub fn encode_metadata_record(
    record: &MetadataRecord<'_>,
    version: i16,
    output: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    append(output, |w| {
        w.uvarint(METADATA_FRAME_VERSION);
        w.uvarint(record.record_type() as u32);
        w.uvarint(version as u32);
        record.encode_body(w, version)
    })
}

/// The type in front of a coordinator key: what to decode it as.
pub fn coordinator_key_type(key: &[u8]) -> Result<i16, DecodeError> {
    Reader::new(key).i16()
}

/// Appends the key of a coordinator record to `output`.
pub fn encode_coordinator_key<K: Message>(key: &K, output: &mut Vec<u8>) -> Result<(), EncodeError> {
    append(output, |w| {
        w.i16(K::SCHEMA.key.unwrap_or_default());
        key.encode(w, 0)
    })
}

/// Appends the value of a coordinator record to `output`.
pub fn encode_coordinator_value<V: Message>(
    value: &V,
    version: i16,
    output: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    append(output, |w| {
        w.i16(version);
        value.encode(w, version)
    })
}

/// Reads a coordinator value that is known to be a `V`; gives the version it was written in too.
pub fn decode_coordinator_value<'a, V: Decode<'a>>(bytes: &'a [u8]) -> Result<(V, i16), DecodeError> {
    let mut r = Reader::new(bytes);
    let version = r.i16()?;
    Ok((V::decode(&mut r, version)?, version))
}

/// On failure `output` is as it was.
fn append(
    output: &mut Vec<u8>,
    write: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let start = output.len();
    let mut w = Writer::over(std::mem::take(output));
    let result = write(&mut w);
    *output = w.buf;
    if result.is_err() {
        output.truncate(start);
    }
    result
}

macro_rules! coordinator_records {
    (
        $keys:ident<$k:lifetime>, $values:ident $(<$v:lifetime>)?, $log:literal;
        $($variant:ident(
            $key:ident $(<$key_lifetime:lifetime>)?, $value:ident $(<$value_lifetime:lifetime>)?
        ) = $type:literal;)*
    ) => {
        #[doc = concat!("A key in ", $log, ".")]
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)] // The structs say what they are.
        pub enum $keys<$k> {
            $($variant($key $(<$key_lifetime>)?),)*
        }

        #[doc = concat!("A value in ", $log, ".")]
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)] // The structs say what they are.
        pub enum $values $(<$v>)? {
            $($variant($value $(<$value_lifetime>)?),)*
        }

        impl<$k> $keys<$k> {
            /// Reads a key; an unknown type is [`DecodeError::RecordType`].
            pub fn decode(bytes: &$k [u8]) -> Result<Self, DecodeError> {
                let mut r = Reader::new(bytes);
                match r.i16()? {
                    $($type => $key::decode(&mut r, 0).map(Self::$variant),)*
                    unknown => Err(DecodeError::RecordType(unknown.into())),
                }
            }

            /// Appends the key to `output`.
            pub fn encode(&self, output: &mut Vec<u8>) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(key) => encode_coordinator_key(key, output),)*
                }
            }

            /// The type number in front of the key.
            #[must_use]
            pub const fn record_type(&self) -> i16 {
                match self {
                    $(Self::$variant(_) => $type,)*
                }
            }

            /// Reads the value that goes with this key, and the version it was written in.
            #[allow(clippy::needless_lifetimes)] // Some logs' values borrow, some do not.
            pub fn decode_value<'v>(&self, bytes: &'v [u8]) -> Result<($values $(<$v>)?, i16), DecodeError> {
                match self {
                    $(Self::$variant(_) => {
                        let (value, version) = decode_coordinator_value::<$value>(bytes)?;
                        Ok(($values::$variant(value), version))
                    })*
                }
            }
        }

        impl $(<$v>)? $values $(<$v>)? {
            /// Appends the value to `output`.
            pub fn encode(&self, version: i16, output: &mut Vec<u8>) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => encode_coordinator_value(value, version, output),)*
                }
            }
        }
    };
}

coordinator_records! {
    GroupKey<'a>, GroupValue<'v>, "`__consumer_offsets`";
    LegacyOffsetCommit(LegacyOffsetCommitKey<'a>, LegacyOffsetCommitValue<'v>) = 0;
    OffsetCommit(OffsetCommitKey<'a>, OffsetCommitValue<'v>) = 1;
    GroupMetadata(GroupMetadataKey<'a>, GroupMetadataValue<'v>) = 2;
    ConsumerGroupMetadata(ConsumerGroupMetadataKey<'a>, ConsumerGroupMetadataValue) = 3;
    ConsumerGroupPartitionMetadata(ConsumerGroupPartitionMetadataKey<'a>, ConsumerGroupPartitionMetadataValue<'v>) = 4;
    ConsumerGroupMemberMetadata(ConsumerGroupMemberMetadataKey<'a>, ConsumerGroupMemberMetadataValue<'v>) = 5;
    ConsumerGroupTargetAssignmentMetadata(ConsumerGroupTargetAssignmentMetadataKey<'a>, ConsumerGroupTargetAssignmentMetadataValue) = 6;
    ConsumerGroupTargetAssignmentMember(ConsumerGroupTargetAssignmentMemberKey<'a>, ConsumerGroupTargetAssignmentMemberValue) = 7;
    ConsumerGroupCurrentMemberAssignment(ConsumerGroupCurrentMemberAssignmentKey<'a>, ConsumerGroupCurrentMemberAssignmentValue) = 8;
    ShareGroupMemberMetadata(ShareGroupMemberMetadataKey<'a>, ShareGroupMemberMetadataValue<'v>) = 10;
    ShareGroupMetadata(ShareGroupMetadataKey<'a>, ShareGroupMetadataValue) = 11;
    ShareGroupTargetAssignmentMetadata(ShareGroupTargetAssignmentMetadataKey<'a>, ShareGroupTargetAssignmentMetadataValue) = 12;
    ShareGroupTargetAssignmentMember(ShareGroupTargetAssignmentMemberKey<'a>, ShareGroupTargetAssignmentMemberValue) = 13;
    ShareGroupCurrentMemberAssignment(ShareGroupCurrentMemberAssignmentKey<'a>, ShareGroupCurrentMemberAssignmentValue) = 14;
    ShareGroupStatePartitionMetadata(ShareGroupStatePartitionMetadataKey<'a>, ShareGroupStatePartitionMetadataValue<'v>) = 15;
    ConsumerGroupRegularExpression(ConsumerGroupRegularExpressionKey<'a>, ConsumerGroupRegularExpressionValue<'v>) = 16;
    StreamsGroupMetadata(StreamsGroupMetadataKey<'a>, StreamsGroupMetadataValue<'v>) = 17;
    StreamsGroupMemberMetadata(StreamsGroupMemberMetadataKey<'a>, StreamsGroupMemberMetadataValue<'v>) = 19;
    StreamsGroupTargetAssignmentMetadata(StreamsGroupTargetAssignmentMetadataKey<'a>, StreamsGroupTargetAssignmentMetadataValue) = 20;
    StreamsGroupTargetAssignmentMember(StreamsGroupTargetAssignmentMemberKey<'a>, StreamsGroupTargetAssignmentMemberValue<'v>) = 21;
    StreamsGroupCurrentMemberAssignment(StreamsGroupCurrentMemberAssignmentKey<'a>, StreamsGroupCurrentMemberAssignmentValue<'v>) = 22;
    StreamsGroupTopology(StreamsGroupTopologyKey<'a>, StreamsGroupTopologyValue<'v>) = 23;
}

coordinator_records! {
    TransactionKey<'a>, TransactionValue<'v>, "`__transaction_state`";
    TransactionLog(TransactionLogKey<'a>, TransactionLogValue<'v>) = 0;
}

coordinator_records! {
    ShareKey<'a>, ShareValue, "`__share_group_state`";
    ShareSnapshot(ShareSnapshotKey<'a>, ShareSnapshotValue) = 0;
    ShareUpdate(ShareUpdateKey<'a>, ShareUpdateValue) = 1;
}
