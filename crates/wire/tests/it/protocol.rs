//! The table of keys, headers, error codes, Kafka's defaults, and what the encoder refuses.

use thalweg_wire::headers::{RequestHeader, RequestPrefix, ResponseHeader};
use thalweg_wire::messages::fetch_response::{FetchableTopicResponse, PartitionData};
use thalweg_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use thalweg_wire::messages::{
    ApiVersionsResponse, ConsumerGroupMemberMetadataValue, CreateTopicsRequest, FetchRequest, FetchResponse,
    ListOffsetsRequest, MetadataRequest, ProduceRequest, VoteRequest,
};
use thalweg_wire::{
    ApiKey, Decode, DecodeError, Encode, EncodeError, ErrorCode, Hole, Message, Reader, RecordsField,
    Request, Uuid, Writer, decode_message, encode_message,
};

/// One topic, one partition.
pub fn produce_request(records: &[u8]) -> ProduceRequest<'_> {
    ProduceRequest {
        acks: -1,
        timeout_ms: 30_000,
        topic_data: vec![TopicProduceData {
            topic_id: Uuid([7; 16]),
            partition_data: vec![PartitionProduceData {
                index: 3,
                records: Some(RecordsField::Bytes(records)),
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

#[test]
fn a_produce_request_looks_as_kafka_writes_it() {
    let request = ProduceRequest {
        transactional_id: Some("tx"),
        acks: -1,
        timeout_ms: 1500,
        topic_data: vec![TopicProduceData {
            name: "topic",
            partition_data: vec![PartitionProduceData {
                index: 7,
                records: Some(RecordsField::Bytes(b"abc")),
            }],
            ..Default::default()
        }],
    };
    let old = b"\x00\x02tx\xff\xff\x00\x00\x05\xdc\x00\x00\x00\x01\x00\x05topic\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00\x00\x03abc";
    let flexible = b"\x03tx\xff\xff\x00\x00\x05\xdc\x02\x06topic\x02\x00\x00\x00\x07\x04abc\x00\x00\x00";
    for (version, bytes) in [(3, &old[..]), (8, old), (9, flexible), (12, flexible)] {
        assert_eq!(encode_message(&request, version), Ok(bytes.to_vec()));
        assert_eq!(decode_message(bytes, version), Ok(request.clone()));
    }
}

#[test]
fn defaults_are_kafkas() {
    let fetch = FetchRequest::default();
    assert_eq!((fetch.replica_id, fetch.session_epoch, fetch.max_bytes), (-1, -1, i32::MAX));
    assert_eq!(fetch.replica_state.replica_epoch, -1);
    assert_eq!(ProduceRequest::default().transactional_id, None);
    assert_eq!(PartitionProduceData::default().records, None);
    assert_eq!(MetadataRequest::default().topics, Some(Vec::new()));
    assert!(MetadataRequest::default().allow_auto_topic_creation);
    assert_eq!(CreateTopicsRequest::default().timeout_ms, 60_000);
    // Kafka's generator takes a JSON null for "nothing said": the default is a value, not null.
    assert!(ConsumerGroupMemberMetadataValue::default().classic_member_metadata.is_some());
}

#[test]
fn a_field_the_version_lacks_is_refused_unless_it_is_ignorable_or_at_its_default() {
    let session = ListOffsetsRequest { isolation_level: 1, ..Default::default() };
    let refused = EncodeError::FieldNotInVersion { field: "ListOffsetsRequest.timeout_ms", version: 9 };
    assert!(encode_message(&session, 9).is_ok());
    let timeout = ListOffsetsRequest { timeout_ms: 5, ..Default::default() };
    // `timeout_ms` is ignorable, so older versions drop it.
    assert!(encode_message(&timeout, 9).is_ok(), "{refused:?}");
    let replica = FetchRequest { replica_id: 1, ..Default::default() };
    assert_eq!(
        encode_message(&replica, 15),
        Err(EncodeError::FieldNotInVersion { field: "FetchRequest.replica_id", version: 15 })
    );
    let everything = MetadataRequest { topics: None, ..Default::default() };
    assert_eq!(encode_message(&everything, 0), Err(EncodeError::Null { field: "MetadataRequest.topics" }));
    assert_eq!(
        encode_message(&VoteRequest::default(), 9),
        Err(EncodeError::Version { message: "VoteRequest", version: 9 })
    );
}

#[test]
fn records_in_a_hole_are_left_out_and_counted() {
    let response = FetchResponse {
        responses: vec![FetchableTopicResponse {
            topic_id: Uuid([1; 16]),
            partitions: vec![
                PartitionData {
                    records: Some(RecordsField::Hole { length: 1000, tag: 5 }),
                    ..Default::default()
                },
                PartitionData { records: Some(RecordsField::Bytes(b"xyz")), ..Default::default() },
                PartitionData {
                    records: Some(RecordsField::Hole { length: 70, tag: 6 }),
                    ..Default::default()
                },
                PartitionData {
                    records: Some(RecordsField::Hole { length: 0, tag: 7 }),
                    ..Default::default()
                },
            ],
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut w = Writer::new();
    let frame = w.begin_frame();
    ResponseHeader { correlation_id: 9 }.write(&mut w, ApiKey::Fetch, 16).expect("a header");
    response.encode(&mut w, 16).expect("a body");
    w.end_frame(frame).expect("a frame");
    assert_eq!(w.holes.iter().map(|hole| (hole.tag, hole.length)).collect::<Vec<_>>(), [(5, 1000), (6, 70)]);

    // Filled, it is the same message with bytes.
    let mut filled = Vec::new();
    let mut from = 0;
    for &Hole { position, tag, length } in &w.holes {
        filled.extend(&w.buf[from..position]);
        filled.extend(std::iter::repeat_n(tag as u8, length as usize));
        from = position;
    }
    filled.extend(&w.buf[from..]);
    assert_eq!(filled.len(), w.length());
    let mut r = Reader::new(&filled);
    assert_eq!(r.i32(), Ok(filled.len() as i32 - 4));
    assert_eq!(ResponseHeader::read(&mut r, ApiKey::Fetch, 16).map(|header| header.correlation_id), Ok(9));
    let decoded = FetchResponse::decode(&mut r, 16).expect("a body");
    let records: Vec<_> = decoded.responses[0].partitions.iter().map(|partition| partition.records).collect();
    assert_eq!(
        records,
        [&[5; 1000][..], b"xyz", &[6; 70], b""].map(|bytes| Some(RecordsField::Bytes(bytes)))
    );
}

#[test]
fn header_versions_follow_the_messages_and_api_versions_answers_in_version_0() {
    assert_eq!(ApiKey::Produce.request_header_version(8), 1);
    assert_eq!(ApiKey::Produce.request_header_version(9), 2);
    assert_eq!(ApiKey::Produce.response_header_version(8), 0);
    assert_eq!(ApiKey::Produce.response_header_version(9), 1);
    assert_eq!(ApiKey::ApiVersions.request_header_version(4), 2);
    assert_eq!(ApiKey::ApiVersions.response_header_version(4), 0);
    assert_eq!(ApiKey::SaslHandshake.request_header_version(1), 1);
    assert_eq!(ApiKey::OffsetDelete.response_header_version(0), 0);
}

#[test]
fn request_headers_keep_the_old_client_id_and_take_tags_from_version_2() {
    let header = RequestHeader {
        request_api_key: ApiKey::Produce.code(),
        request_api_version: 9,
        correlation_id: 77,
        client_id: Some("me"),
    };
    let mut w = Writer::new();
    header.write(&mut w).expect("a header");
    assert_eq!(w.buf, b"\x00\x00\x00\x09\x00\x00\x00\x4d\x00\x02me\x00");
    let mut r = Reader::new(&w.buf);
    assert_eq!(RequestHeader::read(&mut r), Ok(header.clone()));
    assert_eq!(r.remaining(), 0);

    let mut w = Writer::new();
    RequestHeader { request_api_version: 3, client_id: None, ..header }.write(&mut w).expect("a header");
    assert_eq!(w.buf, b"\x00\x00\x00\x03\x00\x00\x00\x4d\xff\xff");
    assert_eq!(
        RequestPrefix::peek(&w.buf),
        Ok(RequestPrefix { api_key: 0, api_version: 3, correlation_id: 77 })
    );
    let unknown = b"\x03\xe7\x00\x03\x00\x00\x00\x4d\xff\xff";
    assert_eq!(RequestHeader::read(&mut Reader::new(unknown)), Err(DecodeError::ApiKey(999)));
}

#[test]
fn keys_know_their_numbers_names_and_versions() {
    assert_eq!(ApiKey::try_from(18), Ok(ApiKey::ApiVersions));
    assert_eq!(ApiKey::try_from(95), Err(95));
    assert_eq!(ApiKey::ALL.len(), 91);
    for code in 0..95 {
        let key = ApiKey::from_code(code).expect("no number is left out");
        assert_eq!(key.code(), code);
        assert_eq!(key.valid_versions().is_none(), (4..=7).contains(&code), "{key}");
    }
    assert_eq!(ApiKey::Produce.valid_versions(), Some(3..=13));
    assert_eq!(ApiKey::InitProducerId.valid_versions(), Some(0..=6));
    assert_eq!(ApiKey::InitProducerId.stable_versions(), Some(0..=5));
    assert_eq!(ProduceRequest::API_KEY, ApiKey::Produce);
    assert_eq!(<ProduceRequest as Request>::Response::NAME, "ProduceResponse");
    assert!(ApiKey::CreateTopics.is_forwarded() && !ApiKey::Produce.is_forwarded());
    assert!(ApiKey::AlterPartition.is_cluster_action() && !ApiKey::Produce.is_cluster_action());
}

#[test]
fn error_codes_run_from_minus_1_to_136_without_a_gap() {
    let codes: Vec<i16> = ErrorCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(codes, (-1..=136).collect::<Vec<i16>>());
    for &code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from_code(code.code()), Some(code));
        let camel: String = code
            .name()
            .split('_')
            .flat_map(|word| word[..1].chars().chain(word[1..].chars().map(|c| c.to_ascii_lowercase())))
            .collect();
        assert_eq!(camel, format!("{code:?}"));
    }
    assert_eq!(ErrorCode::from_code(137), None);
    assert_eq!(ErrorCode::UnknownTopicOrPartition.code(), 3);
    assert!(ErrorCode::NotLeaderOrFollower.is_retriable() && !ErrorCode::InvalidRecord.is_retriable());
}

#[test]
fn an_api_versions_answer_carries_tagged_features_only_where_the_version_has_them() {
    let response = ApiVersionsResponse { finalized_features_epoch: 5, ..Default::default() };
    assert_eq!(encode_message(&response, 0), Ok(vec![0, 0, 0, 0, 0, 0]));
    let bytes = encode_message(&response, 3).expect("encodes");
    assert_eq!(bytes, [0, 0, 1, 0, 0, 0, 0, 1, 1, 8, 0, 0, 0, 0, 0, 0, 0, 5]);
    assert_eq!(decode_message(&bytes, 3), Ok(response));
}
