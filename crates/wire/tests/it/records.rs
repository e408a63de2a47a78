//! Metadata records and coordinator records in their frames.

use thalweg_wire::messages::coordinator::group::consumer_group_member_metadata_value::ClassicMemberMetadata;
use thalweg_wire::messages::coordinator::group::{
    ConsumerGroupMemberMetadataValue, OffsetCommitKey, OffsetCommitValue,
};
use thalweg_wire::messages::metadata::{FeatureLevelRecord, TopicRecord};
use thalweg_wire::records::{
    GroupKey, GroupValue, MetadataRecord, TransactionKey, encode_metadata_record, metadata_record_decode,
};
use thalweg_wire::{DecodeError, EncodeError, Uuid, decode_message, encode_message};

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

/// Bytes written by Kafka 4.4's own ConsumerGroupMemberMetadataValue.
#[test]
fn a_tagged_structure_is_null_as_kafka_marks_it() {
    let member = |classic| ConsumerGroupMemberMetadataValue {
        instance_id: Some(""),
        rack_id: Some(""),
        server_assignor: Some(""),
        subscribed_topic_regex: Some(""),
        classic_member_metadata: classic,
        ..Default::default()
    };
    let common = [1, 1, 1, 1, 1, 1, 0xff, 0xff, 0xff, 0xff, 1];
    let classic = ClassicMemberMetadata { session_timeout_ms: 5, ..Default::default() };
    for (classic, tagged) in [
        (None, &[1, 0, 1, 0][..]),
        (Some(classic), &[1, 0, 7, 1, 0, 0, 0, 5, 1, 0]),
        (Some(ClassicMemberMetadata::default()), &[0]),
    ] {
        let bytes = [&common[..], tagged].concat();
        assert_eq!(encode_message(&member(classic.clone()), 0), Ok(bytes.clone()));
        assert_eq!(decode_message(&bytes, 0), Ok(member(classic)));
    }
}
