//! The property both body targets hold a decoder to: what it accepts can be written, and what is written reads
//! back as itself.

use thalweg_wire::registry::{Entry, TranscodeError};
use thalweg_wire::{Reader, Writer};

pub fn settles(entry: &Entry, version: u8, body: &[u8]) {
    let range = entry.schema.structure.versions;
    let version = range.first + i16::from(version) % (range.last - range.first + 1);
    let reencode = |bytes: &[u8]| {
        let mut w = Writer::new();
        (entry.transcode)(&mut Reader::new(bytes), version, &mut w, version).map(|()| w.buf)
    };
    match reencode(body) {
        Ok(settled) => assert_eq!(reencode(&settled), Ok(settled.clone())),
        Err(TranscodeError::Decode(_)) => {}
        Err(TranscodeError::Encode(error)) => panic!("accepted, but {error}"),
    }
}
