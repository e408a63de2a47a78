//! Values of the metadata log, and keys and values of coordinators' logs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_wire::Reader;
use thalweg_wire::records::{
    GroupKey, ShareKey, TransactionKey, encode_metadata_record, metadata_record_decode, metadata_record_frame,
};

fuzz_target!(|input: &[u8]| {
    if let Ok(record) = metadata_record_decode(input) {
        let (_, version) = metadata_record_frame(&mut Reader::new(input)).expect("it was decoded");
        let mut once = Vec::new();
        encode_metadata_record(&record, version, &mut once).expect("it was decoded");
        // By bytes: a quota may be no number, and then no record equals itself.
        let mut twice = Vec::new();
        let record = metadata_record_decode(&once).expect("it was just written");
        encode_metadata_record(&record, version, &mut twice).expect("it was decoded");
        assert_eq!(once, twice);
    }
    let [split, rest @ ..] = input else { return };
    let (key, value) = rest.split_at(usize::from(*split).min(rest.len()));
    if let Ok(key) = GroupKey::decode(key) {
        let _ = key.decode_value(value);
    }
    if let Ok(key) = TransactionKey::decode(key) {
        let _ = key.decode_value(value);
    }
    if let Ok(key) = ShareKey::decode(key) {
        let _ = key.decode_value(value);
    }
});
