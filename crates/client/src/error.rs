//! What can go wrong with a call, kept apart by whose fault it is: the network's, the peer's, the broker's
//! answer, or ours. Turning them into sentences for people is the caller's business; `Display` names the
//! facts.

use std::fmt;

use thalweg_wire::{ApiKey, DecodeError, EncodeError, ErrorCode};

/// Why a connection could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// Nobody listens there.
    Refused,
    /// The name has no address; the resolver's words.
    UnknownHost(String),
    /// The text is not HOST:PORT.
    BadAddress,
    /// No answer in time.
    TimedOut,
    /// The other end accepted and closed, or the operating system said something else.
    Other(String),
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("connection refused"),
            Self::UnknownHost(why) => write!(f, "the host name cannot be resolved ({why})"),
            Self::BadAddress => f.write_str("an address is HOST:PORT"),
            Self::TimedOut => f.write_str("no answer to the connection attempt"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

/// An error code in a broker's answer, and its words if it sent some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerError {
    /// Kafka's code.
    pub code: ErrorCode,
    /// The broker's own explanation.
    pub message: Option<String>,
}

impl BrokerError {
    /// `None` for "no error".
    #[must_use]
    pub fn from_code(code: i16, message: Option<&str>) -> Option<Self> {
        let code = error_code(code);
        (code != ErrorCode::None).then(|| Self { code, message: message.map(str::to_owned) })
    }

    /// `Err` unless the code says "no error".
    pub fn check(code: i16, message: Option<&str>) -> Result<(), Self> {
        Self::from_code(code, message).map_or(Ok(()), Err)
    }
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.message.as_deref().filter(|text| !text.is_empty()).unwrap_or(self.code.message());
        write!(f, "{} ({})", words.trim_end_matches('.'), self.code.name())
    }
}

/// The code a broker sent; one that this build does not know is an unknown error.
pub(crate) fn error_code(code: i16) -> ErrorCode {
    ErrorCode::from_code(code).unwrap_or(ErrorCode::UnknownServerError)
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No connection to the broker.
    Connect {
        /// Where it was tried.
        address: String,
        /// What came of it.
        failure: ConnectFailure,
    },
    /// The connection ended before the answer.
    Closed {
        /// The broker's address.
        address: String,
        /// What the operating system or the protocol said.
        why: String,
    },
    /// No answer within the time allowed.
    TimedOut {
        /// What was asked.
        api: ApiKey,
        /// What the last attempt met, if there was one.
        last: Option<Box<CallError>>,
    },
    /// The broker does not serve the request in a version we know.
    Unsupported {
        /// What was asked.
        api: ApiKey,
        /// The broker's address.
        address: String,
    },
    /// The request cannot be written in the version both sides know.
    Encode(EncodeError),
    /// The answer is not what its version says.
    Decode {
        /// What was asked.
        api: ApiKey,
        /// What is wrong with the bytes.
        error: DecodeError,
    },
    /// The broker said no.
    Broker(BrokerError),
}

impl CallError {
    /// True if the same call may succeed later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Connect { failure, .. } => *failure != ConnectFailure::BadAddress,
            Self::Closed { .. } | Self::TimedOut { .. } => true,
            Self::Broker(error) => error.code.is_retriable(),
            Self::Unsupported { .. } | Self::Encode(_) | Self::Decode { .. } => false,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect { address, failure } => write!(f, "no connection to {address}: {failure}"),
            Self::Closed { address, why } => write!(f, "the connection to {address} ended: {why}"),
            Self::TimedOut { api, last } => {
                write!(f, "no answer to {api:?} in time")?;
                last.as_ref().map_or(Ok(()), |last| write!(f, "; last: {last}"))
            }
            Self::Unsupported { api, address } => write!(f, "the broker at {address} does not serve {api:?}"),
            Self::Encode(error) => write!(f, "the request cannot be written: {error}"),
            Self::Decode { api, error } => write!(f, "the answer to {api:?} cannot be read: {error}"),
            Self::Broker(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallError {}

impl From<BrokerError> for CallError {
    fn from(error: BrokerError) -> Self {
        Self::Broker(error)
    }
}
