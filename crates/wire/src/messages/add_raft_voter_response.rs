//! `AddRaftVoterResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `AddRaftVoterResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 80, versions = "0-1", flexible = "0+")]
pub struct AddRaftVoterResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", ignorable)]
    pub error_message: Option<&'a str>,
}
