//! `UpdateRaftVoterResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `UpdateRaftVoterResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 82, versions = "0", flexible = "0+")]
pub struct UpdateRaftVoterResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "0+", tag = 0)]
    pub current_leader: CurrentLeader<'a>,
}

/// Kafka's `CurrentLeader`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CurrentLeader<'a> {
    /// Kafka's `LeaderId`.
    #[field(versions = "0+", default = -1)]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: i32,
}
