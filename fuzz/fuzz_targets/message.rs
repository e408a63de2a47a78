//! Any message in any version: the first two bytes pick which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_wire::registry;

#[path = "settles.rs"]
mod settles;

fuzz_target!(|input: &[u8]| {
    let [high, low, version, body @ ..] = input else { return };
    let index = usize::from(u16::from_be_bytes([*high, *low])) % registry::ALL.len();
    settles::settles(&registry::ALL[index], *version, body);
});
