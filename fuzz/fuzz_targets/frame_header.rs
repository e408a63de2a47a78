//! A frame as it comes from a socket, its length prefix already taken off: header, then the body it names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_wire::headers::{RequestHeader, RequestPrefix};
use thalweg_wire::{ApiKey, Reader, registry};

fuzz_target!(|frame: &[u8]| {
    let prefix = RequestPrefix::peek(frame);
    let mut r = Reader::new(frame);
    let Ok(header) = RequestHeader::read(&mut r) else { return };
    let prefix = prefix.expect("a header begins with its prefix");
    assert_eq!((prefix.api_key, prefix.api_version), (header.request_api_key, header.request_api_version));
    let key = ApiKey::from_code(header.request_api_key).expect("read() refuses unknown keys");
    if let Some(entry) = registry::request(key) {
        let _ = (entry.decode)(&mut r, header.request_api_version);
    }
});
