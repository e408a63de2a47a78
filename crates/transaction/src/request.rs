//! What the machine may be asked, and what it answers. Nouns only.

use std::sync::Arc;

use thalweg_coordinator::Producer;
use thalweg_wire::ErrorCode;

use crate::state::TransactionState;

/// A partition by its topic's name.
pub type TopicPartition = (Arc<str>, i32);

/// A question to the machine of a transactional id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// InitProducerId.
    Init(Init),
    /// Partitions join the transaction, which begins with the first.
    Add(Add),
    /// Whether partitions are in the transaction.
    Verify(Verify),
    /// EndTxn.
    End(End),
    /// What became of a marker that was asked for.
    MarkerWritten(MarkerWritten),
    /// DescribeTransactions, of one.
    Describe(Arc<str>),
    /// ListTransactions.
    List,
}

/// InitProducerId with a transactional id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The transactional id.
    pub id: Arc<str>,
    /// How long a transaction may stay open.
    pub timeout_ms: i32,
    /// What the producer was told before, if it goes on with that (KIP-360).
    pub expected: Option<Producer>,
    /// A producer id to be given out, once the machine has said that it needs one.
    pub fresh: Option<i64>,
}

/// AddPartitionsToTxn, AddOffsetsToTxn, or what a Produce or TxnOffsetCommit of KIP-890 brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Add {
    /// The transactional id.
    pub id: Arc<str>,
    /// Who writes.
    pub producer: Producer,
    /// Where to.
    pub partitions: Vec<TopicPartition>,
    /// Version of the transaction protocol that the client speaks.
    pub version: i16,
}

/// AddPartitionsToTxn that only asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verify {
    /// The transactional id.
    pub id: Arc<str>,
    /// Who writes.
    pub producer: Producer,
    /// Where to.
    pub partitions: Vec<TopicPartition>,
}

/// EndTxn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The transactional id.
    pub id: Arc<str>,
    /// Whose transaction.
    pub producer: Producer,
    /// Commit, otherwise abort.
    pub commits: bool,
    /// Version of the transaction protocol that the client speaks.
    pub version: i16,
    /// A producer id to go on with, once the machine has said that it needs one.
    pub fresh: Option<i64>,
}

/// The outcome of one marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkerWritten {
    /// The transactional id.
    pub id: Arc<str>,
    /// Id and epoch in the marker.
    pub producer: Producer,
    /// Where to.
    pub partition: TopicPartition,
    /// Whether the partition holds it, or needs none. Otherwise it is tried again.
    pub is_done: bool,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// To be asked again with a fresh producer id.
    NeedsProducerId,
    /// To [`Request::Init`] and [`Request::End`]: what the producer goes on with.
    Producer(Result<Producer, ErrorCode>),
    /// To [`Request::Add`] and [`Request::MarkerWritten`].
    Done(Result<(), ErrorCode>),
    /// To [`Request::Verify`]: one code per partition.
    Verified(Result<Vec<ErrorCode>, ErrorCode>),
    /// To [`Request::Describe`].
    Described(Result<Description, ErrorCode>),
    /// To [`Request::List`].
    Listed(Result<Vec<Listing>, ErrorCode>),
}

/// A transaction as DescribeTransactions tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its state.
    pub state: TransactionState,
    /// After how long it is aborted.
    pub timeout_ms: i32,
    /// When it began, −1 when none is open.
    pub start_ms: i64,
    /// Whose.
    pub producer: Producer,
    /// What is in it.
    pub partitions: Vec<TopicPartition>,
}

/// A transactional id as ListTransactions tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The transactional id.
    pub id: Arc<str>,
    /// Its producer.
    pub producer_id: i64,
    /// Its state.
    pub state: TransactionState,
    /// When the open transaction began.
    pub start_ms: i64,
}

impl Response {
    /// The same kind of answer, as a refusal.
    #[must_use]
    pub fn refused(self, code: ErrorCode) -> Self {
        match self {
            Self::NeedsProducerId | Self::Producer(_) => Self::Producer(Err(code)),
            Self::Done(_) => Self::Done(Err(code)),
            Self::Verified(_) => Self::Verified(Err(code)),
            Self::Described(_) => Self::Described(Err(code)),
            Self::Listed(_) => Self::Listed(Err(code)),
        }
    }
}

impl Request {
    /// The answer that refuses this request altogether.
    #[must_use]
    pub fn refusal(&self, code: ErrorCode) -> Response {
        match self {
            Self::Init(_) | Self::End(_) => Response::Producer(Err(code)),
            Self::Add(_) | Self::MarkerWritten(_) => Response::Done(Err(code)),
            Self::Verify(_) => Response::Verified(Err(code)),
            Self::Describe(_) => Response::Described(Err(code)),
            Self::List => Response::Listed(Err(code)),
        }
    }
}
