//! The body of every (key, version): the first two bytes pick which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_wire::{ApiKey, registry};

#[path = "settles.rs"]
mod settles;

fuzz_target!(|input: &[u8]| {
    let [key, version, body @ ..] = input else { return };
    let key = ApiKey::ALL[usize::from(*key) % ApiKey::ALL.len()];
    let entry = registry::request(key).expect("a key with messages");
    settles::settles(entry, *version, body);
});
