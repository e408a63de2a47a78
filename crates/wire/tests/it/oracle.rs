//! Another decoder's opinion: `kafka-protocol` must read what we accept, and write the same bytes, for every
//! request and response version that both know. It is only ever given honest input: a lying count makes it
//! reserve gigabytes.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey as OracleKey, RequestKind, ResponseKind};
use thalweg_wire::ApiKey;
use thalweg_wire::registry::{self, Entry};

use crate::generate::{Numbers, random, versions};

#[test]
fn requests_of_every_shared_version_mean_the_same_to_another_decoder() {
    let differing = compare(registry::request, |key, bytes, version| {
        let mut input = Bytes::copy_from_slice(bytes);
        let request = RequestKind::decode(key, &mut input, version).ok()?;
        let mut output = BytesMut::new();
        request.encode(&mut output, version).ok()?;
        Some((output.to_vec(), input.len()))
    });
    // Its table of keys names these versions, its requests refuse to read them.
    let unread = [("InitProducerId", 6), ("OffsetCommit", 10), ("OffsetFetch", 10)];
    assert_eq!(differing, BTreeSet::from(unread));
}

#[test]
fn responses_of_every_shared_version_mean_the_same_to_another_decoder() {
    let differing = compare(registry::response, |key, bytes, version| {
        let mut input = Bytes::copy_from_slice(bytes);
        let response = ResponseKind::decode(key, &mut input, version).ok()?;
        let mut output = BytesMut::new();
        response.encode(&mut output, version).ok()?;
        Some((output.to_vec(), input.len()))
    });
    assert_eq!(differing, BTreeSet::from([]));
}

/// Has the oracle read and write messages of every version that both know; gives the versions where it read or
/// wrote something else.
fn compare(
    entry: impl Fn(ApiKey) -> Option<&'static Entry>,
    oracle: impl Fn(OracleKey, &[u8], i16) -> Option<(Vec<u8>, usize)>,
) -> BTreeSet<(&'static str, i16)> {
    let mut numbers = Numbers(6);
    let mut compared = 0;
    let mut differing = BTreeSet::new();
    for &key in ApiKey::ALL {
        let Ok(oracle_key) = OracleKey::try_from(key.code()) else { continue };
        let entry = entry(key).expect("a key with messages");
        let known = oracle_key.valid_versions();
        for version in versions(entry.schema).filter(|&version| known.min <= version && version <= known.max)
        {
            for _ in 0..20 {
                let bytes = random(entry.schema, version, &mut numbers);
                if oracle(oracle_key, &bytes, version) != Some((bytes, 0)) {
                    differing.insert((key.name(), version));
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 5000, "only {compared} messages compared");
    differing
}
