//! A broker's side of the conversation, for tests of the machines: reads frames, writes answers.

use std::time::Duration;

use thalweg_wire::headers::{RequestHeader, ResponseHeader};
use thalweg_wire::messages::ApiVersionsResponse;
use thalweg_wire::messages::api_versions_response::ApiVersion;
use thalweg_wire::{ApiKey, Encode, Reader, Writer};

use crate::ConnectionSettings;

/// What a request was.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) key: i16,
    pub(crate) version: i16,
    pub(crate) correlation: i32,
}

/// Takes a frame apart.
pub(crate) fn seen(frame: &[u8]) -> Seen {
    let length = i32::from_be_bytes(frame[..4].try_into().unwrap());
    assert_eq!(length as usize, frame.len() - 4, "one whole frame");
    let mut reader = Reader::new(&frame[4..]);
    let header = RequestHeader::read(&mut reader).unwrap();
    Seen {
        key: header.request_api_key,
        version: header.request_api_version,
        correlation: header.correlation_id,
    }
}

/// The frame of an answer.
pub(crate) fn answer(to: &Seen, body: &impl Encode) -> Vec<u8> {
    answer_in(to, to.version, body)
}

/// The frame of an answer in another version than was asked.
pub(crate) fn answer_in(to: &Seen, version: i16, body: &impl Encode) -> Vec<u8> {
    let key = ApiKey::from_code(to.key).unwrap();
    let mut writer = Writer::new();
    let frame = writer.begin_frame();
    ResponseHeader { correlation_id: to.correlation }.write(&mut writer, key, version).unwrap();
    body.encode(&mut writer, version).unwrap();
    writer.end_frame(frame).unwrap();
    writer.buf
}

/// A broker that serves these ranges.
pub(crate) fn serving(ranges: &[(ApiKey, i16, i16)]) -> ApiVersionsResponse<'static> {
    let api_keys = ranges
        .iter()
        .map(|&(key, min_version, max_version)| ApiVersion { api_key: key as i16, min_version, max_version })
        .collect();
    ApiVersionsResponse { api_keys, ..Default::default() }
}

pub(crate) fn settings() -> ConnectionSettings {
    ConnectionSettings {
        client_id: "tests".into(),
        software_version: "1".into(),
        request_timeout: Duration::from_secs(30),
        frame_bytes_max: 1 << 20,
        login: None,
    }
}
