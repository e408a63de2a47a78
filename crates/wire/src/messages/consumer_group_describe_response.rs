//! ConsumerGroupDescribe (API key 69), response: state and members of each group.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `groups.members.member_type`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ConsumerGroupDescribeRequest`](super::ConsumerGroupDescribeRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 69, versions = "0-1", flexible = "0+")]
pub struct ConsumerGroupDescribeResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// One entry of [`ConsumerGroupDescribeResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribedGroup<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The group's state, as Kafka names them.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// The group's epoch.
    #[field(versions = "0+")]
    pub group_epoch: i32,
    /// The epoch of the assignment.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// The assignor.
    #[field(versions = "0+")]
    pub assignor_name: &'a str,
    /// The members.
    #[field(versions = "0+")]
    pub members: Vec<Member<'a>>,
    /// What the caller may do, one bit per operation; the lowest number if not asked for.
    #[field(versions = "0+", default = -2147483648)]
    pub authorized_operations: i32,
}

/// One entry of [`DescribedGroup::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Member<'a> {
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member; null for a dynamic one.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// The rack.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The client's name for itself.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// The topics subscribed to.
    #[field(versions = "0+")]
    pub subscribed_topic_names: Vec<&'a str>,
    /// A regular expression for the topics subscribed to.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_regex: Option<&'a str>,
    /// The assignment.
    #[field(versions = "0+")]
    pub assignment: Assignment<'a>,
    /// What the member shall have.
    #[field(versions = "0+")]
    pub target_assignment: Assignment<'a>,
    /// 0 classic protocol, 1 consumer protocol, -1 unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub member_type: i8,
}

/// The value of `Member.assignment`, `Member.target_assignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Assignment<'a> {
    /// Partitions, by topic.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartitions<'a>>,
}

/// One entry of [`Assignment::topic_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartitions<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
