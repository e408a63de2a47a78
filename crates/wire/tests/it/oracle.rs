//! Another decoder's opinion: `kafka-protocol` must read what we accept, and write the same bytes, for every
//! request and response version that both know. It is only ever given honest input: a lying count makes it
//! reserve gigabytes.

use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey as OracleKey, RequestKind, ResponseKind};
use thalweg_wire::{ApiKey, registry};

use crate::generate::{Numbers, random, versions};

#[test]
fn requests_of_every_shared_version_mean_the_same_to_another_decoder() {
    let mut compared = 0;
    let mut numbers = Numbers(6);
    for &key in ApiKey::ALL {
        let Ok(oracle) = OracleKey::try_from(key.code()) else { continue };
        let entry = registry::request(key).expect("a key with messages");
        let known = oracle.valid_versions();
        for version in versions(entry.schema).filter(|&version| known.min <= version && version <= known.max)
        {
            for _ in 0..20 {
                let bytes = random(entry.schema, version, &mut numbers);
                let mut input = Bytes::copy_from_slice(&bytes);
                let request = RequestKind::decode(oracle, &mut input, version);
                let request =
                    request.unwrap_or_else(|error| panic!("{key} request version {version}: {error}"));
                assert!(input.is_empty(), "{key} request version {version}: {} bytes left", input.len());
                let mut output = BytesMut::new();
                request.encode(&mut output, version).expect("what it read it can write");
                assert_eq!(output, bytes, "{key} request version {version}");
                compared += 1;
            }
        }
    }
    assert!(compared > 3000, "only {compared} requests compared");
}

#[test]
fn responses_of_every_shared_version_mean_the_same_to_another_decoder() {
    let mut compared = 0;
    let mut numbers = Numbers(7);
    for &key in ApiKey::ALL {
        let Ok(oracle) = OracleKey::try_from(key.code()) else { continue };
        let entry = registry::response(key).expect("a key with messages");
        let known = oracle.valid_versions();
        for version in versions(entry.schema).filter(|&version| known.min <= version && version <= known.max)
        {
            for _ in 0..20 {
                let bytes = random(entry.schema, version, &mut numbers);
                let mut input = Bytes::copy_from_slice(&bytes);
                let response = ResponseKind::decode(oracle, &mut input, version);
                let response =
                    response.unwrap_or_else(|error| panic!("{key} response version {version}: {error}"));
                assert!(input.is_empty(), "{key} response version {version}: {} bytes left", input.len());
                let mut output = BytesMut::new();
                response.encode(&mut output, version).expect("what it read it can write");
                assert_eq!(output, bytes, "{key} response version {version}");
                compared += 1;
            }
        }
    }
    assert!(compared > 3000, "only {compared} responses compared");
}
