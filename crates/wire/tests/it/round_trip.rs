//! What is decoded can be written again, byte for byte, in every version of every message.

use thalweg_wire::registry::{self, Entry, TranscodeError};
use thalweg_wire::{EncodeError, Reader, Writer};

use crate::generate::{Numbers, random, versions};

fn reencode(entry: &Entry, bytes: &[u8], version: i16) -> Result<(Vec<u8>, usize), TranscodeError> {
    let mut r = Reader::new(bytes);
    let mut w = Writer::new();
    (entry.transcode)(&mut r, version, &mut w, version)?;
    Ok((w.buf, r.remaining()))
}

#[test]
fn every_message_in_every_version_comes_back_byte_for_byte() {
    let mut numbers = Numbers(1);
    for entry in registry::ALL {
        let name = entry.schema.structure.name;
        for version in versions(entry.schema) {
            for _ in 0..20 {
                let bytes = random(entry.schema, version, &mut numbers);
                let again = reencode(entry, &bytes, version);
                assert_eq!(again, Ok((bytes, 0)), "{name} version {version}");
            }
        }
    }
}

/// One encoding of every message in every version that Kafka's own classes took and gave back unchanged.
#[test]
fn what_kafka_reads_and_writes_we_read_and_write() {
    let mut seen = 0;
    for line in include_str!("golden.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(name), Some(version), Some(hex)) = (words.next(), words.next(), words.next()) else {
            panic!("not a line of three words: {line}");
        };
        let entry = registry::by_name(name).expect("a message");
        let version = version.parse().expect("a version");
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("two hex digits"))
            .collect();
        assert_eq!(reencode(entry, &bytes, version), Ok((bytes, 0)), "{name} version {version}");
        seen += 1;
    }
    let all: usize = registry::ALL.iter().map(|entry| versions(entry.schema).count()).sum();
    assert_eq!(seen, all);
}

#[test]
fn every_message_cut_short_is_refused() {
    let mut numbers = Numbers(2);
    for entry in registry::ALL {
        let name = entry.schema.structure.name;
        for version in versions(entry.schema) {
            let bytes = random(entry.schema, version, &mut numbers);
            for length in 0..bytes.len() {
                let result = (entry.decode)(&mut Reader::new(&bytes[..length]), version);
                assert!(result.is_err(), "{name} version {version} cut to {length} of {}", bytes.len());
            }
        }
    }
}

#[test]
fn whatever_mutated_input_is_accepted_settles_after_one_round() {
    let mut numbers = Numbers(3);
    let mut accepted = 0;
    for entry in registry::ALL {
        let name = entry.schema.structure.name;
        for version in versions(entry.schema) {
            for _ in 0..20 {
                let mut bytes = random(entry.schema, version, &mut numbers);
                mutate(&mut bytes, &mut numbers);
                // Unknown tags, padded numbers and defaults that were spelled out are gone afterwards.
                let Ok((settled, _)) = reencode(entry, &bytes, version) else { continue };
                accepted += 1;
                let again = reencode(entry, &settled, version);
                assert_eq!(again, Ok((settled.clone(), 0)), "{name} version {version}");
                let shown = (entry.show)(&mut Reader::new(&bytes), version);
                let shown_again = (entry.show)(&mut Reader::new(&settled), version);
                assert_eq!(shown, shown_again, "{name} version {version}");
            }
        }
    }
    assert!(accepted > 1000, "only {accepted} mutants were accepted");
}

/// Changes, removes or adds a few bytes.
pub fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() as u64 + 1) as usize;
        let special = [0, 1, 0x7f, 0x80, 0xff, numbers.next() as u8][numbers.below(6) as usize];
        match (numbers.below(4), at < bytes.len()) {
            (0, true) => {
                bytes.remove(at);
            }
            (1, _) => bytes.insert(at, special),
            (_, true) => bytes[at] = special,
            (_, false) => bytes.push(special),
        }
    }
}

#[test]
fn defaults_can_be_written_in_every_version_that_needs_no_value() {
    for entry in registry::ALL {
        for version in versions(entry.schema) {
            let mut w = Writer::new();
            match (entry.encode_default)(&mut w, version) {
                Ok(()) => {
                    let (again, rest) = reencode(entry, &w.buf, version).expect("own output decodes");
                    assert_eq!(
                        (again, rest),
                        (w.buf, 0),
                        "{} version {version}",
                        entry.schema.structure.name
                    );
                }
                // A default of null in a version that wants a value: the writer must say it.
                Err(EncodeError::Null { .. }) => {}
                Err(error) => panic!("{} version {version}: {error}", entry.schema.structure.name),
            }
        }
    }
}

#[test]
fn versions_outside_the_range_are_refused_both_ways() {
    for entry in registry::ALL {
        let range = versions(entry.schema);
        for version in [range.start() - 1, range.end() + 1, i16::MIN, i16::MAX] {
            let decoded = (entry.decode)(&mut Reader::new(&[0; 64]), version);
            assert_eq!(decoded, Err(thalweg_wire::DecodeError::Version(version)));
            let encoded = (entry.encode_default)(&mut Writer::new(), version);
            assert!(matches!(encoded, Err(EncodeError::Version { .. })), "{encoded:?}");
        }
    }
}
