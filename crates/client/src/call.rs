//! A question on its way: what is asked, whom, in which versions, until when, and which answers are worth
//! asking again for. Encoded only when the broker's versions are known.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use thalweg_wire::{ApiKey, Decode, EncodeError, ErrorCode, Message, Reader, Request, Writer};

use crate::CallError;

/// Names a call until its completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// Who should answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whichever broker is at hand.
    Any,
    /// The broker that metadata calls the controller.
    Controller,
    /// One broker.
    Node(i32),
}

type EncodeBody = Box<dyn Fn(i16, &mut Writer) -> Result<(), EncodeError> + Send>;
type RetryCode = fn(&Answer) -> Option<ErrorCode>;

/// A request that has not been sent yet.
pub struct Call {
    pub(crate) api: ApiKey,
    pub(crate) versions: RangeInclusive<i16>,
    pub(crate) target: Target,
    pub(crate) timeout: Option<Duration>,
    pub(crate) expects_answer: bool,
    pub(crate) retries: bool,
    pub(crate) retry_code: Option<RetryCode>,
    pub(crate) encode: EncodeBody,
}

impl Call {
    /// A request of type `R`; `encode` writes its body in the version it is given, one of `versions`.
    pub fn new<R: Request>(
        versions: RangeInclusive<i16>,
        encode: impl Fn(i16, &mut Writer) -> Result<(), EncodeError> + Send + 'static,
    ) -> Self {
        Self {
            api: R::API_KEY,
            versions,
            target: Target::Any,
            timeout: None,
            expects_answer: true,
            retries: true,
            retry_code: None,
            encode: Box::new(encode),
        }
    }

    /// Who should answer; anyone unless said.
    #[must_use]
    pub fn to(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// Time for all attempts together; the client's own unless said.
    #[must_use]
    pub fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The broker will not answer (Produce with acks=0): complete once the bytes are handed over.
    #[must_use]
    pub fn unanswered(mut self) -> Self {
        self.expects_answer = false;
        self
    }

    /// A failure is told at once: the caller decides what to do next.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.retries = false;
        self
    }

    /// Looks into an answer for an error; while it is a retriable one, the call is made again.
    #[must_use]
    pub fn retry_on(mut self, code: RetryCode) -> Self {
        self.retry_code = Some(code);
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("api", &self.api)
            .field("versions", &self.versions)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// A broker's answer, not yet decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub api: ApiKey,
    /// The version it was asked in, and is answered in.
    pub version: i16,
    /// The whole frame.
    pub(crate) frame: Vec<u8>,
    /// Where the body starts, behind the response header.
    pub(crate) body_start: usize,
}

impl Answer {
    /// The bytes behind the response header.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.frame[self.body_start..]
    }

    /// The answer as a message that borrows from it. Bytes left behind it are ignored, as Kafka does.
    pub fn decode<'a, M: Message + Decode<'a>>(&'a self) -> Result<M, CallError> {
        M::decode(&mut Reader::new(self.body()), self.version)
            .map_err(|error| CallError::Decode { api: self.api, error })
    }
}
