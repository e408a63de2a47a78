//! `SyncGroupResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `SyncGroupResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 14, versions = "0-5", flexible = "4+")]
pub struct SyncGroupResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ProtocolType`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// Kafka's `ProtocolName`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_name: Option<&'a str>,
    /// Kafka's `Assignment`.
    #[field(versions = "0+")]
    pub assignment: &'a [u8],
}
