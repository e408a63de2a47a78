//! Kafka's 128-bit ids and their text form: 22 characters of unpadded base64url. Never makes one from
//! randomness: callers hand the bytes in.

use std::fmt;
use std::str::FromStr;

/// A 128-bit id in network byte order.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Uuid(pub [u8; 16]);

/// The id of a topic; a topic created again under the same name gets another.
pub type TopicId = Uuid;
/// The id of a log directory, kept in its `meta.properties`.
pub type DirectoryId = Uuid;

impl Uuid {
    /// All zero: "no id", and what a client sends that names a topic instead.
    pub const ZERO: Self = Self([0; 16]);
    /// The topic id of `__cluster_metadata`, and the directory id "lost" / reserved values share its range.
    pub const ONE: Self = Self([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// True for [`Uuid::ZERO`].
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Makes a random (version 4) id from 16 random bytes. Kafka never hands out an id whose text form
    /// begins with `-`, as command lines would take it for an option; `None` asks the caller for other bytes.
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Option<Self> {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let id = Self(bytes);
        (bytes[0] >> 2 != 62).then_some(id)
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0u8; 22];
        let bits = u128::from_be_bytes(self.0);
        for (index, place) in text.iter_mut().enumerate() {
            // 22 sextets hold 132 bits: the last one carries 2 bits, shifted left by 4.
            let shift = 122 - 6 * index as i32;
            let sextet = if shift >= 0 { bits >> shift } else { bits << -shift };
            *place = ALPHABET[(sextet & 0x3f) as usize];
        }
        f.write_str(std::str::from_utf8(&text).expect("base64url is ASCII"))
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 22 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UuidError;

impl fmt::Display for UuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 22 characters of base64url")
    }
}

impl std::error::Error for UuidError {}

impl FromStr for Uuid {
    type Err = UuidError;

    fn from_str(text: &str) -> Result<Self, UuidError> {
        let text = text.trim_end_matches('=');
        if text.len() != 22 {
            return Err(UuidError);
        }
        let mut bits = 0u128;
        for (index, byte) in text.bytes().enumerate() {
            let sextet = ALPHABET.iter().position(|&c| c == byte).ok_or(UuidError)? as u128;
            let shift = 122 - 6 * index as i32;
            bits |= if shift >= 0 { sextet << shift } else { sextet >> -shift };
        }
        Ok(Self(bits.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_kafkas_and_reads_back() {
        assert_eq!(Uuid::ZERO.to_string(), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(Uuid::ONE.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
        let id = Uuid([0xfb, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 255]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("short".parse::<Uuid>(), Err(UuidError));
    }

    #[test]
    fn random_ids_never_begin_with_a_dash() {
        assert_eq!(Uuid::from_random([0xf8; 16]), None);
        assert!(Uuid::from_random([0x10; 16]).is_some());
    }
}
