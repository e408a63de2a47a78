//! What stands before every body: cheap to read, and the one place that knows which header version goes with
//! which message. Never looks into a body.

pub use crate::messages::header::{RequestHeader, ResponseHeader};
use crate::{ApiKey, Decode, DecodeError, Encode, EncodeError, Reader, Writer};

/// Key, version and correlation id: what every request header begins with, known key or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestPrefix {
    /// The API key's number.
    pub api_key: i16,
    /// The version of the request.
    pub api_version: i16,
    /// What the answer must repeat.
    pub correlation_id: i32,
}

impl RequestPrefix {
    /// Reads the first eight bytes of a frame and leaves them where they are.
    #[inline]
    pub fn peek(frame: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(frame);
        Ok(Self { api_key: r.i16()?, api_version: r.i16()?, correlation_id: r.i32()? })
    }
}

impl<'a> RequestHeader<'a> {
    /// Reads the header of the version that key and request version ask for. An unknown key has no header
    /// version: [`DecodeError::ApiKey`].
    #[inline]
    pub fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let prefix = RequestPrefix::peek(r.rest())?;
        let key = ApiKey::from_code(prefix.api_key).ok_or(DecodeError::ApiKey(prefix.api_key))?;
        Self::decode(r, key.request_header_version(prefix.api_version))
    }

    /// Writes the header in the version that its key and request version ask for.
    pub fn write(&self, w: &mut Writer) -> Result<(), EncodeError> {
        let key = ApiKey::from_code(self.request_api_key);
        self.encode(w, key.map_or(1, |key| key.request_header_version(self.request_api_version)))
    }
}

impl ResponseHeader {
    /// Reads the header of an answer to `key` in `version`.
    #[inline]
    pub fn read(r: &mut Reader<'_>, key: ApiKey, version: i16) -> Result<Self, DecodeError> {
        Self::decode(r, key.response_header_version(version))
    }

    /// Writes the header of an answer to `key` in `version`.
    #[inline]
    pub fn write(&self, w: &mut Writer, key: ApiKey, version: i16) -> Result<(), EncodeError> {
        self.encode(w, key.response_header_version(version))
    }
}
