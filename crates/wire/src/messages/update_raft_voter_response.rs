//! UpdateRaftVoter (API key 82), response: whether the change was taken, and who leads.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`UpdateRaftVoterRequest`](super::UpdateRaftVoterRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 82, versions = "0", flexible = "0+")]
pub struct UpdateRaftVoterResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Who leads the quorum.
    #[field(versions = "0+", tag = 0)]
    pub current_leader: CurrentLeader<'a>,
}

/// The value of [`UpdateRaftVoterResponse::current_leader`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CurrentLeader<'a> {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+", default = -1)]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: i32,
}
