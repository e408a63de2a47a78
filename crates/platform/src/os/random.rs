//! `getrandom`: fit for ids and secrets alike.

use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

use crate::Random;

/// The kernel's random numbers.
#[derive(Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    /// # Panics
    /// When the kernel has no `getrandom`: ids made of anything less would be a silent loss of safety.
    fn fill(&self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            match getrandom(&mut *bytes, GetRandomFlags::empty()) {
                Ok(count) => bytes = &mut bytes[count..],
                Err(Errno::INTR) => {}
                Err(error) => panic!("the kernel gives no random numbers: {error}"),
            }
        }
    }
}
