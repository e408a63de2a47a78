//! Metadata records and coordinator records in their frames.

use thalweg_wire::messages::coordinator::group::{OffsetCommitKey, OffsetCommitValue};
use thalweg_wire::messages::metadata::{FeatureLevelRecord, TopicRecord};
use thalweg_wire::records::{
    GroupKey, GroupValue, MetadataRecord, TransactionKey, encode_metadata_record, metadata_record_decode,
};
use thalweg_wire::{DecodeError, EncodeError, Uuid};

#[test]
fn a_metadata_record_stands_behind_frame_version_type_and_version() {
    let record = MetadataRecord::from(TopicRecord { name: "t", topic_id: Uuid([9; 16]) });
    let mut bytes = vec![0xee];
    encode_metadata_record(&record, 0, &mut bytes).expect("encodes");
    let mut expected = vec![0xee, 1, 2, 0, 2, b't'];
    expected.extend([9; 16]);
    expected.push(0);
    assert_eq!(bytes, expected);
    assert_eq!(metadata_record_decode(&bytes[1..]), Ok(record));
}

#[test]
fn strange_metadata_records_are_refused() {
    let feature = MetadataRecord::from(FeatureLevelRecord { name: "metadata.version", feature_level: 33 });
    let mut bytes = Vec::new();
    encode_metadata_record(&feature, 0, &mut bytes).expect("encodes");
    let with = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        metadata_record_decode(&changed).map(|record| record.name()).err()
    };
    assert_eq!(with(0, 0), Some(DecodeError::Version(0)));
    assert_eq!(with(1, 99), Some(DecodeError::RecordType(99)));
    assert_eq!(with(2, 9), Some(DecodeError::Version(9)));
    bytes.push(0);
    assert_eq!(metadata_record_decode(&bytes).err(), Some(DecodeError::TrailingBytes));
}

#[test]
fn a_record_that_cannot_be_written_leaves_the_output_as_it_was() {
    let mut bytes = vec![1, 2, 3];
    let record = MetadataRecord::from(TopicRecord::default());
    let refused = encode_metadata_record(&record, 7, &mut bytes);
    assert_eq!(refused, Err(EncodeError::Version { message: "TopicRecord", version: 7 }));
    assert_eq!(bytes, [1, 2, 3]);
}

#[test]
fn coordinator_keys_carry_their_type_and_values_their_version() {
    let key = GroupKey::OffsetCommit(OffsetCommitKey { group: "g", topic: "t", partition: 1 });
    let mut bytes = Vec::new();
    key.encode(&mut bytes).expect("encodes");
    assert_eq!(bytes, b"\x00\x01\x00\x01g\x00\x01t\x00\x00\x00\x01");
    assert_eq!(GroupKey::decode(&bytes), Ok(key.clone()));
    assert_eq!(GroupKey::decode(b"\x00\x63").err(), Some(DecodeError::RecordType(99)));
    assert_eq!(TransactionKey::decode(b"\x00\x00\x00\x02tx").map(|key| key.record_type()), Ok(0));

    let value = GroupValue::OffsetCommit(OffsetCommitValue {
        offset: 42,
        leader_epoch: 3,
        metadata: "",
        commit_timestamp: 1_000,
        ..Default::default()
    });
    let mut bytes = Vec::new();
    value.encode(3, &mut bytes).expect("encodes");
    assert_eq!(&bytes[..2], [0, 3]);
    assert_eq!(key.decode_value(&bytes), Ok((value, 3)));
}
