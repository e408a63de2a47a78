//! Bytes a stranger may send: budgets, and values that only look like values.

use thalweg_wire::messages::{FetchRequest, MetadataRequest, OffsetCommitRequest, ProduceRequest};
use thalweg_wire::{ApiKey, Decode, DecodeError, MAX_ARRAY_ELEMENTS, Reader, headers, registry};

use crate::generate::{Numbers, random, versions};
use crate::round_trip::mutate;

/// The stable-toolchain companion of the fuzz targets: header and body of every (key, version).
#[test]
fn mutated_frames_of_every_request_never_panic() {
    let mut numbers = Numbers(5);
    for &key in ApiKey::ALL {
        let entry = registry::request(key).expect("a key with messages");
        for version in versions(entry.schema) {
            for _ in 0..30 {
                let mut frame = Vec::new();
                frame.extend(key.code().to_be_bytes());
                frame.extend(version.to_be_bytes());
                frame.extend((numbers.next() as i32).to_be_bytes());
                frame.extend(2i16.to_be_bytes());
                frame.extend(b"me");
                if key.request_header_version(version) == 2 {
                    frame.push(0);
                }
                frame.extend(random(entry.schema, version, &mut numbers));
                mutate(&mut frame, &mut numbers);
                read_frame(&frame);
            }
        }
    }
}

fn read_frame(frame: &[u8]) {
    let mut r = Reader::new(frame);
    let Ok(header) = headers::RequestHeader::read(&mut r) else { return };
    let key = ApiKey::from_code(header.request_api_key).expect("read() knows the key");
    if let Some(entry) = registry::request(key) {
        let _ = (entry.decode)(&mut r, header.request_api_version);
    }
}

#[test]
fn all_arrays_of_a_message_share_one_budget_of_elements() {
    // Two topics of a third and two thirds of a million partitions and more: each is legal alone.
    let commit = |partitions: &[usize]| {
        let mut bytes = Vec::new();
        bytes.extend(1i16.to_be_bytes());
        bytes.push(b'g');
        bytes.extend(0i32.to_be_bytes()); // generation
        bytes.extend(0i16.to_be_bytes()); // member
        bytes.extend((-1i64).to_be_bytes()); // retention
        bytes.extend((partitions.len() as i32).to_be_bytes());
        for &count in partitions {
            bytes.extend(0i16.to_be_bytes());
            bytes.extend((count as i32).to_be_bytes());
            bytes.extend(std::iter::repeat_n(0, count * 14));
        }
        bytes
    };
    let decode = |bytes: &[u8]| OffsetCommitRequest::decode(&mut Reader::new(bytes), 2).map(drop);
    let all = MAX_ARRAY_ELEMENTS as usize - 2;
    assert_eq!(decode(&commit(&[all / 3, all - all / 3])), Ok(()));
    assert_eq!(decode(&commit(&[all / 3, all - all / 3 + 1])), Err(DecodeError::TooManyElements));
    assert_eq!(decode(&commit(&[all + 3])), Err(DecodeError::TooManyElements));
}

#[test]
fn ten_thousand_unknown_tagged_fields_are_read_over_and_one_more_is_refused() {
    let metadata = |tags: u32| {
        let mut bytes = vec![0x00, 1, 0]; // null topics, auto-creation, no authorized operations (version 12)
        bytes.extend(if tags == 10_000 { [0x90, 0x4e] } else { [0x91, 0x4e] });
        for _ in 0..tags {
            bytes.extend([0x63, 0x01, 0xaa]);
        }
        bytes
    };
    let decode = |bytes: &[u8]| MetadataRequest::decode(&mut Reader::new(bytes), 12).map(drop);
    assert_eq!(decode(&metadata(10_000)), Ok(()));
    assert_eq!(decode(&metadata(10_001)), Err(DecodeError::TooManyTaggedFields));
}

#[test]
fn a_tagged_value_must_fill_its_announced_size() {
    // FetchRequest version 12: cluster id (tag 0) of three bytes behind fixed fields and empty arrays.
    let fetch = |size: u8, value: &[u8]| {
        let mut bytes = vec![0; 4 + 4 + 4 + 4 + 1 + 4 + 4];
        bytes.extend([1, 1, 1, 1, 0, size]);
        bytes.extend(value);
        bytes
    };
    let decode = |bytes: &[u8]| {
        FetchRequest::decode(&mut Reader::new(bytes), 12).map(|request| request.cluster_id.map(str::to_owned))
    };
    assert_eq!(decode(&fetch(3, &[3, b'i', b'd'])), Ok(Some("id".to_owned())));
    assert_eq!(decode(&fetch(4, &[3, b'i', b'd', 0])), Err(DecodeError::TagSize));
    assert_eq!(decode(&fetch(2, &[3, b'i', b'd'])), Err(DecodeError::Truncated));
    assert_eq!(decode(&fetch(9, &[3, b'i', b'd'])), Err(DecodeError::Truncated));
}

#[test]
fn strings_are_utf8_and_at_most_32767_bytes() {
    let produce = |id: &[u8]| {
        let mut bytes = Vec::new();
        let mut length = id.len() as u32 + 1;
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend(id);
        bytes.extend([0, 1, 0, 0, 0, 0, 1, 0]);
        bytes
    };
    let decode = |bytes: &[u8]| ProduceRequest::decode(&mut Reader::new(bytes), 9).map(drop);
    assert_eq!(decode(&produce(&[b'x'; 32_767])), Ok(()));
    assert_eq!(decode(&produce(&[b'x'; 32_768])), Err(DecodeError::Length));
    assert_eq!(decode(&produce(&[0xc3, 0x28])), Err(DecodeError::Utf8));
}

#[test]
fn null_where_the_version_allows_none_is_refused() {
    // Version 0 of Metadata cannot say "no topics", only "all" by an empty array.
    let null = (-1i32).to_be_bytes();
    assert_eq!(MetadataRequest::decode(&mut Reader::new(&null), 0).map(drop), Err(DecodeError::Null));
    assert_eq!(MetadataRequest::decode(&mut Reader::new(&null), 1).map(|m| m.topics), Ok(None));
}

#[test]
fn numbers_of_more_than_32_bits_are_refused() {
    for bytes in [[0xff, 0xff, 0xff, 0xff, 0x1f], [0x80, 0x80, 0x80, 0x80, 0x80]] {
        assert_eq!(Reader::new(&bytes).uvarint(), Err(DecodeError::Varint));
    }
    assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).uvarint(), Ok(u32::MAX));
    assert_eq!(Reader::new(&[0x80, 0x80]).uvarint(), Err(DecodeError::Truncated));
}
