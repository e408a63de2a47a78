//! `ConsumerGroupDescribeResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ConsumerGroupDescribeResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 69, versions = "0-1", flexible = "0+")]
pub struct ConsumerGroupDescribeResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// Kafka's `DescribedGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribedGroup<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `GroupState`.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// Kafka's `GroupEpoch`.
    #[field(versions = "0+")]
    pub group_epoch: i32,
    /// Kafka's `AssignmentEpoch`.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// Kafka's `AssignorName`.
    #[field(versions = "0+")]
    pub assignor_name: &'a str,
    /// Kafka's `Members`.
    #[field(versions = "0+")]
    pub members: Vec<Member<'a>>,
    /// Kafka's `AuthorizedOperations`.
    #[field(versions = "0+", default = -2147483648)]
    pub authorized_operations: i32,
}

/// Kafka's `Member`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Member<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `InstanceId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `ClientId`.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// Kafka's `ClientHost`.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// Kafka's `SubscribedTopicNames`.
    #[field(versions = "0+")]
    pub subscribed_topic_names: Vec<&'a str>,
    /// Kafka's `SubscribedTopicRegex`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_regex: Option<&'a str>,
    /// Kafka's `Assignment`.
    #[field(versions = "0+")]
    pub assignment: Assignment<'a>,
    /// Kafka's `TargetAssignment`.
    #[field(versions = "0+")]
    pub target_assignment: Assignment<'a>,
    /// Kafka's `MemberType`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub member_type: i8,
}

/// Kafka's `Assignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Assignment<'a> {
    /// Kafka's `TopicPartitions`.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartitions<'a>>,
}

/// Kafka's `TopicPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartitions<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
