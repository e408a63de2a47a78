//! Topic names and topic-partitions. Decides which names are legal (Kafka's rule) and which two names
//! collide in metric names; never looks a topic up.

use std::fmt;

use crate::PartitionIndex;

/// Longest legal topic name. The directory `<topic>-<partition>.<32 hex>-delete` must fit 255 bytes.
pub const MAX_TOPIC_NAME_LENGTH: usize = 249;

/// One partition of a named topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: String,
    /// The partition's index inside the topic.
    pub partition: PartitionIndex,
}

impl TopicPartition {
    /// Names a partition.
    pub fn new(topic: impl Into<String>, partition: i32) -> Self {
        Self { topic: topic.into(), partition: PartitionIndex(partition) }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// Why a topic name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicNameError {
    /// The empty string.
    Empty,
    /// `.` or `..`.
    DotOnly,
    /// Longer than [`MAX_TOPIC_NAME_LENGTH`].
    TooLong,
    /// A character outside `[a-zA-Z0-9._-]`.
    IllegalCharacter,
}

impl fmt::Display for TopicNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Topic name is invalid: it must not be empty",
            Self::DotOnly => "Topic name is invalid: it must not be '.' or '..'",
            Self::TooLong => "Topic name is invalid: it must not be longer than 249 characters",
            Self::IllegalCharacter => {
                "Topic name is invalid: it may hold only ASCII letters, digits, '.', '_' and '-'"
            }
        })
    }
}

impl std::error::Error for TopicNameError {}

/// Kafka's rule for topic names.
pub fn validate_topic_name(name: &str) -> Result<(), TopicNameError> {
    if name.is_empty() {
        return Err(TopicNameError::Empty);
    }
    if name == "." || name == ".." {
        return Err(TopicNameError::DotOnly);
    }
    if name.len() > MAX_TOPIC_NAME_LENGTH {
        return Err(TopicNameError::TooLong);
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.bytes().all(legal) {
        return Err(TopicNameError::IllegalCharacter);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_kafkas_rule() {
        assert_eq!(validate_topic_name("orders.v1_eu-west"), Ok(()));
        assert_eq!(validate_topic_name(&"a".repeat(249)), Ok(()));
        assert_eq!(validate_topic_name(&"a".repeat(250)), Err(TopicNameError::TooLong));
        assert_eq!(validate_topic_name(""), Err(TopicNameError::Empty));
        assert_eq!(validate_topic_name(".."), Err(TopicNameError::DotOnly));
        assert_eq!(validate_topic_name("a/b"), Err(TopicNameError::IllegalCharacter));
        assert_eq!(validate_topic_name("é"), Err(TopicNameError::IllegalCharacter));
    }
}
